"""Terms as they were journalled, and one figure wherever a client looks."""

import datetime
import json
import time

import pytest

from commands import cli  # fixtures

assert cli

DAY = 86_400_000
HOUR = 3_600_000
NOW = time.time_ns() // 1_000_000 // 1000 * 1000
DOWN = NOW - 2 * DAY  # for half an hour
AMENDED = NOW - 10 * DAY
BEGIN = NOW - 100 * DAY


def date(ms):
    return datetime.datetime.fromtimestamp(
        ms / 1000, datetime.timezone.utc).strftime("%Y-%m-%d")


def utc(ms):
    return datetime.datetime.fromtimestamp(
        ms / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def amended(cli, redis):
    """A contract of a hundred days; its terms became stricter ten ago."""
    cli.edit(f'redis: "unix:{cli.folder}/none.sock"',
             f'redis: "{redis.address}"')
    contract = {"period": "contract_year", "contract": {
        "from": date(BEGIN) + "T00:00:00Z", "to": None}}
    group = "sw:{c0}:"
    redis.client.hset(f"{group}terms", mapping={
        "acme": json.dumps([
            {"from": BEGIN - DAY, "sla": "silver", "zone": "UTC",
             "guarantee": 99500, "floor": 99000, "terms": contract},
            {"from": AMENDED, "sla": "gold", "zone": "UTC",
             "guarantee": 99900, "floor": 99000, "terms": {
                 "min_countable_s": 60, **contract}}]),
        "acme/learn": json.dumps([{
            "from": BEGIN - DAY, "quorum": 2, "interval": 30_000,
            "timeout": 10_000, "regions": "a b", "counts": True}])})
    for at, length in ((DOWN, 1_800_000), (DOWN + HOUR, 30_000),
                       (AMENDED - DAY, 600_000)):
        redis.client.hset(f"{group}outages", f"acme/learn|{at}", json.dumps({
            "kind": "down", "from": at, "to": at + length, "from_before": at,
            "to_before": at + length, "reason": "dns", "removed": False}))
    redis.client.hset(f"{group}meta", "judged", NOW)
    return cli


def test_account_report_and_terms_have_one_figure(amended):
    shown = amended.json("sla", "show", "acme")
    report = amended.json("report", "acme")
    account = amended.json("account", "acme")
    sums = report["figures"]["sum"]
    # Thirty seconds are too short by the new terms, which judge the new part.
    assert [p["down_s"] for p in report["figures"]["parts"]] == [600, 1800]
    assert (account["down_s"], account["total_s"], account["uptime"]) == (
        sums["down_s"], sums["total_s"], sums["uptime"])
    assert shown["part"] == report["figures"]["parts"][-1]
    assert shown["part"]["from"] == utc(AMENDED)
    assert shown["terms"]["min_countable_s"] == 60
    assert shown["verdict"] == account["verdict"] == "under way"
    assert shown["so_far"] == "missed"
    assert account["so_far"].startswith("below it so far")
    assert account["left_s"] == sum(
        p["budget"]["left_s"] for p in report["figures"]["parts"])


def test_terms_and_budget_as_text(amended):
    said = amended("sla", "show", "acme").stdout
    assert said.startswith("acme: gold, 99.900 % guaranteed\n")
    assert f"  in force since {utc(AMENDED)}\n" in said
    assert "  outages count from: 1 min\n" in said
    assert "min_countable_s" not in said
    assert "used 1800 s" in said
    assert "  at the rate so far used up at " in said
    assert "burn rates: 1 uses the allowance up at the very end\n" in said
    assert "  last  72 h    6.944, last  360 min    0.000, limit " in said
    assert "TRIPS" not in said  # it is over


def test_history_has_every_version(amended):
    said = amended("sla", "history", "acme").stdout
    assert (f"{utc(BEGIN - DAY)} to {utc(AMENDED)}: silver, 99.500 %\n"
            in said)
    assert (f"{utc(AMENDED)} to now: gold, 99.900 %\n"
            "  without recorded consent\n"
            "  terms: silver -> gold\n  guaranteed: 99.5 % -> 99.9 %\n"
            "  outages count from: 0 s -> 1 min\n") in said
    old, new = amended.json("sla", "history", "acme")["versions"]
    assert (old["to"], new["from"], new["to"]) == (utc(AMENDED), utc(AMENDED),
                                                   None)
    assert old["period"] == "contract_year"


def test_corrected_terms_were_told_of_the_time_without_any(amended, redis):
    """Begun later than was said first: until then nothing was agreed.  The
    terms stood there, and the version in force looked like no terms."""
    first, second = json.loads(redis.client.hget("sw:{c0}:terms", "acme"))
    first["terms"]["claim_days"] = 7
    second["terms"]["claim_days"] = 7
    redis.client.hset("sw:{c0}:terms", "acme", json.dumps([
        {**first, "ended": "corrected"}, {**first, "from": BEGIN}, second]))
    said = amended("sla", "history", "acme").stdout
    assert said.startswith(
        f"{utc(BEGIN - DAY)} to {utc(BEGIN)}: nothing agreed (corrected)\n"
        f"{utc(BEGIN)} to {utc(AMENDED)}: silver, 99.500 %\n"
        "  without recorded consent\n  to be claimed within: 7 days\n")
    assert said.count("claimed") == 1 and "silver -> gold" in said
    versions = amended.json("sla", "history", "acme")["versions"]
    assert [v.get("ended") for v in versions] == ["corrected", None, None]


def test_nobody_has_agreed_to_anything(cli, redis):
    cli.edit(f'redis: "unix:{cli.folder}/none.sock"',
             f'redis: "{redis.address}"')
    assert cli("sla", "show", "acme").stdout == "acme: nothing is agreed\n"
    assert "nothing was agreed" in cli("sla", "history", "acme").stdout
    assert cli("sla", "show", "nobody").returncode == 1
