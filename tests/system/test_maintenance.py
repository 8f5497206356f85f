"""sunwatch maintenance: the command, the collector's door, and what follows."""

import json
import os
import re
import signal
import subprocess
import time

import pytest

import helpers
from collector import (Agent, Collector, FAILED, HTTP_STATUS, REGIONS, alarms,
                       all_up, now_ms)
from helpers import wait_for


def sunwatch(collector, *args):
    env = {k: v for k, v in os.environ.items()
           if not k.startswith("SUNWATCH_") or k == "SUNWATCH_OUT"}
    args = [helpers.BIN / "sunwatch", "maintenance", *args, "--conf",
            collector.path]
    return subprocess.run([str(a) for a in args], env=env, text=True,
                          capture_output=True, timeout=30, check=False)


def run(collector, *args):
    done = subprocess.run([str(a) for a in (
        helpers.BIN / "sunwatch", *args, "--conf", collector.path)], text=True,
        capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def why(collector):
    return run(collector, "why", "acme/learn")


def door(collector):
    return collector.folder / "state" / "collector.sock"


def status(collector):
    """What its door says of it; nothing while it is closed."""
    try:
        return helpers.control(door(collector), {"command": "status"})
    except OSError:
        return {}


def listen(collector):
    wait_for("its door", lambda: status(collector).get("evaluates"))
    return collector


@pytest.fixture
def collector(program, redis, tmp_path):
    return listen(Collector(program, tmp_path, redis).start().evaluating())


def announce(collector, *scope, **more):
    options = {"from": "now", "for": "1h", "text": "Moodle 5", **more}
    words = [w for k, v in options.items() if v is not None
             for w in (f"--{k}", v)]
    return sunwatch(collector, "announce", *scope, *words)


def window_of(done):
    assert done.returncode == 0, done.stderr
    return re.search(r"maintenance (m-[0-9a-f]+) is announced",
                     done.stdout).group(1)


def record(redis, client, window, shard=0):
    return json.loads(redis.client.hget(f"sw:{{c{shard}}}:windows",
                                        f"{client}|{window}"))


def journal(redis, shard=0):
    return [json.loads(fields["d"]) for _, fields in
            redis.client.xrange(f"sw:{{c{shard}}}:journal")]


def listed(collector, *args):
    done = sunwatch(collector, "list", "--json", *args)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["windows"]


def test_from_announcing_to_cancelling(collector, redis):
    done = announce(collector, "acme/learn", "birch")
    window = window_of(done)
    assert len(done.stdout.splitlines()) == 2
    assert "acme: maintenance" in done.stdout
    assert done.stderr == "".join(
        f"sunwatch maintenance announce: warning: {client} has agreed to a "
        "notice of 3 d 0 h and this is 0 s: its account excludes nothing of it\n"
        for client in ("acme", "birch"))
    acme = record(redis, "acme", window)
    assert acme["endpoints"] == ["acme/learn"]
    assert acme["text"] == "Moodle 5" and acme["by"] == "root"
    assert abs(acme["at"] - now_ms()) < 30000
    assert "endpoints" not in record(redis, "birch", window)
    assert [w["client"] for w in listed(collector)] == ["acme", "birch"]
    assert [w["client"] for w in listed(collector, "--client", "birch")
            ] == ["birch"]

    to_ms = acme["times"][0]["to"] + 3600000
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(to_ms // 1000))
    done = sunwatch(collector, "extend", window, "--to", at, "--why", "slow",
                    "--as", "moana")
    assert done.returncode == 0, done.stderr
    assert abs(listed(collector)[0]["to_ms"] - to_ms) < 1000
    change = record(redis, "acme", window)["times"][0]["changes"][0]
    assert change["why"] == "slow" and change["by"] == "root as moana"

    done = sunwatch(collector, "cancel", window, "--client", "acme")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"acme: maintenance {window} is cancelled\n"
    assert [w["client"] for w in listed(collector)] == ["birch"]
    states = {w["client"]: w["state"] for w in listed(collector, "--all")}
    assert states["acme"] == "cancelled"
    # Nothing is deleted, and everything is in the journal.
    assert len(record(redis, "acme", window)["times"][0]["changes"]) == 2
    said = [e["what"] for e in journal(redis) if e.get("window") == window]
    assert said == ["maintenance announced"] * 2 + [
        "maintenance extended"] * 2 + ["maintenance cancelled"]
    text = sunwatch(collector, "list").stdout
    assert window in text and "Moodle 5 (by root)" in text


def test_a_rule_is_written_out_by_the_clients_clock(collector, redis):
    year = time.gmtime().tm_year + 1
    done = announce(collector, "acme", **{
        "from": f"{year}-03-30T02:00", "for": None,
        "to": f"{year}-03-30T04:00",
        "rule": "FREQ=WEEKLY;INTERVAL=2;COUNT=2"})
    window = window_of(done)
    times = record(redis, "acme", window)["times"]
    # Early in April the clocks of Auckland go back: two o'clock stays.
    assert times[1]["from"] - times[0]["from"] == (14 * 24 + 1) * 3600000
    assert all(t["to"] - t["from"] == 7200000 for t in times)
    assert [w["nth"] for w in listed(collector)] == [1, 2]
    done = sunwatch(collector, "cancel", window, "--nth", "2")
    assert done.returncode == 0, done.stderr
    assert [w["nth"] for w in listed(collector)] == [1]


@pytest.mark.parametrize("words,status,said", [
    (["announce", "acme"], 2, "--text is missing"),
    (["announce", "--text", "x"], 2, "of what?"),
    (["announce", "acme", "--text", "x"], 2, "give --from"),
    (["announce", "acme", "--text", "x", "--from", "noon", "--for", "1h"], 2,
     '--from: "noon" is not a time'),
    (["announce", "acme", "birch", "--text", "x", "--from",
      "2069-04-01T02:00", "--for", "1h"], 2, "different zones"),
    (["announce", "acme", "--text", "x", "--from", "+2h", "--to", "+1h"], 2,
     "ends before it begins"),
    (["announce", "acme", "--text", "x", "--from", "+1h", "--for", "1h",
      "--rule", "FREQ=DAILY"], 2, "--rule: the rule has no end"),
    (["announce", "acmee", "--text", "x", "--from", "+1h", "--for", "1h"], 1,
     'there is no client "acmee", did you mean "acme"?'),
    (["announce", "--platform", "two", "--text", "x", "--from", "+1h",
      "--for", "1h"], 1, 'there is no platform with endpoints "two"'),
    (["announce", "acme", "--text", "x", "--from", "2020-01-01T00:00Z",
      "--for", "1h"], 1,
     "--from: what has begun cannot be announced any more"),
    (["announce", "acme", "--text", "x", "--from", "-5m", "--for", "1h"], 1,
     "--from: what has begun cannot be announced any more"),
    (["extend", "m-1234"], 2, "--to is missing"),
    (["extend", "m-1234", "--to", "+1h"], 1,
     "m-1234: there is none of that name"),
    (["shorten", "INC-1", "--to", "now"], 1,
     "INC-1: a name such as m-5f0c9a1b22 is expected"),
    (["cancel", "m-1234", "--nth", "x"], 2, "--nth: 1 to 400"),
    (["cancel", "m-1234", "--client", "x"], 1, 'there is no client "x"'),
])
def test_what_is_wrong_is_said(collector, redis, words, status, said):
    done = sunwatch(collector, *words)
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert done.stdout == ""
    assert not redis.client.exists("sw:{c0}:windows")


def test_exams(program, redis, tmp_path):
    c = Collector(program, tmp_path, redis)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400 * 3))
    c.path.write_text(c.path.read_text().replace(
        "  - name: acme\n", "  - name: acme\n"
        f'    blackouts: ["{day} exams"]\n'))
    listen(c.start().evaluating())
    noon = f"{day}T12:00"
    done = announce(c, "acme", "birch", **{"from": noon, "zone":
                                           "Pacific/Auckland"})
    assert (done.returncode, done.stdout) == (1, "")
    assert f"acme wants no maintenance {day} exams" in done.stderr
    assert not redis.client.exists("sw:{c0}:windows")  # nor for birch
    done = sunwatch(c, "announce", "acme", "--from", noon, "--for", "1h",
                    "--text", "x", "--force")
    assert f"warning: acme wants no maintenance {day} exams" in done.stderr
    assert record(redis, "acme", window_of(done))["forced"] == f"{day} exams"


def test_the_end_pages_at_once(collector, redis):
    agents = [Agent(collector, name) for name in REGIONS]
    all_up(agents)
    done = announce(collector, "acme")
    window = window_of(done)

    def fail():
        all_up(agents, outcome=FAILED, reason=HTTP_STATUS, status=503)

    def of_learn():
        return [a for a in alarms(redis) if a["subject"] == "acme/learn"]

    def booked():
        return [json.loads(v)["kind"] for k, v in redis.client.hgetall(
            "sw:{c0}:outages").items() if k.startswith("acme/learn")]

    fail()
    time.sleep(1)
    fail()
    wait_for("it to be booked", lambda: "down" in booked())
    fail()
    assert of_learn() == []
    said = why(collector)
    assert f"maintenance {window} is announced since" in said
    done = sunwatch(collector, "shorten", window, "--to", "now")
    assert done.returncode == 0, done.stderr
    raised = wait_for("the alarm", of_learn)
    assert raised[0]["event"] == "raised"
    assert "announced maintenance is over" in raised[0]["text"]


def test_in_the_account_and_on_the_page(program, redis, tmp_path):
    port = helpers.free_port()
    c = listen(Collector(program, tmp_path, redis,
                         pages_port=port).start().evaluating())
    program("sunwatch-collector", "--role", "pages", "-f", c.path,
            log="pages")

    def page(client="acme"):
        try:
            return helpers.http(f"http://127.0.0.1:{port}/c/{client}/").text
        except OSError:
            return ""

    wait_for("the page", lambda: "Acme" in page() or "acme" in page())
    assert "Maintenance" not in page()
    window = window_of(announce(c, "acme/learn", text="<b>Moodle</b> 5"))
    shown = wait_for("the window", lambda: "under way" in page() and page())
    assert "Maintenance of learn until <time" in shown
    assert "&lt;b&gt;Moodle&lt;/b&gt; 5" in shown and "<b>" not in shown
    assert "Maintenance" not in page("birch")
    report = json.loads(run(c, "report", "acme", "--json"))
    rows = report["facts"]["maintenance"]
    assert [(r["name"], r["text"], r["endpoints"]) for r in rows] == [
        (window, "<b>Moodle</b> 5", ["acme/learn"])]
    done = sunwatch(c, "cancel", window)
    assert done.returncode == 0, done.stderr
    wait_for("it to be cancelled", lambda: "<td>cancelled</td>" in page())
    rows = json.loads(run(c, "report", "acme", "--json"))["facts"][
        "maintenance"]
    assert rows[0]["changes"][0]["cancelled"] is True
    # Whoever has the report alone comes to the same figures.
    path = tmp_path / "report.json"
    path.write_text(run(c, "report", "acme", "--json"))
    done = subprocess.run([helpers.BIN / "sunwatch", "verify", path],
                          text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_that_stands_by_says_who_has_it(program, redis, tmp_path):
    one, two = (tmp_path / n for n in ("one", "two"))
    one.mkdir(), two.mkdir()
    first = listen(Collector(program, one, redis).start().evaluating())
    second = Collector(program, two, redis).start()
    second.program.wait_log("another has the lease: standing by")
    wait_for("its door", lambda: status(second))
    done = announce(second, "acme")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.search(r"shard 0 is evaluated by process "
                     rf"{first.program.process.pid} on \S+, and this is "
                     rf"{second.program.process.pid} ", done.stderr)
    assert status(second)["evaluates"] == []
    window = window_of(announce(first, "acme"))
    # The next one knows of it.
    first.program.signal(signal.SIGKILL)
    listen(second)
    done = sunwatch(second, "cancel", window)
    assert done.returncode == 0, done.stderr


def test_two_on_one_host(program, redis, tmp_path):
    """Who evaluates has the door, whoever was there first."""
    first = listen(Collector(program, tmp_path, redis).start().evaluating())
    second = Collector(program, tmp_path, redis)
    second.program = program("sunwatch-collector", "--role", "evaluate", "-f",
                             second.path, log="second")
    second.program.wait_log("another has the lease: standing by")
    assert str(first.program.process.pid) in status(first)["holder"]
    window = window_of(announce(first, "acme"))
    first.program.signal(signal.SIGKILL)
    wait_for("the second's door", lambda: status(second).get("evaluates"))
    assert str(second.program.process.pid) in status(second)["holder"]
    # Whoever says it again, "now" being later, is told of the first.
    again = announce(second, "acme")
    assert f"{window} was announced before" in again.stdout, again.stderr
    window_of(announce(second, "acme", text="Moodle 6"))


def test_several_shards(program, redis, tmp_path):
    c = listen(Collector(program, tmp_path, redis, shards=4).start())
    c.program.wait_log(r"(?s)" + "evaluating.*" * 4)
    window = window_of(announce(c, "acme", "birch"))
    groups = [k for k in redis.client.keys("sw:{c*}:windows")]
    assert len(groups) == 2
    # A refusal of one changes nothing in the other.
    done = sunwatch(c, "shorten", window, "--to", "now", "--client", "birch")
    assert done.returncode == 0, done.stderr
    done = sunwatch(c, "extend", window, "--to", "+3h")
    assert done.returncode == 1 and "birch" in done.stderr
    states = {w["client"]: w for w in listed(c, "--all")}
    assert states["acme"]["changes"] == []
    assert states["birch"]["state"] == "over"
    # Nor is the answer of one to what is asked of both the other's.
    assert helpers.control(door(c), {
        "command": "outage-exclude", "exclusion": "x-1", "text": "the cable",
        "scope": ["acme", "birch"], "reason": "client", "claimant": "moana",
        "from_ms": now_ms() - 9000, "to_ms": now_ms()})["ok"]
    agree = [str(helpers.BIN / "sunwatch"), "outage", "agree", "x-1", "--who",
             "Dean", "--conf", str(c.path)]
    done = subprocess.run(agree, text=True, capture_output=True, timeout=30,
                          check=False)
    assert done.returncode == 1
    assert re.search("--client: it is of 2 clients, (acme, birch|birch, acme)",
                     done.stderr)
    assert run(c, *agree[1:6], "--client", "birch") == (
        "birch: exclusion x-1 is agreed by Dean\n")
    assert "unanswered" in run(c, "outage", "list", "acme")


def test_killed_between_decision_and_commit(program, redis, tmp_path):
    """No answer, and nothing done: asked again it is done."""
    c = listen(Collector(program, tmp_path, redis).start(
        SUNWATCH_CRASH="evaluate-decided:4").evaluating())
    done = announce(c, "acme")
    for i in range(20):
        if not c.program.running():
            break
        text = f"Moodle 5.{i}"  # another one
        done = announce(c, "acme", text=text)
        time.sleep(0.2)
    assert done.returncode == 1 and "may or may not" in done.stderr
    listen(c.start().evaluating())
    count = len(listed(c))
    window_of(announce(c, "acme", text=text))
    assert len(listed(c)) == count + 1


def test_outages_are_noted_and_claimed(collector, redis, tmp_path):
    agents = [Agent(collector, name) for name in REGIONS]
    all_up(agents)

    def say(*words, status=0):
        done = subprocess.run([str(a) for a in (
            helpers.BIN / "sunwatch", "outage", *words, "--conf",
            collector.path)], text=True, capture_output=True, timeout=30,
            check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout if status == 0 else done.stderr

    def listed_now():
        return json.loads(say("list", "acme", "--json"))

    def down():
        all_up(agents, outcome=FAILED, reason=HTTP_STATUS, status=503)
        return listed_now()["outages"]
    assert "no outage of acme/learn is booked" in say(
        "annotate", "acme/learn", "looking", "--at", "now", status=1)
    outage = wait_for("an outage", down)[0]
    wait_for("a second of it", lambda: now_ms() > outage["from_ms"] + 1000)
    assert say("annotate", "acme/learn", "looking", "--at", "-1ms",
               "--cause", "a disk") == "acme/learn: noted\n"
    noted = listed_now()["outages"][0]["annotations"]
    assert [(n["text"], n["cause"], n["by"]) for n in noted] == [
        ("looking", "a disk", "root")]

    at = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(s)) for s in (
        outage["from_ms"] // 1000 - 60, outage["from_ms"] // 1000 + 600)]
    claim = ["exclude", "acme", "--from", at[0], "--to", at[1], "--reason",
             "third-party", "--text", "the cable", "--claimant", "moana"]
    assert "--claimant is missing" in say(*claim[:-2], status=2)
    assert 'did you mean' in say(*[w if w != "acme" else "acmee"
                                   for w in claim], status=1)
    assert "expected client, third-party" in say(
        *[w if w != "third-party" else "rain" for w in claim], status=2)
    name = re.search(r"exclusion (x-[0-9a-f]+) is claimed",
                     say(*claim)).group(1)

    def report():
        return json.loads(run(collector, "report", "acme", "--json"))
    assert report()["facts"]["exclusions"][0]["consent"] == "unanswered"
    assert report()["figures"]["exclusions"][0]["holds"] is False
    say("dispute", name, "--who", "Dean", "--text", "it was yours")
    assert "--who is missing" in say("agree", name, status=2)
    say("agree", name, "--who", "Dean")
    assert report()["facts"]["exclusions"][0]["consent"] == "agreed"
    assert report()["figures"]["exclusions"][0]["holds"] is True
    assert report()["facts"]["outages"][0]["cause"] == "a disk"
    claims = listed_now()["exclusions"]
    assert [a["consent"] for a in claims[0]["answers"]] == [
        "disputed", "agreed"]
    said = [e["what"] for e in journal(redis) if "what" in e and (
        "exclusion" in e["what"] or "annotated" in e["what"])]
    assert said == ["outage annotated", "exclusion claimed",
                    "exclusion disputed", "exclusion agreed"]
    text = say("list", "acme")
    assert f"exclusion {name} agreed: " in text and "cause: a disk" in text
    assert "x-0: there is none of that name" in say(
        "agree", "x-0", "--who", "Dean", status=1)
    # It counts on when it has left the tree, and can be spoken of.
    collector.path.write_text(collector.path.read_text().replace(
        "name: learn,", "name: other,", 1))
    collector.program.signal(signal.SIGHUP)
    wait_for("it to be removed", lambda: "removed" in redis.client.hget(
        "sw:{c0}:terms", "acme/learn"))
    inside = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(
        outage["from_ms"] // 1000 + 1))
    assert say("annotate", "acme/learn", "moved away", "--at",
               inside) == "acme/learn: noted\n"
    claim[1:2] = ["acme/learn"]
    assert "is claimed" in say(*claim)
    claim[1:2] = ["acme/lear"]
    assert 'there is no endpoint "acme/lear"' in say(*claim, status=1)


def test_an_announcement_said_again_stood_twice(collector, redis):
    """Whoever was not answered says it once more, and it is the same."""
    said = ["announce", "acme/learn", "--from", time.strftime(
        "%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7 * 86400)),
        "--for", "2h", "--text", "Moodle 5"]
    first = sunwatch(collector, *said)
    assert (first.returncode, "is announced" in first.stdout) == (0, True)
    again = sunwatch(collector, *said, "--as", "aroha")
    assert again.returncode == 0, again.stderr
    assert again.stdout == first.stdout.replace("is announced",
                                                "was announced before")
    name, = redis.client.hkeys("sw:{c0}:windows")
    # "+7d" is another instant each time.
    soon = [*said[:3], "+7d", *said[4:]]
    again = sunwatch(collector, *soon)
    assert (again.returncode, again.stdout) == (
        0, first.stdout.replace("is announced", "was announced before"))
    # Other words are another one, and so is one with a name of its own.
    assert sunwatch(collector, *said[:-1], "Moodle 6").returncode == 0
    other = sunwatch(collector, *said, "--name", "second")
    assert "maintenance m-second is announced" in other.stdout
    assert len(redis.client.hkeys("sw:{c0}:windows")) == 3
    # What was taken back does not stand again by being said again.
    assert sunwatch(collector, "cancel", name.split("|")[1]).returncode == 0
    done = sunwatch(collector, *said)
    assert done.returncode == 1
    assert "was announced and taken back" in done.stderr
    assert sunwatch(collector, *said, "--name", "x" * 30).returncode == 2


def test_of_whom_it_is_when_shards_are_two_collectors(program, redis,
                                                      tmp_path):
    """What is named by its id alone was refused by either of them: each had
    a shard that the other one evaluates."""
    group = {"acme": "sw:{c3}:", "birch": "sw:{c1}:"}
    folders = [tmp_path / n for n in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    one, two = (Collector(program, f, redis, shards=4) for f in folders)
    redis.client.set(group["birch"] + "lease", "somebody", px=60000)
    one.start().program.wait_log(r"(?s)" + "evaluating.*" * 3)
    two.start().program.wait_log(r"(?s)" + "standing by.*" * 4)
    # It takes over what nobody else is quick enough for.
    one.program.signal(signal.SIGSTOP)
    try:
        redis.client.delete(group["birch"] + "lease")
        two.program.wait_log("shard 1: evaluating")
    finally:
        one.program.signal(signal.SIGCONT)
    wait_for("one's door", lambda: status(one).get("evaluates") == [0, 2, 3])
    assert status(two)["evaluates"] == [1]

    def outage(collector, *words):
        return subprocess.run(
            [str(a) for a in (helpers.BIN / "sunwatch", "outage", *words,
                              "--conf", collector.path)],
            text=True, capture_output=True, timeout=30, check=False)

    def elsewhere(done, shard):
        assert (done.returncode, done.stdout) == (1, "")
        assert re.search(rf"shard {shard} is evaluated by process \d+ on .*: "
                         "ask there, for one client at a time", done.stderr)

    of_acme = window_of(announce(one, "acme"))
    of_birch = window_of(announce(two, "birch"))
    assert redis.client.hexists(group["birch"] + "windows",
                                f"birch|{of_birch}")
    for c, window, client in (one, of_acme, "acme"), (two, of_birch, "birch"):
        other = two if c is one else one
        elsewhere(sunwatch(other, "cancel", window), group[client][5])
        for words in (("extend", window, "--to", "+3h"),
                      ("shorten", window, "--to", "+2h"), ("cancel", window)):
            done = sunwatch(c, *words)
            assert done.returncode == 0, done.stderr
            assert f"{client}: maintenance {window} is" in done.stdout
    done = sunwatch(one, "cancel", "m-unknown")
    assert "m-unknown: there is none of that name" in done.stderr
    # Of both at once: each is asked for its own.
    for c, client in (one, "acme"), (two, "birch"):
        for request in (
                {"command": "maintenance-announce", "window": "m-both",
                 "times": [[now_ms(), now_ms() + 3600_000]], "text": "both"},
                {"command": "outage-exclude", "exclusion": f"x-{client}",
                 "text": "the cable", "reason": "client", "claimant": "moana",
                 "from_ms": now_ms() - 9000, "to_ms": now_ms()}):
            assert helpers.control(door(c), {**request, "scope": [client]}
                                   )["ok"]
    elsewhere(sunwatch(one, "cancel", "m-both"), 1)
    elsewhere(sunwatch(two, "cancel", "m-both"), 3)
    assert not listed(one, "--all")[-1]["changes"]
    done = sunwatch(one, "cancel", "m-both", "--client", "acme")
    assert done.returncode == 0, done.stderr
    done = outage(two, "agree", "x-birch", "--who", "Dean")
    assert done.stdout == "birch: exclusion x-birch is agreed by Dean\n"
    elsewhere(outage(one, "dispute", "x-birch", "--who", "Dean"), 1)
