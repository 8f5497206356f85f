"""From the start of a collector that has 10,000 endpoints to look after
until it evaluates; three regions have seen each of them.

Ended by SIGTERM, and by SIGKILL, which leaves it a lease to wait for or give
back.
"""

import time

import big
from figures import cpu_seconds, median, say
from helpers import wait_for

ENDPOINTS, ROUNDS = 10000, 3


def restart(house, program, end):
    """(the new program, milliseconds, CPU seconds until it evaluates)."""
    end(program)
    began = time.monotonic()
    program = house.evaluate()
    wait_for("evaluating", lambda: "shard 0: evaluating" in program.log(), 60)
    took_ms = (time.monotonic() - began) * 1000
    return program, took_ms, cpu_seconds(program.process.pid)


with big.Big(ENDPOINTS) as house:
    program = house.start_evaluate()
    speakers = big.voices(house)
    big.settle(house, speakers)
    for name, end in (("SIGTERM", lambda p: p.stop()),
                      ("SIGKILL", lambda p: p.kill())):
        took, spent = [], []
        for _ in range(ROUNDS):
            program, ms, cpu = restart(house, program, end)
            took.append(ms)
            spent.append(cpu)
        what = f"collector, {ENDPOINTS:,} endpoints, after {name}"
        say(f"{what}: to evaluating", median(took), "ms", at_most=2000,
            all_ms=[round(ms) for ms in took])
        say(f"{what}: CPU until then", median(spent) * 1000, "ms")
