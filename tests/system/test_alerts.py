"""Others' alerts: real senders, senders that misbehave, and ends at the worst
instants.  What each sends is read in tests/unit/test_alert.c."""

import concurrent.futures
import contextlib
from http.client import HTTPException
import json
import re
import socket
import subprocess
import time

import pytest

import helpers
from alerts import KEYS, Alerts
from helpers import http, wait_for


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    return Alerts(tmp_path, program, redis, smtp)


def accepts(stage):
    stage.ready()
    wait_for("the listener", lambda: helpers.listens(stage.port_alerts))


@pytest.fixture
def pager(stage):
    p = stage.start()
    accepts(stage)
    return p


def test_pagerduty_events_from_beginning_to_end(stage, pager):
    answer = stage.enqueue(links=[{"href": "https://w.example/", "text": "w"}])
    assert answer.status == 202
    assert answer.text == {"status": "success", "message": "Event processed",
                           "dedup_key": "d1"}
    mail = stage.wait_mail("aroha")[0]
    assert "S1 Acme University: prom alert: disk full since" in mail["Subject"]
    assert "Link: w https://w.example/" in mail.get_content()
    # Said again, and acknowledged by a machine: nothing changes.
    assert stage.enqueue().status == 202
    assert stage.enqueue("acknowledge").status == 202
    assert len(stage.open()) == 1
    assert stage.open()[0]["state"] == "calling"
    page = http(stage.link_of(mail))
    assert "Source: web-1" in page.text
    assert "You have it" in http(stage.link_of(mail), {"do": "take"}).text
    assert stage.enqueue("resolve").status == 202
    wait_for("the end to be told", lambda: "Over: S1" in stage.pages())
    assert stage.open() == []
    # It fails anew: another one.  Nothing of it is public.
    assert stage.enqueue().status == 202
    assert [i["id"] for i in stage.open()] == ["INC-000002"]
    assert stage.redis.client.xlen("sw:{p}:out") == 0
    assert "disk full" not in pager.log()


def test_a_change_stands_in_the_timeline_of_what_is_open(stage, pager):
    assert stage.enqueue().status == 202
    mail = stage.wait_mail("aroha")[0]
    change = {"routing_key": KEYS["prom"], "payload": {
        "summary": "release <4.2>", "source": "ci"}}
    for slash in "", "/":  # the second is a repeat
        assert stage.post("/v2/change/enqueue" + slash, change).status == 202
    page = http(stage.link_of(mail)).text
    assert page.count("change: release &lt;4.2&gt;; Source: ci") == 1
    assert len(stage.open()) == 1
    del change["payload"]["summary"]
    assert stage.post("/v2/change/enqueue", change).status == 400
    change["routing_key"] = "3" * 32
    assert stage.post("/v2/change/enqueue", change).text["errors"] == [
        "this key is nobody's"]


def test_pagerduty_without_a_dedup_key(stage, pager):
    first, second = (stage.enqueue(dedup_key=None) for _ in range(2))
    assert (first.status, second.status) == (202, 202)
    keys = {first.text["dedup_key"], second.text["dedup_key"]}
    assert len(keys) == 2 and all(re.fullmatch("[0-9a-f]{32}", k)
                                  for k in keys)
    assert len(stage.open()) == 2
    assert stage.enqueue("resolve",
                         dedup_key=first.text["dedup_key"]).status == 202
    assert len(stage.open()) == 1


def test_what_is_refused_names_its_field_and_is_told(stage, pager):
    answer = stage.enqueue(severity="very")
    assert answer.status == 400
    assert answer.text["status"] == "invalid event"
    assert "'payload.severity'" in answer.text["errors"][0]
    assert stage.enqueue("explode").status == 400
    # Of a stranger nothing is told, but to himself.
    for key in "", "3" * 32, "x" * 300:
        assert stage.enqueue(key=key).text["errors"] == [
            "this key is nobody's"]
    assert stage.post("/v2/enqueue", b"{").status == 400
    assert stage.post("/v2/enqueue", b"x" * (513 << 10)).status == 413
    for auth in ({}, {"Authorization": "Bearer " + "3" * 32},
                 {"Authorization": KEYS["prom"]}):
        assert stage.post("/alertmanager", {}, **auth).status == 401
        assert stage.post("/v2/alerts", {}, **auth).status == 401
    bearer = {"Authorization": "Bearer " + KEYS["prom"]}
    assert stage.post("/alertmanager", {}, **bearer).status == 400
    assert stage.post("/alertmanager", b"[]", **bearer).status == 400
    assert stage.post("/alertmanager", b" " * (5 << 20),
                      **bearer).status == 413
    wait_for("a human to be told", lambda: "could not be read" in
             stage.pages())
    (told,) = stage.open()  # once
    assert told["severity"] == 2  # as any word that nobody explained
    assert KEYS["prom"] not in pager.log()
    assert http(stage.alerts + "/v2/enqueue").status == 405
    assert http(stage.alerts + "/").status == 404


def test_old_and_new_key_while_they_are_rotated(stage, pager):
    for key in "old" + KEYS["nagios"], KEYS["nagios"]:
        assert stage.enqueue(key=key).status == 202
    assert len(stage.open()) == 1
    conf = stage.conf.read_text()
    stage.conf.write_text(re.sub(r"key_sha256: \[\w+,\s+(\w+)\]",
                                 r"key_sha256: \1", conf))
    pager.signal(1)
    wait_for("the old key to be nobody's", lambda: stage.enqueue(
        key="old" + KEYS["nagios"]).status == 400)
    assert stage.enqueue(key=KEYS["nagios"]).status == 202


def test_opsgenie_with_and_without_its_slash(stage, pager):
    key = {"Authorization": "GenieKey " + KEYS["nagios"]}
    for slash, alias in ("", "a/b c"), ("/", "other"):
        there = "/v2/alerts/" + alias.replace("/", "%2F").replace(" ", "%20")
        answer = stage.post("/v2/alerts" + slash, {
            "message": "queue is full", "alias": alias, "priority": "P2"},
            **key)
        assert answer.status == 202
        assert answer.text["result"] == "Request will be processed"
        assert [i["severity"] for i in stage.open()] == [2]
        assert stage.post(there + "/acknowledge" + slash +
                          "?identifierType=alias",
                          {"user": "tom@kahu.example"}, **key).status == 202
        assert stage.open()[0]["owner"] == "tom"
        assert stage.post(there + "/message", {"message": "x"},
                          method="PUT", **key).status == 202
        assert stage.post(there + "/close" + slash + "?identifierType=alias",
                          b"", **key).status == 202
        assert stage.open() == []


def test_an_alertmanager_group(stage, pager):
    assert stage.webhook(("f1", "firing"), ("f2", "firing")).status == 200
    mail = stage.wait_mail("aroha")[0]
    assert "(and 1 more)" in mail.get_content()
    assert stage.webhook(("f1", "firing"), ("f2", "resolved"),
                         ("f3", "firing")).status == 200
    assert len(stage.open()) == 1
    # The rest was left out: with the group all is over.
    assert stage.webhook(("f1", "resolved"), truncatedAlerts=1).status == 200
    assert stage.open() == []


def test_while_the_store_is_away(stage, pager):
    """Not kept is not accepted: 503, and what is said again then is one."""
    assert stage.enqueue(dedup_key="before").status == 202
    stage.redis.kill()
    seen = []

    def again():
        seen.append(stage.webhook(("f1", "firing")).status)
        return seen[-1] == 200
    wait_for("the journal", again)
    assert set(seen[:-1]) <= {503}
    assert (stage.state / "pager.journal").exists()
    stage.redis.start()
    accepts(stage)
    wait_for("it to be recorded", lambda: len(
        stage.redis.client.hgetall("sw:{p}:incidents")) == 2)
    assert stage.webhook(("f1", "firing")).status == 200
    assert len(stage.open()) == 2


def test_no_journal_and_no_store_is_503(stage, pager):
    """It calls all the same, but says that it may forget."""
    (stage.state / "pager.journal").mkdir()
    (stage.state / "pager.journal" / "full").touch()
    stage.redis.kill()
    pager.wait_log("the journal cannot be written|cannot be opened")
    assert stage.enqueue().status == 503
    stage.wait_mail("aroha")


@pytest.mark.parametrize("point", [
    "pager-alert-read", "pager-before-commit", "pager-after-commit",
    "pager-before-accepted", "pager-before-send"])
def test_killed_around_the_write(stage, point):
    """What heard no 2xx is said again; it is one, and it is called for."""
    stage.start(SUNWATCH_CRASH=f"{point}:2" if "commit" in point else point)
    accepts(stage)
    accepted = 0
    try:
        accepted = stage.enqueue().status
    except (OSError, HTTPException):
        pass
    stage.start("again")
    accepts(stage)
    if accepted != 202:
        wait_for("it to be accepted",
                 lambda: stage.enqueue().status == 202)
    assert len(stage.open()) == 1
    stage.wait_mail("aroha", "disk full")


def test_many_first_alerts_at_once(stage, pager):
    """None is turned away because there are many; the phone stays usable."""
    def one(i):
        return stage.enqueue(dedup_key=f"k{i}", summary=f"disk {i}").status

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        assert set(pool.map(one, range(300))) == {202}
        assert set(pool.map(one, range(300))) == {202}
    found = [i for i in stage.open() if i.get("subject", "").startswith(
        "alert:")]
    assert len(found) == 300
    assert len(stage.smtp.to("aroha@kahu.example")) < 30


def test_who_stands_by_takes_none(stage, program, pager, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    port = helpers.free_port()
    conf = tmp_path / "other.yaml"
    conf.write_text(stage.conf.read_text().replace(
        f"state_dir: {stage.state}", f"state_dir: {other}").replace(
        str(stage.port_alerts), str(port)).replace(
        f":{stage.port}\n", f":{helpers.free_port()}\n"))
    second = program("sunwatch-pager", "-d", "-f", conf, log="second",
                     SUNWATCH_LEASE_MS="2000")
    second.wait_log("alerts: listening")
    event = {"routing_key": KEYS["prom"], "event_action": "trigger",
             "payload": {"summary": "a", "source": "b",
                         "severity": "info"}}
    answer = http(f"http://127.0.0.1:{port}/v2/enqueue",
                  body=json.dumps(event).encode())
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    pager.kill()
    wait_for("the other one to take over", lambda: http(
        f"http://127.0.0.1:{port}/v2/enqueue",
        body=json.dumps(event).encode()).status == 202)


def test_without_a_place_none_is_taken(stage, program):
    text = re.sub(r"  alerts: \{.*\n", "", stage.conf.read_text())
    stage.conf.write_text(text)
    done = subprocess.run(
        [helpers.BIN / "sunwatch-pager", "-n", "-f", stage.conf],
        capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert 'alerts: nobody can send any: "listen" has no "alerts"' in (
        done.stderr)


ALERTMANAGER = """
route:
  receiver: all
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 1s
  repeat_interval: 1s
receivers:
  - name: all
    {kind}_configs:
      - {config}
"""
CONFIGS = {
    "webhook": """url: "{url}/alertmanager"
        send_resolved: true
        http_config: {{ authorization: {{ credentials: "{key}" }} }}""",
    "pagerduty": """url: "{url}/v2/enqueue"
        routing_key: "{key}"
        severity: critical
        send_resolved: true""",
    "opsgenie": """api_url: "{url}/"
        api_key: "{key}"
        priority: P1
        send_resolved: true""",
}


def sent(port):
    """Notifications that Alertmanager has sent so far."""
    text = http(f"http://127.0.0.1:{port}/metrics").text
    return sum(float(n) for n in re.findall(
        r"^alertmanager_notifications_total\{.*\} (\S+)$", text, re.M))


@helpers.needs("prometheus-alertmanager")
@pytest.mark.parametrize("kind", CONFIGS)
def test_alertmanager_pages_through_us(stage, pager, tmp_path, kind):
    """Debian's, unchanged: it fires, repeats, and resolves."""
    port = helpers.free_port()
    conf = tmp_path / "alertmanager.yml"
    conf.write_text(ALERTMANAGER.format(kind=kind, config=CONFIGS[
        kind].format(url=stage.alerts, key=KEYS["prom"])))
    am = helpers.Program("alertmanager", [
        "prometheus-alertmanager", f"--config.file={conf}",
        f"--storage.path={tmp_path / 'data'}", "--cluster.listen-address=",
        f"--web.listen-address=127.0.0.1:{port}"], tmp_path).start()

    def tell(seconds, name="High"):
        def stamp(s):
            return time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                 time.gmtime(time.time() + s))
        answer = http(f"http://127.0.0.1:{port}/api/v2/alerts", headers={
            "Content-Type": "application/json"}, body=json.dumps([{
                "labels": {"alertname": name, "severity": "critical",
                           "instance": "web-1"},
                "annotations": {"summary": "p99 is 3 s"},
                "startsAt": stamp(-60), "endsAt": stamp(seconds),
                "generatorURL": "http://prometheus.example/graph"}]).encode())
        assert answer.status == 200, answer

    try:
        wait_for("Alertmanager", lambda: helpers.listens(port))
        tell(600)
        mail = stage.wait_mail("aroha")[0]
        assert "S1 Acme University: prom alert" in mail["Subject"]
        assert "High" in mail.get_content()
        assert "http://prometheus.example/graph" in mail.get_content() or (
            kind == "opsgenie")
        tell(600, "Low")  # it tells of both, and so of the first again
        wait_for("both", lambda: [
            i for i in stage.open() if "Low" in json.dumps(i)])
        wait_for("a repeat", lambda: sent(port) >= 4)
        assert len(stage.open()) == 2
        assert len(stage.mails_to("aroha")) == 2
        tell(0, "Low")
        tell(0)
        wait_for("both to end", lambda: stage.open() == [])
        wait_for("its end", lambda: "Over: S1" in stage.pages())
    finally:
        am.kill()
    assert "level=error" not in am.log(), am.log()


@helpers.needs("prometheus-alertmanager")
def test_alertmanager_says_again_what_could_not_be_kept(stage, pager,
                                                        tmp_path):
    """The store hangs while it tells of an alert: it hears no 2xx, and by its
    own repeating the alert comes through once the store is well."""
    port = helpers.free_port()
    conf = tmp_path / "alertmanager.yml"
    conf.write_text(ALERTMANAGER.format(kind="webhook", config=CONFIGS[
        "webhook"].format(url=stage.alerts, key=KEYS["prom"])))
    am = helpers.Program("alertmanager", [
        "prometheus-alertmanager", f"--config.file={conf}",
        f"--storage.path={tmp_path / 'data'}", "--cluster.listen-address=",
        f"--web.listen-address=127.0.0.1:{port}"], tmp_path).start()
    try:
        wait_for("Alertmanager", lambda: helpers.listens(port))
        pager.kill()
        assert http(f"http://127.0.0.1:{port}/api/v2/alerts", headers={
            "Content-Type": "application/json"}, body=json.dumps([{
                "labels": {"alertname": "High"}}]).encode()).status == 200
        am.wait_log("level=(warn|error)")
        stage.start("again")
        stage.wait_mail("aroha")
        assert len(stage.open()) == 1
    finally:
        am.kill()


class Tls(Alerts):
    scheme = "https"

    def write(self, patience="60s", silence="90s", more=""):
        folder = self.folder / "certificates"
        if not folder.exists():
            folder.mkdir()
            subprocess.run([helpers.ROOT / "tests" / "make-certificates"],
                           cwd=folder, check=True, capture_output=True)
        self.tls = (f', certificate: "{folder}/good-chain.pem", '
                    f'key: "{folder}/good.key"')
        super().write(patience, silence, more)


def test_by_tls(tmp_path, program, redis, smtp):
    stage = Tls(tmp_path, program, redis, smtp)
    stage.start()
    accepts(stage)
    assert stage.enqueue().status == 202
    with socket.create_connection(("127.0.0.1", stage.port_alerts)) as s:
        s.sendall(b"POST /v2/enqueue HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert not s.recv(100).startswith(b"HTTP/1.")
