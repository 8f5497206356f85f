"""/metrics of role pages: what it says of probes, and that everything in
conf/ that reads it (Prometheus's rules, Grafana's dashboard) finds it there."""

import json
import re
import shutil
import signal
import subprocess
import time
import urllib.parse

import msgpack
import pytest
import redis as redis_client

import helpers
import test_pages
from collector import CONNECT, FAILED, now_ms, observation

CONF = helpers.ROOT / "conf"


class Metrics(test_pages.Pages):
    def hear(self, *observations, region="auckland", agent="akl-1"):
        """An entry of the inbox, as ingest puts it there."""
        now = now_ms()
        part = msgpack.packb([1, "0123456789abcdef", 0, 1, 1, now, 0, 1, None,
                              list(observations), []])
        raw = redis_client.Redis(unix_socket_path=str(self.redis.socket))
        raw.xadd("sw:{c0}:in", {"d": msgpack.packb(
            [1, agent, region, now, 0, False, part])})

    def families(self):
        return test_pages.exposition(self.metrics().text)

    def wait_family(self, name, **labels):
        """The value of one sample, once it is there."""
        def value():
            for text, value in self.families()[name].items():
                has = dict(re.findall(r'(\w+)="([^"]*)"', text))
                if labels.items() <= has.items():
                    return (value, has)
            return None
        return helpers.wait_for(f"{name} {labels}", value)

    def whole(self):
        """As with a house that runs."""
        self.hear(observation("acme/learn", now_ms()))
        self.hear(observation("acme/learn", now_ms(), FAILED, CONNECT, 0),
                  region="london", agent="lon-1")
        self.state("acme/learn", "up")
        self.redis.client.hset("sw:{c0}:agents", "akl-1",
                               json.dumps({"heard": now_ms()}))
        self.wait_family("probe_success", region="london")
        self.wait_family("sunwatch_agent_last_report_timestamp_seconds",
                         agent="akl-1")
        self.wait_family("sunwatch_state", service="learn", state="up")


@pytest.fixture
def house(program, redis, tmp_path):
    return Metrics(program, redis, tmp_path)


def test_a_rename_moves_what_is_scraped_and_doubles_nothing(house):
    """Whoever has the new tree first, the store or role pages."""
    house.whole()
    house.redis.client.hset("sw:{c0}:names", "acme/learn", json.dumps([
        {"from": 1000, "name": "acme/academy"}]))
    time.sleep(2.5)  # it was read, and bears on nothing yet

    def services(family):
        return {has["service"] for text in house.families()[family]
                for has in [dict(re.findall(r'(\w+)="([^"]*)"', text))]
                if has.get("client") == "acme"}
    assert services("sunwatch_state") == {"learn"}
    assert house.wait_family("sunwatch_state", service="learn",
                             client="acme", state="up")[0] == 1
    text = house.conf.read_text()
    house.conf.write_text(text.replace(
        'learn, url: "https://learn.acme',
        'academy, was: learn, url: "https://learn.acme'))
    house.program.signal(signal.SIGHUP)
    assert house.wait_family("sunwatch_state", service="academy",
                             state="up")[0] == 1
    assert services("sunwatch_state") == {"academy"}
    # Agents with the plan of before, and with the new one.
    house.hear(observation("acme/learn", now_ms()))
    house.hear(observation("acme/academy", now_ms()), region="london",
               agent="lon-1")
    house.wait_family("probe_success", service="academy", region="london")
    assert services("probe_success") == {"academy"}
    house.state("acme/learn", "down")  # the record bears its key
    helpers.wait_for("the state", lambda: house.wait_family(
        "sunwatch_state", service="academy", state="down")[0] == 1)


def test_probes_stand_under_their_usual_names(house):
    house.whole()
    assert house.wait_family("probe_success", region="auckland") == (
        1, {"instance": "https://learn.acme.example/", "client": "acme",
            "service": "learn", "region": "auckland"})
    assert house.wait_family("probe_success", region="london")[0] == 0
    assert house.wait_family("probe_duration_seconds",
                             region="auckland")[0] == 0.02
    assert house.wait_family("probe_http_duration_seconds",
                             region="auckland", phase="processing"
                             )[0] == 0.01
    assert house.wait_family("probe_http_status_code",
                             region="auckland")[0] == 200
    assert house.wait_family("probe_http_ssl", region="london")[0] == 1
    assert house.wait_family("sunwatch_probes_total", region="london",
                             outcome="failed")[0] == 1
    # A shard is read on; what is not in the tree is nobody's.
    house.hear(observation("acme/gone", now_ms()),
               observation("acme/learn", now_ms()), region="london")
    helpers.wait_for("the next probe", lambda: house.wait_family(
        "probe_success", region="london")[0] == 1)
    assert "gone" not in house.metrics().text


def test_after_another_store_probes_come_again(house):
    """Its ids lie before those that were read."""
    house.whole()
    house.redis.client.delete("sw:{c0}:in")
    raw = redis_client.Redis(unix_socket_path=str(house.redis.socket))
    raw.xadd("sw:{c0}:in", {"d": b"rubbish"}, id="5-1")
    before = house.wait_family("sunwatch_probes_total", region="auckland",
                               outcome="ok")[0]
    house.hear(observation("acme/learn", now_ms()))
    helpers.wait_for("it to be heard", lambda: house.wait_family(
        "sunwatch_probes_total", region="auckland", outcome="ok")[0] > before)


NAME = re.compile(r"\b(?:probe|sunwatch)_[a-z_]+\b")


def names_used():
    """Metrics that conf/ asks for, by where it does."""
    rules = (CONF / "prometheus" / "sunwatch.rules.yml").read_text()
    board = json.loads((CONF / "grafana" / "sunwatch.json").read_text())
    asked = [t["expr"] for p in board["panels"] for t in p["targets"]]
    asked += [v["query"]["query"] for v in board["templating"]["list"]
              if isinstance(v["query"], dict)]
    expressions = re.findall(r"expr: (?:>\n((?:          .*\n)+)|(.*))", rules)
    asked += [a or b for a, b in expressions]
    assert len(asked) > 20
    return {name for text in asked
            for name in NAME.findall(re.sub(r"sunwatch:[a-z_:]+", "", text))}


def test_all_that_conf_asks_for_is_there(house):
    house.whole()
    there = set(house.families())
    assert names_used() <= there, names_used() - there


@helpers.needs("promtool")
def test_promtool_finds_nothing_wrong(house):
    house.whole()
    for args, text in (
            (["check", "metrics"], house.metrics().text),
            (["check", "rules", CONF / "prometheus" / "sunwatch.rules.yml"],
             None),
            (["check", "config", CONF / "prometheus" / "sunwatch.yml"],
             None)):
        done = subprocess.run(["promtool", *args], input=text, text=True,
                              capture_output=True, timeout=30, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        if args[1] == "metrics":  # what it finds it says there
            assert done.stdout + done.stderr == ""


@helpers.needs("prometheus")
def test_prometheus_scrapes_it(house, tmp_path):
    house.whole()
    folder, port = tmp_path / "prometheus", helpers.free_port()
    shutil.copytree(CONF / "prometheus", folder)
    conf = folder / "sunwatch.yml"
    text = conf.read_text().replace("127.0.0.1:9464",
                                    f"127.0.0.1:{house.metrics_port}")
    conf.write_text(text.replace("scrape_interval: 30s",
                                 "scrape_interval: 1s"))
    p = helpers.Program("prometheus", [
        "prometheus", f"--config.file={conf}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}"], tmp_path).start()

    def ask(query):
        try:
            answer = helpers.http(
                f"http://127.0.0.1:{port}/api/v1/query?"
                + urllib.parse.urlencode({"query": query}))
        except OSError:
            return []
        return answer.status == 200 and json.loads(
            answer.text)["data"]["result"]

    try:
        found = helpers.wait_for("a sample", lambda: ask(
            'probe_success{region="auckland"}'), 40)
        assert found[0]["metric"]["instance"] == (
            "https://learn.acme.example/")
        assert found[0]["metric"]["job"] == "sunwatch"
        assert found[0]["value"][1] == "1"
        assert ask("sunwatch_build_info")
        rules = json.loads(helpers.http(
            f"http://127.0.0.1:{port}/api/v1/rules").text)
        assert [g["name"] for g in rules["data"]["groups"]] == [
            "sunwatch", "sunwatch-recorded"]
        assert not [r for g in rules["data"]["groups"] for r in g["rules"]
                    if r.get("lastError")]
    finally:
        p.kill()
