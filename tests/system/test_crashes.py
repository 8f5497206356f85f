"""Each named crash point is hit in the whole house, and nothing is lost.

What each program alone makes of its own points is in test_agent.py,
test_collector_deaths.py and test_pager.py; here they die in company.
"""

import re

import pytest

import helpers
import house
import promises
from helpers import wait_for

AGENTS = list(house.REGIONS)
AGENT_POINTS = [
    "agent-before-record", "agent-after-record", "agent-probe-ended",
    "agent-before-plan", "agent-plan-written", "agent-after-plan",
    "agent-before-send", "agent-after-send", "agent-answered",
    "agent-replayed", "agent-spool-rewritten",
]
TELLING_POINTS = ["agent-before-tell", "agent-told"]
COLLECTOR_POINTS = [
    "ingest-read", "ingest-stored", "evaluate-leased", "evaluate-loaded",
    "evaluate-entry", "evaluate-read", "evaluate-decided",
    "evaluate-committed",
]
PAGER_POINTS = [
    "pager-lease-taken", "pager-loaded", "pager-alarm-read",
    "pager-before-commit", "pager-after-commit", "pager-before-send",
    "pager-while-sending", "pager-after-send", "pager-before-answer",
]
JOURNAL_POINTS = [  # while Redis is away, and when it is back
    "pager-before-journal", "pager-after-journal", "pager-journal-line",
    "pager-journal-imported", "pager-journal-emptied",
]
# Poison is put aside in test_collector_poison.py, passed over in test_pages.py;
# the auditor has something to tell in test_auditor.py; reports are published in
# test_publish.py, histories imported in test_import.py, their reports in
# test_import_reports.py, backups restored in test_backup.py, others' alerts
# taken in test_alerts.py, replies by text message in test_sms.py.
ELSEWHERE = ["pager-alert-read", "pager-before-accepted",
             "pager-before-heard", "evaluate-aside",
             "pager-auditor-before-tell", "pager-auditor-told",
             "publish-before-commit", "publish-after-commit", "import-leased",
             "import-batch", "import-last", "import-report", "pages-entry",
             "pages-record", "restore-held", "restore-line", "restore-written"]


def named_in(paths):
    found = []
    for path in paths:
        found += re.findall(r'CRASH_POINT\("([^"]+)"\)', path.read_text())
    return sorted(found)


def test_the_table_has_every_crash_point_and_no_other():
    sources = named_in(
        p for folder in ("agent", "collector", "pager", "cli", "lib")
        for p in (helpers.ROOT / folder).glob("*.c"))
    table = re.findall(
        r"^\| `([a-z-]+)` \| (?:agent|collector|pager|command) \|",
        (helpers.ROOT / "docs" / "design.md").read_text(), re.M)
    assert sources == sorted(set(sources)), "two points of one name"
    assert sorted(table) == sources
    assert sources == sorted(
        AGENT_POINTS + TELLING_POINTS + COLLECTOR_POINTS + PAGER_POINTS +
        JOURNAL_POINTS + ELSEWHERE)


@pytest.fixture
def start(tmp_path, smtp):
    houses = []

    def start(**how):
        houses.append(house.House(tmp_path, smtp, **how))
        return houses[0].start()

    yield start
    for h in houses:
        h.end()


def arm(h, program, point):
    """Start it anew, to die there; the house restarts it without."""
    if point in ("agent-before-plan", "agent-plan-written",
                 "agent-after-plan"):
        (h.folder / program / "plan.json").unlink()
    count = len(h.deaths.get(program, ()))
    h.launch(program, SUNWATCH_CRASH=point)
    return program, count + 1


def live_through(h, endpoint, kind, armed):
    """An outage in which all of these die."""
    outage = h.break_(endpoint, kind)
    incident = h.wait_page(outage)
    h.take(incident)
    for program, count in armed:
        h.wait_death(program, count)
    h.heal(outage)
    h.wait_closed(incident)


def rounds(h, points):
    """points: [{program: point}]; two outages of an endpoint at most, as
    the third would be flapping."""
    kinds = ["500", "content", "refused", "hang"]
    for n, wanted in enumerate(points):
        armed = [arm(h, program, point) for program, point in wanted.items()]
        live_through(h, h.endpoints[n % len(h.endpoints)],
                     kinds[n % len(kinds)], armed)
    for program in h.deaths:
        assert set(h.deaths[program]) == {-9}
    promises.settle(h)
    promises.check(h)


def halves(points):
    return [points[:len(points) // 2], points[len(points) // 2:]]


@pytest.mark.parametrize("points", halves(PAGER_POINTS))
def test_the_pager_dies_at_each_point(start, points):
    """Sent, and not recorded as sent: it goes again, and says so."""
    h = start()
    rounds(h, [{"pager": p} for p in points])
    if "pager-after-send" in points:
        assert promises.repeats(h)  # each of them marked, or it fails there


@pytest.mark.parametrize("points", halves(COLLECTOR_POINTS))
def test_the_collector_dies_at_each_point(start, points):
    rounds(start(), [{"collector": p} for p in points])


def test_agents_die_at_each_point_and_all_others_with_them(start):
    """Three agents at once, each of another point; now and then the others
    besides."""
    points = AGENT_POINTS + AGENT_POINTS[:1]
    besides = [{}, {"collector": "evaluate-decided"},
               {"pager": "pager-after-commit"},
               {"collector": "ingest-stored", "pager": "pager-after-send"}]
    rounds(start(), [
        {**dict(zip(AGENTS, points[3 * n:])), **more}
        for n, more in enumerate(besides)])


def test_agents_die_while_they_tell_the_last_resort(start):
    h = start(collector_silence="20s", endpoints=["acme/learn", "acme/login"])
    armed = [arm(h, "akl-1", "agent-before-tell"),
             arm(h, "lon-1", "agent-told")]
    h.all_up()
    h.held.add("collector")
    h.kill("collector")
    outage = h.break_("acme/learn")
    for program, count in armed:
        h.wait_death(program, count)

    def told(word):
        return {m["From"] for m in h.smtp.messages
                if m["X-Sunwatch-Merge-Key"] and word in m.get_content()
                and m.to == ["moana@kahu.example"]}

    wait_for("the last resort to be told", lambda: told("is silent"), 60)
    h.held.clear()
    incident = h.wait_page(outage)
    h.take(incident)
    h.heal(outage)
    wait_for("the end to be told", lambda: told("answers again"), 60)
    promises.settle(h)
    promises.check(h)


def test_the_pager_dies_around_its_journal(start):
    h = start(endpoints=["acme/learn", "birch/library"])
    outage = h.break_("acme/learn")
    incident = h.wait_page(outage)
    for point in JOURNAL_POINTS:
        _, count = arm(h, "pager", point)
        wait_for("an active pager", lambda: h.ask(command="status")["active"])
        h.held.add("redis")
        h.kill("redis")
        if "journal-" not in point[5:]:
            h.wait_death("pager", count)
        else:
            wait_for("a journal", lambda: any(
                (h.state / "pager.journal").stat().st_size
                for _ in [0] if (h.state / "pager.journal").exists()), 60)
        h.held.clear()
        h.wait_death("pager", count)
    h.take(incident)
    h.heal(outage)
    promises.settle(h, 90)
    promises.check(h)
