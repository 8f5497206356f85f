"""Commands that look back further than what can still change."""

import json
import time

import pytest

from commands import cli  # fixtures
from helpers import utc as at

assert cli

DAY = 86_400_000
HOUR = 3_600_000
BUCKET = 6 * HOUR
OK, FAILED = 0, 2
HTTP_STATUS = 6
REASONS = 15
NOW = time.time_ns() // 1_000_000 // 1000 * 1000
BEGIN = NOW - 40 * DAY
DOWN = NOW - 20 * DAY  # for seven hours
BLIND = NOW - 30 * DAY  # for one, in Auckland


def varint(n):
    out = bytearray()
    while n >= 128:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out) + bytes([n])


def record(first, last, outcome, reason=0):
    """One run, as docs/redis.md and collector/runs_record.c have it."""
    return b"".join(varint(n) for n in (
        1, 1, first, last - first, 30_000, outcome * REASONS + reason))


def field(region, first, endpoint="acme/learn"):
    return f"{endpoint}|{region}|{first // BUCKET}"


@pytest.fixture
def past(cli, redis):
    """Forty days: well, down for seven hours, well; once Auckland was blind."""
    cli.edit(f'redis: "unix:{cli.folder}/none.sock"',
             f'redis: "{redis.address}"')
    group = "sw:{c0}:"
    redis.client.hset(f"{group}terms", "acme/learn", json.dumps([{
        "from": BEGIN, "quorum": 2, "interval": 30_000, "timeout": 10_000,
        "regions": "auckland london", "counts": True}]))
    for region in "auckland", "london":
        for key, first, last, outcome, reason in (
                ("history", BEGIN, DOWN - 30_000, OK, 0),
                ("history", DOWN, DOWN + 7 * HOUR, FAILED, HTTP_STATUS),
                ("runs", DOWN + 7 * HOUR + 30_000, NOW, OK, 0),
                # Moved while it was being read: there twice.
                ("history", DOWN + 7 * HOUR + 30_000, NOW, OK, 0)):
            redis.client.hset(group + key, field(region, first),
                              record(first, last, outcome, reason))
    redis.client.hset(f"{group}oldvoids", mapping={
        f"auckland|blind|akl-1|{BLIND}": BLIND + HOUR,
        f"london|blind|lon-1|{BEGIN - DAY}": BEGIN - DAY + 1})
    return cli


def why(cli, ms):
    answer = cli.json("why", "acme/learn", "--at", at(ms))
    return answer["state"], {r["region"]: (r["outcome"], r["blind"])
                             for r in answer["regions"]}


def test_why_long_ago(past, redis):
    # More than one step of a scan takes.
    redis.client.hset("sw:{c0}:history", mapping={
        field("auckland", BEGIN, f"zeta/e{n}"): b"" for n in range(12000)})
    well = {"auckland": ("ok", None), "london": ("ok", None)}
    assert why(past, BEGIN + DAY) == ("up", well)
    # The run that holds then began ten days before.
    assert why(past, DOWN - 10 * DAY - HOUR) == ("up", well)
    assert why(past, BLIND + HOUR // 2) == ("unknown", {
        "auckland": ("none", "blind"), "london": ("ok", None)})
    assert why(past, DOWN + HOUR) == ("down", {
        "auckland": ("failed", None), "london": ("failed", None)})
    assert why(past, DOWN + 8 * HOUR) == ("up", well)
    assert why(past, NOW - 10_000) == ("up", well)


def test_an_old_record_of_another_does_no_harm(past, redis):
    for other in "acme/learner", "acme/lear", "zeta/learn":
        redis.client.hset("sw:{c0}:history",
                          field("auckland", DOWN, other), b"nonsense")
    assert why(past, DOWN + HOUR)[0] == "down"
    # Who asks for all of them hears of it.
    done = past("export", "--from", at(DOWN), "--to", at(DOWN + HOUR))
    assert done.returncode == 1
    assert done.stderr.count("history zeta/learn|auckland|") == 1


def facts(cli, begin, end):
    done = cli("export", "--from", at(begin), "--to", at(end))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["region"]: [(a, b, what) for a, b, what in line["line"]]
            for line in lines if "facts" in line}


def test_export_long_ago(past):
    assert facts(past, DOWN - HOUR, DOWN + 8 * HOUR) == {
        region: [(DOWN - HOUR, DOWN, "ok"),
                 (DOWN, DOWN + 7 * HOUR + 30_000, "failed"),
                 (DOWN + 7 * HOUR + 30_000, DOWN + 8 * HOUR, "ok")]
        for region in ("auckland", "london")}
    seen = facts(past, BLIND - HOUR, BLIND + 2 * HOUR)
    assert seen["london"] == [(BLIND - HOUR, BLIND + 2 * HOUR, "ok")]
    assert seen["auckland"][0] == (BLIND - HOUR, BLIND, "ok")
    assert seen["auckland"][1][2] == "none"
