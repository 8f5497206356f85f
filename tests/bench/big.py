"""A house of many endpoints in three regions, and agents that speak without
probing."""

import hashlib
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

import msgpack
import redis

import figures  # noqa: F401  finds the helpers
import helpers
from helpers import ROOT, free_port, wait_for

REGIONS = ["auckland", "london", "new-york"]
BATCH = 100
INTERVAL_MS = 30000


def now_ms():
    return time.time_ns() // 1_000_000


def token(agent):
    return f"token-of-{agent}"


class Big:
    """Its folder, Redis and configuration; start() starts programs."""

    def __init__(self, count, url="https://127.0.0.1:1/", interval="30s",
                 folder=None, agents=1, per_client=10):
        self.folder = folder or pathlib.Path(
            tempfile.mkdtemp(prefix="sunwatch-bench-"))
        self.own = folder is None
        self.count, self.url, self.interval = count, url, interval
        self.per_client = per_client
        self.agents = {f"{region}-{i + 1}": region for region in REGIONS
                       for i in range(agents)}
        self.ports = {n: free_port() for n in ("agents", "pages", "pager")}
        self.programs = []
        subprocess.run([ROOT / "tests" / "make-certificates"],
                       cwd=self.folder, check=True, capture_output=True)
        self.redis = helpers.Redis(self.folder)
        self.conf = self.folder / "sunwatch.yaml"
        self.write()
        self.redis.start()
        self.bytes = redis.Redis(unix_socket_path=str(self.redis.socket))

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        for program in self.programs:
            program.kill()
        self.redis.kill()
        if self.own:
            shutil.rmtree(self.folder)

    def endpoints(self):
        return [f"client-{i // self.per_client}/learn-{i % self.per_client}"
                for i in range(self.count)]

    def write(self):
        (self.folder / "state").mkdir()
        (self.folder / "clients.d").mkdir()
        agents = "".join(
            f"  - {{ name: {name}, region: {region}, token_sha256: "
            f"{hashlib.sha256(token(name).encode()).hexdigest()} }}\n"
            for name, region in self.agents.items())
        self.conf.write_text(f"""
site:
  name: Bench
  url: http://127.0.0.1:{self.ports["pages"]}
  links: http://127.0.0.1:{self.ports["pager"]}
  state_dir: "{self.folder}/state"
  operations_ladder: standard
redis: "{self.redis.address}"
listen:
  agents: {{ address: "127.0.0.1:{self.ports["agents"]}",
            certificate: "{self.folder}/good-chain.pem",
            key: "{self.folder}/good.key" }}
  pages: 127.0.0.1:{self.ports["pages"]}
  pager: 127.0.0.1:{self.ports["pager"]}
defaults: {{ interval: {self.interval}, timeout: 10s, ladder: standard }}
channels:
  - {{ kind: terminal, file: "{self.folder}/pages.txt" }}
agents:
{agents}people:
  - {{ name: moana, zone: Pacific/Auckland, reach: [terminal 0s] }}
ladders:
  - name: standard
    levels: [{{ call: person moana, patience: 5m }}]
include: "clients.d/*.yaml"
""")
        for first in range(0, self.count, self.per_client):
            self.write_client(first)
        for name in self.agents:
            path = self.folder / f"{name}.token"
            path.write_text(token(name))
            path.chmod(0o600)
            (self.folder / name).mkdir()

    def write_client(self, first):
        number = first // self.per_client
        endpoints = "".join(
            f"    - {{ name: learn-{i - first}, url: \"{self.url}\" }}\n"
            for i in range(first, min(first + self.per_client, self.count)))
        (self.folder / f"clients.d/client-{number:05}.yaml").write_text(f"""
client:
  name: client-{number}
  title: Client number {number}
  sla: gold
  zone: Pacific/Auckland
  contact: moana
  endpoints:
{endpoints}""")

    def start(self, name, *args):
        program = helpers.Program(
            f"{name}-{len(self.programs)}", [helpers.BIN / name, *args],
            self.folder)
        self.programs.append(program)
        return program.start()

    def evaluate(self):
        return self.start("sunwatch-collector", "--role", "evaluate", "-f",
                          self.conf)

    def start_evaluate(self):
        program = self.evaluate()
        program.wait_log("shard 0: evaluating", 60)
        return program

    def evaluated(self):
        """Everything in the inbox is evaluated and written."""
        last = self.bytes.xrevrange("sw:{c0}:in", count=1)
        at = self.bytes.hget("sw:{c0}:meta", "position")
        return not last or last[0][0] == at


class Voice:
    """One agent's spool: batches of good observations."""

    def __init__(self, big, name, number):
        self.big, self.name = big, name
        self.spool = f"{number:016x}"
        self.seq = 0
        self.socket = None

    def batch(self, endpoints, at_ms, closed_ms=None):
        self.seq += 1
        seen = [[e, at_ms + i, 0, 1, 0, 0, 0, INTERVAL_MS,
                 [20000 + i, 100, 200, 9000, 10000, 30], 200, ""]
                for i, e in enumerate(endpoints)]
        closed_ms = closed_ms or at_ms + len(endpoints)
        part = msgpack.packb([1, self.spool, 0, self.seq, self.seq,
                              closed_ms, 0, 1, None, seen, []])
        return msgpack.packb([1, closed_ms, [part]])

    def round(self, at_ms):
        """Every endpoint once, in batches."""
        all_ = self.big.endpoints()
        return [self.batch(all_[i:i + BATCH], at_ms)
                for i in range(0, len(all_), BATCH)]

    def send(self, bodies):
        """Over one kept connection, each after the answer to the last."""
        if self.socket is None:
            context = ssl.create_default_context(
                cafile=self.big.folder / "ca.pem")
            raw = socket.create_connection(
                ("127.0.0.1", self.big.ports["agents"]), timeout=30)
            self.socket = context.wrap_socket(raw, server_hostname="localhost")
        for body in bodies:
            self.socket.sendall(
                f"POST /agent/v1/results HTTP/1.1\r\nHost: localhost\r\n"
                f"Authorization: Bearer {token(self.name)}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += self.receive()
            head, rest = answer.split(b"\r\n\r\n", 1)
            assert head.startswith(b"HTTP/1.1 200 "), answer
            length = int(head.lower().split(b"content-length:")[1].split()[0])
            while len(rest) < length:
                rest += self.receive()

    def receive(self):
        data = self.socket.recv(65536)
        assert data, "the collector closed the connection"
        return data


def voices(big):
    return [Voice(big, name, i + 1) for i, name in enumerate(big.agents)]


def writes(big):
    stats = big.bytes.info("commandstats")
    return sum(stats.get(f"cmdstat_{name}", {"calls": 0})["calls"]
               for name in ("hset", "hdel"))


def settle(big, speakers, seconds=40):
    """Each region has seen every endpoint twice, and all is booked."""
    for _ in range(2):
        at_ms = now_ms()
        for v in speakers:
            v.send(v.round(at_ms - BATCH))
    wait_for("everything to be evaluated", big.evaluated, seconds)

    def quiet():
        before = writes(big)
        time.sleep(3)
        return writes(big) - before < 50
    wait_for("everything to be written", quiet, seconds)
