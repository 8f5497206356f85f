"""sunwatch due: clocks of support on the command line."""

import json

import pytest

from commands import cli  # fixtures

assert cli

OFFICE = ("--calendar", "mon-fri 09:00-17:00", "--zone", "Europe/London")
EASTER = ("--holiday", "2026-04-03", "--holiday", "2026-04-06")
GLPI = ("--calendar", "Mon-Fri 08-18", "--zone", "UTC",
        "--from", "2016-03-07T17:00")


def due(cli, *words):
    done = cli("due", *words, "--json", conf=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("words, want", [
    (OFFICE + EASTER + ("--from", "2026-04-02T16:00+01:00", "--target", "4h"),
     "2026-04-07T11:00:00Z"),
    # Whatever form people paste.
    (OFFICE + EASTER + ("--from", "2026-04-02T15:00:00Z", "--target", "240m"),
     "2026-04-07T11:00:00Z"),
    (OFFICE + EASTER + ("--from", "2026-04-02 16:00", "--target", "4 hours"),
     "2026-04-07T11:00:00Z"),
    (OFFICE + EASTER + ("--from", "2026-04-02t15:00:00.000z",
                        "--target", "3h60m"), "2026-04-07T11:00:00Z"),
    (OFFICE + EASTER + ("--from", "2026-04-02T17:00:00+0200",
                        "--target", "4h"), "2026-04-07T11:00:00Z"),
    (OFFICE + EASTER + ("--from", "2026-04-02 15:00 UTC", "--target", "4h"),
     "2026-04-07T11:00:00Z"),
    (OFFICE + ("--holiday", "2026-04-03,2026-04-06 Easter Monday", "--from",
               "2026-04-02", "--target", "1 business day"),
     "2026-04-02T16:00:00Z"),
    # A wall clock that is shown twice: the first.
    (("--calendar", "24x7", "--zone", "Europe/London", "--from",
      "2026-10-25T01:30", "--target", "1h"), "2026-10-25T01:30:00Z"),
    (GLPI + ("--target", "4h"), "2016-03-08T11:00:00Z"),
    (GLPI + ("--target", "2h"), "2016-03-08T09:00:00Z"),
    (("--calendar", "mon-wed 08:00-18:00", "--calendar", "thu,fri 08-18",
      "--zone=UTC", "--from=2016-03-07T17:00", "--target=4h"),
     "2016-03-08T11:00:00Z"),
    (OFFICE + ("--from", "2026-01-16T16:00", "--target", "2h",
               "--pause", "2026-01-16T16:30..2026-01-19T09:30",
               "--pause", "2026-01-19T09:15Z..2026-01-19T10:00Z"),
     "2026-01-19T11:30:00Z"),
    (OFFICE + ("--from", "2026-12-24T08:00Z", "--target", "4h",
               "--exception", "2026-12-24 09:00-12:00",
               "--exception", "2026-12-25..2026-12-28 closed"),
     "2026-12-29T10:00:00Z"),
])
def test_due(cli, words, want):
    assert due(cli, *words)["due"] == want


def test_what_is_said_besides(cli):
    said = due(cli, *GLPI, "--target", "4h", "--before", "1h", "--before",
               "30m", "--at", "2016-03-08T08:30")
    assert said["due_local"] == "2016-03-08T11:00:00+00:00"
    assert (said["target"], said["target_s"]) == ("4h", 14400)
    assert (said["elapsed_s"], said["left_s"]) == (5400, 9000)
    assert said["breached"] is False
    assert [(r["percent"], r["at"]) for r in said["reminders"]] == [
        (50, "2016-03-08T09:00:00Z"), (75, "2016-03-08T10:00:00Z"),
        (100, "2016-03-08T11:00:00Z"), (150, "2016-03-08T13:00:00Z")]
    assert [(b["before"], b["at"]) for b in said["before"]] == [
        ("1h", "2016-03-08T10:00:00Z"), ("30m", "2016-03-08T10:30:00Z")]
    text = cli("due", *GLPI, "--target", "4h", "--at", "2016-03-08T12:00",
               conf=False)
    assert text.stdout.startswith(
        "due 2016-03-08 11:00:00 UTC  2016-03-08T11:00:00Z\n")
    assert "5 h 00 min of open time have passed of 4h: breached" in \
        text.stdout


def test_a_pause_without_an_end(cli):
    done = cli("due", *GLPI, "--target", "4h", "--json",
               "--pause", "2016-03-08T08:00..", "--at", "2016-03-09T08:00",
               conf=False)
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert (said["due"], said["due_local"]) == (None, None)
    assert said["never"] == "the clock is paused and does not run far enough"
    assert (said["elapsed_s"], said["paused_s"]) == (3600, 36000)


def test_holidays_from_a_calendar_file(cli, tmp_path):
    path = tmp_path / "holidays.ics"
    path.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n"
                    "UID:1\r\nDTSTART;VALUE=DATE:20200403\r\n"
                    "DTEND;VALUE=DATE:20200404\r\nRRULE:FREQ=YEARLY\r\n"
                    "SUMMARY:Good\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    words = OFFICE + ("--from", "2026-04-02T16:00", "--target", "2h",
                      "--ical", path)
    assert due(cli, *words)["due"] == "2026-04-06T09:00:00Z"
    path.write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Good\n"
                    "END:VEVENT\nEND:VCALENDAR\n")
    done = cli("due", *words, conf=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert f'--ical: {path}: event "Good": it has no DTSTART' in done.stderr
    done = cli("due", *words, "--ical", tmp_path / "absent", conf=False)
    assert done.returncode == 1


@pytest.mark.parametrize("words, why", [
    ((), "give --calendar"),
    (("--calendar", "24x7"), "--from is missing"),
    (("--calendar", "24x7", "--from", "2026-01-01"), "--target is missing"),
    (GLPI + ("--target", "4"), "expected a duration such as 90m"),
    (GLPI + ("--target", "401d"), "at most 400 days"),
    (GLPI + ("--target", "4h", "--before", "soon"), "--before: expected"),
    (GLPI + ("--target", "4h", "--at", "later"), '--at: "later" is not a time'),
    (GLPI + ("--target", "4h", "--holiday", "2026-02-30"),
     '--holiday: "2026-02-30": expected a date'),
    (GLPI + ("--target", "4h", "--exception", "2026-02-20 nothing"),
     "--exception: "),
    (GLPI + ("--target", "4h", "--pause", "2016-03-08"), "is not FROM..TO"),
    (GLPI + ("--target", "4h", "--pause", "2016-03-08..2016-03-09"),
     "is not FROM..TO"),
    (GLPI + ("--target", "4h", "--pause",
             "2016-03-08T09:00..2016-03-08T08:00"), "ends before it begins"),
    (GLPI + ("--target", "4h", "--calendar", "mon-fri"),
     '--calendar: "mon-fri": expected a window'),
    (GLPI + ("--target", "4h", "--from", "2016-03-08"), "--from is given twice"),
    (("--calendar", "24x7", "--zone", "London", "--from", "2026-01-01",
      "--target", "4h"), 'there is no time zone "London"'),
    (("--calendar", "24x7", "--from", "1.1.2026", "--target", "4h"),
     '"1.1.2026" is not a time'),
    (("--calendar", "24x7", "--from", "2026-01-01T10:00 BST", "--target",
      "4h"), "is not a time"),
])
def test_what_is_wrong_is_said(cli, words, why):
    done = cli("due", *words, "--json", conf=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert why in done.stderr


def test_hours_without_a_zone_are_utc_and_it_is_said(cli):
    done = cli("due", "--calendar", "mon-fri 09:00-17:00", "--from",
               "2026-07-01T08:00Z", "--target", "1h", "--json", conf=False)
    assert json.loads(done.stdout)["due"] == "2026-07-01T10:00:00Z"
    assert "these are the clocks of UTC" in done.stderr
    done = cli("due", "--calendar", "24x7", "--from", "2026-07-01T08:00Z",
               "--target", "1h", "--json", conf=False)
    assert done.stderr == ""
