"""Floods of every listener, by tools that others made and by clients as bad
as they can be, and how late what agents saw was meanwhile."""

import hashlib
import json
import pathlib
import signal
import subprocess
import sys
import threading
import time

import msgpack
import redis

import helpers
import house

READERS = "board", "wall", "phone", "desk"  # of the read API
MONTH = "2026-10"
LOGIN_LUA = '''wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Origin"] = "%s"
wrk.body = "name=aroha&password=a-guess"
'''
RATE_LUA = "function delay() return 50 end\n"  # ms before each request
ALERT_LUA = RATE_LUA + '''wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[%s]]
'''
ENDS_S = 60       # by itself, should nobody end it
SLOW = 50         # connections at once of each slow client ...
SLOW_RATE = 20    # ... and so many of them a second
CROWD = 1200      # more than a listener takes
HANDSHAKES = 8    # of each kind
LISTENERS = {  # that speak HTTP, and a path of each
    "agents": "/agent/v1/plan", "pages": "/c/acme/",
    "pager": f"/l/INC-000001~aroha~i-000000001~{'0' * 40}",
    "metrics": "/metrics", "alerts": "/v2/enqueue", "console": "/login"}
READS = {  # what there is to read: where, and by whom
    "plan": ("agents", "/agent/v1/plan", "akl-1"),
    "page": ("pages", "/c/acme/", "board"),
    "report": ("pages", f"/c/acme/reports/{MONTH}.html", "board"),
    "facts": ("pages", "/api/v1/facts?endpoint=acme%2Flearn", "board"),
    "told": ("pages", f"/api/v1/reports/acme/{MONTH}.csv", "desk"),
    "metrics": ("metrics", "/metrics", "board")}


class House(house.House):
    """Everything that can listen does, and there is all there is to read."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in "metrics", "alerts", "console":
            self.ports[name] = helpers.free_port()
        self.sockets = [self.state / f"{name}.sock"
                        for name in ("pager", "collector")]

    def write(self):
        super().write()
        with open(self.conf, "a", encoding="ascii") as f:
            f.write("\nreaders:\n" + "".join(
                f"  - {{ name: {name}, token_sha256: {self.hash(name)} }}\n"
                for name in READERS) + "alerts:\n  - { name: nagios, "
                f"key_sha256: {self.hash('nagios')}, client: acme }}\n")

    def hash(self, name):
        return hashlib.sha256(self.token(name).encode()).hexdigest()

    def client(self, name):
        return super().client(name).replace("    endpoints:", f"""\
    status_page: {{ host: status.{name}.example, reports: public }}
    endpoints:""")

    def publish(self):
        """A final report of acme, as if one had been made."""
        text = self.cli("report", "acme", "--json")
        digest = hashlib.sha256(text.encode()).hexdigest()
        keys = self.redis.client
        keys.hset("sw:{r}:bodies", f"acme|{MONTH}|1|0", text)
        keys.hset("sw:{r}:reports", f"acme|{MONTH}", json.dumps([{
            "version": 1, "made": house.now_ms(), "bytes": len(text.encode()),
            "hash": digest, "facts": digest}]))
        keys.hset("sw:{r}:meta", mapping={"schema": 1, "head": digest})
        for listener, path, token in READS.values():
            helpers.wait_for(path, lambda read=(listener, path, token):
                             self.read(*read).status == 200)

    def read(self, listener, path, token=READERS[0], **kwargs):
        return helpers.http(self.origin(listener) + path, headers={
            "Authorization": f"Bearer {self.token(token)}"}, **kwargs)


class Floods:
    """wrk and slowhttptest against every listener that speaks HTTP, and bad
    clients of everything that listens."""

    def __init__(self, h):
        self.h, self.running = h, {}
        (h.folder / "rate.lua").write_text(RATE_LUA)

    def start(self, name, *args, **kwargs):
        path = self.h.folder / f"{name}.out"
        with open(path, "wb") as out:
            self.running[name] = subprocess.Popen(
                [str(a) for a in args], stdout=out, stderr=subprocess.STDOUT,
                **kwargs)

    def wrk(self, name, url, token=READERS[0]):
        self.start(f"wrk-{name}", "wrk", "-t1", "-c10", f"-d{ENDS_S}", "-s",
                   self.h.folder / "rate.lua", "-H",
                   f"Authorization: Bearer {self.h.token(token)}",
                   url)

    def alerts(self):
        """What is over all the time, by who may say so: 202, and no change."""
        h, path = self.h, self.h.folder / "alert.lua"
        path.write_text(ALERT_LUA % json.dumps({
            "routing_key": h.token("nagios"), "event_action": "resolve",
            "dedup_key": "disk"}))
        self.start("wrk-alerts", "wrk", "-t1", "-c10", f"-d{ENDS_S}", "-s",
                   path, h.origin("alerts") + LISTENERS["alerts"])

    def logins(self):
        """Who guesses passwords: most hear that earlier guesses wait."""
        h, path = self.h, self.h.folder / "login.lua"
        path.write_text(RATE_LUA + LOGIN_LUA % h.origin("console"))
        self.start("wrk-guesses", "wrk", "-t1", "-c10", f"-d{ENDS_S}", "-s",
                   path, h.origin("console") + LISTENERS["console"])

    def slow(self, name, path):
        slow = ("slowhttptest", "-c", SLOW, "-r", SLOW_RATE, "-l", ENDS_S, "-u",
                self.h.origin(name) + path)
        self.start(f"headers-{name}", *slow, "-H", "-i", 1)
        self.start(f"body-{name}", *slow, "-B", "-i", 1, "-s", 8192, "-t",
                   "POST")
        self.start(f"read-{name}", *slow, "-X", "-w", 10, "-y", 20, "-n", 2,
                   "-z", 32, "-k", 3)

    def crowd(self, name, path):
        """More half requests than there may be connections, if the machine is
        fast enough to have them at once."""
        self.start(f"crowd-{name}", "slowhttptest", "-c", CROWD, "-r",
                   CROWD // 2, "-l", ENDS_S, "-H", "-i", 5, "-u",
                   self.h.origin(name) + path)

    def bad(self, name, kind, *args):
        script = pathlib.Path(__file__).with_name("nuisance.py")
        self.start(name, sys.executable, script, kind, *args)

    def __enter__(self):
        h, tls = self.h, int(self.h.tls)
        for name, (listener, path, token) in READS.items():
            self.wrk(name, h.origin(listener) + path, token)
        self.alerts()
        self.logins()
        for name, path in LISTENERS.items():
            self.slow(name, path)
            if tls:
                self.bad(f"handshakes-{name}", "handshakes", h.ports[name],
                         HANDSHAKES)
        if not tls:
            self.crowd("agents", LISTENERS["agents"])
        self.bad("garbage", "garbage", h.ports["agents"], tls,
                 h.token("akl-1"))
        self.bad("streams", "streams", h.ports["pages"], tls,
                 *map(h.token, READERS))
        self.bad("control", "control", *h.sockets)
        for name in self.bad_ones():
            helpers.wait_for(name, lambda n=name: " at it\n" in self.said(n))
        return self

    def bad_ones(self):
        return [n for n in self.running if n.split("-")[0] in (
            "garbage", "handshakes", "streams", "control")]

    def __exit__(self, *_):
        bad = self.bad_ones()
        for name, p in self.running.items():
            p.send_signal(signal.SIGTERM if name in bad else signal.SIGINT)
        for p in self.running.values():
            p.wait(timeout=60)

    def said(self, name):
        return (self.h.folder / f"{name}.out").read_text(errors="replace")

    def counted(self, name):
        """What a bad client did, how often."""
        return json.loads(self.said(name).splitlines()[-1])


class Evaluated:
    """When the position of the shard came to be where, and how late somebody
    was meanwhile who has to do with none of it: what the machine is good
    for."""

    def __init__(self, h):
        self.h, self.ending = h, threading.Event()
        self.seen, self.waited = [], []
        self.threads = [threading.Thread(target=t)
                        for t in (self.look, self.work)]

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

    def work(self):
        """A little, again and again; without sleep and work it is waiting."""
        text = bytes(1 << 21)
        while not self.ending.is_set():
            began, worked = time.monotonic(), time.thread_time()
            time.sleep(0.05)
            hashlib.sha256(text)
            self.waited.append((time.time(), time.monotonic() - began - 0.05 -
                                (time.thread_time() - worked)))

    def late(self, parts, begin, end):
        """How long after it was closed the last of the parts that were closed
        meanwhile was evaluated."""
        slowest = 0
        for entry, _, part in parts:
            closed = part[5] / 1000
            if begin <= closed < end:
                slowest = max(slowest, next(
                    at for at, position in self.seen
                    if position >= entry) - closed)
        return slowest

    def stalled(self, begin, end):
        return max(late for at, late in self.waited if begin <= at < end)


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


def accepted_late(parts, begin, end):
    """How long after it was made the last of the observations that were made
    meanwhile was accepted: in the store, by its clock, before the 200."""
    slowest, count = 0, 0
    for entry, _, part in parts:
        for o in part[9]:
            made = (o[1] + o[2] + o[8][0] / 1000) / 1000
            if begin <= made < end:
                slowest = max(slowest, entry[0] / 1000 - made)
                count += 1
    return slowest, count
