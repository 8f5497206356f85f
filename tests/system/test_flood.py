"""A flood of readers on the status pages delays nothing else: agents are
answered, results evaluated, and an outage that begins in the midst of it is
paged, taken and told as over in time.  And when every listener is asked a
lot, and held up by clients as slow as they can be, no result is lost and none
is evaluated a second later than without."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import msgpack
import pytest
import redis

import helpers
import house
import promises

READERS = 60      # connections at once of each flooder, and as many idle ones
FLOODERS = 2
WITHIN_S = 5      # tenfold of what one answer takes on a busy machine
ALIVE = "evaluate:0", "pager", "auditor", "commit"
ALIVE_S = 30      # each says so at least every 5 s
PAGE_WITHIN_MS = 50_000  # tenfold


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().split(") ")[1]
    user, kernel = fields.split()[11:13]
    return (int(user) + int(kernel)) / os.sysconf("SC_CLK_TCK")


class Flood:
    def __init__(self, port, pages):
        self.port, self.pages = port, pages
        self.answered = self.cpu = self.seconds = 0
        self.flooders = []

    def __enter__(self):
        script = pathlib.Path(__file__).with_name("flooder.py")
        self.flooders = [subprocess.Popen(
            [sys.executable, script, str(self.port), str(READERS),
             "/c/acme/"], stdout=subprocess.PIPE, text=True)
            for _ in range(FLOODERS)]
        for f in self.flooders:
            assert f.stdout.readline() == "flooding\n"
        self.cpu = -cpu_seconds(self.pages.process.pid)
        self.seconds = -time.monotonic()
        return self

    def __exit__(self, *_):
        self.cpu += cpu_seconds(self.pages.process.pid)
        self.seconds += time.monotonic()
        for f in self.flooders:
            f.send_signal(signal.SIGTERM)
        for f in self.flooders:
            self.answered += json.loads(f.communicate(timeout=60)[0])[
                "answered"]


class Others:
    """Asks ingest, evaluate and the pager all the while how they are."""

    def __init__(self, h):
        self.h, self.ending = h, threading.Event()
        self.asked, self.slowest = 0, {}
        self.thread = threading.Thread(target=self.look)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()

    def took(self, name, seconds):
        self.slowest[name] = max(self.slowest.get(name, 0), seconds)

    def look(self):
        h = self.h
        ingest = f"http://127.0.0.1:{h.ports['agents']}/agent/v1/plan"
        while not self.ending.wait(0.1):
            began = time.monotonic()
            status = helpers.http(ingest, seconds=60, headers={
                "Authorization": f"Bearer {h.token('akl-1')}"}).status
            self.took("asking ingest" if status == 200 else f"ingest {status}",
                      time.monotonic() - began)
            began = time.monotonic()
            helpers.control(h.state / "pager.sock", {"command": "incidents"},
                            60)
            self.took("asking the pager", time.monotonic() - began)
            for name, at in h.redis.client.hgetall("sw:{a}:live").items():
                self.took(name, time.time() - int(at) / 1000)
            self.asked += 1


@pytest.fixture
def whole(tmp_path, smtp):
    h = house.House(tmp_path, smtp, endpoints=["acme/learn", "birch/learn"])
    try:
        yield h.start()
    finally:
        h.end()


def test_a_flood_of_readers_delays_nothing_else(whole):
    h = whole
    h.all_up()
    with Flood(h.ports["pages"], h.programs["pages"]) as flood, \
            Others(h) as others:
        outage = h.break_("birch/learn")
        incident = h.wait_page(outage)
        h.take(incident)
        h.heal(outage)
        h.wait_closed(incident)
    # It was one: the pages had more to do than anybody else has ever.
    assert flood.answered > 2000 * flood.seconds, flood.answered
    assert flood.cpu > 0.1 * flood.seconds, (flood.cpu, flood.seconds)
    # Nobody else waited.
    assert others.asked > 5
    assert set(others.slowest) == {"asking ingest", "asking the pager",
                                   *ALIVE}, others.slowest
    for name, seconds in others.slowest.items():
        within = ALIVE_S if name in ALIVE else WITHIN_S
        assert seconds < within, others.slowest
    known = h.ask(command="incident", incident=incident["id"])["incident"]
    assert known["opened_ms"] - outage.broke[0] < PAGE_WITHIN_MS
    first_call = min(c["at_ms"] for c in known["called"])
    assert first_call - known["since_ms"] < PAGE_WITHIN_MS
    promises.settle(h)
    promises.check(h)
    # Nobody was without news of any region at any time.
    for name, booked in promises.Export(h).booked.items():
        unknown = [r for r in booked if r["kind"] == "unknown"]
        assert len(unknown) == 1, (name, unknown)  # before the first look
    assert h.deaths == {}


# ---- every listener at once, by tools that others made ----

LATE_S = helpers.PATIENCE / 20  # a second; more under a checker
QUIET_S = 5
SLOW = 60         # connections at once of each slow client
RATE_LUA = "function delay() return 10 end\n"  # ms before each request
TOOLS = "wrk", "slowhttptest"


class Tools:
    """wrk and slowhttptest against ingest, pages and links."""

    def __init__(self, h):
        self.h, self.running = h, []
        (h.folder / "rate.lua").write_text(RATE_LUA)

    def start(self, name, *args):
        with open(self.h.folder / f"{name}.out", "wb") as out:
            self.running.append((name, subprocess.Popen(
                [str(a) for a in args], stdout=out,
                stderr=subprocess.STDOUT)))

    def __enter__(self):
        ports, seconds = self.h.ports, 60
        paths = {"agents": "/agent/v1/plan", "pages": "/c/acme/",
                 "pager": f"/l/INC-000001~aroha~i-000000001~{'0' * 40}"}
        for name, path in paths.items():
            url = f"http://127.0.0.1:{ports[name]}{path}"
            slow = "slowhttptest", "-c", SLOW, "-r", SLOW, "-l", seconds
            self.start(f"wrk-{name}", "wrk", "-t1", "-c10", f"-d{seconds}",
                       "-s", self.h.folder / "rate.lua", "-H",
                       f"Authorization: Bearer {self.h.token('akl-1')}", url)
            self.start(f"headers-{name}", *slow, "-H", "-i", 1, "-u", url)
            self.start(f"body-{name}", *slow, "-B", "-i", 1, "-s", 8192,
                       "-t", "POST", "-u", url)
            self.start(f"read-{name}", *slow, "-X", "-w", 10, "-y", 20, "-n",
                       2, "-z", 32, "-k", 3, "-u", url)
        return self

    def __exit__(self, *_):
        for _name, p in self.running:
            p.send_signal(signal.SIGINT)
        for _name, p in self.running:
            p.wait(timeout=60)

    def said(self, name):
        return (self.h.folder / f"{name}.out").read_text(errors="replace")


class Evaluated:
    """When the position of the shard came to be where, and how late whoever
    only sleeps was meanwhile."""

    def __init__(self, h):
        self.h, self.ending = h, threading.Event()
        self.seen, self.overslept = [], []
        self.threads = [threading.Thread(target=t)
                        for t in (self.look, self.sleep)]

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for t in self.threads:
            t.join()

    def look(self):
        last = None
        while not self.ending.wait(0.02):
            at = self.h.redis.client.hget("sw:{c0}:meta", "position")
            if at is not None and at != last:
                last = at
                self.seen.append((time.time(), number(at)))

    def sleep(self):
        while not self.ending.is_set():
            began = time.monotonic()
            time.sleep(0.02)
            self.overslept.append((time.time(),
                                   time.monotonic() - began - 0.02))

    def late(self, entries, begin, end):
        """How long after it was closed the last of the parts that were closed
        meanwhile was evaluated."""
        slowest = 0
        for entry, closed in entries:
            if begin <= closed < end:
                slowest = max(slowest, next(
                    at for at, position in self.seen
                    if position >= entry) - closed)
        return slowest

    def stalled(self, begin, end):
        return max(late for at, late in self.overslept if begin <= at < end)


def number(entry):
    return tuple(map(int, (entry if isinstance(entry, str) else
                           entry.decode()).split("-")))


def inbox(h):
    """[(entry, agent, part)] of all that was ever stored."""
    raw = redis.Redis(unix_socket_path=str(h.redis.socket))
    for entry, fields in raw.xrange("sw:{c0}:in"):
        envelope = msgpack.unpackb(fields[b"d"], raw=True)
        yield number(entry), envelope[1].decode(), msgpack.unpackb(
            envelope[6], raw=True)


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)),
                    reason="wrk or slowhttptest is not installed")
def test_slow_and_many_clients_of_every_listener(whole):
    h = whole
    h.all_up()
    with Evaluated(h) as evaluated:
        quiet = time.time(), time.time() + QUIET_S
        time.sleep(QUIET_S)
        with Tools(h) as tools:
            begin = time.time()
            outage = h.break_("birch/learn")
            incident = h.wait_page(outage)
            h.take(incident)
            h.heal(outage)
            h.wait_closed(incident)
            flood = begin, time.time()
            for name in "agents", "pages", "pager":  # it is answered still
                began = time.monotonic()
                helpers.http(f"http://127.0.0.1:{h.ports[name]}/healthz",
                             seconds=WITHIN_S)
                assert time.monotonic() - began < WITHIN_S
        promises.settle(h)
    promises.check(h)
    # It was a flood, and the slow ones were there.
    for name in "agents", "pages", "pager":
        said = tools.said(f"wrk-{name}")
        assert int(said.split(" requests in ")[0].split()[-1]) > 100, said
        for kind in "headers", "body", "read":
            assert "slow" in tools.said(f"{kind}-{name}").lower()
    # Nothing was lost on its way: each part of each agent, and all read.
    parts = list(inbox(h))
    for agent, region in house.REGIONS.items():
        seqs = [p[4] for _, name, p in parts if name == agent]
        assert seqs == list(range(1, len(seqs) + 1)), agent
        assert len(seqs) > QUIET_S, (agent, region)
    made = {(region, endpoint, o[0])
            for (region, endpoint), seen in h.observations().items()
            for o in seen if o[0] < flood[1] * 1000}
    stored = {(house.REGIONS[name], o[0].decode(), o[1])
              for _, name, p in parts for o in p[9]}
    assert made <= stored, sorted(made - stored)[:5]
    # And none was late.
    entries = [(entry, p[5] / 1000) for entry, _, p in parts]
    without = evaluated.late(entries, *quiet)
    late = evaluated.late(entries, *flood)
    stalled = evaluated.stalled(*flood)
    print(f"without {without:.2f} s, in the flood {late:.2f} s, whoever "
          f"slept {stalled:.2f} s")
    assert without > 0 and late < without + LATE_S + stalled
    assert h.deaths == {}
