"""Heartbeats: what calls in by curl, what does not, and ends at the worst
instants.  When somebody is told is in tests/unit/test_duty_heartbeats.c."""

import http.client
import json
import re
import subprocess

import pytest

import helpers
from alerts import Alerts, sha256
from helpers import wait_for

TOKEN = "b" * 48
OLD = "o" * 48


class Beats(Alerts):
    """One that is awaited soon, and one that is not."""

    def write(self, patience="60s", silence="90s", more=""):
        super().write(patience, silence, more=f"""
heartbeats:
  - {{ name: backup, token_sha256: [{sha256(OLD)}, {sha256(TOKEN)}],
      every: 1h, severity: S1, client: acme }}
  - {{ name: tick, token_sha256: {sha256("t" * 48)}, every: 1s, grace: 1s,
      disabled: not yet }}
{more}""")

    def curl(self, what="", token=TOKEN, *options):
        done = subprocess.run(
            ["curl", "-sS", "-m", "20", "-w", "\n%{http_code}", *options,
             f"{self.alerts}/heartbeat/{token}{what}"],
            capture_output=True, text=True, timeout=60, check=False)
        return int(done.stdout.rsplit("\n", 1)[-1] or 0)

    def beat(self, name="backup"):
        (found,) = [b for b in self.ask(command="heartbeats")["heartbeats"]
                    if b["name"] == name]
        return found

    def shown(self, *options):
        return subprocess.run(
            [helpers.BIN / "sunwatch", "heartbeats", "--conf", self.conf,
             *options], capture_output=True, text=True, timeout=30,
            check=True).stdout


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    return Beats(tmp_path, program, redis, smtp)


def accepts(stage):
    stage.ready()
    wait_for("the listener", lambda: helpers.listens(stage.port_alerts))


@pytest.fixture
def pager(stage):
    p = stage.start()
    accepts(stage)
    return p


def test_a_job_calls_in_by_curl(stage, pager, tmp_path):
    assert "backup new, never well, awaited until" in stage.shown()
    assert stage.curl("/start") == 200
    assert stage.beat()["state"] == "running"
    log = tmp_path / "log"
    log.write_bytes(b"copying\n" * 300 + b"disk <b>full</b> \xff\n")
    assert stage.curl("/3", TOKEN, "--data-binary", f"@{log}") == 200
    mail = stage.wait_mail("aroha")[0]
    assert ("S1 Acme University: heartbeat backup alert: failed with exit "
            "code 3") in mail["Subject"]
    assert "disk <b>full</b> \\xff" in mail.get_content()
    page = helpers.http(stage.link_of(mail)).text
    assert "disk &lt;b&gt;full&lt;/b&gt;" in page
    assert "backup failed at" in stage.shown()
    # By either token, by GET and POST, with and without a slash.
    assert stage.curl("/0/", OLD) == 200
    assert stage.open() == []
    wait_for("its end", lambda: "Over: S1" in stage.pages())
    assert stage.curl("", TOKEN, "-X", "POST") == 200
    beat = json.loads(stage.shown("--json"))["heartbeats"][0]
    assert (beat["name"], beat["state"]) == ("backup", "well")
    assert stage.shown().splitlines()[1].startswith("tick paused: not yet")
    # Nothing is public, and no token is in the log.
    assert stage.redis.client.xlen("sw:{p}:out") == 0
    assert TOKEN not in pager.log() and OLD not in pager.log()


def test_check_says_what_will_happen(stage):
    said = subprocess.run(
        [helpers.BIN / "sunwatch", "check", "--conf", stage.conf],
        capture_output=True, text=True, timeout=60, check=False).stdout
    assert re.search(
        r"^heartbeat backup: every 1 h 0 min, and 5 min later S1 calls \w+$", said,
        re.M), said
    assert "heartbeat tick: not awaited: not yet\n" in said


def test_what_is_no_call(stage, pager):
    for token, what in ("x" * 48, ""), ("x" * 300, ""), ("", ""), (
            TOKEN, "/well"), (TOKEN, "/256"), (TOKEN, "/3x"), (
            TOKEN, "/fail/" + "x" * 40), (TOKEN[:-1], "/fail"):
        assert stage.curl(what, token) == 404, (token, what)
    assert stage.curl("/fail", TOKEN, "--head") == 405
    assert stage.curl("/fail", TOKEN, "-X", "PUT") == 405
    assert stage.beat()["state"] == "new"
    assert stage.open() == []
    assert TOKEN not in pager.log()


def test_late_rotated_and_removed(stage, pager):
    conf = stage.conf.read_text()
    stage.conf.write_text(conf.replace(",\n      disabled: not yet", ""))
    pager.signal(1)
    mail = stage.wait_mail("aroha", "heartbeat tick")[0]
    assert "is waited for and has not called in" in mail["Subject"]
    assert stage.curl("", "t" * 48) == 200
    wait_for("its end", lambda: "Over:" in stage.pages())
    # The old token goes, and the other heartbeat.
    stage.conf.write_text(re.sub(
        r"  - \{ name: tick.*\n.*\n", "", conf.replace(sha256(OLD) + ", ",
                                                      "")))
    pager.signal(1)
    wait_for("the old token to be nobody's",
             lambda: stage.curl("", OLD) == 404)
    assert stage.curl() == 200
    assert stage.shown().count("\n") == 1
    wait_for("its record to go", lambda: stage.redis.client.hkeys(
        "sw:{p}:heartbeats") in (["backup"], [b"backup"]))


def test_a_strangers_body_is_not_waited_for(stage, pager):
    """It could be 8 MiB, and come from many at once."""
    c = http.client.HTTPConnection("127.0.0.1", stage.port_alerts, timeout=60)
    c.putrequest("POST", "/heartbeat/" + "x" * 48)
    c.putheader("Content-Length", "8000000")
    c.endheaders()
    assert c.getresponse().status == 404
    c.close()


def test_repeats_are_cheap(stage, pager):
    assert stage.curl() == 200
    before = stage.redis.client.hget("sw:{p}:heartbeats", "backup")
    for _ in range(20):
        assert helpers.http(f"{stage.alerts}/heartbeat/{TOKEN}").status == 200
    assert stage.redis.client.hget("sw:{p}:heartbeats", "backup") == before
    for _ in range(20):
        assert stage.curl("/fail") == 200
        assert stage.curl() == 200
    assert len(stage.redis.client.hgetall("sw:{p}:incidents")) == 1


def test_while_the_store_is_away(stage, pager):
    """Not kept is not accepted: 503; then the journal has it."""
    assert stage.curl() == 200
    stage.redis.kill()
    seen = []

    def again():
        seen.append(stage.curl("/fail"))
        return seen[-1] == 200
    wait_for("the journal", again)
    assert set(seen[:-1]) <= {503}
    stage.wait_mail("aroha", "heartbeat backup")
    stage.redis.start()
    accepts(stage)
    wait_for("it to be recorded", lambda: json.loads(
        stage.redis.client.hget("sw:{p}:heartbeats", "backup")).get(
        "failed_ms"))
    assert len(stage.open()) == 1
    assert stage.curl() == 200
    assert stage.open() == []


@pytest.mark.parametrize("point", [
    "pager-alert-read", "pager-before-commit", "pager-after-commit",
    "pager-before-accepted", "pager-before-send"])
def test_killed_around_the_write(stage, point):
    """What heard no 2xx is said again; it is one, and it is called for."""
    stage.start(SUNWATCH_CRASH=f"{point}:3" if "commit" in point else point)
    accepts(stage)
    accepted = stage.curl("/fail")
    stage.start("again")
    accepts(stage)
    if accepted != 200:
        wait_for("it to be accepted", lambda: stage.curl("/fail") == 200)
    assert stage.beat()["state"] == "failed"
    stage.wait_mail("aroha", "heartbeat backup")
    assert len(stage.open()) == 1


def test_curl_says_it_again_while_a_pager_starts(stage, pager):
    """As the manual has it: a call in the gap is not lost."""
    pager.kill()
    calling = subprocess.Popen(
        ["curl", "-fsS", "-m", "60", "--retry", "8", "--retry-connrefused",
         "-o", "/dev/null", f"{stage.alerts}/heartbeat/{TOKEN}"])
    stage.start("again")
    assert calling.wait(60) == 0
    assert stage.beat()["state"] == "well"
