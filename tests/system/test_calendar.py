"""Watches as calendars: subscribed to, read back by others' programs."""

import json
import os
import shutil
import subprocess
import time
from datetime import datetime, timedelta

import pytest

import helpers
from helpers import http
from pagers import Stage, now_ms

DAY_MS = 86400000
ROTA = """
rotas:
  - name: support
    max_watch: 48h
    waive: ["aroha until 2069-01-01", "tom until 2069-01-01"]
    watches:
      - { zone: Europe/London, takes_over: "08:00", people: [aroha, tom],
          rotate: daily }
"""
# By npm, where it is there; what it reads is printed as JSON.
READER = """
const ICAL = require("ical.js");
let text = require("fs").readFileSync(0, "utf8");
let root = new ICAL.Component(ICAL.parse(text));
console.log(JSON.stringify(root.getAllSubcomponents("vevent").map(v => {
  let e = new ICAL.Event(v);
  return [e.uid, e.sequence, e.startDate.toUnixTime(), e.endDate.toUnixTime(),
          e.summary, v.getFirstPropertyValue("transp")];
})));
"""


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    stage = Stage(tmp_path, program, redis, smtp)
    stage.write(more=ROTA)
    stage.pager = stage.start()
    stage.ready()
    return stage


def get(stage, kind, name):
    url = stage.ask(command="calendar-url", kind=kind, name=name)["text"]
    page = http(url)
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return url, page.text


def events(text):
    """What python3-icalendar reads, by name."""
    icalendar = pytest.importorskip("icalendar")
    whole = icalendar.Calendar.from_ical(text)
    assert whole["REFRESH-INTERVAL"].to_ical() == b"PT1H"
    return {str(e["UID"]): e for e in whole.walk("VEVENT")}


def test_watches_of_a_year_are_read_back(stage):
    _, text = get(stage, "rota", "support")
    found = events(text)
    assert 364 <= len(found) <= 368
    ordered = sorted(found.values(), key=lambda e: e["DTSTART"].dt)
    for a, b in zip(ordered, ordered[1:]):
        assert a["DTEND"].dt == b["DTSTART"].dt
        assert {str(a["SUMMARY"]), str(b["SUMMARY"])} == {
            "support: aroha", "support: tom"}
    assert {str(e["TRANSP"]) for e in ordered} == {"TRANSPARENT"}
    assert {int(e["SEQUENCE"]) for e in ordered} == {0}


def test_an_override_counts_on_and_keeps_the_name(stage):
    before = events(get(stage, "team", "all")[1])
    victim = min((e for e in before.values()
                  if "tom" in e["SUMMARY"] and
                  e["DTSTART"].dt.timestamp() * 1000 > now_ms()),
                 key=lambda e: e["DTSTART"].dt)
    from_ms = int(victim["DTSTART"].dt.timestamp() * 1000)
    changed_at = victim["LAST-MODIFIED"].dt.timestamp()
    while now_ms() < (changed_at + 1) * 1000:  # it is told to the second
        time.sleep(0.05)
    made = stage.ask(command="override-add", rota="support",
                     **{"for": "aroha"}, instead="tom",
                     from_ms=from_ms + 3600000, to_ms=from_ms + 7200000)
    assert made["ok"], made
    after = events(get(stage, "team", "all")[1])
    changed = after[str(victim["UID"])]
    assert int(changed["SEQUENCE"]) > int(victim["SEQUENCE"])
    assert changed["LAST-MODIFIED"].dt > victim["LAST-MODIFIED"].dt
    same = [uid for uid in before if uid in after and
            after[uid].to_ical() == before[uid].to_ical()]
    assert len(same) == len(before) - 1
    assert len(after) == len(before) + 2
    hers = events(get(stage, "person", "aroha")[1])
    assert f"{victim['UID']}".replace("@", ".o-1@") in hers


def test_a_renewed_address_makes_the_old_one_worthless(stage):
    url, _ = get(stage, "person", "tom")
    renewed = stage.ask(command="calendar-renew", kind="person", name="tom")
    assert renewed["text"] != url
    assert http(renewed["text"]).status == 200
    for bad in (url, url.replace("tom", "aroha"), url[:-4],
                url.replace("~1~", "~2~"), f"{stage.links}/calendar/x.ics",
                f"{stage.links}/calendar/.ics"):
        assert http(bad).status == 404
    assert http(url, method="POST").status == 405


def test_ical_js_reads_the_same(stage, tmp_path):
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("there is no npm")
    done = subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund",
         "ical.js@1.5.0"], cwd=tmp_path, capture_output=True, timeout=60,
        env=os.environ | {"HOME": str(tmp_path)}, check=False)
    if done.returncode != 0:
        pytest.skip("npm does not get ical.js here")
    text = get(stage, "person", "aroha")[1]
    seen = json.loads(subprocess.run(
        ["node", "-e", READER], cwd=tmp_path, input=text, text=True,
        capture_output=True, timeout=60, check=True).stdout)
    assert len(seen) == text.count("BEGIN:VEVENT")
    for uid, sequence, start, end, summary, transp in seen:
        assert uid.startswith("support.") and sequence == 0
        assert 0 < end - start <= 25 * 3600
        assert summary in ("On watch: support", "On watch: support (second)")
        assert transp == "TRANSPARENT"


def oncall(stage, at, *words):
    return subprocess.run(
        [helpers.BIN / "sunwatch", "oncall", "--conf", stage.conf, "--at", at,
         *words], capture_output=True, text=True, timeout=30, check=False)


def test_the_past_is_said_as_it_happened(stage):
    before = json.loads(oncall(stage, "-1s", "--json").stdout)
    assert before["frozen"] and before["primary"] in ("aroha", "tom")
    assert not json.loads(oncall(stage, "+1s", "--json").stdout)["frozen"]
    stage.write(more=ROTA.replace("[aroha, tom]", "[tom, aroha]"))
    stage.pager.signal(1)
    helpers.wait_for("the change",
                     lambda: stage.ask(command="changes")["changes"])
    after = json.loads(oncall(stage, before["at"], "--json").stdout)
    assert [after[k] for k in ("primary", "since", "frozen")] == [
        before[k] for k in ("primary", "since", "frozen")]
    said = oncall(stage, before["at"])
    assert said.stdout.startswith(f"support: {before['primary']} ")
    assert said.stdout.endswith(" (as it happened)\n")
    # Of before it ran the pager knows nothing; nor does the tree without it.
    assert "(by the tree of today: what was is not known)" in oncall(
        stage, "2025-01-01T12:00Z").stdout


def test_another_second_is_no_other_watch(stage):
    """Whoever is second is away for two hours; it was said "then" of her who
    has the watch before and after."""
    watch = json.loads(oncall(stage, "+3d", "--json").stdout)
    assert "secondary_until" not in watch
    second = watch["secondary"]
    since = datetime.fromisoformat(watch["since"].replace("Z", "+00:00"))
    hours = [(since + timedelta(hours=n)).strftime("%Y-%m-%dT%H:%M:%SZ")
             for n in range(4)]
    made = stage.ask(command="override-away", instead=second,
                     from_ms=int(since.timestamp() + 7200) * 1000,
                     to_ms=int(since.timestamp() + 14400) * 1000)
    assert made["ok"], made
    before, during = (json.loads(oncall(stage, at, "--json").stdout)
                      for at in (hours[1], hours[3]))
    for now in before, during:
        assert [now[k] for k in ("primary", "since", "until", "next")] == [
            watch[k] for k in ("primary", "since", "until", "next")]
    assert before["secondary"] == second
    assert before["secondary_until"] == hours[2]
    assert during["secondary"] is None
    said = oncall(stage, hours[1]).stdout
    assert f" (second: {second} until " in said
    assert f", then {watch['next']}\n" in said


def imported(stage, text, *words):
    path = stage.folder / "edited.ics"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return subprocess.run(
        [helpers.BIN / "sunwatch", "override", "import", path, "--conf",
         stage.conf, *words], capture_output=True, text=True, timeout=30,
        check=False)


def overrides(stage):
    return [(o["person"], o["from_ms"], o["to_ms"])
            for o in stage.ask(command="overrides")["overrides"]]


def test_our_calendar_is_edited_and_brought_back(stage):
    icalendar = pytest.importorskip("icalendar")
    text = get(stage, "rota", "support")[1]
    same = imported(stage, text)
    assert same.returncode == 0, same.stderr
    assert "0 made, 0 changed, 0 removed, 0 as before" in same.stdout
    assert overrides(stage) == []
    whole = icalendar.Calendar.from_ical(text)
    ahead = [e for e in whole.walk("VEVENT")
             if e["DTSTART"].dt.timestamp() * 1000 > now_ms() + DAY_MS]
    for event, who in zip(ahead[:3], ("tom", "aroha", "tom")):
        other = {"tom": "aroha", "aroha": "tom"}[event["SUMMARY"][9:]]
        event["SUMMARY"] = f"support: {other}"
        if event is ahead[2]:  # a guest is asked in, and says no
            del event["SUMMARY"]
            event["SUMMARY"] = f"support: {other}"
            event.add("ATTENDEE", "mailto:moana@kahu.example",
                      parameters={"PARTSTAT": "DECLINED"})
    tried = imported(stage, whole.to_ical(), "--dry-run")
    assert "It would be 3 made" in tried.stdout, tried.stderr
    assert overrides(stage) == []
    made = imported(stage, whole.to_ical(), "--json")
    assert made.returncode == 0, made.stderr
    assert len(json.loads(made.stdout)["made"]) == 3
    wanted = sorted(
        (str(e["SUMMARY"])[9:], int(e["DTSTART"].dt.timestamp() * 1000),
         int(e["DTEND"].dt.timestamp() * 1000)) for e in ahead[:3])
    assert sorted(overrides(stage)) == wanted
    again = imported(stage, whole.to_ical())
    assert "0 made, 0 changed, 0 removed, 3 as before" in again.stdout
    # Read back from what is exported now, everyone has what they have.
    after = imported(stage, get(stage, "rota", "support")[1])
    assert "0 made, 0 changed, 0 removed" in after.stdout, after.stderr
    whole.subcomponents.remove(ahead[0])
    assert "0 removed" in imported(stage, whole.to_ical()).stdout
    gone = imported(stage, whole.to_ical(), "--replace")
    assert "0 made, 0 changed, 1 removed, 2 as before" in gone.stdout
    assert sorted(overrides(stage)) == sorted(
        w for w in wanted
        if w[1] != int(ahead[0]["DTSTART"].dt.timestamp() * 1000))


def test_a_calendar_that_is_refused_changes_nothing(stage):
    def event(uid, who, day, more=""):
        return (f"BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{who}\r\n"
                f"DTSTART;VALUE=DATE:{day}\r\n{more}END:VEVENT\r\n")

    def calendar(*events):
        return "BEGIN:VCALENDAR\r\n" + "".join(events) + "END:VCALENDAR\r\n"

    day = time.strftime("%Y%m%d", time.gmtime(time.time() + 3 * 86400))
    refused = imported(stage, calendar(event("a", "tom", day),
                                       event("b", "nobody", day)))
    assert refused.returncode == 1
    assert refused.stderr.startswith("sunwatch override import: ")
    assert 'edited.ics:7: event "nobody": it names nobody' in refused.stderr
    clash = imported(stage, calendar(event("a", "tom", day),
                                     event("b", "aroha", day)))
    assert clash.returncode == 1
    assert 'line 7, "aroha": overlaps line 2 of tom' in clash.stderr
    assert overrides(stage) == []
    missing = imported(stage, calendar(event("a", "tom", day)), "--rota", "x")
    assert missing.returncode == 1 and "rota" in missing.stderr
    # By what comes in, too; a week of it, one day taken out.
    text = calendar(event("a", "tom", day, "RRULE:FREQ=DAILY;COUNT=3\r\n"))
    done = subprocess.run(
        [helpers.BIN / "sunwatch", "override", "import", "-", "--conf",
         stage.conf, "--as", "moana"], input=text, capture_output=True,
        text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert "3 made" in done.stdout
    assert {o[2] - o[1] for o in overrides(stage)} <= {
        23 * 3600000, DAY_MS, 25 * 3600000}
    cut = imported(stage, text.replace("COUNT=3", "COUNT=2"))
    assert "0 made, 0 changed, 1 removed, 2 as before" in cut.stdout
