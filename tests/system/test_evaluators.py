"""Several evaluators on one Redis.  When the one that has the shards dies,
hangs, is cut off from Redis or has its clock set, another goes on within 10 s;
nothing is lost or counted twice, nobody is told twice, and the old one, when
it comes back, writes nothing."""

import json
import re
import socket
import struct
import subprocess
import threading
import time

import msgpack
import pytest

import helpers
import promises
from collector import (Agent, Collector, CONNECT, FAILED, REGIONS, alarms,
                       last_entry, now_ms, observation, parts_in)
from helpers import wait_for

CLIENTS = [f"c{n}" for n in range(12)]  # some in each of four shards
WITHIN_S = 10


class Cable:
    """A way to Redis that may stop to pass bytes, and keeps what it holds."""

    def __init__(self, redis):
        self.redis, self.late = redis, 0
        self.whole = threading.Event()
        self.whole.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.address = f"tcp:127.0.0.1:{port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def answers(self):
        return self.redis.answers()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(str(self.redis.socket))
            for ends in (near, far), (far, near):
                threading.Thread(target=self.carry, args=ends,
                                 daemon=True).start()

    def carry(self, source, sink):
        try:
            while data := source.recv(1 << 16):
                if not self.whole.is_set():
                    self.whole.wait()
                    self.late += len(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def cut(self):
        self.whole.clear()

    def mend(self):
        self.whole.set()


class Clock:
    """The wall clock of one program."""

    def __init__(self, folder):
        self.path = folder / "clock"
        self.set(0)

    def set(self, by_s):
        with open(self.path, "r+b" if self.path.exists() else "wb") as f:
            f.write(struct.pack("=q", by_s * 1000))


class Reporter:
    """One agent: what a collector does not take, the other one gets."""

    def __init__(self, town, name, collectors):
        self.town, self.agent = town, Agent(collectors[0], name)
        self.collectors, self.waiting = collectors, []
        self.accepted = 0  # parts
        self.thread = threading.Thread(target=self.live)

    def live(self):
        while not self.town.ending.wait(0.25) or self.waiting:
            if not self.waiting:
                self.waiting = self.look()
            try:
                taken = self.send().status == 200
            except OSError:
                taken = False
            if taken:
                self.accepted += len(self.waiting)
                self.waiting = []
            else:
                self.collectors = self.collectors[::-1]
                self.agent.collector = self.collectors[0]

    def look(self):
        at, broken = now_ms(), self.town.broken
        return [self.agent.part([
            observation(e, at, FAILED, CONNECT, 0) if e in broken else
            observation(e, at) for e in endpoints], shard)
                for shard, endpoints in self.town.shards.items()]

    def send(self):
        return helpers.http(
            f"{self.agent.collector.url}/results", method="POST",
            headers=self.agent.headers(), seconds=1.5,
            body=msgpack.packb([1, now_ms(), self.waiting]))


class Town:
    """Two collectors, the agents who speak to them, and what is broken."""

    def __init__(self, program, folder, redis, shards):
        self.redis, self.shards, self.broken = redis, {}, set()
        self.ending = threading.Event()
        self.cable, self.clock = Cable(redis), Clock(folder)
        self.a = self.collector(program, folder, "a", self.cable, shards)
        self.b = self.collector(program, folder, "b", redis, shards)
        self.a.start(SUNWATCH_CLOCK=str(self.clock.path))
        for n in range(shards):
            self.a.program.wait_log(f"shard {n}: evaluating")
        self.b.start()
        for n in range(shards):
            self.b.program.wait_log(f"shard {n}: another has the lease")
        plan = json.loads(Agent(self.b).get("plan").text)
        for e in plan["endpoints"]:
            self.shards.setdefault(e["shard"], []).append(e["id"])
        assert sorted(self.shards) == list(range(shards))
        self.endpoints = {e for list_ in self.shards.values() for e in list_}
        both = [self.a, self.b]
        self.reporters = [Reporter(self, name, order) for name, order in zip(
            REGIONS, (both, both[::-1], both[::-1]))]

    def collector(self, program, folder, name, redis, shards):
        own = folder / name
        own.mkdir()
        (own / "many.yaml").write_text("clients:\n" + "".join(
            f"  - {{ name: {c}, sla: gold, zone: UTC, contact: moana, "
            f'endpoints: [{{ name: learn, url: "http://127.0.0.1:1/{c}" }}] '
            f"}}\n" for c in CLIENTS))
        return Collector(
            lambda what, *args, **env: program(what, *args, log=name, **env),
            own, redis, shards=shards, extra='include: ["many.yaml"]\n')

    def begin(self):
        for r in self.reporters:
            r.thread.start()

    def end(self):
        self.ending.set()
        for r in self.reporters:
            if r.thread.is_alive():
                r.thread.join(60)
        self.cable.listener.close()

    # ---- what is known ----

    def told(self, endpoint):
        return [a["event"] for n in self.shards for a in alarms(
            self.redis, n) if a["subject"] == endpoint
                and a["event"] != "changed"]

    def wait_told(self, endpoints, events, seconds=30):
        wait_for(f"{events} of {endpoints}", lambda: all(
            self.told(e) == events for e in endpoints), seconds)

    def fences(self):
        return [self.redis.client.get(f"sw:{{c{n}}}:fence")
                for n in self.shards]

    def one_of_each(self, which):
        return [sorted(endpoints)[which]
                for _, endpoints in sorted(self.shards.items())]

    def cli(self, *args):
        return subprocess.run(
            [helpers.BIN / "sunwatch", *args, "--conf", self.b.path],
            text=True, capture_output=True, timeout=30, check=True).stdout


@pytest.fixture(params=[1, 4], ids=["1shard", "4shards"])
def town(request, program, redis, tmp_path):
    t = Town(program, tmp_path, redis, request.param)
    try:
        t.begin()
        yield t
    finally:
        t.cable.mend()
        t.end()


# How it goes, and how it comes back.

def killed(t):
    t.a.program.kill()
    return lambda: t.a.start(SUNWATCH_CLOCK=str(t.clock.path))


def frozen(t):
    return helpers.hang(t.a.program)


def cut_off(t):
    t.cable.cut()
    return t.cable.mend


def clock_ahead(t):
    t.clock.set(600)
    return lambda: t.clock.set(0)


def clock_behind(t):
    t.clock.set(-3600)
    return lambda: t.clock.set(0)


@pytest.mark.parametrize(
    "fault", [killed, frozen, cut_off, clock_ahead, clock_behind])
def test_another_goes_on(town, fault):
    t = town
    before, amidst = t.one_of_each(0), t.one_of_each(1)
    time.sleep(0.6)
    t.broken.update(before)
    t.wait_told(before, ["raised"])
    assert set(t.fences()) == {"1"}

    gone = time.monotonic()
    back = fault(t)
    t.broken.update(amidst)
    for n in t.shards:
        t.b.program.wait_log(f"shard {n}: evaluating fence=2")
    took = time.monotonic() - gone
    t.wait_told(amidst, ["raised"])
    back()
    for n in t.shards:
        t.a.program.wait_log(rf"(?s)fence=1.*shard {n}: another has")
    if fault is cut_off:
        # What it had said before it was cut off came, and was refused.
        wait_for("what was held back to arrive", lambda: t.cable.late)
    t.broken.clear()
    t.wait_told([*before, *amidst], ["raised", "cleared"])
    t.end()

    assert took < WITHIN_S, took
    assert set(t.fences()) == {"2"}
    # Each commit expects to find its own last one.
    assert "dropped" not in t.b.program.log()
    every_part_once(t)
    told_once(t, [*before, *amidst])
    booked_is_what_was_seen(t, [*before, *amidst])


def every_part_once(t):
    for n in t.shards:
        last = last_entry(t.redis, n)
        wait_for("all to be evaluated", lambda n=n, last=last:
                 t.redis.client.hget(f"sw:{{c{n}}}:meta", "position") == last)
        found = parts_in(t.redis, n)
        for r in t.reporters:
            assert [seq for spool, seq in found if spool == r.agent.spool] \
                == list(range(1, r.agent.seq[n] + 1))
        assert int(t.redis.client.hget(f"sw:{{c{n}}}:meta", "evaluated")) == \
            int(t.redis.client.get(f"sw:{{c{n}}}:appended")) == len(found)
        assert t.redis.client.hlen(f"sw:{{c{n}}}:poison") == 0
    for r in t.reporters:
        assert r.accepted == sum(r.agent.seq.values())


def told_once(t, broken):
    for e in t.endpoints:
        assert t.told(e) == (["raised", "cleared"] if e in broken else []), e


def booked_is_what_was_seen(t, broken):
    lines = promises.Export(t)
    until = now_ms()
    for e in t.endpoints:
        stored = lines.stored(e, until)
        assert stored == lines.recounted(e, until), e
        assert [kind for kind, _, _ in stored].count("down") == (
            e in broken), (e, stored)


def test_alone_it_goes_on_under_the_clock_that_it_has(
        program, redis, tmp_path):
    clock = Clock(tmp_path)
    c = Collector(program, tmp_path, redis).start(
        SUNWATCH_CLOCK=str(clock.path)).evaluating()
    clock.set(300)
    c.program.wait_log("our clock was set")
    agents = [Agent(c, n) for n in REGIONS]

    def seen():
        for a in agents:
            at = now_ms() + 300_000
            a.waiting = a.waiting or a.part([observation(
                "acme/learn", at, FAILED, CONNECT, 0)], closed_ms=at)
            if a.send(a.waiting).status == 200:  # 503 while it stands aside
                a.waiting = None
        return [a for a in alarms(redis) if a["subject"] == "acme/learn"]

    wait_for("an alarm", seen)
    assert redis.client.get("sw:{c0}:fence") == "1"
    # What is set again and again does not keep it from evaluating.
    clock.set(0)
    c.program.wait_log(r"(?s)(catches up: its clock was set.*){2}")
    assert len(re.findall("our clock was set", c.program.log())) == 1
