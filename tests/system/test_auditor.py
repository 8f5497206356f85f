"""The pager's auditor: another process, which sees what the pager cannot say
of itself."""

import json
import os
import pathlib
import re
import signal
import socket
import time

import pytest

import helpers
from helpers import wait_for
from pagers import Stage, now_ms

# Looks twice a second, and is sooner sure than people would want.
HASTY = {"SUNWATCH_AUDIT_MS": "300", "SUNWATCH_AUDIT_SLACK_MS": "3000",
         "SUNWATCH_AUDIT_GRACE_MS": "2000", "SUNWATCH_AUDIT_LOOP_MS": "2000"}
STILL, WORKS = "the pager stands still", "the pager works again"
QUIET, OVER = "is quieter than promised", "is not quiet any more"


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    return Stage(tmp_path, program, redis, smtp)


def auditor_of(pager):
    """Its process id, once it runs."""
    children = pathlib.Path(f"/proc/{pager.process.pid}/task/"
                            f"{pager.process.pid}/children")

    def child():
        for pid in children.read_text().split():
            name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
            if name == "sunwatch-audit":
                return int(pid)
        return None
    return wait_for("the auditor's process", child)


def lives(pid):
    try:
        status = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def live(stage, field):
    return int(stage.redis.client.hget("sw:{a}:live", field) or 0)


def audits(stage):
    """All that any auditor has told, as (merge key, subject)."""
    return [(m["X-Sunwatch-Merge-Key"], m["Subject"])
            for m in list(stage.smtp.messages) if m["X-Sunwatch-Merge-Key"]]


def opened(stage, **env):
    """A pager with an open incident that aroha and tom are called for."""
    pager = stage.start(**HASTY, **env)
    stage.ready()
    stage.alarm()
    stage.wait_mail("aroha", "Acme University: learn")
    return pager


def test_a_stopped_pager_is_told_to_the_last_resort(stage):
    pager = opened(stage)
    wait_for("its first look", lambda: live(stage, "auditor"))
    stopped = time.monotonic()
    resume = helpers.hang(pager)
    told = stage.wait_mail("moana", STILL)[0]
    assert time.monotonic() - stopped < 10  # 2 s are allowed, 20 to be told
    text = " ".join(told.get_content().split())
    assert "Pages may reach nobody" in text
    assert re.search(r"nobody has it: INC-000001 \(S1\) acme/learn", text)
    assert re.fullmatch(r"sunwatch-silence/Kahu/\d{4}-\d\d-\d\dT\d\d",
                        told["X-Sunwatch-Merge-Key"])
    assert told["Auto-Submitted"] == "auto-generated"
    # Nobody is called, so that becomes too quiet as well, with a way out.
    quiet = stage.wait_mail("moana", QUIET)[0]
    assert "nobody was called for" in quiet.get_content()
    assert quiet["X-Sunwatch-Incident"] == "INC-000001"
    link = stage.link_of(quiet)
    # Its own age goes on, the pager's does not.
    assert live(stage, "auditor") > live(stage, "pager")

    resume()
    over = stage.wait_mail("moana", WORKS)[0]
    assert over["X-Sunwatch-Merge-Key"] == told["X-Sunwatch-Merge-Key"]
    assert over["References"] == told["References"]
    stage.wait_mail("moana", OVER)
    assert "You have it, since" in helpers.http(link, {"do": "take"}).text
    # Once each, but for what is still quiet after silence_max.
    subjects = [subject for _, subject in audits(stage)]
    assert sum(STILL in s for s in subjects) == 1
    assert sum(WORKS in s for s in subjects) == 1
    assert pager.running()  # nobody would have started it again
    wait_for("nothing to be worth remembering",
             lambda: not (stage.state / "pager.auditor").exists())


def forget_one(stage):
    """An incident in the records that the pager does not know of."""
    client = stage.redis.client
    forgotten = json.loads(client.hget("sw:{p}:incidents", "INC-000001"))
    page = client.hget("sw:{p}:pages", "INC-000001")
    forgotten["number"] = 77
    client.hset("sw:{p}:incidents", "INC-000077", json.dumps(forgotten))
    client.hset("sw:{p}:pages", "INC-000077", page)


def test_a_loop_that_turns_and_does_not_page_is_told(stage):
    opened(stage)
    forget_one(stage)
    quiet = stage.wait_mail("moana", QUIET)[0]
    assert quiet["X-Sunwatch-Incident"] == "INC-000077"
    stage.wait_mail("moana", QUIET, count=2)  # every silence_max, as promised
    assert {subject for _, subject in audits(stage)} == {
        "Sunwatch's own auditor: INC-000077 is quieter than promised"}
    stage.redis.client.hdel("sw:{p}:pages", "INC-000077")
    stage.wait_mail("moana", OVER)


def test_a_redis_that_is_slow_is_no_reason_to_call(stage):
    opened(stage)
    for _ in range(2):
        resume = helpers.hang(stage.redis)
        time.sleep(2)  # shorter than it takes to be away
        resume()
        called = len(stage.smtp.messages)
        wait_for("the ladder to go on",
                 lambda n=called: len(stage.smtp.messages) > n)
    assert audits(stage) == []


def test_while_redis_is_away_the_journal_tells_what_was_attempted(stage):
    pager = opened(stage)
    stage.redis.kill()
    pager.wait_log("going on from memory")
    # Twice a round of 4 s: longer than anything may be quiet.
    stage.wait_mail("aroha", "store is down", count=3)
    assert audits(stage) == []
    resume = helpers.hang(pager)  # and what was not attempted
    stage.wait_mail("moana", QUIET)
    resume()
    stage.redis.start()
    pager.wait_log("the store is back and has everything")
    stage.wait_mail("moana", OVER)


def test_a_start_after_a_long_time_has_its_grace(stage):
    assert opened(stage).stop() == 0
    time.sleep(4 + 3 + 2)  # silence_max, slack and grace
    called = len(stage.smtp.messages)
    stage.start("second", **HASTY)
    stage.ready()
    wait_for("people to be called",
             lambda: len(stage.smtp.messages) > called + 2)
    assert audits(stage) == []


def test_a_stop_of_both_is_nobodys_fault(stage):
    """As when a terminal stops a job, or a machine sleeps."""
    pager = opened(stage, SUNWATCH_KEEPER_MS="3000")
    child = auditor_of(pager)
    wait_for("its first look", lambda: live(stage, "auditor"))
    os.kill(child, signal.SIGSTOP)
    resume = helpers.hang(pager)
    time.sleep(6)  # over 5 s is a break
    resume()
    os.kill(child, signal.SIGCONT)
    pager.wait_log("the clock jumped, or we were held up")
    called = len(stage.smtp.messages)
    wait_for("the ladder to go on",
             lambda: len(stage.smtp.messages) > called + 1)
    assert auditor_of(pager) == child
    assert audits(stage) == []


def test_a_broken_loop_is_ended_so_that_it_is_started_again(stage):
    path = stage.folder / "notify.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.bind(str(path))
        s.setblocking(False)
        pager = opened(stage, NOTIFY_SOCKET=str(path))
        child = auditor_of(pager)
        wait_for("its first look", lambda: live(stage, "auditor"))
        helpers.hang(pager)
        wait_for("the telling", lambda: stage.mails_to("moana", STILL))
        said = []
        try:
            while True:
                said.append(s.recv(100))
        except BlockingIOError:
            pass
        assert set(said) == {b"READY=1", b"WATCHDOG=1"}
        assert pager.wait() == -signal.SIGABRT
    wait_for("its auditor to end, too", lambda: not lives(child))
    assert (stage.state / "pager.auditor").exists()
    stage.start("second", **HASTY)
    stage.wait_mail("moana", WORKS)  # who was told hears the end
    assert len(stage.mails_to("moana", STILL)) == 1


def test_a_dead_or_hung_auditor_is_replaced(stage):
    pager = opened(stage, SUNWATCH_KEEPER_MS="2000")
    first = auditor_of(pager)
    os.kill(first, signal.SIGKILL)
    pager.wait_log("the auditor has died of signal 9")
    second = wait_for("another one", lambda: auditor_of(pager))
    assert second != first
    os.kill(second, signal.SIGSTOP)
    pager.wait_log("the auditor says nothing")
    wait_for("a third one", lambda: not lives(second) and
             auditor_of(pager) not in (first, second))
    before = now_ms()
    wait_for("it to look", lambda: live(stage, "auditor") > before)
    assert audits(stage) == []


@pytest.mark.parametrize("point", ["before-tell", "told"])
def test_an_auditor_that_dies_while_it_tells(stage, point):
    """The next one tells it, and says that it may not be the first."""
    pager = opened(stage, SUNWATCH_CRASH=f"pager-auditor-{point}")
    first = auditor_of(pager)
    forget_one(stage)
    wait_for("the auditor to die", lambda: not lives(first))
    told = stage.wait_mail("moana", QUIET, count=2 if point == "told" else 1)
    assert "possible repeat" in told[-1]["Subject"]
    assert len({key for key, _ in audits(stage)}) == 1
    if point == "told":
        assert "possible repeat" not in told[0]["Subject"]


def test_the_auditor_goes_with_its_pager(stage):
    pager = opened(stage)
    child = auditor_of(pager)
    pager.kill()
    wait_for("the auditor to end", lambda: not lives(child))
    second = stage.start("second", **HASTY)
    child = auditor_of(second)
    os.kill(child, signal.SIGTERM)  # meant for all of the unit: not for it
    os.kill(child, signal.SIGINT)
    before = now_ms()
    stage.ready()
    wait_for("it to look", lambda: live(stage, "auditor") > before)
    assert second.stop() == 0
    assert not lives(child)


def test_a_reload_is_the_auditors_as_well(stage):
    pager = opened(stage)
    first = auditor_of(pager)
    stage.conf.write_text(stage.conf.read_text().replace(
        "last_resort: [moana]", "last_resort: [tom]"))
    pager.signal(signal.SIGHUP)
    pager.wait_log("taken hash=")
    wait_for("the old one to end", lambda: not lives(first))
    before = now_ms()
    wait_for("the new one to look", lambda: live(stage, "auditor") > before)
    helpers.hang(pager)
    stage.wait_mail("tom", STILL)
    assert stage.mails_to("moana", STILL) == []


def test_one_that_stands_by_is_silent(stage):
    """Another pager does the work: its auditor speaks, and nobody twice."""
    opened(stage)
    second = stage.start("second", **HASTY)
    second.wait_log("standing by")
    second.wait_log("auditor: the pager stands by")
    helpers.hang(second)
    second.wait_log("the pager stands still; nobody would")
    assert audits(stage) == []
