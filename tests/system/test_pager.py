"""The pager with real Redis and a real mail server."""

import random
import re
import socket
import threading
import time

import pytest

import helpers
from helpers import http, wait_for
from pagers import Stage, now_ms, repeats, user


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    return Stage(tmp_path, program, redis, smtp)


def test_a_page_is_sent_taken_and_resolved(stage):
    stage.start()
    stage.ready()
    since = now_ms() - 3000
    stage.alarm(since_ms=since)
    mail = stage.wait_mail("aroha")[0]
    text = mail.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "answered 503" in text
    assert "INC-000001" in text or "INC-000001" in mail["Subject"]
    wait_for("the page on the terminal",
             lambda: "PAGE for aroha" in stage.pages())
    stage.wait_mail("tom")  # the ladder climbs
    link = stage.link_of(mail)

    page = http(link)
    assert page.status == 200
    for part in ("S1 Acme University: learn", "answered 503",
                 "Nobody has it yet", "first failed at",
                 '<a rel="noreferrer" href="http://learn.acme.example/">',
                 "Contact for the client: moana, moana@kahu.example",
                 "Who was called", "aroha by mail: handed over", "Next is"):
        assert part in page.text, part
    assert page.text.count('value="take"') == 1
    assert page.text.count("<button") - page.text.count("<details") == 1
    assert "no-store" in page.headers["Cache-Control"]
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert http(link, method="HEAD").status == 200
    assert http(link, method="OPTIONS").status in (204, 405)
    assert "Nobody has it yet" in http(link).text  # looking did nothing

    taken = http(link, {"do": "take"})
    assert taken.status == 200
    assert "You have it, since" in taken.text
    assert stage.incident() is not None
    stage.wait_mail("tom", "aroha has it")
    assert http(link, {"do": "take"}).status == 200  # again: harmless
    toms = stage.link_of(stage.mails_to("tom")[0])
    assert "aroha has it" in http(toms).text

    calls = len(stage.mails_to("tom", "")) + len(stage.mails_to("aroha"))
    time.sleep(5)  # over twice the patience: nobody is called
    assert len(stage.mails_to("tom")) + len(stage.mails_to("aroha")) == calls

    stage.clear(since)
    # News goes once to each, by the first way that works.
    wait_for("tom to be told that it is over",
             lambda: re.search("(?i)resolved|over|up again",
                               stage.mails_to("tom")[-1]["Subject"]))
    wait_for("aroha to be told that it is over",
             lambda: "RESOLVED for aroha" in stage.pages())
    after = http(link, {"do": "take"})
    assert after.status == 409
    assert "Nothing was changed" in after.text
    assert repeats(stage.smtp) == []


def test_the_same_thread_for_all_mails_of_an_incident(stage):
    stage.start()
    stage.ready()
    stage.alarm()
    first = stage.wait_mail("aroha")[0]
    second = stage.wait_mail("aroha", count=2)[1]
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]


def test_forged_links_change_nothing(stage):
    stage.start()
    stage.ready()
    stage.alarm()
    link = stage.link_of(stage.wait_mail("aroha")[0])
    for bad in (link[:-1] + ("0" if link[-1] != "0" else "1"),
                link.replace("aroha", "tom"), f"{stage.links}/l/x",
                f"{stage.links}/l/", link + "0"):
        for answer in (http(bad), http(bad, {"do": "take"})):
            assert answer.status == 404
            assert "Nothing was changed" in answer.text, bad
    for method in "PUT", "DELETE":
        other = http(link, method=method)
        assert (other.status, other.headers["Allow"]) == (
            405, "GET, HEAD, POST")
        assert "Nothing was changed" in other.text
        assert other.headers["Content-Type"].startswith("text/html")
    assert http(link, {"do": "nonsense"}).status == 400
    assert http(link, body=b"do=take&x=" + b"a" * 9000,
                method="POST").status == 413
    for form in ({"do": "resolve", "note": "x" * 1501},
                 {"do": "resolve", "note": b"\xff"},
                 {"do": "hand-on", "to": "mallory"},
                 {"do": "hand-on"},
                 {"do": "snooze", "minutes": "soon"}):
        refused = http(link, form)
        assert refused.status == 400
        assert "Nothing was changed" in refused.text
    assert "Nobody has it yet" in http(link).text


def test_hand_on_snooze_and_resolve_by_link(stage):
    stage.start()
    stage.ready()
    stage.alarm()
    link = stage.link_of(stage.wait_mail("aroha")[0])
    assert http(link, {"do": "take"}).status == 200
    snoozed = http(link, {"do": "snooze", "minutes": "10"})
    assert snoozed.status == 200
    assert http(link, {"do": "snooze", "minutes": "900"}).status == 400
    assert http(link, {"do": "snooze", "minutes": "31"}).status == 409  # S1
    before = len(stage.mails_to("moana"))
    handed = http(link, {"do": "hand-on", "to": "moana", "note": "my child"})
    assert handed.status == 200
    moanas = stage.wait_mail("moana", count=before + 1)
    link = stage.link_of(moanas[-1])
    assert "You have it" in http(link, {"do": "take"}).text
    done = http(link, {"do": "resolve", "note": "disk was full"})
    assert done.status == 200
    assert "It failed on when it was closed" in http(link).text


def test_declined_by_link_the_next_one_is_called_at_once(stage):
    stage.write(patience="60s", silence="60s")
    stage.start()
    stage.ready()
    stage.alarm()
    link = stage.link_of(stage.wait_mail("aroha")[0])
    assert "I cannot take it</button>" in http(link).text
    assert stage.mails_to("tom") == []  # nor did looking decline it
    declined = http(link, {"do": "decline"})
    assert declined.status == 200
    assert "The next one is called now." in declined.text
    stage.wait_mail("tom")
    assert http(link, {"do": "decline"}).status == 409  # not called any more
    assert "tom is called now" in http(link).text


def test_escalated_by_link_and_reopened(stage):
    stage.write(patience="60s", silence="60s")
    stage.start()
    stage.ready()
    stage.alarm()
    link = stage.link_of(stage.wait_mail("aroha")[0])
    assert http(link, {"do": "take"}).status == 200
    assert "Escalate</button>" in http(link).text
    escalated = http(link, {"do": "escalate", "note": "both sites"})
    assert escalated.status == 200
    assert "is called now: tom." in escalated.text
    toms = stage.link_of(stage.wait_mail("tom")[0])
    again = http(link, {"do": "escalate"})
    assert "nothing is changed" in again.text
    assert http(toms, {"do": "take"}).status == 200
    assert http(toms, {"do": "resolve"}).status == 200
    calls = len(stage.mails_to("aroha"))
    request = {"command": "reopen", "incident": 1, "note": "still slow",
               "as": "tom"}
    reopened = stage.ask(**request)
    assert reopened["ok"], reopened
    assert "INC-000001 is open again, S1, and calls." == reopened["text"]
    stage.wait_mail("aroha", count=calls + 1)
    assert "nothing is changed" in stage.ask(**request)["text"]
    shown = stage.ask(command="incident", incident=1)["incident"]
    assert any("reopens it: still slow" in str(e) for e in shown["timeline"])


def test_commands_by_the_control_socket(stage):
    stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("aroha")
    listed = stage.ask(id=5, command="incidents")
    assert listed["id"] == 5 and listed["ok"]
    assert [i["subject"] for i in listed["incidents"]] == ["acme/learn"]
    incident = listed["incidents"][0]["id"]
    refused = stage.ask(command="take", incident="INC-999999", **{"as": "tom"})
    assert not refused["ok"] and refused["error"]
    taken = stage.ask(command="take", incident=incident, **{"as": "tom"})
    assert taken["ok"], taken
    assert "have it" in taken["text"]
    shown = stage.ask(command="incident", incident=incident)["incident"]
    assert shown["owner"] == "tom"
    assert any(f"{user()} as tom" in str(e) for e in shown["timeline"])
    assert stage.ask(command="nonsense")["ok"] is False
    assert stage.ask(command="status")["active"] is True


@pytest.mark.parametrize("point", [
    "pager-alarm-read", "pager-before-commit", "pager-after-commit",
    "pager-before-send", "pager-while-sending", "pager-after-send",
    "pager-loaded", "pager-lease-taken"])
def test_killed_between_two_steps_the_page_is_not_lost(stage, point):
    first = stage.start("first", SUNWATCH_CRASH=point)
    since = now_ms() - 3000
    stage.alarm(since_ms=since)
    assert first.wait() == -9
    stage.start("second")
    mails = stage.wait_mail("aroha")
    assert "answered 503" in mails[0].get_content()
    link = stage.link_of(mails[0])
    wait_for("the take", lambda: "You have it" in
             http(link, {"do": "take"}).text)
    for mail in repeats(stage.smtp):
        assert "possible repeat" in mail["Subject"]


@pytest.mark.parametrize("point", [
    "pager-before-commit", "pager-after-commit", "pager-before-answer"])
def test_what_was_taken_stays_taken(stage, point):
    """Killed at every passing of the point in turn, until a take is
    answered; after that it holds, whatever else dies."""
    first = stage.start("first")
    stage.ready()
    stage.alarm()
    link = stage.link_of(stage.wait_mail("aroha")[0])
    first.kill()
    answered = False
    for n in range(1, 12):
        life = stage.start(f"life-{n}", SUNWATCH_CRASH=f"{point}:{n}")
        for _ in range(100):
            if answered or not life.running():
                break
            try:
                answered = "You have it, since" in http(
                    link, {"do": "take"}, seconds=5).text
            except OSError:
                time.sleep(0.1)
        life.kill()
        if answered:
            break
    assert answered
    stage.start("last")
    stage.ready()
    assert "You have it, since" in http(link).text
    assert stage.ask(command="incident", incident="1")["incident"][
        "owner"] == "aroha"


@pytest.mark.parametrize("point", [
    "pager-before-journal:1", "pager-after-journal:1",
    "pager-after-journal:2", "pager-journal-line:1", "pager-journal-line:2",
    "pager-journal-imported", "pager-journal-emptied"])
def test_killed_around_the_journal_nothing_is_lost(stage, point):
    first = stage.start("first", SUNWATCH_CRASH=point)
    stage.ready()
    stage.alarm()
    link = stage.link_of(stage.wait_mail("aroha")[0])
    stage.redis.kill()
    heard = False
    try:
        first.wait_log("going on from memory")
        heard = "not yet recorded" in http(link, {"do": "take"}).text
    except (OSError, AssertionError):
        pass  # it died before it could answer: then nothing was promised
    stage.redis.start()
    assert first.wait() == -9
    stage.start("second")
    stage.ready()
    assert not (stage.state / "pager.journal").exists()
    assert not (stage.state / "pager.journal.aside").exists()
    if heard:
        assert "You have it" in http(link).text
    else:
        wait_for("the take", lambda: "You have it" in
                 http(link, {"do": "take"}).text)
    for mail in repeats(stage.smtp):
        assert "possible repeat" in mail["Subject"]


def test_a_record_that_cannot_be_read_is_set_aside_and_told(stage):
    stage.start()
    stage.ready()
    stage.redis.client.xadd("sw:{c0}:out", {"d": "{nonsense"})
    stage.redis.client.xadd("sw:{c0}:out", {"x": "y"})
    stage.alarm()  # what comes after it is paged all the same
    stage.wait_mail("aroha", "Acme University: learn")
    wait_for("the record to be set aside",
             lambda: stage.redis.client.hlen("sw:{p}:poison") == 2)
    told = {i["subject"] for i in stage.ask(command="incidents")["incidents"]}
    assert "acme/learn" in told
    assert any(s.startswith("operations/") for s in told), told


def test_every_crash_point_is_listed():
    listed = set(re.findall(r"`(pager-[a-z-]+)`",
                            (helpers.ROOT / "docs/design.md").read_text()))
    there = set()
    for path in (helpers.ROOT / "pager").glob("*.c"):
        there |= set(re.findall(r'CRASH_POINT\("([a-z-]+)"\)',
                                path.read_text()))
    assert there == listed


def test_one_that_is_not_active_answers_that_and_no_more(stage):
    stage.redis.kill()
    stage.start()
    wait_for("its socket", lambda: (stage.state / "pager.sock").exists())
    assert stage.ask(command="status") == {
        "ok": True, "active": False, "stands_by": False, "store": False}
    for asked in ({"command": "take", "note": 'the "status"'},
                  {"command": "incidents", "status": "status"}):
        answer = stage.ask(**asked)
        assert answer["ok"] is False
        assert "not the active one, or not ready yet" in answer["error"]


@pytest.mark.parametrize("say", ["450 not now", "550 never"])
def test_a_server_that_refuses_escalates_and_the_terminal_gets_it(stage, say):
    stage.smtp.say = say
    stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the page on the terminal",
             lambda: "PAGE for aroha" in stage.pages())
    wait_for("tom to be tried", lambda: stage.smtp.refused >= 2)
    stage.smtp.say = None
    stage.wait_mail("aroha")  # round after round, until it works
    stage.wait_mail("tom")


def test_a_dead_server_escalates(stage):
    stage.smtp.stop()
    stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the page on the terminal",
             lambda: "PAGE for aroha" in stage.pages())
    stage.smtp.start()
    stage.wait_mail("tom")


def test_redis_killed_and_back(stage):
    pager = stage.start(SUNWATCH_AWAY_MS="60000")  # not for so long
    stage.ready()
    stage.redis.kill()
    pager.wait_log(r"sunwatch-pager: redis \S+: away")
    stage.redis.start()
    stage.alarm()
    stage.wait_mail("aroha")
    assert "going on from memory" not in pager.log()
    assert len(stage.ask(command="incidents")["incidents"]) == 1
    assert repeats(stage.smtp) == []


@pytest.mark.parametrize("away_ms", ["2000", "30000"])
def test_redis_stalled_in_the_middle_of_a_take(stage, away_ms):
    """Its answer is lost, or stands in the journal; both end well."""
    pager = stage.start(SUNWATCH_AWAY_MS=away_ms)
    stage.ready()
    stage.alarm()
    link = stage.link_of(stage.wait_mail("aroha")[0])
    resume = helpers.hang(stage.redis)
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(http(link, {"do": "take"}, seconds=60)))
    asking.start()
    if away_ms == "2000":
        asking.join(helpers.PATIENCE)
        assert "not yet recorded" in answers[0].text
        resume()
        pager.wait_log("the store is back and has everything")
        assert "You have it, since" in http(link).text
    else:
        pager.wait_log("away")  # the store gave up waiting
        resume()
        asking.join(helpers.PATIENCE)
        assert "You have it, since" in answers[0].text or (
            answers[0].status == 503 and "not known" in answers[0].text)
        wait_for("the take", lambda: "You have it, since" in
                 http(link, {"do": "take"}).text)
    assert len(stage.ask(command="incidents")["incidents"]) == 1


def test_redis_away_for_long_is_told_and_recorded_later(stage):
    pager = stage.start()
    stage.ready()
    stage.alarm()
    link = stage.link_of(stage.wait_mail("aroha")[0])
    stage.redis.kill()
    pager.wait_log("going on from memory", 60)
    # Pages go on, marked; a take is heard and said to be not yet recorded.
    helpers.wait_for("a mail that says so", lambda: [
        m for m in stage.smtp.messages if "store is down" in m["Subject"]], 60)
    taken = http(link, {"do": "take"})
    assert taken.status == 200
    assert "not yet recorded" in taken.text
    journal = stage.state / "pager.journal"
    assert journal.exists() and journal.stat().st_mode & 0o777 == 0o600
    pager.kill()  # and what was heard survives that as well
    stage.redis.start()
    stage.start("second")
    stage.ready()
    assert not journal.exists()
    assert "You have it" in http(link).text
    assert all("possible repeat" in m["Subject"]
               for m in repeats(stage.smtp))


def test_reload_takes_a_tree_whole_or_not_at_all(stage):
    pager = stage.start()
    stage.ready()
    good = stage.conf.read_text()
    stage.conf.write_text(good + "nonsense: 7\n")
    pager.signal(1)
    pager.wait_log(r'sunwatch.yaml:\d+:1: .*"nonsense"')
    pager.wait_log("the old configuration stays")
    stage.conf.write_text(good.replace("aroha@kahu", "aroha2@kahu"))
    pager.signal(1)
    pager.wait_log("taken hash=")
    stage.alarm()
    wait_for("the new address",
             lambda: stage.smtp.to("aroha2@kahu.example"))
    # A start with a broken tree takes the last good one.
    assert pager.stop() == 0
    stage.conf.write_text("}}} nonsense")
    again = stage.start("again", STATE_DIRECTORY=str(stage.state))
    again.wait_log("running with the tree accepted last")
    stage.ready()


def test_liveness_and_trees_are_told(stage):
    stage.start()
    stage.ready()
    wait_for("liveness", lambda: stage.redis.client.hlen("sw:{a}:live") == 3)
    live = stage.redis.client.hgetall("sw:{a}:live")
    assert abs(int(live["pager"]) - now_ms()) < 20000
    assert abs(int(live["auditor"]) - now_ms()) < 20000
    assert abs(int(live["commit"]) - now_ms()) < 20000
    trees = stage.redis.client.hgetall("sw:{a}:trees")
    assert any(name.startswith("pager@") for name in trees)


def test_killed_at_random_nothing_is_lost(stage):
    """Pager and Redis killed again and again while alarms come in."""
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    dice = random.Random(seed)
    client = stage.redis.client
    pager = stage.start("life-0")
    stage.ready()
    raised, takes = [], {}

    def alarm(n):
        subject = f"operations/test/{n}"
        stage.alarm(kind="operations", subject=subject, client="",
                    text=f"trouble number {n}", evidence=[])
        raised.append(subject)

    def take():
        """One of the newest calls, as their reader would."""
        for mail in reversed(list(stage.smtp.messages)):
            incident = mail["X-Sunwatch-Incident"]
            link = re.search(rf"{stage.links}/l/\S+", mail.get_content())
            if incident in takes or not link:
                continue
            try:
                text = http(link.group(), {"do": "take"}, seconds=5).text
            except OSError:
                return
            if "You have it, since" in text:
                takes[incident] = mail.to[0].split("@")[0]
            return

    for life in range(1, 21):
        alarm(life)
        time.sleep(dice.uniform(0, 0.6))
        take()
        if dice.random() < 0.7:
            pager.kill()
            pager = stage.start(f"life-{life}")
        else:
            stage.redis.kill()
            time.sleep(dice.uniform(0, 0.3))
            stage.redis.start()
    stage.ready()

    def paged():
        texts = [m.get_content() for m in stage.smtp.messages]
        # From the sixth on in a minute, they are listed in a storm page.
        return all(any(re.search(rf"test/{n}\b", t) for t in texts)
                   for n in range(1, 21))

    # Whoever took a storm hears of what joined it since after two minutes.
    wait_for("every alarm to be paged", paged, 180)
    assert takes
    for incident, owner in takes.items():
        shown = stage.ask(command="incident", incident=incident)["incident"]
        assert shown["owner"] == owner, (seed, shown)
    assert client.hlen("sw:{p}:poison") == 0
    for mail in repeats(stage.smtp):
        assert "possible repeat" in mail["Subject"], seed


def test_readiness_and_being_alive_are_told_to_the_service_manager(stage):
    path = stage.folder / "notify.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.bind(str(path))
        s.settimeout(helpers.PATIENCE)
        pager = stage.start(NOTIFY_SOCKET=str(path))
        assert s.recv(100) == b"READY=1"
        assert s.recv(100) == b"WATCHDOG=1"
        pager.signal(15)
        wait_for("the end to be told", lambda: s.recv(100) == b"STOPPING=1")
    assert pager.wait() == 0


def test_options(program, stage):
    for args, status, said in (
            (["-V"], 0, "sunwatch-pager "),
            (["-n", "-f", stage.conf], 0, ": good"),
            (["-n", "-f", "/nowhere/x.yaml"], 1, "/nowhere/x.yaml:1:1: "),
            (["-x"], 2, "usage: "), (["more"], 2, "usage: ")):
        p = program("sunwatch-pager", *args, log=f"options{args[0]}")
        assert p.wait() == status
        assert said in p.log()
