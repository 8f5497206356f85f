"""Observations that change nothing, through HTTPS and Redis: what they cost
the collector that takes and evaluates them, and Redis.

10,000 endpoints seen from three regions; batches of 100, each agent sends the
next one when the last is answered.
"""

import pathlib
import signal
import subprocess

import big
from figures import cpu_seconds, say
from helpers import wait_for

HERE = pathlib.Path(__file__).resolve().parent
ENDPOINTS, SPAN_MS = 10000, 2000  # all that is sent lies within that
CASES = [(1, 10), (4, 4)]  # agents of a region, rounds
# Called by the scripts of lib/store_scripts.c (HSET besides once in 5 s, by
# liveness), and by this program.
INSIDE = {"get", "hget", "hset", "hdel", "xadd", "xlen", "xtrim", "set",
          "incr"}
OURS = {"info", "xrevrange"}


def write_bodies(house, speakers, rounds):
    at_ms, step_ms = big.now_ms() - SPAN_MS, SPAN_MS // rounds
    for n, v in enumerate(speakers):
        begin_ms = at_ms + n * step_ms // len(speakers)
        with open(house.folder / f"{v.name}.bodies", "wb") as out:
            for i in range(rounds):
                for body in v.round(begin_ms + i * step_ms):
                    out.write(f"{len(body):08}".encode() + body)


class Redis:
    """What Redis counts of itself."""

    def __init__(self, house):
        client = house.redis.client
        cpu, stats = client.info("cpu"), client.info("stats")
        self.cpu = cpu["used_cpu_user"] + cpu["used_cpu_sys"]
        self.read = stats["total_net_input_bytes"]
        self.written = stats["total_net_output_bytes"]
        self.memory = client.info("memory")["used_memory"]
        self.calls = {name.removeprefix("cmdstat_"): c["calls"] for name, c
                      in client.info("commandstats").items()}

    def since(self, before):
        return {name: calls - before.calls.get(name, 0)
                for name, calls in self.calls.items()
                if calls > before.calls.get(name, 0) and name not in OURS}


def feed(house, speakers):
    """As fast as it goes; all is evaluated when it returns."""
    names = [v.name for v in speakers]
    wrk = subprocess.Popen(
        ["wrk", f"-t{len(names)}", f"-c{len(names)}", "-d80s", "-s",
         HERE / "feed.lua",
         f"https://127.0.0.1:{house.ports['agents']}", "--",
         house.folder, *names], stdout=subprocess.DEVNULL)
    done = [house.folder / f"{name}.done" for name in names]
    wait_for("everything to be sent", lambda: all(
        d.exists() and d.read_text() for d in done), 60)
    wrk.send_signal(signal.SIGINT)
    wrk.wait()
    refused = sum(int(d.read_text()) for d in done)
    assert refused == 0, f"{refused} batches were refused"
    wait_for("everything to be evaluated", house.evaluated)


def measure(per_region, rounds):
    with big.Big(ENDPOINTS, agents=per_region) as house:
        collector = house.start_evaluate()
        speakers = big.voices(house)
        big.settle(house, speakers)
        write_bodies(house, speakers, rounds)
        pid = collector.process.pid
        before, spent = Redis(house), cpu_seconds(pid)
        feed(house, speakers)
        after, spent = Redis(house), cpu_seconds(pid) - spent
    tell(len(speakers), ENDPOINTS * rounds * len(speakers), spent, before,
         after)


def tell(agents, many, spent, before, after):
    calls = after.since(before)
    sent = {k: v for k, v in calls.items() if k not in INSIDE}
    of = f"{agents} agents, batches of {big.BATCH}"
    say(f"ingest and evaluate, {of}: per CPU second", many / spent, "obs/s",
        at_least=300000, observations=many, cpu_s=spent)
    say(f"Redis, {of}: CPU of the server per observation",
        (after.cpu - before.cpu) * 1e6 / many, "us", at_most=1.2)
    say(f"Redis, {of}: commands sent per observation",
        sum(sent.values()) / many, "", at_most=0.02, commands=sent)
    say(f"Redis, {of}: commands, within scripts too",
        sum(calls.values()) / many, "", commands=calls)
    say(f"Redis, {of}: bytes sent to it per observation",
        (after.read - before.read) / many, "bytes")
    say(f"Redis, {of}: bytes sent by it per observation",
        (after.written - before.written) / many, "bytes")


for case in CASES:
    measure(*case)
