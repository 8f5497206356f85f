"""From an alarm in the outbox to the start of its delivery, while 10,000
other incidents are open.

The pager alone, with alarms put where a shard puts them.  Those that are
measured come one by one, four to a ladder, so that no storm holds them.
"""

import json
import pathlib
import time

import big
from figures import cpu_seconds, percentile, rss_mb, say
from helpers import wait_for

OPEN, TIMED, PER_LADDER = 10000, 60, 4
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
    ladders = range((TIMED + PER_LADDER - 1) // PER_LADDER)
    text = house.conf.read_text()
    house.conf.write_text(text.replace("ladders:\n", "ladders:\n" + "".join(
        f"  - name: ladder-{i}\n"
        f"    levels: [{{ call: person moana, patience: 5m }}]\n"
        for i in ladders)))
    endpoints = "".join(
        f"    - {{ name: timed-{i:03}, url: \"https://127.0.0.1:1/\", "
        f"ladder: ladder-{i // PER_LADDER} }}\n" for i in range(TIMED))
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
    """An incident as the pager itself writes it."""
    pager = house.start("sunwatch-pager", "-f", house.conf)
    client, name = house.endpoints()[0].split("/")
    house.bytes.xadd("sw:{c0}:out", {"d": alarm(client, name, 4)})
    wait_for("an incident", lambda: house.bytes.hlen("sw:{p}:incidents") == 1,
             20)
    pager.stop()


def open_many(house):
    """Copies of it for all the other endpoints."""
    first = house.endpoints()[0]
    pipe = house.bytes.pipeline(transaction=False)
    for key in ("sw:{p}:incidents", "sw:{p}:pages"):
        record = house.bytes.hget(key, "INC-000001")
        for n, endpoint in enumerate(house.endpoints()[1:], start=2):
            if record is None:
                break
            copy = record.replace(first.encode(), endpoint.encode())
            copy = copy.replace(b"INC-000001", f"INC-{n:06}".encode())
            copy = copy.replace(b'"number":1,', f'"number":{n},'.encode())
            assert key.endswith("pages") or f'"number":{n}'.encode() in copy
            pipe.hset(key, f"INC-{n:06}", copy)
    pipe.hset("sw:{p}:meta", "incident", OPEN)
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


with big.Big(OPEN) as house:
    furnish(house)
    said = pathlib.Path(house.folder / "pages.txt")
    said.touch()
    open_one(house)
    open_many(house)
    began = time.monotonic()
    pager = house.start("sunwatch-pager", "-f", house.conf)
    pager.wait_log("pager: ready", 60)
    say("pager, 10,000 incidents open: start to ready",
        (time.monotonic() - began) * 1000, "ms")
    with open(said, "rb") as pages:
        pages.seek(0, 2)
        spent = cpu_seconds(pager.process.pid)
        times = measure(house, pages)
        spent = cpu_seconds(pager.process.pid) - spent
    say("alarm to delivery, 10,000 incidents open: p50",
        percentile(times, 0.5), "ms", alarms=len(times))
    say("alarm to delivery, 10,000 incidents open: p99",
        percentile(times, 0.99), "ms", at_most=200)
    say("alarm to delivery, 10,000 incidents open: CPU for each",
        spent * 1000 / TIMED, "ms")
    say("pager, 10,000 incidents open: RSS", rss_mb(pager.process.pid), "MB")
