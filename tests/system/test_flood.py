"""A flood of readers on the status pages delays nothing else: agents are
answered, results evaluated, and an outage that begins in the midst of it is
paged, taken and told as over in time.  And when all that listens is asked a
lot, held up and told nonsense, over TLS or not, no result is lost and none is
accepted, or evaluated, a second later than without."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import pytest

import floods
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


# ---- all that listens at once ----

LATE_S = helpers.PATIENCE / 20  # a second; more under a checker
QUIET_S = 4
HOPS = 3          # agent, collector, store: each may have to wait
PACE_S = 1        # between commits of what changes nothing


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def open_house(request, tmp_path, smtp):
    h = floods.House(tmp_path, smtp, tls=request.param,
                     endpoints=["acme/learn", "birch/learn"])
    try:
        yield h.start()
    finally:
        h.end()


def still_answered(h):
    """Everybody who asks once, and the operator."""
    for name, path in floods.LISTENERS.items():
        began = time.monotonic()
        h.read(name, path, seconds=WITHIN_S)
        assert time.monotonic() - began < WITHIN_S, name
    for path in h.sockets:
        began = time.monotonic()
        said = helpers.control(path, {"command": "nothing"}, WITHIN_S)
        assert "command" in said["error"], said
        assert time.monotonic() - began < WITHIN_S


def it_was_a_flood(h, tools):
    """All that was meant to be there was, and met what it was to meet."""
    for name in tools.running:
        said = tools.said(name)
        if name.startswith("wrk"):
            assert int(said.split(" requests in ")[0].split()[-1]) > 100, said
        elif name not in tools.bad_ones():
            assert "slow" in said.lower(), (name, said)
        elif name.startswith("handshakes"):
            assert tools.counted(name)["cut off"] > floods.HANDSHAKES, said
    garbage = tools.counted("garbage")
    assert {"400", "401", "413", "422", "431"} <= set(garbage), garbage
    for name in *floods.READS, "link", "alerts":  # facts and reports: at their rate
        assert name in ("facts", "told") or (
            "Non-2xx" not in tools.said(f"wrk-{name}")), name
    streams = tools.counted("streams")
    assert streams["streams 200"] > len(floods.READERS), streams
    assert streams["streams 503"] > 0 and streams["event: state"] > 0, streams
    control = tools.counted("control")
    assert control["refused"] > 0, control


def none_is_lost(h, parts, until):
    for agent, region in house.REGIONS.items():
        seqs = [p[4] for _, name, p in parts if name == agent]
        assert seqs == list(range(1, len(seqs) + 1)), agent
        assert len(seqs) > QUIET_S, (agent, region)
    made = {(region, endpoint, o[0])
            for (region, endpoint), seen in h.observations().items()
            for o in seen if o[0] < until * 1000}
    stored = {(house.REGIONS[name], o[0].decode(), o[1])
              for _, name, p in parts for o in p[9]}
    assert made <= stored, sorted(made - stored)[:5]


def none_is_late(parts, evaluated, quiet, flood):
    accepted, without = (floods.accepted_late(parts, *when)
                         for when in (flood, quiet))
    judged, judged_without = (evaluated.late(parts, *when)
                              for when in (flood, quiet))
    stalled = evaluated.stalled(*flood) * HOPS
    print(f"accepted after {accepted[0]:.2f} s at most ({accepted[1]} "
          f"observations), without a flood {without[0]:.2f} s; evaluated "
          f"{judged:.2f} s after closing, without {judged_without:.2f} s; "
          f"{HOPS} others had to wait for {stalled:.2f} s")
    assert min(accepted[1], without[1]) > 0
    assert accepted[0] < without[0] + LATE_S + stalled
    assert judged < max(judged_without, PACE_S) + LATE_S + stalled


@helpers.needs("wrk", "slowhttptest")
def test_all_that_listens(open_house):
    h = open_house
    h.all_up()
    h.publish()
    with floods.Evaluated(h) as evaluated:
        quiet = time.time(), time.time() + QUIET_S
        time.sleep(QUIET_S)
        with floods.Floods(h) as tools:
            begin = time.time()
            outage = h.break_("birch/learn")
            incident = h.wait_page(outage)
            link = h.links(incident["id"])[0]
            tools.wrk("link", link)  # shown again and again, and not taken
            h.take(incident)
            h.heal(outage)
            still_answered(h)
            h.wait_closed(incident)
            flood = begin, time.time()
        promises.settle(h)
    promises.check(h)
    it_was_a_flood(h, tools)
    parts = list(floods.inbox(h))
    none_is_lost(h, parts, flood[1])
    none_is_late(parts, evaluated, quiet, flood)
    assert h.deaths == {}
