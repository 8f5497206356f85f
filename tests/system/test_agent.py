"""The real agent against a collector that keeps what it is told."""

import json
import os
import pathlib
import signal
import socket
import stat
import struct
import subprocess
import time

import msgpack
import pytest

import fake
from fake import TOKEN, endpoint
from helpers import BIN, PATIENCE, ROOT, free_port, hang, wait_for


@pytest.fixture
def collector():
    c = fake.Collector()
    yield c
    c.stop()


@pytest.fixture
def site(tmp_path):
    n = fake.Nginx(tmp_path).start()
    yield n
    n.stop()


@pytest.fixture
def silent():
    s = fake.Silent()
    yield s
    s.stop()


@pytest.fixture
def agent(program, collector, tmp_path):
    """agent(...) starts one, in the same state folder each time."""
    state = tmp_path / "state"
    state.mkdir()
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n")
    token.chmod(0o600)

    def start(*more, url=None, **env):
        p = program("sunwatch-agent", "-c", url or collector.url, "-t", token,
                    "-s", state, *more, **env)
        p.state = state
        return p

    return start


def records(path):
    """(kind, rest) of each record of a spool file."""
    data = path.read_bytes()
    at = 0
    while at + 8 <= len(data):
        length = struct.unpack_from("<I", data, at)[0]
        if at + 8 + length > len(data):
            break
        fields = msgpack.unpackb(data[at + 8:at + 8 + length])
        yield fields[0], fields[1:]
        at += 8 + length


def recorded(path):
    """Keys of all observations that the spool file knows of."""
    keys = set()
    for kind, rest in records(path):
        if kind == 1:
            keys.add(fake.Observation(msgpack.unpackb(rest[2])).key())
        elif kind == 3:
            part = msgpack.unpackb(rest[2])
            keys |= {fake.Observation(o).key() for o in part[9]}
    return keys


def received(collector):
    """Starts of all probes told of, those of folded runs as intervals."""
    with collector.changed:
        return [(o.endpoint, o.started_ms, o.started_ms + o.until)
                for o in collector.observations]


def is_received(key, intervals):
    return any(e == key[0] and low <= key[1] <= high
               for e, low, high in intervals)


def test_outcomes(agent, collector, site, silent):
    refused = f"http://127.0.0.1:{free_port()}/"
    cases = [
        (endpoint("acme/front", site.url + "/"), "ok", "none"),
        (endpoint("acme/text", site.url + "/", contains=["Log in"]),
         "ok", "none"),
        (endpoint("acme/moved", site.url + "/there"), "ok", "none"),
        (endpoint("acme/error", site.url + "/500"), "failed", "http_status"),
        (endpoint("acme/wrong", site.url + "/", contains=["Welcome"]),
         "failed", "content"),
        (endpoint("acme/refused", refused), "failed", "connect"),
        (endpoint("acme/hang", silent.url, timeout_ms=300),
         "failed", "timeout"),
        (endpoint("acme/tls", site.url.replace("http", "https") + "/"),
         "failed", "tls"),
        (endpoint("acme/name", "http://learn.invalid/", timeout_ms=1000),
         "failed", "dns"),
    ]
    collector.set_plan([e for e, _, _ in cases])
    agent()
    for e, outcome, reason in cases:
        seen = collector.wait_for(e["id"])[0]
        assert (seen.outcome, seen.reason) == (outcome, reason), seen.detail
        if outcome == "failed":
            assert seen.detail
    good = collector.wait_for("acme/front", count=5)
    assert all(o.outcome == "ok" and o.status == 200 for o in good)
    assert all(0 < o.times[2] <= o.times[0] for o in good)
    assert collector.strangers == 0


def test_a_redirect_led_into_private_networks(agent, collector, site):
    """A client's server says where to: not to what only we can reach."""
    with socket.create_server(("127.0.0.2", 0)) as inside:
        inside.setblocking(False)
        url = f"{site.url}/inside?{inside.getsockname()[1]}"
        collector.set_plan([endpoint("acme/learn", url)])
        agent()
        seen = collector.wait_for("acme/learn", count=3)
        assert {(o.outcome, o.reason, o.detail) for o in seen} == {
            ("failed", "redirect", "redirected to 127.0.0.2, at 127.0.0.2: "
             "not a public address, and not in allow_networks")}
        with pytest.raises(BlockingIOError):
            inside.accept()
        collector.set_plan([endpoint("acme/learn", url,
                                     allow_networks=["127.0.0.2/31"])])
        inside.settimeout(PATIENCE)
        inside.accept()[0].close()
        collector.wait_for("acme/learn", "failed", "protocol")


def test_a_change_is_seen_and_looked_at_again(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/",
                                 interval_ms=3000)])
    agent()
    collector.wait_for("acme/learn", "ok")
    site.stop()
    failed = collector.wait_for("acme/learn", "failed", "connect", count=2)
    assert failed[0].flags == 0
    assert failed[1].flags & 1  # looked again, long before it was due
    assert failed[1].started_ms - failed[0].started_ms < 2500


def test_orders(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/",
                                 interval_ms=600000)])
    agent()
    wait_for("hello", lambda: collector.hellos)
    wait_for("a plan asked for", lambda: len(collector.plans_asked) > 1)
    collector.order("acme/learn")
    assert collector.wait_for("acme/learn")[-1].flags & 2


def test_a_new_plan_takes_over(agent, collector, site):
    collector.set_plan([endpoint("acme/old", site.url + "/")])
    p = agent()
    collector.wait_for("acme/old")
    collector.set_plan([endpoint("acme/new", site.url + "/")])
    collector.wait_for("acme/new")
    kept = p.state / "plan.json"
    wait_for("the plan to be kept", lambda: "acme/new" in kept.read_text())
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE((p.state / "spool").stat().st_mode) == 0o600
    old = len(collector.of("acme/old"))
    collector.wait_for("acme/new", count=5)
    assert len(collector.of("acme/old")) == old


def test_a_bad_plan_changes_nothing(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn")
    collector.set_plan([endpoint("acme/bad", "gopher://nowhere/")])
    p.wait_log(r"plan.*url: expected http")
    before = len(collector.of("acme/learn"))
    collector.wait_for("acme/learn", count=before + 3)
    assert "gopher" not in (p.state / "plan.json").read_text()


def test_starts_from_the_kept_plan(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn")
    p.stop()
    collector.stop()
    count = len(collector.of("acme/learn"))
    p = agent()
    p.wait_log(r"1 endpoints, as it was kept")
    p.wait_log(r"does not answer")
    wait_for("observations in the spool",
             lambda: len(recorded(p.state / "spool")) > count + 3)
    collector.start()
    collector.wait_for("acme/learn", count=count + 1)
    assert collector.plans_asked[-1] == f'"{collector.plan["tag"]}"'


def test_a_kept_plan_that_cannot_be_read(agent, collector, site, tmp_path):
    """Nor written: said once each, and the collector's holds."""
    (tmp_path / "state" / "plan.json").mkdir()
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn", count=5)
    assert p.log().count("plan.json") == 2
    assert not (tmp_path / "state" / "plan.json.new").exists()


def test_no_observation_is_lost_by_kill(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/"),
                        endpoint("acme/error", site.url + "/500")])
    for pause in (0.3, 0.7, 1.1, 0.5):
        p = agent()
        wait_for("probes", lambda: (p.state / "spool").exists())
        time.sleep(pause)
        p.kill()
    known = recorded(p.state / "spool")
    assert known
    p = agent()
    wait_for("all that was recorded", lambda: all(
        is_received(k, received(collector)) for k in known))
    assert not collector.holes
    spools = {h["spool"] for h in collector.hellos}
    assert len(spools) == 1  # one life after the other, the same spool


def test_what_the_collector_forgot_comes_again(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    agent()
    collector.wait_for("acme/learn", count=3)
    with collector.changed:
        before = {o.key() for o in collector.observations}
        collector.have = {}
        collector.observations = []
    wait_for("what was forgotten", lambda: all(
        is_received(k, received(collector)) for k in before))
    assert not collector.holes


def test_an_unreadable_part_becomes_a_hole(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn")
    collector.unreadable = 1
    wait_for("a hole", lambda: collector.holes)
    p.wait_log("unreadable: the test")
    collector.wait_for("acme/learn", count=len(collector.of("acme/learn")) + 2)
    assert len(collector.holes) == 1


def test_503_is_tried_again(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn")
    collector.status = 503
    p.wait_log(r"answers 503")
    known = wait_for("more probes", lambda: recorded(p.state / "spool"))
    collector.status = None
    wait_for("all of them", lambda: all(
        is_received(k, received(collector)) for k in known))
    p.wait_log(r"503[\s\S]*: answers$")


def test_a_stop_of_ours_is_nobodys_failure(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/",
                                 timeout_ms=500)])
    p = agent()
    collector.wait_for("acme/learn", "ok", count=3)
    go_on = hang(p)
    time.sleep(6)
    go_on()
    p.wait_log("stood still")
    count = len(collector.of("acme/learn"))
    collector.wait_for("acme/learn", count=count + 5)
    assert {o.outcome for o in collector.of("acme/learn")} == {"ok"}


def test_sigterm_sends_what_there_is(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn", count=3)
    begun = time.monotonic()
    assert p.stop() == 0
    assert time.monotonic() - begun < 8
    assert all(is_received(k, received(collector))
               for k in recorded(p.state / "spool"))


def test_sigterm_does_not_wait_for_the_silent(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn")
    collector.stop()
    p.wait_log("does not answer")
    begun = time.monotonic()
    assert p.stop() == 0
    assert time.monotonic() - begun < 8


def test_the_last_resort_is_told_once(agent, collector, site, smtp):
    collector.set_plan([endpoint("acme/learn", site.url + "/500")],
                       collector_silence_ms=1500, mail_server=smtp.url,
                       mail_from="sunwatch@kahu.example",
                       mail_to=["moana@kahu.example"], site="K\u0101hu LMS")
    p = agent()
    collector.wait_for("acme/learn")
    collector.stop()
    message = wait_for("a mail", lambda: smtp.messages)[0]
    assert message.to == ["moana@kahu.example"]
    text = message.get_content()
    assert "K\u0101hu LMS is silent since" in text
    assert "acme/learn (answered with an error)" in text
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Sunwatch-Merge-Key"]
    p.wait_log("told by mail")
    time.sleep(3)
    assert len(smtp.messages) == 1
    collector.start()
    ended = wait_for("the end", lambda: smtp.messages[1:])[0]
    assert "answers again" in ended.get_content()
    assert ended["References"] == message["References"]
    assert ended["Message-ID"] != message["Message-ID"]


def test_the_last_resort_is_tried_again(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")],
                       collector_silence_ms=1500,
                       mail_server=f"smtp://127.0.0.1:{free_port()}",
                       mail_from="sunwatch@kahu.example",
                       mail_to=["moana@kahu.example"])
    p = agent()
    collector.wait_for("acme/learn")
    collector.ages = {"pager_ms": 100000, "auditor_ms": 1, "commit_ms": 1}
    p.wait_log("last resort: not told: connection refused")


def test_the_token_is_seen_by_nobody(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent("-d")
    collector.wait_for("acme/learn")
    collector.status = 401
    p.wait_log("refuses our token")
    proc = pathlib.Path(f"/proc/{p.process.pid}")
    assert TOKEN.encode() not in (proc / "cmdline").read_bytes()
    assert TOKEN.encode() not in (proc / "environ").read_bytes()
    p.kill()
    assert TOKEN not in p.log()
    for path in p.state.iterdir():
        assert TOKEN.encode() not in path.read_bytes()


def test_a_refusal_is_said_once(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn")
    collector.status = 409
    wait_for("three refusals", lambda: collector.refused >= 3)
    assert p.log().count("409: it says: as the test wants") == 1


def test_a_new_token_by_sighup(agent, collector, site, tmp_path):
    (tmp_path / "token").write_text("an-old-one")
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    p.wait_log("refuses our token")
    (tmp_path / "token").write_text(TOKEN)
    p.signal(signal.SIGHUP)
    collector.wait_for("acme/learn")


def test_one_agent_per_state_folder(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    agent()
    collector.wait_for("acme/learn")
    second = agent()
    assert second.wait() == 1
    assert "another agent runs here" in second.log()


def test_a_damaged_spool_is_set_aside(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn", count=3)
    p.kill()
    spool = p.state / "spool"
    data = bytearray(spool.read_bytes())
    data[12] ^= 0xff
    spool.write_bytes(data)
    p = agent()
    p.wait_log("spool is damaged")
    collector.wait_for("acme/learn", count=len(collector.of("acme/learn")) + 2)
    assert (p.state / "spool.damaged").read_bytes() == data
    assert len({h["spool"] for h in collector.hellos}) == 2


def test_a_torn_spool_goes_on(agent, collector, site):
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn", count=3)
    p.kill()
    with open(p.state / "spool", "ab") as f:
        f.write(b"\x40\x00\x00\x00torn")
    p = agent()
    p.wait_log("the last record of the spool was torn")
    collector.wait_for("acme/learn", count=len(collector.of("acme/learn")) + 2)
    assert len({h["spool"] for h in collector.hellos}) == 1


POINTS = ["agent-before-record", "agent-after-record", "agent-plan-written",
          "agent-before-plan", "agent-after-plan", "agent-probe-ended",
          "agent-answered", "agent-before-send", "agent-after-send",
          "agent-replayed"]


@pytest.mark.parametrize("point", POINTS)
def test_crash_points(agent, collector, site, point):
    collector.set_plan([endpoint("acme/learn", site.url + "/"),
                        endpoint("acme/error", site.url + "/500")])
    p = agent(SUNWATCH_CRASH=point)
    assert p.wait() == -signal.SIGKILL
    known = recorded(p.state / "spool")
    p = agent()
    collector.wait_for("acme/learn")
    wait_for("all that was recorded", lambda: all(
        is_received(k, received(collector)) for k in known))
    assert not collector.holes


def test_killed_while_the_spool_is_written_anew(agent, collector, site):
    """As each life does first; what the one before left is not lost."""
    collector.set_plan([endpoint("acme/learn", site.url + "/")])
    p = agent()
    collector.wait_for("acme/learn")
    collector.stop()
    before = len(recorded(p.state / "spool"))
    wait_for("something that waits",
             lambda: len(recorded(p.state / "spool")) > before + 2)
    p.kill()
    left = (p.state / "spool").read_bytes()
    p = agent(SUNWATCH_CRASH="agent-spool-rewritten")
    assert p.wait() == -signal.SIGKILL
    assert (p.state / "spool").read_bytes() == left
    assert (p.state / "spool.new").exists()
    known = recorded(p.state / "spool")
    collector.start()
    agent()
    wait_for("all that was recorded", lambda: all(
        is_received(k, received(collector)) for k in known))
    assert not collector.holes


@pytest.mark.parametrize("point", ["agent-before-tell", "agent-told"])
def test_crash_points_of_telling(agent, collector, site, smtp, point):
    collector.set_plan([endpoint("acme/learn", site.url + "/")],
                       collector_silence_ms=1500, mail_server=smtp.url,
                       mail_from="sunwatch@kahu.example",
                       mail_to=["moana@kahu.example"])
    p = agent(SUNWATCH_CRASH=point)
    collector.wait_for("acme/learn")
    collector.stop()
    assert p.wait() == -signal.SIGKILL
    before = len(smtp.messages)
    agent()
    wait_for("a mail", lambda: len(smtp.messages) > before)


def test_the_docs_list_every_crash_point():
    code = set()
    for path in (ROOT / "agent").glob("*.c"):
        for line in path.read_text().splitlines():
            if "CRASH_POINT(" in line:
                code.add(line.split('"')[1])
    docs = (ROOT / "docs" / "design.md").read_text()
    assert all(f"| `{point}` | agent |" in docs for point in code)
    assert code == {*POINTS, "agent-before-tell", "agent-told",
                    "agent-spool-rewritten"}


def run(*args):
    return subprocess.run([BIN / "sunwatch-agent", *args], text=True,
                          capture_output=True, timeout=20, check=False)


def test_options(tmp_path):
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    good = ["-t", token, "-s", tmp_path]
    assert "sunwatch-agent" in run("-V").stdout
    assert run().returncode == 2
    assert run("-x").returncode == 2
    assert run("-n", "-c", "https://collector.example", *good).returncode == 0
    for url, why in [("http://collector.example", "loopback only"),
                     ("ftp://127.0.0.1", "not https"),
                     ("https://collector.example/", "https://host:port")]:
        p = run("-n", "-c", url, *good)
        assert p.returncode == 1 and why in p.stderr, p.stderr
    for args, why in [(["-t", "/nonexistent", "-s", tmp_path],
                       "No such file"),
                      (["-t", token, "-s", "/nonexistent"], "No such file"),
                      ([*good, "-a", "/nonexistent"], "No such file")]:
        p = run("-n", "-c", "https://collector.example", *args)
        assert p.returncode == 1 and why in p.stderr, p.stderr
    token.write_text("two words")
    p = run("-n", "-c", "https://collector.example", *good)
    assert p.returncode == 1 and "holds no token" in p.stderr
    assert "two words" not in p.stderr


def test_a_collector_over_tls(agent, tmp_path):
    """Its certificate is checked against the CA that was given."""
    subprocess.run([ROOT / "tests" / "make-certificates"], cwd=tmp_path,
                   check=True, capture_output=True)
    nginx = fake.Nginx(tmp_path, tls=tmp_path / "good-chain")
    # good-chain.pem has the chain, its key is good.key
    (tmp_path / "good-chain.key").write_bytes(
        (tmp_path / "good.key").read_bytes())
    nginx.start()
    try:
        url = f"https://localhost:{nginx.port}"
        p = agent("-a", tmp_path / "ca.pem", url=url)
        p.wait_log("answers 404")  # trusted, though no collector
        p.kill()
        p = agent("-a", tmp_path / "other.pem", url=url)
        p.wait_log("does not answer: the certificate's issuer is unknown")
    finally:
        nginx.stop()


def test_the_collectors_certificate_changed(agent, tmp_path):
    """Said in words, once for each of the three that ask; then it goes on."""
    subprocess.run([ROOT / "tests" / "make-certificates"], cwd=tmp_path,
                   check=True, capture_output=True)

    def show(pem, key):
        (tmp_path / "shown.pem").write_bytes((tmp_path / pem).read_bytes())
        (tmp_path / "shown.key").write_bytes((tmp_path / key).read_bytes())

    show("good-chain.pem", "good.key")
    nginx = fake.Nginx(tmp_path, tls=tmp_path / "shown").start()
    words = "the certificate is signed by itself"
    try:
        p = agent("-a", tmp_path / "ca.pem",
                  url=f"https://localhost:{nginx.port}")
        p.wait_log("answers 404")
        nginx.stop()
        show("self.pem", "self.key")
        nginx.start()
        p.wait_log(words)
        nginx.stop()
        show("good-chain.pem", "good.key")
        nginx.start()
        p.wait_log(f"(?s){words}.*answers 404")
        assert p.log().count(words) <= 3
    finally:
        nginx.stop()


def test_an_endpoint_over_tls(agent, collector, tmp_path):
    subprocess.run([ROOT / "tests" / "make-certificates"], cwd=tmp_path,
                   check=True, capture_output=True)
    (tmp_path / "good-chain.key").write_bytes(
        (tmp_path / "good.key").read_bytes())
    nginx = fake.Nginx(tmp_path, tls=tmp_path / "good-chain").start()
    try:
        collector.set_plan([endpoint("acme/learn",
                                     f"https://localhost:{nginx.port}/")])
        p = agent("-A", tmp_path / "ca.pem")
        seen = collector.wait_for("acme/learn")[0]
        assert (seen.outcome, seen.reason) == ("ok", "none"), seen.detail
        assert seen.times[3] > 0
        p.stop()
        agent()  # by the system's certificates
        seen = collector.wait_for("acme/learn", "failed")[0]
        assert seen.reason == "tls"
    finally:
        nginx.stop()
