"""Server-sent events of the read API: heard as they happen and by whom they
are for, taken up again where they were left, over TLS, and not delayed by
readers who do not read."""

import json
import signal
import socket
import subprocess
import time

import pytest

import helpers
import test_api
from tls import any_certificate
from test_api import TOKENS


class Stream:
    """Server-sent events, read off a raw socket as the HTML specification
    has it."""

    def __init__(self, port, token="board", query="", last=None, tls=None,
                 receive=None):
        self.socket = socket.socket()
        if receive:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                   receive)
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", port))
        if tls:
            self.socket = tls.wrap_socket(self.socket)
        again = f"Last-Event-ID: {last}\r\n" if last else ""
        self.socket.sendall((
            f"GET /api/v1/events{query} HTTP/1.1\r\nHost: x\r\n{again}"
            f"Authorization: Bearer {TOKENS[token]}\r\n\r\n").encode())
        self.rest, self.id, self.retry, self.comments = b"", None, None, 0
        head = self.until(b"\r\n\r\n").decode()
        self.status = int(head.split()[1])
        self.head = head

    def until(self, mark):
        while mark not in self.rest:
            got = self.socket.recv(65536)
            if not got:
                raise EOFError(self.rest)
            self.rest += got
        part, self.rest = self.rest.split(mark, 1)
        return part

    def next(self):
        """The next (event, data)."""
        while True:
            event, data = None, []
            for line in self.until(b"\n\n").decode().split("\n"):
                name, _, value = line.partition(":")
                value = value[1:] if value.startswith(" ") else value
                if name == "":
                    self.comments += 1
                elif name == "id":
                    self.id = value
                elif name == "event":
                    event = value
                elif name == "data":
                    data.append(value)
                elif name == "retry":
                    self.retry = int(value)
                else:
                    raise AssertionError(line)
            if data:
                return event, json.loads("\n".join(data))

    def quiet(self, seconds):
        """Nothing but comments came meanwhile."""
        self.socket.settimeout(seconds)
        try:
            got = self.next()
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(20)
        raise AssertionError(got)

    def close(self):
        self.socket.close()


class Events(test_api.Api):
    def __init__(self, program, redis, folder):
        self.since = 1795322928000
        super().__init__(program, redis, folder)
        self.streams = []

    def state(self, endpoint, state):
        """Another one, and since later."""
        self.since += 1000
        self.redis.client.hset("sw:{c0}:states", endpoint, json.dumps(
            {"state": state, "since": self.since}))

    def read(self):
        """Wait until what is there was read."""
        helpers.wait_for("the states to be read", lambda: self.states() ==
                         {"acme/learn": "up", "beta/learn": "up"})

    def listen(self, token="board", **kwargs):
        s = Stream(self.port, token, **kwargs)
        self.streams.append(s)
        return s

    def end(self):
        for s in self.streams:
            s.close()
        super().end()


@pytest.fixture
def events(program, redis, tmp_path):
    e = Events(program, redis, tmp_path)
    for name in "acme/learn", "beta/learn":
        e.state(name, "up")
    e.read()
    yield e
    e.end()


def state_of(got):
    event, said = got
    assert event == "state" and said["version"] == 1, got
    return said["state"]["endpoint"], said["state"]["state"]


def test_each_hears_what_it_may_at_once(events):
    board, portal = events.listen("board"), events.listen("portal")
    for s in board, portal:
        assert "\r\nContent-Type: text/event-stream\r\n" in s.head
        event, said = s.next()
        assert event == "hello" and said["stale"] is False
        assert time.time() * 1000 - 15000 < said["as_of_ms"]
        assert s.retry == 3000 and s.id
    events.state("beta/learn", "down")
    assert state_of(board.next()) == ("beta/learn", "down")
    events.state("acme/learn", "down")
    assert state_of(board.next()) == ("acme/learn", "down")
    # The other client's was never told.
    assert state_of(portal.next()) == ("acme/learn", "down")
    only = events.listen("board", query="?endpoint=acme%2Flearn")
    assert only.next()[0] == "hello"
    events.state("beta/learn", "up")
    events.state("acme/learn", "up")
    assert state_of(only.next()) == ("acme/learn", "up")
    assert state_of(portal.next()) == ("acme/learn", "up")
    assert portal.quiet(1)


def test_maintenance_is_told_to_whom_it_concerns(events):
    board, portal, other = (events.listen(who)
                            for who in ("board", "portal", "other"))
    for s in board, portal, other:
        assert s.next()[0] == "hello"
    now = int(time.time() * 1000)
    window = {"at": now, "by": "isla", "text": "a new disk", "times": [
        {"from": now + 3_600_000, "to": now + 7_200_000}]}
    # Work on a platform is announced to each of its clients; not to others.
    events.redis.client.hset("sw:{c0}:windows", "acme|m-1",
                             json.dumps(window))
    events.redis.client.xadd("sw:{c0}:journal", {"d": "announced"})
    for s in board, portal:
        event, said = s.next()
        assert event == "maintenance"
        item = said["maintenance"]
        assert (item["id"], item["client"], item["text"]) == (
            "m-1", "acme", "a new disk")
        assert item["times"][0]["from_ms"] == now + 3_600_000
        assert item["times"][0]["changed_ms"] is None
    assert other.quiet(1)
    listed = events.said("maintenance", "portal")["maintenance"]
    assert listed == [item]
    assert events.said("maintenance", "other")["maintenance"] == []
    assert events.ask("maintenance?client=acme", "other").status == 404
    window["times"][0]["changes"] = [{
        "at": now + 1, "by": "isla", "cancelled": True,
        "from": now + 3_600_000, "to": now + 7_200_000}]
    events.redis.client.hset("sw:{c0}:windows", "acme|m-1",
                             json.dumps(window))
    events.redis.client.xadd("sw:{c0}:journal", {"d": "cancelled"})
    event, said = portal.next()
    assert event == "maintenance"
    assert said["maintenance"]["times"][0]["cancelled"] is True


def test_who_comes_again_has_missed_nothing(events):
    portal = events.listen("portal")
    portal.next()
    before = portal.id
    events.state("acme/learn", "down")
    assert state_of(portal.next()) == ("acme/learn", "down")
    assert portal.id != before
    portal.close()
    events.state("acme/learn", "degraded")
    events.state("beta/learn", "down")
    helpers.wait_for("it to be read", lambda: events.states() == {
        "acme/learn": "degraded", "beta/learn": "down"})
    again = events.listen("portal", last=portal.id)
    assert again.next()[0] == "hello"
    assert state_of(again.next()) == ("acme/learn", "degraded")
    assert again.quiet(0.5)
    whole = events.listen("portal", query=f"?cursor={before}")
    assert whole.next()[0] == "hello"
    assert state_of(whole.next())[1] == "down"
    assert state_of(whole.next())[1] == "degraded"
    for unknown in "0" * 16, "x", "../..", "1" * 400:
        lost = events.listen("portal", last=unknown)
        assert lost.next()[0] == "reset"
        assert lost.id == again.id or len(lost.id) == 16
        lost.close()


def test_what_is_out_of_date_is_said(events):
    s = events.listen()
    s.next()
    events.judging = False
    time.sleep(0.5)
    events.evaluated(time.time() - 20)
    event, said = s.next()
    assert (event, said["stale"]) == ("stale", True)
    # Not before it was so: it lies that far back.
    assert said["as_of_ms"] < time.time() * 1000 - 15000
    events.judging = True
    event, said = s.next()
    assert (event, said["stale"]) == ("stale", False)


def test_a_reload_asks_for_the_token_again(events):
    s = events.listen("portal")
    s.next()
    events.readers = test_api.READERS.replace(
        test_api.sha256(TOKENS["portal"]), test_api.sha256("z"))
    events.reload(f'"127.0.0.1:{events.metrics_port}"')
    with pytest.raises(EOFError):
        s.next()
    assert events.listen("portal").status == 401
    again = events.listen("rotating", last=s.id)
    assert again.next()[0] == "hello"


def test_a_rename_was_told_as_two_that_nobody_watches(events):
    """Evaluate has the new tree before role pages: until the reload nothing
    is another state, and after it lists are to be read anew."""
    s = events.listen("portal")
    assert s.next()[0] == "hello"
    events.redis.client.hset("sw:{c0}:names", "acme/learn", json.dumps([
        {"from": 1000, "name": "acme/academy"}]))
    assert s.quiet(2.5)
    assert events.states("portal") == {"acme/learn": "up"}
    events.state("acme/learn", "down")  # the record bears its key
    assert state_of(s.next()) == ("acme/learn", "down")
    text = events.conf.read_text()
    events.conf.write_text(text.replace(
        'learn, url: "https://learn.acme',
        'academy, was: learn, url: "https://learn.acme'))
    events.program.signal(signal.SIGHUP)
    with pytest.raises(EOFError):
        s.next()
    again = events.listen("portal", last=s.id)
    assert again.next()[0] == "reset"
    assert events.states("portal") == {"acme/academy": "down"}
    events.state("acme/learn", "up")
    assert state_of(again.next()) == ("acme/academy", "up")
    by_old_name = events.listen("portal", query="?endpoint=acme%2Flearn")
    assert by_old_name.next()[0] == "hello"
    events.state("acme/learn", "degraded")
    assert state_of(by_old_name.next()) == ("acme/academy", "degraded")


WRONG = [("?limit=5", 400), ("?client=gamma", 404),
         ("?endpoint=acme%2Fgone", 404), ("?state=up", 400),
         ("?client=acme&client=acme", 400)]


def test_what_is_refused(events):
    for query, status in WRONG:
        assert events.listen(query=query).status == status, query
    assert events.listen("portal", query="?client=beta").status == 404
    assert events.ask("events", None).status == 401
    head = events.ask("events", method="HEAD")
    assert head.status == 200 and head.text == ""
    assert head.headers["Content-Type"] == "text/event-stream"
    many = [events.listen("other") for _ in range(10)]
    assert [s.status for s in many] == [200] * 10
    more = events.listen("other")
    assert more.status == 503 and "\r\nRetry-After: 10" in more.head
    assert events.listen("portal").status == 200  # others may
    many[0].close()
    helpers.wait_for("room", lambda: events.listen("other").status == 200)


def test_curl_reads_it(events):
    """A client that knows nothing of us; it says when it has enough."""
    with subprocess.Popen(
            ["curl", "-sN", "-m", "30", "-H",
             f"Authorization: Bearer {TOKENS['portal']}",
             f"http://127.0.0.1:{events.port}/api/v1/events"],
            stdout=subprocess.PIPE, text=True) as curl:
        lines = [curl.stdout.readline() for _ in range(5)]
        assert lines[0] == "retry: 3000\n" and lines[1].startswith("id: ")
        assert lines[2] == "event: hello\n" and lines[4] == "\n"
        events.state("acme/learn", "down")
        assert curl.stdout.readline().startswith("id: ")
        assert curl.stdout.readline() == "event: state\n"
        assert '"acme/learn"' in curl.stdout.readline()
        curl.kill()


def test_over_tls(events):
    subprocess.run([helpers.ROOT / "tests" / "make-certificates"],
                   cwd=events.folder, check=True, capture_output=True)
    text = events.conf.read_text().replace(
        f'pages: "127.0.0.1:{events.port}"',
        f'pages: {{ address: "127.0.0.1:{events.port}", certificate: '
        f'"{events.folder}/good.pem", key: "{events.folder}/good.key" }}')
    assert "certificate" in text
    events.conf.write_text(text)
    events.program.stop()
    events.program.start()
    helpers.wait_for("it to listen", lambda: helpers.listens(events.port))
    context = any_certificate()
    s = events.listen("portal", tls=context)
    while s.next()[1]["stale"]:  # until the records are read
        pass
    events.state("acme/learn", "down")
    assert state_of(s.next()) == ("acme/learn", "down")
    slow = events.listen("portal", tls=context)
    slow.next()
    events.state("acme/learn", "up")
    assert state_of(s.next()) == ("acme/learn", "up")
    assert state_of(slow.next()) == ("acme/learn", "up")


def test_who_does_not_read_delays_nobody(events):
    """A page of text that changes all the time, for readers who have stopped
    reading and for one who has not."""
    text = "x" * 400
    deaf = [events.listen(token, receive=4096)
            for token in ("board", "portal", "rotating") for _ in range(3)]
    assert [s.status for s in deaf] == [200] * len(deaf)
    good = events.listen("other")
    good.next()
    slowest, n = 0, 0
    ends = time.monotonic() + 6
    while time.monotonic() < ends:
        n += 1
        # Much for the deaf ones, and one thing for the good one.
        states = {f"acme/{n}-{k}": json.dumps(
            {"state": "up", "since": n, "reason": text})
            for k in range(300)}
        pipe = events.redis.client.pipeline()
        for name in [f"acme/{n - 1}-{k}" for k in range(300)]:
            pipe.hdel("sw:{c0}:states", name)
        pipe.hset("sw:{c0}:states", mapping=states)
        state = "down" if n % 2 else "up"
        events.since += 1
        pipe.hset("sw:{c0}:states", "beta/learn", json.dumps(
            {"state": state, "since": events.since}))
        began = time.monotonic()
        pipe.execute()
        assert state_of(good.next()) == ("beta/learn", state)
        slowest = max(slowest, time.monotonic() - began)
        assert events.ask("clients", "other").status == 200
    # It reads once a second; tenfold.
    assert n >= 2 and slowest < 10, (n, slowest)
    # Who listens again has lost the way and is told so.
    told = [deaf[0].next()[0] for _ in range(3)]
    assert told[0] == "hello"
    events.state("acme/learn", "down")
    while True:
        event, said = deaf[0].next()
        if event == "reset" or (event == "state" and
                                said["state"]["endpoint"] == "acme/learn"):
            break
