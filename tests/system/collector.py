"""What tests of the collector share: a configuration, and an agent that
speaks the wire of docs/protocol.md without probing anything."""

import hashlib
import json
import os
import re
import socket
import time

import msgpack
import redis as redis_client

from helpers import free_port, http, wait_for

OK, SLOW, FAILED, MAINTENANCE, UNKNOWN = range(5)
NONE, DNS, CONNECT, TLS, TIMEOUT, PROTOCOL, HTTP_STATUS = range(7)
REGIONS = {"akl-1": "auckland", "lon-1": "london", "nyc-1": "new-york"}


def now_ms():
    return time.time_ns() // 1_000_000


def token_of(name):
    return f"token-of-{name}"


def write_conf(folder, redis, port, shards=1, interval="2s", pages_port=0,
               extra=""):
    """A tree with two clients; its path."""
    agents = "".join(
        f"  - {{ name: {name}, region: {region}, token_sha256: "
        f"{hashlib.sha256(token_of(name).encode()).hexdigest()} }}\n"
        for name, region in REGIONS.items())
    state = folder / "state"
    state.mkdir(exist_ok=True)
    path = folder / "sunwatch.yaml"
    path.write_text(f"""
site:
  name: Test
  url: http://127.0.0.1:1
  links: http://127.0.0.1:1
  state_dir: "{state}"
  operations_ladder: standard
redis: "{redis}"
shards: {shards}
listen:
  agents: 127.0.0.1:{port}
  pages: 127.0.0.1:{pages_port}
defaults: {{ interval: {interval}, timeout: 1s, slow: 500ms, ladder: standard }}
channels:
  - {{ kind: terminal }}
agents:
{agents}people:
  - {{ name: moana, zone: Pacific/Auckland, reach: [terminal 0s] }}
ladders:
  - name: standard
    levels:
      - {{ call: person moana, patience: 20s }}
clients:
  - name: acme
    sla: gold
    zone: Pacific/Auckland
    contact: moana
    endpoints:
      - {{ name: learn, url: "http://127.0.0.1:1/", platform: one }}
      - {{ name: library, url: "http://127.0.0.1:1/l" }}
  - name: birch
    sla: silver
    zone: Europe/London
    contact: moana
    endpoints:
      - {{ name: learn, url: "http://127.0.0.1:1/b" }}
platforms:
  - {{ name: one, title: One }}
{extra}""")
    return path


class Collector:
    """The collector in role evaluate, with its configuration."""

    def __init__(self, program, folder, redis, **conf):
        self.port = free_port()
        self.folder = folder
        self.redis = redis
        self.conf = conf
        self.start_program = program
        self.url = f"http://127.0.0.1:{self.port}/agent/v1"
        self.path = write_conf(folder, redis.address, self.port, **conf)
        self.program = None

    def start(self, **env):
        self.program = self.start_program(
            "sunwatch-collector", "--role", "evaluate", "-f", self.path,
            **env)
        wait_for("ingest to listen", lambda: (
            self.listens() or not self.program.running()))
        return self

    def listens(self):
        """And has its store, where there is one: until then it says 503."""
        if self.redis.answers() and not re.search(
                r"redis .*: connected", self.program.log()):
            return False
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def evaluating(self, times=1):
        self.program.wait_log(r"(?s)" + r"shard 0: evaluating.*" * times)
        return self


def observation(endpoint, at_ms, outcome=OK, reason=NONE, status=200,
                interval_ms=2000, detail=""):
    return [endpoint, at_ms, 0, 1, outcome, reason, 0, interval_ms,
            [20000, 100, 200, 0, 10000, 0], status, detail]


class Agent:
    """One agent: it numbers its parts and remembers what was said."""

    def __init__(self, collector, name="akl-1", spool=None):
        self.collector = collector
        self.name = name
        self.spool = spool or os.urandom(8).hex()
        self.seq = {}
        self.waiting = None  # a part not yet accepted

    def headers(self):
        return {"Authorization": f"Bearer {token_of(self.name)}"}

    def hello(self, **fields):
        body = {"version": 1, "agent": self.name, "spool": self.spool,
                **fields}
        return http(f"{self.collector.url}/hello", method="POST",
                    headers=self.headers(), body=json.dumps(body).encode())

    def get(self, what, headers=None, seconds=70):
        return http(f"{self.collector.url}/{what}",
                    headers={**self.headers(), **(headers or {})},
                    seconds=seconds)

    def part(self, observations=(), shard=0, seq=None, from_seq=None,
             hole=None, blinds=(), closed_ms=None, error_ms=1):
        if seq is None:
            seq = self.seq.get(shard, 0) + 1
            self.seq[shard] = seq
        return msgpack.packb([
            1, self.spool, shard, seq if from_seq is None else from_seq, seq,
            closed_ms or now_ms(), 0, error_ms, hole, list(observations),
            list(blinds)])

    def send(self, *parts, body=None):
        if body is None:
            body = msgpack.packb([1, now_ms(), list(parts)])
        return http(f"{self.collector.url}/results", method="POST",
                    headers=self.headers(), body=body)

    def report(self, *observations, shard=0):
        return self.send(self.part(observations, shard))


def have(answer):
    return {h["shard"]: h["seq"] for h in json.loads(answer.text)["have"]}


def entries(redis, stream):
    return [e[1] for e in redis.client.xrange(stream)]


def alarms(redis, shard=0):
    return [json.loads(e["d"]) for e in entries(redis, f"sw:{{c{shard}}}:out")]


def inbox(redis, shard=0):
    # The values are MessagePack, which the text client cannot decode.
    raw = redis_client.Redis(unix_socket_path=str(redis.socket))
    return [e[1][b"d"] for e in raw.xrange(f"sw:{{c{shard}}}:in")]


def last_entry(redis, shard=0):
    raw = redis_client.Redis(unix_socket_path=str(redis.socket))
    return raw.xinfo_stream(f"sw:{{c{shard}}}:in")[
        "last-generated-id"].decode()


def parts_in(redis, shard=0):
    """(spool, seq) of every part in the inbox, in order."""
    found = []
    for entry in inbox(redis, shard):
        part = msgpack.unpackb(msgpack.unpackb(entry, raw=True)[6], raw=True)
        found.append((part[1].decode(), part[4]))
    return found


def all_up(agents, endpoint="acme/learn", outcome=OK, **more):
    for agent in agents:
        answer = agent.report(observation(endpoint, now_ms(), outcome,
                                          **more))
        assert answer.status == 200, answer.text
