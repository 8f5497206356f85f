"""The read API of role pages against a real Redis: who reads what, how often,
and what is said to those who ask for something else."""

import concurrent.futures
import hashlib
import json
import signal
import socket
import threading
import time

import pytest

import helpers
import test_pages

TOKENS = {"board": "op3rator", "portal": "acme-t0ken", "rotating": "acme-n3w",
          "other": "b3ta-token"}


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


READERS = f"""
readers:
  - {{ name: board, token_sha256: {sha256(TOKENS["board"])} }}
  - {{ name: portal, client: acme, token_sha256: [
        {sha256(TOKENS["portal"])}, {sha256(TOKENS["rotating"])}] }}
  - {{ name: other, client: beta, token_sha256: {sha256(TOKENS["other"])} }}
"""


class Api(test_pages.Pages):
    readers, patient, judging = READERS, True, True

    def __init__(self, program, redis, folder):
        super().__init__(program, redis, folder)
        self.ending = threading.Event()
        self.judge = threading.Thread(target=self.evaluate)
        self.judge.start()

    def evaluate(self):
        """As a shard says all the time that it is well."""
        while not self.ending.wait(0.3):
            if self.judging:
                self.evaluated(time.time())

    def end(self):
        self.ending.set()
        self.judge.join()

    def write(self, metrics):
        super().write(metrics)
        with open(self.conf, "a", encoding="ascii") as f:
            f.write(self.readers)

    def ask(self, what, token="board", **kwargs):
        headers = kwargs.pop("headers", {})
        if token:
            headers["Authorization"] = f"Bearer {TOKENS.get(token, token)}"
        answer = self.get(f"/api/v1/{what}", headers=headers, **kwargs)
        while self.patient and answer.status == 429:
            time.sleep(0.1)  # asked faster than it may be
            answer = self.get(f"/api/v1/{what}", headers=headers, **kwargs)
        return answer

    def said(self, what, token="board"):
        answer = self.ask(what, token)
        assert answer.status == 200, answer.text
        assert answer.headers["Content-Type"] == (
            "application/json; charset=utf-8")
        return json.loads(answer.text)

    def states(self, token="board"):
        return {s["endpoint"]: s["state"]
                for s in self.said("states", token)["states"]}


@pytest.fixture
def api(program, redis, tmp_path):
    a = Api(program, redis, tmp_path)
    yield a
    a.end()


def refused(answer, status, field=None):
    said = json.loads(answer.text)
    assert answer.status == status, answer.text
    assert said["error"] and said.get("field") == field, said


def test_who_may_read(api):
    for token in None, "", "x", TOKENS["board"] + "x", sha256(
            TOKENS["board"]), test_pages.TOKEN:
        answer = api.ask("clients", token)
        refused(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "acme" not in answer.text
    assert api.get("/api/v1/clients", headers={
        "Authorization": f"Basic {TOKENS['board']}"}).status == 401
    assert api.ask(f"clients?token={TOKENS['board']}", None).status == 401
    assert [c["name"] for c in api.said("clients")["clients"]] == [
        "acme", "beta"]
    for token in "portal", "rotating":
        assert [c["name"] for c in api.said("clients", token)["clients"]] == [
            "acme"]
    assert [c["name"] for c in api.said("clients", "other")["clients"]] == [
        "beta"]
    # Another's name and none at all are the same.
    for what in "states?client={}", "sla?client={}", "outages?client={}":
        for name in "beta", "gamma":
            refused(api.ask(what.format(name), "portal"), 404, "client")
    for name in "beta/learn", "gamma/learn", "acme/gone":
        refused(api.ask(f"states?endpoint={name}", "portal"), 404,
                "endpoint")
    refused(api.ask("agents", "portal"), 403)
    assert [a["name"] for a in api.said("agents")["agents"]] == [
        "akl-1", "lon-1"]
    for token in TOKENS.values():
        assert token not in api.program.log()


def test_it_follows_the_records(api):
    helpers.wait_for("nothing to be known", lambda: api.states() == {
        "acme/learn": "unknown", "beta/learn": "unknown"})
    api.state("acme/learn", "up")
    api.state("beta/learn", "down")
    helpers.wait_for("the states", lambda: api.states() == {
        "acme/learn": "up", "beta/learn": "down"})
    assert api.states("portal") == {"acme/learn": "up"}
    said = api.said("states?state=down")
    assert [s["endpoint"] for s in said["states"]] == ["beta/learn"]
    assert said["version"] == 1 and said["next"] is None
    assert said["stale"] is False
    assert time.time() * 1000 - 15000 < said["as_of_ms"] <= (
        time.time() * 1000)
    # Nobody judges what comes in: what was known is known no more.
    api.judging = False
    time.sleep(0.5)
    api.evaluated(time.time() - 20)
    helpers.wait_for("it to be stale", lambda: api.said("states")["stale"])
    assert set(api.states().values()) == {"unknown"}


def test_the_same_is_not_sent_again(api):
    api.state("acme/learn", "up")
    helpers.wait_for("up", lambda: api.states()["acme/learn"] == "up")
    tag = api.ask("states").headers["ETag"]
    assert tag.startswith('W/"')
    was = api.said("states")["as_of_ms"]
    helpers.wait_for("time to pass",
                     lambda: api.said("states")["as_of_ms"] > was)
    again = api.ask("states", headers={"If-None-Match": tag})
    assert (again.status, again.text) == (304, "")
    assert again.headers["ETag"] == tag
    head = api.ask("states", method="HEAD")
    assert (head.status, head.text, head.headers["ETag"]) == (200, "", tag)
    api.state("acme/learn", "down")
    changed = helpers.wait_for("another answer", lambda: (
        lambda a: a.status == 200 and a)(api.ask(
            "states", headers={"If-None-Match": tag})))
    assert changed.headers["ETag"] != tag
    # What another may see is another answer.
    assert api.ask("states", "portal", headers={
        "If-None-Match": changed.headers["ETag"]}).status == 200


WRONG = [
    ("", 404, "path"),
    ("nothing", 404, "path"),
    ("clients/", 404, "path"),
    ("clients/../states", 404, "path"),
    ("clients?client=acme", 400, "client"),
    ("states?limit=0", 400, "limit"),
    ("states?limit=501", 400, "limit"),
    ("states?limit=1&limit=1", 400, "limit"),
    ("states?cursor=%00", 400, "cursor"),
    ("states?state=%3Cscript%3E", 400, "state"),
    ("states?%3Cscript%3E=1", 400, "%3Cscript%3E"),
    ("outages?from_ms=5&to_ms=4", 400, "to_ms"),
    ("outages?cursor=x", 400, "cursor"),
    ("outages?" + "&".join(f"x{n}=1" for n in range(400)), 400, "query"),
    ("incidents?cursor=" + "9" * 170, 400, "cursor"),
]


def test_what_is_not_there_is_named(api):
    for what, status, field in WRONG:
        refused(api.ask(what), status, field)
    assert api.ask("clients").status == 200


def test_it_only_reads(api):
    for method in "POST", "PUT", "DELETE", "PATCH":
        answer = api.ask("clients", method=method)
        assert answer.status == 405, method
        assert answer.headers["Allow"] == "GET, HEAD"
    with socket.create_connection(("127.0.0.1", api.port)) as s:
        s.sendall(b"GET /api/v1/clients?" + b"a" * 9000)
        assert s.recv(100).startswith(b"HTTP/1.1 431 ")
    assert api.ask("clients").status == 200


def test_who_asks_too_often_waits_and_nobody_else(api):
    api.said("clients", "other")
    api.patient = False
    before = test_pages.commands(api.redis)
    began = time.monotonic()

    def some(n):
        return [api.ask(f"states?limit={n + 1}", "board") for _ in range(40)]

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = [a for list_ in pool.map(some, range(10)) for a in list_]
    seconds = time.monotonic() - began
    good = [a for a in answers if a.status == 200]
    waits = [a for a in answers if a.status == 429]
    assert len(good) + len(waits) == 400
    assert 60 <= len(good) <= 60 + 20 * seconds + 1
    if seconds < 10:
        assert waits
    for a in waits[:3]:
        refused(a, 429)
        assert a.headers["Retry-After"] == "1"
    assert api.said("clients", "other")["clients"]
    # A round of reading a second; nothing per request.
    assert test_pages.commands(api.redis) - before < 60 + 40 * seconds
    helpers.wait_for("it to be welcome again",
                     lambda: api.ask("clients").status == 200)


def test_a_token_that_was_taken_away_opens_nothing(api):
    assert api.said("clients", "portal")
    api.readers = READERS.replace(sha256(TOKENS["portal"]), sha256("z"))
    api.reload(f'"127.0.0.1:{api.metrics_port}"')
    refused(api.ask("clients", "portal"), 401)
    assert api.said("clients", "rotating")
    # One token for two is refused, with its place.
    api.readers = READERS.replace(sha256(TOKENS["other"]),
                                  sha256(TOKENS["board"]))
    api.write(f'"127.0.0.1:{api.metrics_port}"')
    api.program.signal(signal.SIGHUP)
    api.program.wait_log(
        r'sunwatch.yaml:\d+:\d+: token_sha256: reader "board" has the same')
    assert api.said("clients", "other")["clients"][0]["name"] == "beta"
