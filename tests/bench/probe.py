"""CPU of a probe at full rate, beside prometheus-blackbox-exporter.

bench_probe.c measures; here its lines become rows.
"""

import json
import subprocess

from figures import BUILD, ROOT, say

GOALS = {"http": 0.2, "https": 0.7}

process = subprocess.Popen([BUILD / "tests/bench/bench_probe"], cwd=ROOT,
                           stdout=subprocess.PIPE, text=True)
protocols = []
for line in process.stdout:
    seen = json.loads(line)
    protocols.append(seen["protocol"])
    name = f"probe, {seen['protocol'].upper()}, full rate"
    say(f"{name}: CPU", seen["cpu_us"], "us")
    say(f"{name}: CPU of blackbox_exporter", seen["blackbox_cpu_us"], "us")
    say(f"{name}: CPU beside blackbox_exporter", seen["ratio"], "x",
        at_most=GOALS[seen["protocol"]], probes=seen["probes"],
        rounds=seen["rounds"])
process.wait()
assert protocols == list(GOALS), "bench_probe did not end well"
