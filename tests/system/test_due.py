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
    (OFFICE + EASTER + ("--from", "20260402T150000Z", "--target", "PT4H"),
     "2026-04-07T11:00:00Z"),
    (OFFICE + EASTER + ("--from", "2026-04-02 3:00 GMT", "--target", "12.0h"),
     "2026-04-07T12:00:00Z"),
    (OFFICE + EASTER + ("--from", "2026-04-01T24:00", "--target",
                        "8 business hours"), "2026-04-02T16:00:00Z"),
    # Nothing is due at once.
    (OFFICE + ("--from", "2026-04-04T12:00Z", "--target", "0h"),
     "2026-04-04T12:00:00Z"),
    (("--calendar", "MON..FRI 9:00-17:00; sat 10-14", "--zone", "UTC",
      "--from", "2026-01-16T16:00", "--target", "4h",
      "--pause", "2026-01-16T16:30/2026-01-17T11:00",
      "--pause", "..2026-01-16T16:15"), "2026-01-19T09:45:00Z"),
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
    assert done.stderr == f"sunwatch due: it is never due: {said['never']}\n"


def test_a_calendar_that_never_opens(cli):
    done = cli("due", *OFFICE, "--from", "2026-01-01", "--target", "1h",
               "--holiday", "1970-01-01..2069-12-31", conf=False)
    assert done.returncode == 1
    assert done.stdout.startswith("due never\n")
    assert "the calendar is not open for that long" in done.stderr


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
    assert f'{path}: event "Good": it has no DTSTART' in done.stderr
    done = cli("due", *words, "--ical", tmp_path / "absent", conf=False)
    assert done.returncode == 1


@pytest.mark.parametrize("words, why", [
    ((), "give --calendar"),
    (("--calendar", "24x7"), "--from is missing"),
    (("--calendar", "24x7", "--from", "2026-01-01"), "--target is missing"),
    (GLPI + ("--target", "4"), "expected a duration such as 90m"),
    (GLPI + ("--target", "401d"), "at most 400 days"),
    (GLPI + ("--target", "4h", "--pause", ".."), "is not FROM..TO"),
    (GLPI + ("--target", "4h", "--pause", "/2016-03-08"), "is not FROM..TO"),
    (GLPI + ("--target", "-4h"), "expected a duration such as 90m"),
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


TERMS = """
calendars:
  - { name: 8x5, holidays: ["2026-04-03", "2026-04-06"] }
slas:
  - { name: gold, s2: { response: 45m } }
"""


def by_terms(cli, *words):
    done = cli("due", *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def test_by_the_terms_of_a_tree(cli):
    cli.edit("channels:", TERMS + "channels:")
    said, err = by_terms(cli, "--client", "acme", "--severity", "S3",
                         "--from", "2026-04-02T16:00")
    assert (said["sla"], said["hours"], said["zone"]) == \
        ("gold", "8x5", "Pacific/Auckland")
    # 4 h after 16:00 NZDT on Thursday, over Easter and a clock change.
    assert said["response"]["due"] == "2026-04-07T00:00:00Z"
    assert said["update"]["target_s"] == 8 * 3600
    assert said["resolution"]["due"] == "2026-04-09T04:00:00Z"
    assert said["pauses_count"] is True and err == ""
    said, _ = by_terms(cli, "--sla", "gold", "--severity", "2", "--from",
                       "2026-04-02T16:00Z")
    assert said["response"]["due"] == "2026-04-02T16:45:00Z"
    assert said["ladder"] == []
    said, err = by_terms(cli, "--sla", "bronze", "--severity", "S4", "--from",
                         "2026-04-02T16:00Z", "--zone", "Europe/London",
                         "--pause", "2026-04-07T09:00..2026-04-07T10:00")
    assert said["response"]["due"] == "2026-04-10T09:00:00Z"
    assert said["response"]["paused_s"] == 3600
    assert (said["update"], said["resolution"]) == (None, None)


def test_the_clocks_of_s1_are_never_paused(cli):
    said, err = by_terms(cli, "--client", "acme", "--severity", "S1",
                         "--from", "2026-03-29T00:30Z",
                         "--pause", "2026-03-29T00:31Z..")
    assert said["response"]["due"] == "2026-03-29T00:45:00Z"
    assert said["update"]["due"] == "2026-03-29T01:00:00Z"
    assert said["resolution"]["due"] == "2026-03-29T04:30:00Z"
    assert said["pauses_count"] is False
    assert "S1 are never paused: --pause is left out" in err
    assert [(n["level"], n["after"], n["at"]) for n in said["ladder"]] == [
        (1, "10m", "2026-03-29T00:40:00Z"),
        (2, "30m", "2026-03-29T01:00:00Z"),
        (3, "1h", "2026-03-29T01:30:00Z")]
    text = cli("due", "--client", "acme", "--severity", "S1", "--from",
               "2026-03-29T00:30Z").stdout
    assert "gold S1, in the hours of 24x7 (Pacific/Auckland), never " \
        "paused\nresponse: 2026-03-29 13:45:00 NZDT  " \
        "2026-03-29T00:45:00Z\n" in text
    assert "level 3, after 1h: 2026-03-29 14:30:00 NZDT" in text


def test_terms_that_cannot_be_asked(cli):
    for words, status, why in [
            (["--sla", "gold"], 2, "--severity is missing"),
            (["--sla", "gold", "--severity", "S5"], 2, "is not a severity"),
            (["--sla", "golden", "--severity", "S1"], 1,
             'there is no SLA "golden"'),
            (["--client", "acne", "--severity", "S1"], 1, "acme"),
            (["--sla", "gold", "--severity", "S1", "--target", "4h"], 2,
             "--target does not go with --sla"),
            (["--calendar", "24x7", "--client", "acme"], 2,
             "--client does not go with --calendar"),
            (["--sla", "gold", "--severity", "S3", "--zone", "London"], 2,
             'there is no time zone "London"')]:
        done = cli("due", *words, "--from", "2026-03-29T00:30Z")
        assert (done.returncode, done.stdout) == (status, ""), words
        assert why in done.stderr


def test_check_reads_the_files_of_calendars(cli, tmp_path):
    path = tmp_path / "holidays.ics"
    cli.edit("channels:", f"""
calendars:
  - {{ name: 8x5, ical: "{path}" }}
channels:""")
    done = cli("check")
    assert done.returncode == 1
    assert str(path) in done.stderr
    path.write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n"
                    "DTSTART;VALUE=DATE:20260403\nEND:VEVENT\n"
                    "END:VCALENDAR\n")
    assert cli("check").returncode == 0
    said, _ = by_terms(cli, "--sla", "gold", "--severity", "S3", "--zone",
                       "UTC", "--from", "2026-04-02T16:00Z")
    assert said["response"]["due"] == "2026-04-06T12:00:00Z"
