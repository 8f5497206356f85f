"""Role pages against a real Redis: whose page, for whom, under a flood."""

import concurrent.futures
import hashlib
import json
import re
import signal
import time

import pytest

import helpers

TREE = """
site: {{ name: Kahu, url: "https://status.kahu.example", state_dir: "{0}" }}
redis: "{1}"
listen:
  pages: "127.0.0.1:{2}"
  agents: "127.0.0.1:{3}"
  metrics: {6}
agents:
  - {{ name: akl-1, region: auckland, token_sha256: {4} }}
  - {{ name: lon-1, region: london, token_sha256: {5} }}
people: [{{ name: aroha, zone: Pacific/Auckland, reach: [terminal 0s] }},
         {{ name: isla, zone: Europe/London, reach: [terminal 0s] }}]
rotas:
  - name: support
    watches:
      - {{ zone: Pacific/Auckland, takes_over: "08:00", people: [aroha] }}
      - {{ zone: Europe/London, takes_over: "08:00", people: [isla] }}
ladders: [{{ name: l, levels: [{{ call: rota support, patience: 5m }}] }}]
channels: [{{ kind: terminal }}]
clients:
  - name: acme
    title: Acme University
    sla: gold
    zone: Pacific/Auckland
    status_page: {{ host: status.acme.example }}
    endpoints: [{{ name: learn, url: "https://learn.acme.example/" }}]
  - name: beta
    title: Beta College
    sla: gold
    zone: UTC
    status_page: {{ host: status.beta.example, access: token,
                   token: "env:BETA_TOKEN" }}
    endpoints: [{{ name: learn, url: "https://learn.beta.example/" }}]
"""
TOKEN = "b3ta-t0ken-of-some-length"


METRICS_TOKEN = "scr4pe-t0ken"


class Pages:
    """Role pages; the test does what evaluate does."""

    def __init__(self, program, redis, folder):
        self.redis, self.folder = redis, folder
        self.port, self.metrics_port = helpers.free_port(), helpers.free_port()
        self.agents_port = helpers.free_port()
        self.conf = folder / "sunwatch.yaml"
        self.write(f'"127.0.0.1:{self.metrics_port}"')
        self.evaluated(time.time() + 3600)
        self.start_program = program
        self.begin()
        helpers.wait_for("the pages to be read", lambda: self.healthy(), 20)

    def begin(self, **env):
        self.program = self.start_program(
            "sunwatch-collector", "--role", "pages", "-f", self.conf,
            log="pages", BETA_TOKEN=TOKEN, METRICS_TOKEN=METRICS_TOKEN, **env)

    def write(self, metrics):
        self.conf.write_text(TREE.format(
            self.folder, self.redis.address, self.port, self.agents_port,
            hashlib.sha256(b"a").hexdigest(),
            hashlib.sha256(b"b").hexdigest(), metrics))

    def reload(self, metrics):
        """Take another listen.metrics."""
        taken = self.program.log().count(": taken hash=")
        self.write(metrics)
        self.program.signal(signal.SIGHUP)
        helpers.wait_for("the tree to be taken", lambda: self.program.log()
                         .count(": taken hash=") > taken)

    def evaluated(self, at):
        """Up to when the shard's results are evaluated."""
        self.redis.client.hset("sw:{a}:live", "evaluate:0", int(at * 1000))

    def metrics(self, **kwargs):
        return helpers.http(f"http://127.0.0.1:{self.metrics_port}/metrics",
                            **kwargs)

    def get(self, path, **kwargs):
        return helpers.http(f"http://127.0.0.1:{self.port}{path}", **kwargs)

    def healthy(self):
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def state(self, endpoint, state):
        self.redis.client.hset(
            "sw:{c0}:states", endpoint,
            json.dumps({"state": state, "since": 1795322928000}))


@pytest.fixture
def pages(program, redis, tmp_path):
    return Pages(program, redis, tmp_path)


def test_a_page_follows_the_records(pages):
    assert "we cannot see" in pages.get("/c/acme/").text
    pages.state("acme/learn", "up")
    helpers.wait_for("up", lambda: "All services work." in
                     pages.get("/c/acme/").text)
    pages.state("acme/learn", "down")
    page = helpers.wait_for(
        "down", lambda: "does not work" in pages.get("/c/acme/").text and
        pages.get("/c/acme/"))
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script" not in policy
    assert "<script" not in page.text
    assert re.search(r'<time datetime="[0-9T:-]+Z">2026-11-22 17:48:48 NZDT',
                     page.text)
    assert "Beta" not in page.text


def test_same_bytes_are_not_sent_again(pages):
    # A page changes with the minute, and with what is known.
    pages.evaluated(time.time())

    def same():
        tag = pages.get("/c/acme/").headers["ETag"]
        answer = pages.get("/c/acme/", headers={"If-None-Match": tag})
        return answer.status == 304 and (answer, tag)

    again, tag = helpers.wait_for("the same bytes", same)
    assert again.text == ""
    other = pages.get("/c/acme/", headers={"If-None-Match": '"x"'})
    assert other.status == 200
    head = pages.get("/c/acme/", method="HEAD")
    assert head.status == 200 and head.text == ""
    assert re.fullmatch(r'"[0-9a-f]{16}"', head.headers["ETag"])
    assert re.fullmatch(r'"[0-9a-f]{16}"', tag)


def test_each_host_shows_its_own_client(pages):
    acme = {"Host": "status.acme.example"}
    page = pages.get("/", headers={"Host": "STATUS.acme.example:8080"})
    assert page.status == 200 and "Acme University" in page.text
    assert pages.get("/c/acme/", headers=acme).status == 200
    # Nothing of others, and no list of names, under a client's host.
    assert pages.get("/c/beta/", headers=acme).status == 401
    front = pages.get("/")
    assert front.status == 404
    assert "Acme" not in front.text and "Beta" not in front.text
    assert pages.get("/c/acme").headers["Location"] == "/c/acme/"
    assert pages.get("/style.css", headers=acme).status == 200


def test_a_private_page_wants_its_token(pages):
    closed = pages.get("/c/beta/")
    assert closed.status == 401 and "Beta" not in closed.text
    # One that does not exist looks the same.
    nothing = pages.get("/c/gamma/")
    assert (nothing.status, nothing.text) == (closed.status, closed.text)
    for name in "beta", "gamma":  # nor does a missing slash tell them apart
        bare = pages.get(f"/c/{name}")
        assert (bare.status, bare.headers["Location"]) == (303, f"/c/{name}/")
    assert pages.get("/c/%0d%0aX:%20y").status == 400
    assert pages.get("/c/@evil.example").status == 401
    for wrong in "x", TOKEN[:-1], TOKEN + "x", "":
        assert pages.get(f"/c/beta/?token={wrong}").status == 401
        assert pages.get("/c/beta/", headers={
            "Authorization": f"Bearer {wrong}"}).status == 401
        assert pages.get("/c/beta/", form={"token": wrong}).status == 401
        assert pages.get("/c/beta/", headers={
            "Cookie": f"sunwatch-page={wrong}"}).status == 401
    right = pages.get("/c/beta/",
                      headers={"Authorization": f"Bearer {TOKEN}"})
    assert right.status == 200 and "Beta College" in right.text
    assert right.headers["Cache-Control"] == "private, no-store"
    for entered in (pages.get(f"/c/beta/?token={TOKEN}"),
                    pages.get("/c/beta/", form={"token": TOKEN})):
        assert entered.status == 303
        assert entered.headers["Location"] == "/c/beta/"
        cookie = entered.headers["Set-Cookie"]
        for part in "HttpOnly", "SameSite=Strict", "Path=/c/beta/", "Secure":
            assert part in cookie
        shown = pages.get("/c/beta/", headers={
            "Cookie": "a=b; " + cookie.split(";")[0]})
        assert shown.status == 200 and "Beta College" in shown.text
    assert TOKEN not in pages.program.log()


def exposition(text):
    """{family: {sample: value}} of Prometheus text 0.0.4, read strictly."""
    families, kinds, now = {}, {}, None
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            now, words = line[7:].split(" ", 1)
            assert now not in families and words.endswith(".")
            families[now] = {}
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert name == now and name not in kinds
            assert kind in ("gauge", "counter")
            assert (kind == "counter") == name.endswith("_total")
            kinds[name] = kind
        else:
            name, labels, value = re.fullmatch(
                r'([a-z_]+)((?:\{[a-z]+="(?:[^"\\\n]|\\[\\n"])*"'
                r'(?:,[a-z]+="(?:[^"\\\n]|\\[\\n"])*")*\})?) '
                r'(-?[0-9]+(?:\.[0-9]+)?)', line).groups()
            assert name == now and now in kinds, line
            assert labels not in families[now], line
            families[now][labels] = float(value)
    assert set(kinds) == set(families)
    return families


def test_metrics_have_a_listener_of_their_own(pages):
    pages.state("acme/learn", "down")
    down = '{client="acme",service="learn"}'
    seen = helpers.wait_for("metrics", lambda: (
        ',state="down"} 1' in pages.metrics().text and pages.metrics()))
    assert seen.headers["Content-Type"] == (
        "text/plain; version=0.0.4; charset=utf-8")
    families = exposition(seen.text)
    assert families["sunwatch_up"][down] == 0
    assert families["sunwatch_state"][
        '{client="acme",service="learn",state="down"}'] == 1
    assert families["sunwatch_known_until_timestamp_seconds"][
        '{client="acme"}'] > time.time() - 60
    assert families["sunwatch_pages_store_up"] == {"": 1}

    # Where clients look, nothing of it, whoever they say that they are.
    for headers in {}, {"Host": "127.0.0.1"}, {"Host": "status.acme.example"}:
        assert pages.get("/metrics", headers=headers).status == 404
    # And nothing of the pages at the other address.
    for path in "/", "/c/acme/", "/healthz":
        assert helpers.http(f"http://127.0.0.1:{pages.metrics_port}"
                            f"{path}").status == 404
    # What a proxy passes on is refused, whatever it says of where from.
    for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via",
                 "X-Forwarded-Proto"):
        refused = pages.metrics(headers={name: "127.0.0.1"})
        assert refused.status == 403 and "acme" not in refused.text


def test_metrics_with_a_token(pages):
    port = helpers.free_port()
    pages.reload(f'{{ address: "127.0.0.1:{port}", '
                 'token: "env:METRICS_TOKEN" }')
    # It has moved, at once: an old address must not stay open.
    assert not helpers.listens(pages.metrics_port)
    pages.metrics_port = port
    for wrong in ({}, {"Authorization": "Bearer x"},
                  {"Authorization": f"Bearer {METRICS_TOKEN}x"},
                  {"Authorization": f"Basic {METRICS_TOKEN}"},
                  {"Authorization": f"Bearer {TOKEN}"},
                  {"Cookie": f"sunwatch-page={METRICS_TOKEN}"}):
        refused = pages.metrics(headers=wrong)
        assert refused.status == 401 and "acme" not in refused.text
        assert refused.headers["WWW-Authenticate"] == "Bearer"
    right = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    assert exposition(pages.metrics(headers=right).text)
    # With a token it may also come by a proxy.
    right["X-Forwarded-For"] = "192.0.2.7"
    assert pages.metrics(headers=right).status == 200
    assert METRICS_TOKEN not in pages.program.log()
    # Elsewhere than on loopback it needs one, and a certificate.
    pages.write("192.0.2.1:9464")
    pages.program.signal(signal.SIGHUP)
    pages.program.wait_log("metrics at 192.0.2.1:9464, which is no loopback "
                           'address, need a "token"')
    assert pages.metrics(headers=right).status == 200


def test_a_page_says_that_evaluation_has_stopped(pages):
    """Records are read, and yet nobody judges what comes in."""
    pages.state("acme/learn", "up")
    helpers.wait_for("up", lambda: "All services work." in
                     pages.get("/c/acme/").text)
    stopped = time.time() - 20
    pages.evaluated(stopped)
    page = helpers.wait_for("the page to say so", lambda: (
        "out of date" in pages.get("/c/acme/").text and
        pages.get("/c/acme/").text))
    assert "All services work." not in page
    as_of = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(stopped))
    assert as_of in page
    families = exposition(pages.metrics().text)
    assert families["sunwatch_up"]['{client="acme",service="learn"}'] == 0
    assert families["sunwatch_known_until_timestamp_seconds"][
        '{client="acme"}'] == pytest.approx(stopped, abs=0.002)
    pages.evaluated(time.time() + 3600)
    helpers.wait_for("the page to be current", lambda: "All services work."
                     in pages.get("/c/acme/").text)


def test_without_redis_the_last_page_stays_and_says_so(pages):
    pages.state("acme/learn", "up")
    helpers.wait_for("up", lambda: "All services work." in
                     pages.get("/c/acme/").text)
    pages.redis.kill()
    helpers.wait_for("health to notice",
                     lambda: pages.get("/healthz").status == 503, 40)
    page = helpers.wait_for(
        "the page to say that it is old", lambda: "out of date" in
        pages.get("/c/acme/").text and pages.get("/c/acme/"), 40)
    assert page.status == 200
    assert "All services work." not in page.text
    pages.redis.start()
    pages.evaluated(time.time() + 3600)
    helpers.wait_for("the page to be current", lambda: "All services work."
                     in pages.get("/c/acme/").text, 40)


def test_bad_requests_change_nothing(pages):
    assert pages.get("/nothing").status == 404
    assert pages.get("/c/").status == 401
    assert pages.get("/c/acme/more").status == 401
    assert pages.get("/c/" + "a" * 300 + "/").status == 401
    assert pages.get("/style.css", form={"a": "b"}).status == 405
    assert pages.get("/c/acme/", form={"token": "a" * 2000}).status == 413
    assert pages.get("/c/acme/").status == 200


def test_a_flood_is_answered_without_asking_redis(pages):
    pages.get("/c/acme/")
    before = commands(pages.redis)
    began = time.monotonic()

    def some(_):
        return [pages.get("/c/acme/").status for _ in range(40)]

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = [s for list_ in pool.map(some, range(20)) for s in list_]
    seconds = time.monotonic() - began
    assert answers == [200] * 800
    # About six commands a round, a round a second; nothing per request.
    assert commands(pages.redis) - before < 60 + 30 * seconds


def commands(redis):
    return redis.client.info("stats")["total_commands_processed"]


def figure(pages, name):
    found = re.search(rf"^{name} (\d+)$", pages.metrics().text, re.M)
    return found and int(found[1])


RECORDS = "sunwatch_pages_records_unreadable"
ENTRIES = "sunwatch_pages_entries_unreadable_total"


def dies_of(pages, point, times):
    """Ends there so often, and lives on at the start after that."""
    pages.program.kill()
    for _ in range(times):
        pages.begin(SUNWATCH_CRASH=point)
        assert pages.program.wait() == -signal.SIGKILL
    pages.begin(SUNWATCH_CRASH=point)
    helpers.wait_for("the pages to be read", lambda: pages.healthy(), 20)


def test_a_record_that_ends_pages_is_passed_over(pages):
    pages.state("acme/learn", "up")
    helpers.wait_for("up", lambda: "All services work." in
                     pages.get("/c/acme/").text)
    # Once before it is known which it is, and three times of it.
    dies_of(pages, "pages-record", 4)
    helpers.wait_for("it to be counted", lambda: figure(pages, RECORDS) == 1)
    assert "we cannot see" in pages.get("/c/acme/").text
    # Whoever lives to end by itself is not careful any more.
    pages.program.signal(signal.SIGTERM)
    pages.program.wait()
    pages.begin()
    helpers.wait_for("up", lambda: pages.healthy() and "All services work." in
                     pages.get("/c/acme/").text)


def test_an_entry_that_cannot_be_read_is_passed_over(pages):
    for n in range(3):
        pages.redis.client.xadd("sw:{c0}:in", {"d": f"rubbish {n}"})
    helpers.wait_for("it to be counted", lambda: figure(pages, ENTRIES) == 3)
    pages.program.wait_log(r"inboxes that cannot be read: count=3 "
                           r"last=sw:\{c0\}:in:\d+-\d+ why=")
    # Nor does one that ends this program do so for ever.
    pages.redis.client.xtrim("sw:{c0}:in", maxlen=1, approximate=False)
    dies_of(pages, "pages-entry", 3)
    helpers.wait_for("it to be counted", lambda: figure(pages, ENTRIES) == 1)
    pages.program.wait_log("ended at it, again and again")


def test_an_inbox_that_is_none_holds_up_no_other(program, redis, tmp_path):
    class TwoShards(Pages):
        def write(self, metrics):
            super().write(metrics)
            with open(self.conf, "a", encoding="ascii") as f:
                f.write("shards: 2\n")

    redis.client.set("sw:{c0}:in", "no stream")
    redis.client.xadd("sw:{c1}:in", {"d": "rubbish"})
    pages = TwoShards(program, redis, tmp_path)
    helpers.wait_for("the other to be read",
                     lambda: figure(pages, ENTRIES) == 1)
