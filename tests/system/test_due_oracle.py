"""sunwatch due against a count of minutes: what the wall clock of a zone shows
in each of them is asked of zoneinfo, and nothing is shared with lib/civil or
lib/calendar but the words on the command line."""

import concurrent.futures
import datetime
import json
import random
import zoneinfo

import pytest

from commands import cli  # fixtures

assert cli

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = 22 * 1440  # minutes that are counted
SLACK = 3 * 1440  # of these, before the clock begins
UTC = datetime.timezone.utc
# Where the wall clock does something, in either hemisphere: an hour, half an
# hour, a whole day that is left out (one of them a Friday), one shown twice.
JUMPS = [
    ("Europe/London", "2026-03-29"), ("Europe/London", "2026-10-25"),
    ("America/New_York", "2026-03-08"), ("America/New_York", "2026-11-01"),
    ("Pacific/Auckland", "2026-04-05"), ("Pacific/Auckland", "2026-09-27"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"), ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Kwajalein", "1993-08-21"), ("America/Sao_Paulo", "2018-11-04"),
    ("Africa/Casablanca", "2026-02-15"), ("America/Havana", "2026-11-01"),
    ("Asia/Kathmandu", "2026-02-28"), ("Europe/Dublin", "2028-02-29"),
    ("America/St_Johns", "2010-11-07"), ("Asia/Pyongyang", "2018-05-05"),
    ("UTC", "2028-02-29"), ("Africa/Monrovia", "2026-01-01")]


class Oracle:
    """Every minute of some weeks, and which of them are open."""

    def __init__(self, zone, first):
        info = zoneinfo.ZoneInfo(zone)
        self.base = first
        self.shown = []
        for n in range(SPAN):
            local = (first + datetime.timedelta(minutes=n)).astimezone(info)
            self.shown.append(local.toordinal() * 1440 + local.hour * 60 +
                              local.minute)
        self.first, self.last = {}, {}
        for n, shown in enumerate(self.shown):
            self.first.setdefault(shown, n)
            self.last[shown] = n
        self.open = [False] * SPAN

    def edge(self, day, minute, last):
        """Where this wall clock begins to be shown, or is shown last; one
        that is skipped is the first minute that shows a later one."""
        want = day * 1440 + minute
        found = (self.last if last else self.first).get(want)
        if found is not None:
            return found
        return 1 + max((n for n, shown in enumerate(self.shown)
                        if shown < want), default=-1)

    def add(self, day, begin, end):
        for n in range(self.edge(day, begin, False),
                       self.edge(day, end, True)):
            self.open[n] = True

    def days(self):
        return sorted({shown // 1440 for shown in self.shown})


def clock(draw):
    return draw.choice((0, 60, 90, 105, 120, 121, 150, 180, 540, 720, 1020,
                        1320, 1380, draw.randrange(1440)))


def said_days(draw, days):
    """A set of weekdays as somebody may write it."""
    if len(days) == 7 and draw.random() < 0.7:
        return draw.choice(("daily", "Daily", "every day", "mon-sun"))
    first = days[0]
    if len(days) > 1 and all((first + i) % 7 == d
                             for i, d in enumerate(days)):
        text = f"{DAYS[first]}-{DAYS[days[-1]]}"
    else:
        text = draw.choice((",", ", ", " ", "/")).join(DAYS[d] for d in days)
    return draw.choice((text, text.upper(), text.title()))


def hhmm(minute):
    return f"{minute // 60:02d}:{minute % 60:02d}"


def draw_hours(draw):
    """Windows as (weekdays, begin, end), and the words for them."""
    if draw.random() < 0.05:
        return [(range(7), 0, 1440)], draw.choice(("24x7", "24/7", "daily"))
    windows, said = [], []
    for _ in range(draw.randint(1, 3)):
        first, count = draw.randrange(7), draw.choice((1, 2, 5, 7))
        days = [(first + i) % 7 for i in range(count)]
        if draw.random() < 0.3:
            days = sorted(draw.sample(range(7), count))
        spans = []
        for _ in range(draw.randint(1, 2)):
            begin, end = clock(draw), draw.choice((clock(draw), 1440))
            windows.append((days, begin, end if end > begin else end + 1440))
            spans.append(f"{hhmm(begin)}-{hhmm(end)}")
        said.append(said_days(draw, days) + " " +
                    draw.choice((",", " ", ", ")).join(spans))
    return windows, draw.choice(("; ", ", ")).join(said)


class Case:
    def __init__(self, seed):
        draw = random.Random(seed)
        zone, jump = draw.choice(JUMPS)
        start = datetime.datetime.fromisoformat(jump).replace(tzinfo=UTC)
        first = start - datetime.timedelta(days=draw.randint(4, 9))
        windows, said = draw_hours(draw)
        oracle = Oracle(zone, first)
        self.begin = SLACK + draw.randrange(5 * 1440)
        self.words = ["--calendar", said, "--zone", zone, "--from",
                      self.instant(oracle, self.begin)]
        holidays = draw.sample(oracle.days(), draw.choice((0, 0, 1, 3)))
        for day in holidays:
            self.words += ["--holiday",
                           datetime.date.fromordinal(day).isoformat()]
        # A day that the zone leaves out has no windows but those that begin
        # on it all the same: at the jump.
        for day in range(oracle.days()[0], oracle.days()[-1] + 1):
            for days, opens, closes in windows:
                if day not in holidays and (day - 1) % 7 in days:
                    oracle.add(day, opens, closes)
        paused = self.draw_pauses(draw, oracle)
        self.target = draw.choice((0, 1, 30, 60, 90, 240, 480, 1440))
        self.words += ["--target", draw.choice(
            (f"{self.target}m", f"{self.target // 60}h{self.target % 60}m"))]
        self.want = self.count(oracle, paused)

    @staticmethod
    def instant(oracle, n):
        return (oracle.base + datetime.timedelta(minutes=n)).strftime(
            "%Y-%m-%dT%H:%M:%SZ")

    def draw_pauses(self, draw, oracle):
        paused = set()
        at = self.begin - draw.randrange(600)
        for _ in range(draw.choice((0, 0, 1, 2, 3))):
            length = draw.choice((0, 1, 30, 240, 1440))
            self.words += ["--pause", self.instant(oracle, at) + ".." +
                           self.instant(oracle, at + length)]
            paused.update(range(at, at + length))
            # The next touches it, lies over it, or is apart.
            at += draw.choice((length, length // 2, length + 100))
        return paused

    def count(self, oracle, paused):
        """The due instant; None: beyond what is counted."""
        left = self.target
        for n in range(self.begin, SPAN - SLACK):
            if left == 0:
                return self.instant(oracle, n)
            left -= oracle.open[n] and n not in paused
        return None


def ask(cli, seed):
    case = Case(seed)
    if case.want is None:
        return None
    done = cli("due", *case.words, "--json", conf=False)
    assert done.returncode == 0, (seed, case.words, done.stderr)
    got = json.loads(done.stdout)["due"]
    return None if got == case.want else (seed, case.words, got, case.want)


@pytest.mark.parametrize("first", (0, 1000))
def test_due_is_what_counting_minutes_says(cli, first):
    wrong = [w for w in (ask(cli, first + n) for n in range(30)) if w]
    assert wrong == []
