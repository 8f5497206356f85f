"""Who would be called, when, and how: by the tree, and by who stands in."""

import json

from commands import cli, pager  # fixtures

assert cli and pager

AT = "2026-03-29T01:00Z"  # isla's hours begin at 07:00Z, aroha has it


def calls(cli, *more):
    return [(c["at"], c["person"], c["channel"]) for c in cli.json(
        "simulate", "--incident", "acme/learn", "--at", AT, *more)]


def test_by_the_tree_alone(cli):
    assert calls(cli, "--for", "12m") == [
        (f"2026-03-29T01:{m}:00Z", "aroha", "terminal")
        for m in ("00", "05", "10")]
    done = cli("simulate", "--incident", "acme/learn", "--at", AT)
    assert done.returncode == 0
    assert "by the tree alone: no pager says which overrides" in done.stdout
    assert "only those on ladder standard: rota support" in done.stdout
    done = cli("simulate", "--incident", "acme/lern")
    assert done.returncode == 1
    assert 'did you mean "acme/learn"?' in done.stderr


def test_how_long_after_is_said_to_the_second(cli):
    """Calls seconds apart were all "+10 min"."""
    cli.edit("reach: [terminal 0s]", "reach: [terminal 0s, terminal 20s]")
    lines = cli("simulate", "--incident", "acme/learn", "--at", AT, "--for",
                "12m").stdout.splitlines()
    at = [line.split()[:2] for line in lines if " by terminal" in line]
    assert len(at) > 3
    for utc, after in at:
        hours, minutes, seconds = map(int, after[1:].split(":"))
        assert utc == (f"2026-03-29T{1 + hours:02d}:{minutes:02d}:"
                       f"{seconds:02d}Z")


def test_who_stands_in_is_called(cli, pager):
    """Found in review: the overrides of the running pager were left out."""
    pager.answer = {"ok": True, "overrides": [
        {"id": "o-1", "rota": "support", "person": "isla", "by": "moana",
         "from_ms": 1774742400000, "to_ms": 1774746300000}]}  # 01:05Z
    assert [person for _, person, _ in calls(cli, "--for", "12m")] == [
        "isla", "aroha", "aroha"]
    assert pager.asked == [{"command": "overrides", "all": True}]
    done = cli("simulate", "--incident", "acme/learn", "--at", AT)
    assert "by the tree alone" not in done.stdout
    assert json.loads(cli("simulate", "acme/learn", "--json").stdout)


def test_why_nobody_else_is_called(cli):
    said = cli("simulate", "--incident", "acme/learn", "--at",
               "2026-07-01T12:00Z").stdout
    assert ("not aroha by rota support: the watch is another one, of isla "
            "until 2026-07-02 08:00:00 NZST; next from 2026-07-02 08:00:00 "
            "NZST\n") in said


def by_hours(cli):
    """From 14:00 on Sunday, Auckland's clocks, another ladder."""
    cli.edit("channels:\n", """
  - { name: late, levels: [{ call: person isla, patience: 10m }] }
calendars:
  - { name: late, hours: "sun 14:00-24:00" }
channels:
""")
    cli.edit("    zone: Pacific/Auckland\n", """    zone: Pacific/Auckland
    ladder_when: [ { hours: late, ladder: late } ]
""")


def test_the_ladder_of_the_hour(cli):
    """The page goes over in the middle of it, and both ladders are told."""
    by_hours(cli)
    assert [(at[11:16], person) for at, person, _ in calls(
        cli, "--for", "10m")] == [("01:00", "isla"), ("01:05", "isla"),
                                  ("01:10", "isla")]
    done = cli("simulate", "--incident", "acme/learn", "--at",
               "2026-03-29T00:57Z", "--for", "20m")
    assert done.returncode == 0
    assert [line.split()[2] for line in done.stdout.splitlines()
            if " by terminal" in line] == ["aroha"] + ["isla"] * 4
    assert "by ladder standard until 2026-03-29 14:00:00 NZDT: none of its " \
        "hours is open\nonly those on ladder standard: rota support" \
        in done.stdout
    assert "by ladder late until 2026-03-30 00:00:00 NZDT: hours \"late\" " \
        "are open\nonly those on ladder late: person isla" in done.stdout


def test_check_prints_the_choice(cli):
    by_hours(cli)
    done = cli("check")
    assert done.returncode == 0, done.stderr
    assert "  while late is open (Pacific/Auckland): ladder late\n" \
        in done.stdout
    assert "  acme/learn: by ladder " in done.stdout


def test_a_plan_by_which_it_calls_nobody(cli):
    cli.edit("    sla: gold\n", """    sla: gold
    slas: [ { name: gold, s2: { calls: digest } } ]
""")
    cli.edit('url: "https://learn.acme.example/"',
             'url: "https://learn.acme.example/", severity: S2')
    done = cli("simulate", "--incident", "acme/learn", "--at", AT)
    assert "S2 calls as S4 does otherwise: by plan gold\n" in done.stdout
    assert "nobody would be called: S2\n" in done.stdout
    assert "; S2 calls standard as S4 does, by its plan" in cli("check").stdout
