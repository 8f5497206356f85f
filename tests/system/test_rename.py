"""An endpoint gets another name ("was") while people are called for it."""

import json
import re
import signal

import pytest

import house
from helpers import wait_for


@pytest.fixture
def one(tmp_path, smtp):
    h = house.House(tmp_path, smtp, endpoints=["acme/learn"])
    try:
        yield h.start()
    finally:
        h.end()


def rename(h, was, name, said=True):
    text = h.conf.read_text()
    head = re.search(rf"\{{ name: {was},( was: \w+,)? url", text).group(0)
    more = f" was: {was}," if said else ""
    h.conf.write_text(text.replace(head, f"{{ name: {name},{more} url"))
    with h.guard:
        for program in ("pager", "pages", "collector"):
            h.programs[program].signal(signal.SIGHUP)


def state(h, endpoint):
    done = h.try_cli("status", "--json")
    if done.returncode != 0:
        return None
    return next((e["state"] for e in json.loads(done.stdout)["endpoints"]
                 if e["endpoint"] == endpoint), None)


def is_renamed(h, name):
    record = h.redis.client.hget("sw:{c0}:names", "acme/learn")
    return record and json.loads(record)[-1]["name"] == name


def test_renamed_while_it_is_down_and_paged(one):
    h = one
    outage = h.break_("acme/learn")
    incident = h.wait_page(outage)
    rename(h, "learn", "academy")
    wait_for("the rename", lambda: is_renamed(h, "acme/academy"))
    h.kill("collector")
    h.kill("pager")

    def known():
        told = h.ask(command="incident", incident=incident["id"])["incident"]
        return told["subject"] == "acme/academy" and told
    told = wait_for("the pager to call it so", known)
    assert "acme/learn is called acme/academy now" in json.dumps(told)
    assert told["state"] != "closed"
    h.take(incident)
    wait_for("its state", lambda: state(h, "acme/academy") == "down")
    wait_for("the page to show it", lambda: "academy" in h.page("acme").text)
    for name in ("acme/learn", "acme/academy"):
        assert "acme/academy" in h.cli("why", name)

    # What said it may leave the tree.
    rename(h, "academy", "academy", said=False)
    h.heal(outage)
    h.wait_closed(incident)
    h.all_up()
    assert len(h.incidents(all=True)) == 1
    records = [k.decode() if isinstance(k, bytes) else k for k in
               h.redis.client.hkeys("sw:{c0}:outages")]
    assert {k.split("|")[0] for k in records} == {"acme/learn"}
    downs = [o for o in json.loads(
        h.cli("outage", "list", "acme", "--json"))["outages"]]
    assert [o["endpoint"] for o in downs] == ["acme/academy"]

    assert {line["booked"] for line in h.export() if "booked" in line} == {
        "acme/academy"}

    # The old name again, without a word: it is the same endpoint.
    rename(h, "academy", "learn", said=False)
    wait_for("its old name", lambda: is_renamed(h, "acme/learn"))
    h.all_up()
    assert state(h, "acme/learn") == "up"
    assert len(h.incidents(all=True)) == 1


def test_broken_renames_are_refused(one):
    h = one
    text = h.conf.read_text()
    h.conf.write_text(text.replace("name: learn, url",
                                   "name: learn, was: learn, url"))
    done = h.try_cli("check")
    assert done.returncode == 1
    assert "was: \"learn\" is its name now" in done.stderr
