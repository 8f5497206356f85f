"""What the figures of the bench share.

A figure is a program beside this file: it measures one thing against real
programs on loopback and says what it found with say(), a line of JSON for
each row of the table.  tests/bench/run bounds its time and ends whatever it
has left behind.
"""

import json
import math
import os
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("OUT", "build/release")
os.environ.setdefault("OUT", str(BUILD))  # for the helpers of system tests
sys.path.insert(0, str(ROOT / "tests" / "system"))

TICK = os.sysconf("SC_CLK_TCK")


def say(figure, value, unit, at_most=None, at_least=None, **details):
    """One row: a value, beside its goal if it has one."""
    if value is not None:
        value = float(f"{value:.4g}")
    row = {"figure": figure, "value": value, "unit": unit}
    if at_most is not None:
        row.update(goal=at_most, goal_is="at most",
                   met=value is not None and value <= at_most)
    if at_least is not None:
        row.update(goal=at_least, goal_is="at least",
                   met=value is not None and value >= at_least)
    print(json.dumps({**row, **details}), flush=True)


def cpu_seconds(*pids):
    """User and system time of these processes, in steps of a tick."""
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1]
        user, system = fields.split()[11:13]
        total += int(user) + int(system)
    return total / TICK


def rss_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return None


def percentile(values, share):
    """The least of them that at least this share is not above."""
    values = sorted(values)
    return values[max(0, math.ceil(len(values) * share) - 1)]


median = statistics.median
