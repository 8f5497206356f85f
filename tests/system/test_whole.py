"""The whole way, with real binaries and real servers: an outage is paged,
taken, told as over, shown to the client, and the account of it is true."""

import re

import pytest

import house
import promises
from helpers import wait_for


@pytest.fixture
def whole(tmp_path, smtp):
    h = house.House(tmp_path, smtp)
    try:
        yield h.start()
    finally:
        h.end()


def shown(h, client, word):
    return wait_for(f"{word!r} on the page of {client}", lambda: re.search(
        word, h.page(client).text) and h.page(client).text)


def test_outages_of_all_kinds(whole):
    """All at once; nobody takes the first one, until the ladder climbs."""
    h = whole
    kinds = {"acme/learn": "500", "acme/login": "expired",
             "birch/learn": "content", "birch/library": "refused",
             "cedar/learn": "hang", "cedar/shop": "refused"}
    outages = {e: h.break_(e, kind) for e, kind in kinds.items()}
    incidents = {e: h.wait_page(o, 30) for e, o in outages.items()}

    # Two endpoints of one cluster are one page.
    assert incidents["acme/learn"]["id"] == incidents["acme/login"]["id"]
    assert len({i["id"] for i in incidents.values()}) == 5
    for endpoint, reason in (
            ("birch/learn", "content"), ("birch/library", "connect"),
            ("cedar/learn", "timeout"), ("cedar/shop", "connect")):
        incident = h.ask(command="incident",
                         incident=incidents[endpoint]["id"])["incident"]
        assert reason in {e["reason"] for e in incident["evidence"]}
        assert "PAGE for aroha" in h.pages()

    # One is left alone: it climbs, and begins again after its end.
    alone = incidents["cedar/shop"]["id"]
    wait_for("tom to be called", lambda: h.mails(alone, "tom"))
    called = len(h.mails(alone, "aroha"))
    for endpoint, incident in incidents.items():
        if incident["id"] not in (alone, *h.taken):
            h.take(incident, "aroha")
    wait_for("aroha to be called again",
             lambda: len(h.mails(alone, "aroha")) > called)
    h.take(incidents["cedar/shop"], "tom")
    wait_for("aroha to be told who has it", lambda: "tom has it" in
             h.pages() + "".join(m["Subject"] for m in h.mails(alone)))

    for client in ("acme", "birch", "cedar"):
        text = shown(h, client, "Some services do not work|No service works")
        assert "<article>" in text
        for other in {"acme", "birch", "cedar"} - {client}:
            assert other.title() not in text
    for outage in outages.values():
        h.heal(outage)
    for incident in incidents.values():
        h.wait_closed(incident)
    h.all_up()
    for client in ("acme", "birch", "cedar"):
        shown(h, client, "All services work")
        shown(h, client, r"\(resolved\)")
        # Of so little time gold allows nothing, of the month it may.
        shown(h, client, "Guarantee</th><td>(below it so far|missed)")
        # The command knows as far as the shard has judged silence, too.
        wait_for("the account", lambda c=client: re.search(
            ": (below it so far|missed:)", h.cli("account", c).splitlines()[0]))
    for incident in incidents.values():
        promises.told_that_it_is_over(h, incident)

    assert h.deaths == {}
    promises.check(h)
    assert promises.repeats(h) == []
    promises.edges_against_requests(h, outages["acme/learn"])
    promises.account_as_shown(h)


def test_an_outage_is_paged_while_an_agent_is_dead(whole):
    """Two of three regions are a quorum; the third comes back to it."""
    h = whole
    h.held.add("nyc-1")
    h.kill("nyc-1")
    outage = h.break_("birch/learn")
    incident = h.wait_page(outage)
    h.take(incident)
    h.heal(outage)
    h.wait_closed(incident)
    h.held.clear()
    h.all_up()
    promises.check(h)
