"""From an alarm in the outbox to the start of its delivery, while 1, 100 and
10,000 other incidents are open, each with a page that somebody has taken; how
many pages a second begin when as many alarms come at once; and what an open
incident with its page costs in memory.

The pager alone, with alarms put where a shard puts them.  Those that are timed
come one by one, four to a ladder, so that no storm holds them; so it is with
those that come at once.
"""

import json
import pathlib
import subprocess
import time

import big
from figures import BUILD, cpu_seconds, percentile, rss_mb, say
from helpers import wait_for

OPEN, TIMED, AT_ONCE, PER_LADDER = (1, 100, 10000), 60, 800, 4
APART = 0.25


def alarm(client, name, severity):
    at_ms = big.now_ms()
    return json.dumps({
        "event": "raised", "kind": "down", "subject": f"{client}/{name}",
        "client": client, "platform": "", "severity": severity, "at": at_ms,
        "since": at_ms - 100, "last_good": at_ms - 30000,
        "first_failed": at_ms - 100, "until": 0, "until_before": 0,
        "fresh": 3, "quorum": 2, "flapping": False,
        "text": "is down: 2 of 3 regions see http_status 503",
        "evidence": [{"region": r, "outcome": "failed",
                      "reason": "http_status", "fresh": True,
                      "since": at_ms - 100, "detail": "answers 503"}
                     for r in big.REGIONS[:2]]})


def furnish(house):
    """The endpoints that are measured, and their ladders."""
    ladders = (TIMED + AT_ONCE) // PER_LADDER
    text = house.conf.read_text()
    house.conf.write_text(text.replace("ladders:\n", "ladders:\n" + "".join(
        f"  - name: ladder-{i}\n"
        f"    levels: [{{ call: person moana, patience: 5m }}]\n"
        for i in range(ladders))))
    endpoints = "".join(
        f"    - {{ name: timed-{i:03}, url: \"https://127.0.0.1:1/\", "
        f"ladder: ladder-{i // PER_LADDER} }}\n"
        for i in range(TIMED + AT_ONCE))
    (house.folder / "clients.d" / "timed.yaml").write_text(f"""
client:
  name: timed
  title: Timed
  sla: gold
  zone: Pacific/Auckland
  contact: moana
  endpoints:
{endpoints}""")


def open_one(house):
    """An incident with its page, taken, as the pager itself writes it."""
    pager = house.start("sunwatch-pager", "-f", house.conf)
    client, name = house.endpoints()[0].split("/")
    house.bytes.xadd("sw:{c0}:out", {"d": alarm(client, name, 1)})
    wait_for("an incident", lambda: house.bytes.hlen("sw:{p}:incidents") == 1,
             20)
    subprocess.run([BUILD / "bin/sunwatch", "take", "INC-000001",
                    "--as", "moana", "--conf", house.conf],
                   check=True, stdout=subprocess.DEVNULL)
    pager.stop()


def open_many(house, count):
    """Copies of it for the other endpoints, an hour older: opened within one
    minute they would be a storm, which is looked for among all of a minute."""
    first = house.endpoints()[0]
    opened = json.loads(house.bytes.hget("sw:{p}:incidents", "INC-000001"))[
        "opened_ms"]
    pipe = house.bytes.pipeline(transaction=False)
    for key in ("sw:{p}:incidents", "sw:{p}:pages"):
        record = house.bytes.hget(key, "INC-000001")
        for n, endpoint in enumerate(house.endpoints()[1:count], start=2):
            copy = record.replace(first.encode(), endpoint.encode())
            copy = copy.replace(b"INC-000001", f"INC-{n:06}".encode())
            copy = copy.replace(b'"number":1,', f'"number":{n},'.encode())
            copy = copy.replace(f'"opened_ms":{opened}'.encode(),
                                f'"opened_ms":{opened - 3600000}'.encode())
            assert key.endswith("pages") or f'"number":{n}'.encode() in copy
            pipe.hset(key, f"INC-{n:06}", copy)
    pipe.hset("sw:{p}:meta", "incident", count)
    pipe.execute()


def until_seen(pages, name):
    """Seconds until the page about it has begun to come out."""
    began, seen = time.monotonic(), b""
    while name not in seen:
        assert time.monotonic() - began < 10, f"no page about {name}"
        time.sleep(0.001)
        seen += pages.read()
    return time.monotonic() - began


def measure(house, pages):
    times = []
    for i in range(TIMED):
        name = f"timed-{i:03}"
        house.bytes.xadd("sw:{c0}:out", {"d": alarm("timed", name, 1)})
        times.append(until_seen(pages, name.encode()) * 1000)
        time.sleep(APART)
    return times


def at_once(house, pages):
    """Pages begun for a second, and the pager's CPU for each."""
    pid = house.programs[-1].process.pid
    names = [f"timed-{TIMED + i:03}".encode() for i in range(AT_ONCE)]
    spent, began = cpu_seconds(pid), time.monotonic()
    pipe = house.bytes.pipeline(transaction=False)
    for name in names:
        pipe.xadd("sw:{c0}:out", {"d": alarm("timed", name.decode(), 1)})
    pipe.execute()
    seen = b""
    while not all(name in seen for name in names):
        assert time.monotonic() - began < 60, "not all pages began"
        time.sleep(0.01)
        seen += pages.read()
    took = time.monotonic() - began
    return AT_ONCE / took, (cpu_seconds(pid) - spent) * 1000 / AT_ONCE


def with_open(count):
    """All figures beside so many open incidents; the pager's RSS in MB."""
    beside = f"{count:,} incident{'s'[:count > 1]} open"
    with big.Big(max(OPEN)) as house:
        furnish(house)
        said = pathlib.Path(house.folder / "pages.txt")
        said.touch()
        open_one(house)
        open_many(house, count)
        began = time.monotonic()
        pager = house.start("sunwatch-pager", "-f", house.conf)
        pager.wait_log("pager: ready", 60)
        say(f"pager, {beside}: start to ready",
            (time.monotonic() - began) * 1000, "ms")
        mb = rss_mb(pager.process.pid)
        with open(said, "rb") as pages:
            pages.seek(0, 2)
            spent = cpu_seconds(pager.process.pid)
            times = measure(house, pages)
            spent = cpu_seconds(pager.process.pid) - spent
            rate, each_ms = at_once(house, pages)
        say(f"alarm to delivery, {beside}: p50", percentile(times, 0.5), "ms",
            alarms=len(times))
        say(f"alarm to delivery, {beside}: p99", percentile(times, 0.99),
            "ms", at_most=200)
        say(f"alarm to delivery, {beside}: most", max(times), "ms")
        say(f"alarm to delivery, {beside}: CPU for each",
            spent * 1000 / TIMED, "ms")
        say(f"{AT_ONCE} alarms at once, {beside}: pages begun", rate, "/s")
        say(f"{AT_ONCE} alarms at once, {beside}: CPU for each", each_ms, "ms")
        return mb


sizes = [with_open(count) for count in OPEN]
say("pager, 10,000 incidents open: RSS", sizes[-1], "MB")
say("memory of an open incident with its page",
    (sizes[-1] - sizes[0]) * 1024 / (OPEN[-1] - OPEN[0]), "KB")
