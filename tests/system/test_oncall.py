"""sunwatch oncall: who is on watch, whatever else is wrong."""

import json
import re

import pytest

from commands import cli, pager  # fixtures

assert cli and pager


def test_oncall_without_redis_and_pager(cli):
    now = cli.json("oncall", "--rota", "support",
                   "--at", "2026-03-29T00:30Z")
    assert now["primary"] == "aroha"
    assert now["since"] == "2026-03-28T19:00:00Z"
    # London's clocks go forward that night: 08:00 BST is 07:00 UTC.
    assert now["until"] == "2026-03-29T07:00:00Z"
    assert now["next"] == "isla"
    text = cli("oncall", "--at", "2026-03-29T00:30Z")
    assert text.returncode == 0
    assert "support: aroha since 2026-03-29 08:00:00 NZDT" in text.stdout
    assert "then isla" in text.stdout
    assert "\033" not in text.stdout


def test_oncall_answers_from_a_tree_that_check_refuses(cli):
    # A watch by day alone, in a ring of one: 24 hours are too long.
    cli.edit('      - { zone: Europe/London, takes_over: "08:00", '
             'people: [isla] }\n', "")
    refused = cli("check")
    assert refused.returncode == 1
    assert "rota support: " in refused.stdout
    now = cli.json("oncall", "--at", "2026-03-29T12:00Z")
    assert now["primary"] == "aroha"


BRIEF = """
site: { name: Kahu LMS Hosting, url: "https://status.kahu.example" }
agents:
  - { name: akl-1, region: auckland, token_sha256: 9f86d0... }
people:
  - { name: aroha, zone: Pacific/Auckland, email: aroha@kahu.example,
      phone: "+64211234567", reach: [ntfy 0s, sms 1m, voice 3m] }
rotas:
  - name: support
    watches:
      - { zone: Pacific/Auckland, takes_over: "08:00",
          people: [aroha, wiremu], rotate: weekly }
      - { zone: Europe/London,    takes_over: "08:00",
          people: [isla, tom],     rotate: weekly }
      - { zone: America/New_York, takes_over: "09:00",
          people: [maya, diego],   rotate: weekly }
ladders:
  - { name: standard, levels: [{ call: rota consultants, patience: 10m }] }
include: [slas.yaml, "clients.d/*.yaml"]
"""


@pytest.mark.parametrize("at,primary,since,until,next_", [
    # Across New York's change, across London's, across Auckland's.
    ("2026-03-08T14:00Z", "maya", "2026-03-08T13:00:00Z",
     "2026-03-08T19:00:00Z", "aroha"),
    ("2026-03-29T00:30Z", "aroha", "2026-03-28T19:00:00Z",
     "2026-03-29T07:00:00Z", "isla"),
    ("2026-04-04T19:59:59Z", "maya", "2026-04-04T13:00:00Z",
     "2026-04-04T20:00:00Z", "aroha"),
    ("2069-12-30T12:00Z", "isla", "2069-12-30T08:00:00Z",
     "2069-12-30T14:00:00Z", "maya"),
])
def test_oncall_answers_whatever_else_is_wrong(cli, at, primary, since,
                                               until, next_):
    cli.conf.write_text(BRIEF)
    assert cli("check").returncode == 1
    done = cli("oncall", "--at", at, "--json")
    assert done.returncode == 0
    now = json.loads(done.stdout)
    names = {"aroha": {"aroha", "wiremu"}, "isla": {"isla", "tom"},
             "maya": {"maya", "diego"}}
    assert now["primary"] in names[primary]
    assert now["next"] in names[next_]
    assert (now["since"], now["until"]) == (since, until)
    assert re.search(r"has mistakes \(.*lists them\)", done.stderr)
    assert done.stderr.count("\n") == 1


def test_oncall_leaves_out_watches_that_cannot_be_read(cli):
    cli.conf.write_text(BRIEF.replace("Europe/London,   ", "Europe/Londonn,")
                        .replace('"09:00"', '"25:00"'))
    now = json.loads(cli("oncall", "--at", "2026-03-29T12:00Z",
                         "--json").stdout)
    assert now["primary"] in {"aroha", "wiremu"}
    cli.conf.write_text("rotas: [{ name: empty, watches: [] },"
                        " { name: odd, watches: [{ people: [isla] }] }]\n")
    done = cli("oncall", "--json")
    assert done.returncode == 1  # nobody is on watch
    now = json.loads(done.stdout)
    assert [now[k] for k in ("primary", "since", "until", "next")] == [None] * 4
    assert [r["rota"] for r in now["rotas"]] == ["empty", "odd"]
    text = cli("oncall")
    assert (text.returncode, text.stdout) == (1, "")
    assert "rota empty has no watch that can be read" in text.stderr
    for tree in "rotas: [", "- 7\n", "rotas: 7\n", "":
        cli.conf.write_text(tree)
        done = cli("oncall", "--json")
        assert (done.returncode, done.stdout) == (1, "")
        assert "sunwatch.yaml" in done.stderr


def test_oncall_of_several_rotas(cli):
    cli.edit("ladders:", """  - name: night
    watches:
      - { zone: Europe/London, takes_over: "20:00", people: [isla] }
ladders:""")
    now = cli.json("oncall", "--at", "2026-07-01T12:00Z")
    assert (now["rota"], now["primary"]) == ("support", "isla")
    assert [(r["rota"], r["since"]) for r in now["rotas"]] == [
        ("support", "2026-07-01T07:00:00Z"), ("night", "2026-06-30T19:00:00Z")]
    night = cli.json("oncall", "--at", "2026-07-01T12:00Z", "--rota", "night")
    assert night["until"] == "2026-07-01T19:00:00Z"
    assert "rotas" not in night
    done = cli("oncall", "--at", "2070-01-01T00:00Z")
    assert done.returncode == 2
    assert "is not a time (1970 to 2069)" in done.stderr


def test_ways_to_reach_people_are_looked_at(cli, pager):
    pager.answer = {"ok": True, "overrides": [], "contacts": [
        {"person": "aroha", "channel": "terminal", "handed_ms": 1000,
         "failed_ms": 2000}]}
    lints = cli.json("rota", "check", "--days", "2")["lints"]
    assert ("failed last time", "aroha") in {
        (x["lint"], x["person"]) for x in lints}
    assert ("no tested contact", "isla") in {
        (x["lint"], x["person"]) for x in lints}
    assert "look at: isla: nothing was ever handed over" in cli(
        "rota", "check", "--days", "2").stdout


def test_overrides_of_a_running_pager_are_on_top(cli, pager):
    pager.answer = {"ok": True, "overrides": [
        {"id": "o-1", "rota": "support", "person": "isla", "by": "moana",
         "from_ms": 1774742400000, "to_ms": 1774749600000}]}
    now = cli.json("oncall", "--at", "2026-03-29T01:00Z")
    assert (now["primary"], now["override"]) == ("isla", "o-1")
    assert now["until"] == "2026-03-29T02:00:00Z"
    assert now["next"] == "aroha"
    assert now["overrides_known"] is True


def test_who_is_next(cli):
    """Three hand-offs of each rota; or when somebody's watch is."""
    said = cli.json("oncall", "next", "--at", "2026-07-01T12:00Z")
    assert [(s["person"], s["from"]) for s in said] == [
        ("aroha", "2026-07-01T20:00:00Z"), ("isla", "2026-07-02T07:00:00Z"),
        ("aroha", "2026-07-02T20:00:00Z")]
    done = cli("oncall", "next", "aroha", "--at", "2026-07-01T12:00Z")
    assert done.stdout == ("support: aroha from 2026-07-02 08:00:00 NZST to "
                           "2026-07-02 19:00:00 NZST\n")
    assert cli("oncall", "next", "arohaa").returncode == 1


def test_what_was_is_asked_of_the_pager(cli, pager):
    pager.answer = {"ok": True, "past": [
        {"rota": "support", "person": "isla", "from_ms": 1774742400000,
         "to_ms": 1774749600000}], "changes": []}
    assert "support" in cli("rota", "history", "--watches").stdout
    assert "isla" in cli("rota", "history", "--watches").stdout
    assert pager.asked[0]["command"] == "past"
    assert cli("rota", "history", "support").stdout == (
        "nothing is known of that\n")
    assert pager.asked[-1] == {"command": "changes", "rota": "support"}
