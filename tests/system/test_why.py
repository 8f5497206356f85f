"""sunwatch why, with real programs: who was woken, and why; or why nobody."""

import json
import re

import pytest

import house
from helpers import utc, wait_for

CALLED, MILD, AWAITED = "acme/learn", "birch/library", "cedar/learn"


class Why(house.House):
    """One that pages, one that only gives notice, one that is worked on."""

    def client(self, name):
        text = super().client(name)
        return text.replace("name: library,", "name: library, severity: S3,")


@pytest.fixture
def h(tmp_path, smtp):
    it = Why(tmp_path, smtp, [CALLED, MILD, AWAITED], patience="30s",
             silence="30s")
    try:
        yield it.start()
    finally:
        it.end()


def why(h, endpoint, *more):
    return json.loads(h.cli("why", endpoint, "--json", *more))


def woken(h, endpoint, *more):
    return why(h, endpoint, *more)["woken"]


def test_who_was_woken_and_why_nobody_was(h):
    begun = house.now_ms()
    h.cli("maintenance", "announce", AWAITED, "--from", "now", "--for", "1h",
          "--text", "Moodle 5")
    assert woken(h, CALLED)["alarm"] == "well"
    outages = {e: h.break_(e) for e in (CALLED, MILD, AWAITED)}
    incident = h.wait_page(outages[CALLED], 30)["id"]

    def called():
        it = woken(h, CALLED)["incidents"][0]
        return it if any(c["outcome"] == "handed over"
                         for c in it["calls"]) else None
    it = wait_for("the call to be handed over", called)
    assert (it["incident"], it["why"], it["severity"]) == (
        incident, "calls", 1)
    call = it["calls"][0]
    assert (call["person"], call["from"], call["level"], call["levels"]) == (
        "aroha", "person aroha", 1, 2)
    assert {c["channel"] for c in it["calls"]} <= {"mail", "terminal"}
    assert it["next"]["person"] == "tom"

    wait_for("more than a second", lambda: house.now_ms() >
             it["opened_ms"] + 2000)
    before_take = house.now_ms()
    h.cli("take", incident, "--as", "tom")
    whole = why(h, CALLED)
    it = whole["woken"]["incidents"][0]
    assert (it["why"], it["owner"]) == ("taken", "tom")
    assert it["until_ms"] - it["owned_ms"] == 1800000
    assert [(a["what"], a["person"]) for a in it["acts"]] == [("taken", "tom")]
    assert "next" not in it
    assert whole["woken"]["pager"] == "active"
    down = [s for s in whole["around"] if s["met"]]
    assert len(down[-1]["failing"]) >= 2 and down[-1]["quorum"] == 2
    assert whole["around"][-1]["state"] == "down"
    text = h.cli("why", CALLED)
    assert "nobody is called: tom has it since" in text
    assert re.search(r"calls aroha by mail, level 1 of 2, round 1 "
                     r"\(person aroha\): handed over: the mail server", text), text
    assert "the quorum of 2 is met" in text
    assert "1. person aroha for 30 s: aroha" in text, text

    # As it was then: still called; and before, not open.
    it = woken(h, CALLED, "--at", utc(before_take))["incidents"][0]
    assert (it["why"], it["state"]) == ("calls", "calling")
    it = woken(h, CALLED, "--at", utc(begun))["incidents"][0]
    assert it["why"] == "not open" and it["opened_later_ms"] > begun

    # Mild: one notice, to whoever is on watch.
    it = wait_for("the notice", lambda: woken(h, MILD)["incidents"])[0]
    assert (it["why"], it["severity"]) == ("notice", 3)
    assert "it wakes nobody (severity 3, or its plan)" in h.cli("why", MILD)

    # Worked on: it is down, and nobody hears of it.
    wait_for("it to be down", lambda: why(h, AWAITED)["state"] == "down")
    it = woken(h, AWAITED)
    assert (it["alarm"], it["incidents"]) == ("maintenance", [])
    assert it["alarm_ms"] > begun + 3000000
    assert "nobody: announced maintenance" in h.cli("why", AWAITED)

    # Without Redis the pager says what it has in memory, and no more is known.
    h.held.update({"redis", "pager"})
    h.kill("redis")
    done = h.try_cli("why", CALLED)
    assert done.returncode == 1
    assert "cannot be said; this the pager knows" in done.stderr
    assert incident in done.stdout and "owner: tom" in done.stdout
    assert "no open incident" in h.try_cli("why", AWAITED).stdout
    done = h.try_cli("why", CALLED, "--json")
    assert json.loads(done.stdout)["incidents"][0]["id"] == incident
    done = h.try_cli("why", CALLED, "--at", utc(begun))
    assert (done.returncode, done.stdout) == (1, "")
    h.kill("pager")
    done = h.try_cli("why", CALLED)
    assert done.returncode == 1 and "nor does a pager answer" in done.stderr

    # With Redis alone all of it is known; and that nobody would call.
    h.launch("redis")
    it = wait_for("Redis", lambda: h.try_cli("why", CALLED).returncode == 0
                  and woken(h, CALLED))
    assert it["pager"] == "none" and it["incidents"][0]["owner"] == "tom"
    assert "no pager answers here" in h.cli("why", CALLED)
