"""A year of a house in Redis: what it takes there, and what starting on it and
reporting from it cost.

The year is written by the shard's own core (bench_year.c says what happens in
it); then the real collector starts on it and the real command reads it.
"""

import json
import os

import resource
import subprocess
import time

import big
from figures import BUILD, cpu_seconds, median, rss_mb, say
from helpers import wait_for

DAYS, PER_CLIENT = int(os.environ.get("YEAR_DAYS", 365)), 20
GROUP = "sw:{c0}:"

def write_year(house):
    house.bytes.config_set("appendfsync", "everysec")
    out = subprocess.run(
        [BUILD / "tests/bench/bench_year", house.conf, house.redis.socket,
         str(house.count), str(DAYS)],
        check=True, stdout=subprocess.PIPE, text=True)
    house.bytes.config_set("appendfsync", "always")
    return json.loads(out.stdout)

def sizes(house):
    """Bytes of memory by key of the group, without its prefix."""
    keys = house.bytes.keys(GROUP + "*")
    return {key.decode()[len(GROUP):]:
            house.bytes.memory_usage(key, samples=500) for key in keys}

def report(house, client):
    """CPU milliseconds of a whole command: it loads the tree, too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    month = time.strftime("%Y-%m", time.gmtime(time.time() - 32 * 86400))
    done = subprocess.run(
        [BUILD / "bin/sunwatch", "report", client, "--month", month,
         "--json", "--conf", house.conf], stdout=subprocess.PIPE, check=True)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = (after.ru_utime - before.ru_utime +
            after.ru_stime - before.ru_stime)
    assert json.loads(done.stdout)["client"], "a report of the client"
    return used * 1000, wall * 1000

def start(house):
    began = time.monotonic()
    program = house.evaluate()
    wait_for("evaluating", lambda: "shard 0: evaluating" in program.log(), 60)
    return program, (time.monotonic() - began) * 1000

def year(count):
    with big.Big(count, per_client=PER_CLIENT) as house:
        seen = write_year(house)
        what = f"a year of {count:,} endpoints"
        by_key = sizes(house)
        total = sum(by_key.values())
        say(f"{what}: memory of Redis for an endpoint", total / count / 1000,
            "KB", at_most=64, keys={k: round(v / count)
                                    for k, v in by_key.items()}, **seen)
        program, ms = start(house)
        say(f"{what}: collector, start to evaluating", ms, "ms", at_most=2000)
        say(f"{what}: collector, CPU until then",
            cpu_seconds(program.process.pid) * 1000, "ms")
        say(f"{what}: collector, RSS", rss_mb(program.process.pid), "MB")
        all_ms = [report(house, "client-1") for _ in range(5)]
        say(f"{what}: a month's report of {PER_CLIENT}, CPU of the command",
            median([cpu for cpu, _ in all_ms]), "ms")
        say(f"{what}: the same, wall time",
            median([wall for _, wall in all_ms]), "ms")

year(int(os.environ.get("YEAR_ENDPOINTS", 1000)))
