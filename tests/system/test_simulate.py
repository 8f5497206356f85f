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
