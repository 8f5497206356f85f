"""sunwatch load: what being on call asked of people, counted a second time
from the journal by other code."""

import collections
import datetime
import json
import random
import subprocess
import zoneinfo

import pytest

import helpers
from helpers import utc, wait_for
from pagers import Stage, now_ms

HOUR, DAY = 3600000, 86400000
ZONES = {"aroha": "Pacific/Auckland", "tom": "Europe/London",
         "moana": "Pacific/Auckland"}


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    return Stage(tmp_path, program, redis, smtp)


def load(stage, *more):
    return subprocess.run(
        [helpers.BIN / "sunwatch", "load", "--conf", stage.conf, *more],
        capture_output=True, text=True, timeout=helpers.PATIENCE)


def report(stage, *more):
    done = load(stage, "--json", *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_night_is_told_with_the_pager_stopped(stage):
    pager = stage.start()
    stage.ready()
    since = now_ms() - 3000
    stage.alarm(since_ms=since)
    stage.wait_mail("tom")  # aroha did not answer
    answer = stage.ask(command="take", incident=1, **{"as": "tom"})
    assert answer["ok"], answer
    stage.clear(since)
    wait_for("its end", lambda: stage.incident().get("closed_ms"))
    pager.stop()

    it = report(stage)
    people = {p["person"]: p for p in it["people"]}
    assert people["aroha"]["pages"] == people["tom"]["pages"] == 1
    assert (people["aroha"]["taken"], people["tom"]["taken"]) == (0, 1)
    assert 0 < people["tom"]["take"]["max_ms"] < 60000
    worst = it["severities"][0]
    assert (worst["severity"], worst["incidents"]) == (1, 1)
    assert worst["detect"]["known"] == 1
    assert 3000 <= worst["detect"]["median_ms"] < 60000
    assert it["noise"]["subjects"] == [
        {"name": "acme/learn", "incidents": 1, "pages": 2, "untaken": 0,
         "without_action": 1, "night_pages":
         sum(p["night_pages"] for p in it["people"])}]
    text = load(stage).stdout
    assert "tom: 1 pages" in text and "  S1: 1 incidents\n" in text
    assert "acme/learn: 2 pages" in text and "none of 0" in text

    only = report(stage, "--person", "moana")
    assert only["people"] == [] and "noise" not in only
    done = load(stage, "--person", "nobody")
    assert done.returncode == 1
    assert 'nothing is known of "nobody"' in done.stderr
    done = load(stage, "--from", "now", "--to", "-1h")
    assert done.returncode == 2 and "ends before it begins" in done.stderr
    stage.redis.kill()
    done = load(stage)
    assert done.returncode == 1 and done.stdout == ""


# ---- recounted ----

def draw(r, begin_ms):
    """Lines of a journal, in order, as docs/redis.md has them."""
    lines = []
    for number in range(1, 121):
        incident = f"INC-{number:06d}"
        at = begin_ms + r.randrange(10 * DAY)
        subject = r.choice(["acme/learn", "acme/web", "birch/learn"])

        def line(what, by="pager", **more):
            lines.append({"at_ms": at, "incident": incident, "by": by,
                          "what": what, **more})
        opened = {"since_ms": at - r.randrange(90000)} if r.random() < .8 else {}
        line("opened", "evaluate", text=subject,
             severity=r.choice([1, 1, 2, 3]), **opened)
        for _ in range(r.randrange(1, 4)):
            for _ in range(r.randrange(1, 5)):
                line("calls", person=r.choice(list(ZONES)),
                     **{"from": "rota support"},
                     **({"late": True} if r.random() < .1 else {}))
                at += r.randrange(1, 300000)
            if r.random() < .2:
                break
            who = r.choice(list(ZONES))
            line(r.choice(["taken", "snoozed"]), who, person=who)
            at += r.randrange(1, HOUR)
            if r.random() < .3:
                line("note", who, text="looking")
            if r.random() < .6:
                break
            line(r.choice(["take expired", "watch over", "snooze over"]),
                 text=who)
        if r.random() < .9:
            at += r.randrange(1, HOUR)
            line("resolved", *r.choice([("evaluate",), ("tom",)]), text=
                 r.choice(["ended by itself", "resolved by tom"]))
    return sorted(lines, key=lambda line: line["at_ms"])


def is_night(person, at_ms):
    at = datetime.datetime.fromtimestamp(
        at_ms / 1000, zoneinfo.ZoneInfo(ZONES[person]))
    return at.hour >= 22 or at.hour < 7


def spans(values):
    """Nearest rank: the least that so many of a hundred do not exceed."""
    values = sorted(values)
    out = {"known": len(values)}
    for key, share in ("median_ms", 50), ("p90_ms", 90), ("max_ms", 100):
        if values:
            out[key] = next(v for i, v in enumerate(values)
                            if (i + 1) * 100 >= share * len(values))
    return out


class Incident:
    """Its lines cut where it begins to call anew: each part is one effort."""

    def __init__(self, lines):
        head = lines[0]
        self.opened, self.since = head["at_ms"], head.get("since_ms")
        self.severity, self.subject = head["severity"], head["text"]
        self.efforts = [[]]
        for line in lines:
            if line["what"] in ("take expired", "watch over", "snooze over"):
                self.efforts.append([])
            self.efforts[-1].append(line)
        had = [line for line in lines if line["what"] in ("taken", "snoozed")]
        self.taken = had[0]["at_ms"] if had else None
        self.end = next((line for line in lines
                         if line["what"] == "resolved"), None)
        self.itself = bool(self.end) and self.end["text"] == "ended by itself"
        self.acted = any(line["what"] == "note" or
                         (line["what"] == "resolved" and line["by"] in ZONES)
                         for line in lines)

    def pages(self):
        """(person, first call, taken by them or None, messages)."""
        for effort in self.efforts:
            for person in ZONES:
                calls = [line["at_ms"] for line in effort
                         if line["what"] == "calls" and
                         line["person"] == person and not line.get("late")]
                took = [line["at_ms"] for line in effort
                        if line["what"] in ("taken", "snoozed") and
                        line["person"] == person]
                if calls:
                    yield (person, calls[0], took[0] if took else None,
                           len(calls))


def test_another_count_of_the_same_journal_agrees(stage):
    seed = random.SystemRandom().randrange(1 << 32)
    r = random.Random(seed)
    print("seed", seed)
    begin = now_ms() // 1000 * 1000 - 20 * DAY
    lines = draw(r, begin)
    for line in lines:
        stage.redis.client.xadd("sw:{p}:journal", {"d": json.dumps(line)},
                                id=f"{line['at_ms']}-*")
    low, high = begin + 2 * DAY, begin + 8 * DAY
    by_incident = collections.defaultdict(list)
    for line in lines:
        by_incident[line["incident"]].append(line)
    all_ = [Incident(some) for some in by_incident.values()]

    expected = {}
    for person in ZONES:
        had = [(page, i.severity < 3) for i in all_ for page in i.pages()
               if page[0] == person and low <= page[1] < high]
        pages = [page for page, insists in had if insists]
        takes = [page[2] - page[1] for page in pages if page[2]]
        expected[person] = {
            "pages": len(pages),
            "night_pages": sum(is_night(person, p[1]) for p in pages),
            "notices": len(had) - len(pages),
            "calls": sum(page[3] for page, _ in had),
            "taken": len(takes), "take": spans(takes),
            "asked_for_updates": sum(
                line.get("late", False) and line["person"] == person and
                low <= line["at_ms"] < high for line in lines
                if line["what"] == "calls")}
    it = report(stage, "--from", utc(low), "--to", utc(high))
    for p in it["people"]:
        for key, value in expected.pop(p["person"]).items():
            assert p[key] == value, (seed, p["person"], key)
    assert not any(any(v for k, v in e.items() if k != "take")
                   for e in expected.values()), seed

    inside = [i for i in all_ if low <= i.opened < high]
    for row in it["severities"]:
        some = [i for i in inside if i.severity == row["severity"]]
        assert row["incidents"] == len(some), seed
        assert row["detect"] == {
            **spans([i.opened - i.since for i in some if i.since]),
            "unknown": sum(i.since is None for i in some)}, seed
        assert row["take"] == {
            **spans([i.taken - i.opened for i in some if i.taken]),
            "never": sum(not i.taken and bool(i.end) for i in some),
            "waiting": sum(not i.taken and not i.end for i in some)}, seed
        assert row["resolve"] == {
            **spans([i.end["at_ms"] - i.opened for i in some if i.end]),
            "open": sum(not i.end for i in some)}, seed

    for row in it["noise"]["subjects"]:
        some = [(i, [p for p in i.pages() if low <= p[1] < high])
                for i in all_ if i.severity < 3 and i.subject == row["name"]]
        some = [(i, pages) for i, pages in some if pages]
        assert row == {
            "name": row["name"], "incidents": len(some),
            "pages": sum(len(pages) for _, pages in some),
            "night_pages": sum(is_night(p[0], p[1]) for _, pages in some
                               for p in pages),
            "untaken": sum(i.itself and not i.taken for i, _ in some),
            "without_action": sum(
                bool(i.itself and i.taken and not i.acted)
                for i, _ in some)}, seed
