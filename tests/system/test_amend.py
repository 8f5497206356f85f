"""sunwatch sla amend: versions ahead and behind, consent, restarts."""

import datetime
import json
import os
import signal
import subprocess
import time

import pytest

import helpers
from collector import Collector
from helpers import wait_for

BOTH = ("--consent-ours", "Moana Reid", "--consent-theirs", "Dean Falk")


def run(collector, *args):
    env = {k: v for k, v in os.environ.items()
           if not k.startswith("SUNWATCH_") or k == "SUNWATCH_OUT"}
    return subprocess.run([str(a) for a in (
        helpers.BIN / "sunwatch", *args, "--conf", collector.path)], env=env,
        text=True, capture_output=True, timeout=30, check=False)


def history(collector):
    done = run(collector, "sla", "history", "acme", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["versions"]


def names(collector):
    return [v["name"] for v in history(collector)]


def listen(collector):
    door = collector.folder / "state" / "collector.sock"

    def evaluates():
        try:
            return helpers.control(door, {"command": "status"})["evaluates"]
        except (OSError, KeyError):
            return []
    wait_for("its door", evaluates)
    return collector


def edit(collector, old, new):
    text = collector.path.read_text()
    assert text.count(old) >= 1
    collector.path.write_text(text.replace(old, new, 1))
    collector.program.signal(signal.SIGHUP)


def utc(seconds):
    return datetime.datetime.fromtimestamp(
        int(seconds), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def collector(program, redis, tmp_path):
    return listen(Collector(program, tmp_path, redis).start().evaluating())


def test_a_version_takes_effect_at_its_instant_without_a_reload(collector):
    at = int(time.time()) + 6
    edit(collector, "    sla: gold\n", f"""    sla: gold
    amendments: [{{ from: "{utc(at)}", sla: bronze }}]
""")
    wait_for("the version ahead",
             lambda: names(collector) == ["gold", "bronze"])
    text = run(collector, "sla", "show", "acme").stdout
    assert "without recorded consent" in text
    # People do not read names of fields.
    assert "  maintenance is announced ahead by: 3 d" in text
    assert not [line for line in text.splitlines() if "_" in line]
    assert f"  from {utc(at)} on: bronze, 99.500 %, without recorded" in text
    done = run(collector, "sla", "amend", "acme", "--from", utc(at), *BOTH,
               "--reason", "letter of the 3rd", "--as", "moana")
    assert done.returncode == 0, done.stderr
    assert "is agreed by Moana Reid and Dean Falk" in done.stdout
    shown = json.loads(run(collector, "sla", "show", "acme",
                           "--json").stdout)
    if time.time() < at - 1:
        assert shown["terms"]["name"] == "gold"
        assert shown["next"]["name"] == "bronze"
        assert shown["part"]["version"] == "gold"
    wait_for("its instant", lambda: json.loads(run(
        collector, "sla", "show", "acme", "--json").stdout)
        ["terms"]["name"] == "bronze")
    assert time.time() >= at
    # Killed and started again, it is still agreed to; the report has it.
    collector.program.signal(signal.SIGKILL)
    collector.program.wait()
    listen(collector.start().evaluating())
    version = history(collector)[1]
    assert version["from"] == utc(at)
    consent = version["consent"]
    assert (consent["ours"], consent["theirs"], consent["reason"]) == (
        "Moana Reid", "Dean Falk", "letter of the 3rd")
    assert consent["recorded_by"].endswith(" as moana")
    report = json.loads(run(collector, "report", "acme", "--json").stdout)
    assert [(v["name"], v["consent"] is not None)
            for v in report["facts"]["versions"]] == [
        ("gold", False), ("bronze", True)]
    path = collector.folder / "report.json"
    path.write_text(json.dumps(report))
    assert run(collector, "verify", path).returncode == 0
    assert "agreed by Moana Reid and Dean Falk" in run(
        collector, "report", "acme").stdout
    said = run(collector, "sla", "history", "acme").stdout
    assert "without recorded consent" in said
    assert "letter of the 3rd; in the settings since" in said


def test_what_was_withdrawn_is_in_the_history(collector):
    edit(collector, "    sla: gold\n", """    sla: gold
    amendments: [{ from: "2069-01-01", sla: bronze }]
""")
    wait_for("the version ahead",
             lambda: names(collector) == ["gold", "bronze"])
    edit(collector, """    amendments: [{ from: "2069-01-01", sla: bronze }]
""", "")
    wait_for("that it is gone", lambda: names(collector) == ["gold"])
    said = run(collector, "sla", "history", "acme").stdout.splitlines()[-1]
    assert said.startswith("withdrawn 20")
    assert ": bronze, which was to begin 20" in said
    row, = json.loads(run(collector, "sla", "history", "acme",
                          "--json").stdout)["withdrawn"]
    assert row["name"] == "bronze"


def test_what_the_settings_do_not_have_is_refused(collector):
    ahead = utc(time.time() + 86400)
    done = run(collector, "sla", "amend", "acme", "--from", ahead, *BOTH)
    assert done.returncode == 1
    assert "no version of acme begins at" in done.stderr
    done = run(collector, "sla", "amend", "acne", "--from", ahead, *BOTH)
    assert done.returncode == 1 and "acme" in done.stderr
    for missing in range(0, len(BOTH), 2):
        done = run(collector, "sla", "amend", "acme", "--from", ahead,
                   *BOTH[:missing], *BOTH[missing + 2:])
        assert done.returncode == 2
        assert f"{BOTH[missing]} is missing" in done.stderr
    done = run(collector, "sla", "amend", "acme", *BOTH)
    assert done.returncode == 2 and "--from is missing" in done.stderr
    done = run(collector, "sla", "amend", "acme", "--from", "soon", *BOTH)
    assert done.returncode == 2 and "is not a time" in done.stderr
    assert names(collector) == ["gold"]


def test_check_shows_what_is_ahead_and_refuses_disorder(collector):
    text = collector.path.read_text()
    ahead = '    amendments: [{{ from: "2027-01-01", sla: {} }}]\n'
    for more, why in (
            (ahead.format("bronze"), None),
            (ahead.format("bronz"), "bronze"),
            ('    amendments: [{ from: soon, sla: gold }]\n',
             "expected a date or an instant"),
            ('    amendments: [{ from: 2027-02-01, sla: bronze },\n'
             '      { from: "2027-01-01", sla: gold }]\n',
             "not after the amendment before")):
        collector.path.write_text(text.replace(
            "    sla: gold\n", "    sla: gold\n" + more, 1))
        done = run(collector, "check")
        if why is None:
            # Of the client's zone, which is east.
            assert "  from 2026-12-31T11:00:00Z: bronze, 99.500 %" in \
                done.stdout
        else:
            assert done.returncode == 1 and why in done.stderr


def ics(*days):
    events = "".join(f"BEGIN:VEVENT\nUID:{d}\nDTSTART;VALUE=DATE:{d}\n"
                     "END:VEVENT\n" for d in days)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n"


def test_an_edited_calendar_file_is_another_version(collector):
    path = collector.folder / "days.ics"
    path.write_text(ics("20261225"))
    edit(collector, "    sla: gold\n", f"""    sla: gold
    calendars: [{{ name: 8x5, ical: "{path}" }}]
    slas: [{{ name: gold, service_hours: 8x5 }}]
""")
    wait_for("its hours", lambda: len(names(collector)) == 2)
    path.write_text(ics("20261225", "20261228"))
    collector.program.signal(signal.SIGHUP)
    wait_for("the edit", lambda: len(names(collector)) == 3)
    assert [v["service_hours"] and v["service_hours"]["holidays"]
            for v in history(collector)] == [
        None, ["2026-12-25"], ["2026-12-25,2026-12-28"]]
    # Neither a start nor a report needs the file.
    path.unlink()
    collector.program.signal(signal.SIGKILL)
    collector.program.wait()
    listen(collector.start().evaluating())
    assert len(names(collector)) == 3
    report = collector.folder / "report.json"
    report.write_text(run(collector, "report", "acme", "--json").stdout)
    assert "2026-12-25,2026-12-28" in report.read_text()
    assert run(collector, "verify", report).returncode == 0
