"""Calls that nobody should make: each gets a clear error, and after all of
them together everything that is stored is as it was."""

import hashlib
import json
import re
import socket
import subprocess
import time

import msgpack
import pytest
import redis

import collector
import house
from helpers import BIN, SmtpSink, http, wait_for

pytestmark = pytest.mark.xdist_group("bad_calls")  # one house for all

STORED = ["in", "spools", "runs", "voids", "outages", "terms", "alarms",
          "poison", "out", "journal"]
OF_PAGER = ["incidents", "pages", "intents", "overrides", "contacts", "rotas",
            "changes", "past", "calendars", "sessions",
            "poison", "journal", "out"]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """An incident that somebody has, and agents that say nothing more."""
    smtp = SmtpSink()
    h = house.House(tmp_path_factory.mktemp("quiet"), smtp,
                    endpoints=["acme/learn", "birch/library"])
    try:
        h.start()
        outage = h.break_("acme/learn")
        h.incident = h.wait_page(outage)
        h.take(h.incident, "aroha")
        h.link = h.links(h.incident["id"])[0]
        h.held.update(house.REGIONS)
        for name in house.REGIONS:
            h.kill(name)
        wait_for("nothing more to be sent", lambda: not h.redis.client.hlen(
            "sw:{p}:intents"))
        wait_for("what is silent to be known as such", lambda: all(
            json.loads(s)["state"] == "unknown"
            for s in h.redis.client.hvals("sw:{c0}:states")))
        wait_for("all of it to be written",
                 lambda first=[None]: settled(h, first))
        yield h
    finally:
        h.end()
        smtp.stop()


def settled(h, before):
    """Twice the same, a second apart."""
    time.sleep(1)
    was, before[0] = before[0], stored(h)
    return was == before[0]


def stored(h):
    """A hash of everything that bears on anything."""
    raw = redis.Redis(unix_socket_path=str(h.redis.socket))
    keys = [f"sw:{{c0}}:{k}" for k in STORED] + [
        f"sw:{{p}}:{k}" for k in OF_PAGER]
    found = {}
    for key in keys:
        kind = raw.type(key)
        value = (sorted(raw.hgetall(key).items()) if kind == b"hash" else
                 raw.xrange(key) if kind == b"stream" else None)
        found[key] = hashlib.sha256(repr(value).encode()).hexdigest()
    return found


@pytest.fixture
def unchanged(quiet):
    before = stored(quiet)
    yield quiet
    assert stored(quiet) == before


class Ingest:
    """What collector.Agent needs of a collector."""

    def __init__(self, h):
        self.url = f"http://127.0.0.1:{h.ports['agents']}/agent/v1"


@pytest.fixture
def agent(unchanged):
    return collector.Agent(Ingest(unchanged))


def raw(port, data, seconds=30):
    """Bytes as they are; all that comes back."""
    with socket.create_connection(("127.0.0.1", port), seconds) as s:
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        back = b""
        while True:
            more = s.recv(65536)
            if not more:
                return back
            back += more


def said(answer, status):
    assert answer.status == status, answer.text
    assert json.loads(answer.text)["error"], answer.text


def test_ingest_wrong_token(unchanged):
    stranger = collector.Agent(Ingest(unchanged))
    part = stranger.part([collector.observation("acme/learn", 1)])
    for header in ({}, {"Authorization": "Bearer nobody"},
                   {"Authorization": "Basic YWtsLTE6"},
                   {"Authorization": "Bearer " + "x" * 4000}):
        stranger.headers = lambda h=header: h
        said(stranger.send(part), 401)
        said(stranger.hello(), 401)
        said(stranger.get("plan"), 401)
        said(stranger.get("orders"), 401)


def test_ingest_wrong_method_path_and_size(agent):
    url, headers = agent.collector.url, agent.headers()
    for path, method in (("results", "GET"), ("results", "DELETE"),
                         ("hello", "GET"), ("plan", "POST"),
                         ("orders", "PUT")):
        body = b"x" if method in ("POST", "PUT") else None
        answer = http(f"{url}/{path}", method=method, headers=headers,
                      body=body)
        assert answer.status == 405 and answer.headers["Allow"], path
    said(http(f"{url}/nothing", headers=headers), 404)
    said(agent.send(body=b"x" * ((1 << 20) + 1)), 413)
    said(http(f"{url}/hello", method="POST", headers=headers,
              body=b"x" * 4097), 413)


def test_ingest_truncated(agent):
    port = int(re.search(r":(\d+)/", agent.collector.url).group(1))
    body = msgpack.packb([1, 1, [agent.part(seq=1)]])
    head = (f"POST /agent/v1/results HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {collector.token_of('akl-1')}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    assert b" 200 " not in raw(port, head + body[:-1])
    assert b" 200 " not in raw(port, head[:-30])
    for cut in range(1, len(body)):
        said(agent.send(body=body[:cut]), 400)
    for rubbish in (b"rubbish\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
                    b"GET / HTTP/9.9\r\n\r\n",
                    b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n"):
        answer = raw(port, rubbish)
        assert re.match(rb"HTTP/1.1 (400|431|505) ", answer), answer[:80]


def test_ingest_not_a_batch(agent):
    for body in (b"", b"\xc1", b"{}", b"[1,2,[]]", b"\x93\x01\x00\xa1x",
                 msgpack.packb([2, 1, []]), msgpack.packb([1, "now", []]),
                 msgpack.packb([1, 1, [7]]),
                 msgpack.packb([1, 1, [agent.part(seq=1)] * 65])):
        said(agent.send(body=body), 400)
    said(agent.send(agent.part(shard=1, seq=1)), 400)
    said(agent.send(agent.part(seq=7)), 409)
    for bad in (b"rubbish", b"", agent.part(seq=1)[:-1],
                msgpack.packb([1, "short", 0, 1, 1, 1, 0, 1, None, [], []])):
        said(agent.send(bad), 422)
    for hello in ({"version": 1, "agent": "lon-1"}, {"agent": "akl-1"},
                  {"version": 1, "spool": 7}):
        answer = http(f"{agent.collector.url}/hello", method="POST",
                      headers=agent.headers(), body=json.dumps(hello).encode())
        assert answer.status in (400, 403)
        assert json.loads(answer.text)["error"]


def test_ingest_a_repeated_batch_is_harmless(quiet):
    agent = collector.Agent(Ingest(quiet))
    batch = msgpack.packb([1, collector.now_ms(), [agent.part(
        [collector.observation("acme/learn", collector.now_ms() - 60000)],
        closed_ms=collector.now_ms())]])
    first = agent.send(body=batch)
    assert first.status == 200, first.text
    wait_for("it to be evaluated and written",
             lambda before=[None]: settled(quiet, before))
    before = stored(quiet)
    for _ in range(5):
        again = agent.send(body=batch)
        assert again.status == 200
        assert collector.have(again) == collector.have(first) == {0: 1}
    assert stored(quiet) == before


def test_links(unchanged):
    h, link = unchanged, unchanged.link
    last = "0" if link[-1] != "0" else "1"
    for forged in (link[:-1] + last, link.replace("aroha", "tom"),
                   link.replace("~i-", "~j-"), link + "0", link[:-1],
                   re.sub("INC-0+1", "INC-000002", link),
                   link.rsplit("/", 1)[0] + "/"):
        for form in (None, {"do": "resolve"}, {"do": "take"}):
            answer = http(forged, form)
            assert answer.status == 404, forged
            assert answer.text
    for method in ("GET", "HEAD"):
        for query in ("", "?do=resolve", "?do=hand-on&to=tom"):
            assert http(link + query, method=method).status in (200, 404)
    for method in ("PUT", "DELETE", "PATCH"):
        answer = http(link, method=method, body=b"do=resolve")
        assert answer.status == 405 and answer.headers["Allow"]
    for form, status in (({}, 400), ({"do": "nonsense"}, 400),
                         ({"do": "snooze", "minutes": "900"}, 400),
                         ({"do": "snooze", "minutes": "-1"}, 400),
                         ({"do": "snooze", "minutes": "31"}, 409),  # S1
                         ({"do": "hand-on", "to": "nobody"}, 400),
                         ({"do": "x" * 9000}, 413)):
        answer = http(link, form)
        assert answer.status == status, (form, answer.text)
        assert answer.text
    assert "You have it" in http(link).text


def control(h, *lines, end=b"\n"):
    """The answers to lines on the control socket."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(30)
        s.connect(str(h.state / "pager.sock"))
        for line in lines:
            s.sendall(line + end)
        with s.makefile() as f:
            return [json.loads(f.readline()) for _ in lines]


def test_control_socket(unchanged):
    number = unchanged.incident["id"]
    for line in (b"rubbish", b"[]", b"7", b"{}", b'{"command": 7}',
                 b'{"command": "nonsense"}', b'{"command": "take"}',
                 b'{"command": "take", "incident": "INC-999999", '
                 b'"as": "tom"}',
                 b'{"command": "take", "incident": "%s", "as": "nobody"}'
                 % number.encode(),
                 b'{"command": "snooze", "incident": "%s", "as": "tom", '
                 b'"for_ms": 86400000}' % number.encode(),
                 b'{"command": "snooze", "incident": "%s", "as": "tom", '
                 b'"for_ms": "1m"}' % number.encode(),
                 b'{"command": "override-add", "rota": "none", "for": "tom", '
                 b'"from_ms": 1, "to_ms": 2}',
                 b'{"command": "override-remove", "override": "o-9"}',
                 b'{"command": "open", "severity": 9, "text": "x", '
                 b'"subject": "acme/learn"}',
                 b'{"command": "page-test", "for": "nobody"}'):
        answer, = control(unchanged, line)
        assert answer["ok"] is False and answer["error"], line
    too_long = b'{"command": "%s"}' % (b"x" * (512 << 10))
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(30)
        s.connect(str(unchanged.state / "pager.sock"))
        try:
            s.sendall(too_long + b"\n")
        except BrokenPipeError:
            pass  # it was told before it had ended
        answer = json.loads(s.makefile().readline())
        assert answer["ok"] is False and "long" in answer["error"]
    # And it goes on answering.
    assert control(unchanged, b'{"id": 5, "command": "status"}')[0]["id"] == 5


def test_pages(unchanged):
    url = f"http://127.0.0.1:{unchanged.ports['pages']}"
    for path in ("/c/nobody/", "/c/acme/../../etc/passwd", "/c/", "/x",
                 "/c/%2e%2e/", "/c/acme%00/"):
        assert http(url + path).status in (400, 404), path
    for method in ("PUT", "DELETE", "PATCH"):
        answer = http(url + "/c/acme/", method=method, body=b"x")
        assert answer.status == 405, method


def test_commands(unchanged):
    for words in (["nonsense"], ["take"], ["take", "INC-999999"],
                  ["resolve", "x"], ["why", "nobody/nothing"],
                  ["why", "acme/learn", "--at", "+2h"],
                  ["update", "1", "--state", "fine"],
                  ["hand-on", "1", "nobody"]):
        done = subprocess.run(
            [BIN / "sunwatch", *words, "--conf", unchanged.conf],
            capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode in (1, 2), words
        assert done.stderr, words
