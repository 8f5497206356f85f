"""What the operator's command says to the pager, and how it says the answer."""

import datetime
import json
import zoneinfo

import pytest

from commands import cli, pager  # fixtures

assert cli and pager


@pytest.mark.parametrize("words,request_", [
    (["take", "INC-000042", "--as", "aroha"],
     {"command": "take", "incident": "INC-000042", "as": "aroha"}),
    (["hand-on", "42", "isla", "--note", "not mine"],
     {"command": "hand-on", "incident": "42", "to": "isla",
      "note": "not mine"}),
    (["snooze", "42", "30m"],
     {"command": "snooze", "incident": "42", "for_ms": 1800000}),
    (["resolve", "42"], {"command": "resolve", "incident": "42"}),
    (["reopen", "42", "the quiz is still wrong", "--as", "isla"],
     {"command": "reopen", "incident": "42",
      "note": "the quiz is still wrong", "as": "isla"}),
    (["note", "42", "disk is full"],
     {"command": "note", "incident": "42", "text": "disk is full"}),
    (["open", "acme/learn", "quiz is wrong", "--severity", "3"],
     {"command": "open", "subject": "acme/learn", "text": "quiz is wrong",
      "severity": 3}),
    (["escalate", "42", "--note", "both are down", "--as", "isla"],
     {"command": "escalate", "incident": "42", "note": "both are down",
      "as": "isla"}),
    (["decline", "42", "--as", "isla"],
     {"command": "decline", "incident": "42", "as": "isla"}),
    (["severity", "INC-000042", "S2"],
     {"command": "severity", "incident": "INC-000042", "severity": 2}),
    (["page-test", "isla", "--channel", "mail"],
     {"command": "page-test", "for": "isla", "channel": "mail"}),
    (["override", "remove", "o-12"],
     {"command": "override-remove", "override": "o-12"}),
    (["override", "add", "isla", "--from", "2026-03-29T00:00Z",
      "--for", "2h"],
     {"command": "override-add", "rota": "support", "for": "isla",
      "from_ms": 1774742400000, "to_ms": 1774749600000}),
    (["override", "swap", "aroha", "isla", "--at", "2026-03-29T00:00Z",
      "--other", "2026-03-29T02:00Z"],
     {"command": "override-swap", "rota": "support", "for": "isla",
      "instead": "aroha", "at_ms": 1774742400000,
      "other_at_ms": 1774749600000}),
    (["override", "away", "aroha", "--from", "2026-03-29T00:00Z", "--for",
      "2h", "--cover", "isla", "--try"],
     {"command": "override-away", "for": "isla", "instead": "aroha",
      "from_ms": 1774742400000, "to_ms": 1774749600000, "try": True}),
    (["calendar", "team"],
     {"command": "calendar-url", "kind": "team", "name": "all"}),
    (["calendar", "person", "aroha", "--renew", "--as", "isla"],
     {"command": "calendar-renew", "kind": "person", "name": "aroha",
      "as": "isla"}),
    (["override", "relieve", "--as", "aroha"],
     {"command": "override-relieve", "rota": "support", "as": "aroha"}),
])
def test_what_the_pager_is_asked(cli, pager, words, request_):
    done = cli(*words)
    assert done.returncode == 0, done.stderr
    assert pager.asked == [request_]
    assert done.stdout == "You have it, since 14:02 NZDT.\n"


SWAP = "swap aroha isla --at 2030-01-01T00:00Z --other 2030-01-02T00:00Z"


@pytest.mark.parametrize("words,error,said", [
    (SWAP, "for: is away then", "isla: is away then"),
    (SWAP, "instead: who", "aroha: who"),
    (SWAP, "at_ms: the watch is isla's",
     "--at: the watch is isla's"),
    (SWAP, "other_at_ms: ahead",
     "--other: ahead"),
    ("away aroha --for 2h", "for: nobody is left: say who has it",
     "--cover: nobody is left: say who has it"),
    ("away aroha --for 2h", "instead: who", "aroha: who"),
    ("add aroha --for 2h", "instead: isla has no watch",
     "--instead: isla has no watch"),
    ("add aroha --for 2h", "from_ms, to_ms: in order",
     "--from, --to: in order"),
    ("add aroha --for 2h", "for: is away then", "aroha: is away then"),
    ("add aroha --for 2h", "for: aroha is away then",
     "aroha is away then"),
])
def test_a_refused_override_named_another_than_was_meant(
        cli, pager, words, error, said):
    """Who was to stand in was called PERSON, which was who is away."""
    pager.answer = {"ok": False, "error": error}
    done = cli("override", *words.split())
    assert (done.returncode, done.stderr) == (
        1, f"sunwatch override {words.split()[0]}: {said}\n")


def test_no_severity_of_this_name(cli, pager):
    done = cli("severity", "42", "P1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        'sunwatch severity: "P1" is not a severity: write S1, S2, S3 or S4\n'
        "try: sunwatch severity --help\n")
    assert pager.asked == []


def test_update_in_full(cli, pager):
    done = cli("update", "42", "--state", "identified", "--eta",
               "2026-03-29T15:00Z..2026-03-29T16:00Z", "--next", "30m",
               "A disk has failed.")
    assert done.returncode == 0, done.stderr
    asked = pager.asked[0]
    assert asked.pop("next_ms") > 0
    assert asked == {"command": "update", "incident": "42",
                     "state": "identified", "publish": True,
                     "eta_from_ms": 1774796400000,
                     "eta_to_ms": 1774800000000,
                     "text": "A disk has failed."}
    done = cli("update", "42", "--state", "identifed")
    assert done.returncode == 2
    assert 'did you mean "identified"?' in done.stderr
    assert len(pager.asked) == 1


def test_a_clock_in_an_eta_is_the_clients(cli, pager):
    pager.answer = {"ok": True, "text": "Published.",
                    "incident": {"client": "acme"}}
    for more, zone in ([], "Pacific/Auckland"), (["--zone", "UTC"], "UTC"):
        done = cli("update", "42", "--eta", "15:00..16:00", *more)
        assert done.returncode == 0, done.stderr
        asked = pager.asked[-1]
        at = datetime.datetime.fromtimestamp(
            asked["eta_from_ms"] / 1000, zoneinfo.ZoneInfo(zone))
        assert (at.hour, at.minute) == (15, 0)
        assert asked["eta_to_ms"] - asked["eta_from_ms"] == 3600000


def test_a_refusal_is_said_and_is_status_1(cli, pager):
    pager.answer = {"ok": False, "error": "isla has it, since 14:02 GMT"}
    done = cli("take", "42")
    assert done.returncode == 1
    assert done.stderr == "sunwatch take: isla has it, since 14:02 GMT\n"
    assert done.stdout == ""


@pytest.mark.parametrize("error,said", [
    ("for_ms: at most 30 min for severity S1",
     "DURATION: at most 30 min for severity S1"),
    ("incident: there is no such incident",
     "42: there is no such incident"),
    ("for: bob is not one of the people configured",
     "PERSON: bob is not one of the people configured"),
    ("form is odd: yes", "form is odd: yes"),
    ("\u001b[2Jfor", "\\x1b[2Jfor"),
])
def test_a_refusal_names_what_was_written(cli, pager, error, said):
    pager.answer = {"ok": False, "error": error}
    done = cli("snooze", "42", "2h")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"sunwatch snooze: {said}\n"
    done = cli("snooze", "42", "2h", "--json")  # as it is on the wire
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout) == {"ok": False, "error": error}


def test_a_refusal_had_a_placeholder_where_a_name_was_typed(cli, pager):
    pager.answer = {"ok": False,
                    "error": "override: there is no such override"}
    assert cli("override", "remove", "o-12").stderr == (
        "sunwatch override remove: o-12: there is no such override\n")
    # One that has the name already says it once.
    pager.answer = {"ok": False, "error": "to: bob is not one of the people "
                    "configured"}
    assert cli("hand-on", "42", "bob").stderr == (
        "sunwatch hand-on: bob is not one of the people configured\n")


def test_an_incident_in_full(cli, pager):
    pager.answer = {"ok": True, "incident": {
        "id": "INC-000007", "subject": "acme/learn", "severity": 1,
        "state": "calling", "since_ms": 1774742400000, "text": "is down",
        "url": "https://learn.acme.example/", "contact": "moana",
        "called": [{"person": "isla", "channel": "mail",
                    "at_ms": 1774742401000, "outcome": "handed over"}],
        "next": {"person": "aroha", "at_ms": 1774742700000},
        "before": [{"id": "INC-000003", "since_ms": 1774656000000,
                    "closed_ms": 1774659600000, "ended": "$id \u001b[2J"}],
        "timeline": [{"at_ms": 1774742400000, "by": "pager",
                      "text": "@at_ms", "public": True},
                     {"at_ms": 1774742460000, "by": "isla", "text": "hm"}]}}
    done = cli("incident", "7")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == [
        "  what: is down",
        "  address: https://learn.acme.example/",
        "  contact for the client: moana",
        "  called isla by mail at 2026-03-29T00:00:01Z: handed over",
        "  next: aroha at 2026-03-29T00:05:00Z",
        "  before: INC-000003 from 2026-03-28T00:00:00Z to "
        "2026-03-28T01:00:00Z: $id \\x1b[2J",
        "  2026-03-29T00:00:00Z [public] pager: @at_ms",
        "  2026-03-29T00:01:00Z isla: hm"]


def test_who_stands_in_is_listed(cli, pager):
    pager.answer = {"ok": True, "overrides": [
        {"id": "o-1", "rota": "support", "person": "isla", "by": "moana",
         "from_ms": 1774742400000, "to_ms": 1774749600000}]}
    assert cli("override", "list").stdout == (
        "o-1 support 2026-03-29T00:00:00Z to 2026-03-29T02:00:00Z isla, "
        "by moana\n")
    assert cli.json("override", "list") == pager.answer
    assert pager.asked == [{"command": "overrides"}] * 2
    pager.answer = {"ok": True, "overrides": []}
    assert cli("override", "list").stdout == "no overrides\n"


def test_who_is_called_and_who_is_next(cli, pager):
    """The list had neither, though it was said to."""
    since = {"severity": 1, "since_ms": 1774742400000, "text": "is down",
             "closed_ms": 1774742460000, "subject": "acme/learn"}
    pager.answer = {"ok": True, "incidents": [
        {"id": "INC-000002", "state": "calling", "calling": "isla",
         "next": {"person": "aroha", "at_ms": 1774742700000}, **since},
        {"id": "INC-000001", "state": "taken", "owner": "tom", **since}]}
    assert cli("incidents", "--all").stdout.splitlines() == [
        "INC-000002 S1 calling acme/learn, lasted 1 min, calls isla, "
        "next aroha at 2026-03-29T00:05:00Z, is down",
        "INC-000001 S1 taken acme/learn, lasted 1 min, tom has it, is down"]
    pager.answer = {"ok": True, "incident": {
        "id": "INC-000002", "state": "calling", "calling": "isla",
        "evidence_ms": 1774742400000,
        "evidence": [{"region": "auckland", "outcome": "failed",
                      "reason": "http_status", "detail": "503"},
                     {"region": "london", "outcome": "ok", "reason": "none",
                      "since_ms": 1774742400000, "fresh": True}],
        **since, "closed_ms": 0}}
    said = cli("incident", "2").stdout
    assert "  calls now: isla\n" in said
    assert "1970" not in said and " (not fresh)\n" in said
    assert "  seen as of 2026-03-29T00:00:00Z:\n" in said
    assert "  london: well, since 2026-03-29T00:00:00Z\n" in said


def test_hostile_texts_do_not_reach_the_terminal(cli, pager):
    pager.answer = {"ok": True, "incidents": [
        {"id": "INC-000001", "subject": "acme/learn", "severity": 1,
         "state": "calling", "since_ms": 0, "opened_ms": 0,
         "text": "\u001b]0;owned\u0007\u001b[2J"}]}
    done = cli("incidents")
    assert done.returncode == 0
    assert "\033" not in done.stdout and "\007" not in done.stdout
    assert "\\x1b" in done.stdout


def test_no_pager_is_said(cli):
    done = cli("take", "42")
    assert done.returncode == 1
    assert "cannot reach the pager at" in done.stderr
