"""Wall clocks, periods and hours for the recount, by zoneinfo alone.

Times are milliseconds UTC; a stretch is (from, to), half-open.
"""
import datetime
import functools
import re
import zoneinfo

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
DAY = datetime.timedelta(days=1)
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@functools.lru_cache(maxsize=None)
def zone_of(name):
    return zoneinfo.ZoneInfo(name)


def ms_of(moment):
    return round((moment - EPOCH).total_seconds()) * 1000


def moment_of(ms):
    return EPOCH + datetime.timedelta(milliseconds=ms)


def local_date(zone, ms):
    return moment_of(ms).astimezone(zone_of(zone)).date()


def jump(zone, early, late):
    """The second between two instants in which the clock was changed."""
    tz = zone_of(zone)
    before = moment_of(early).astimezone(tz).utcoffset()
    while late - early > 1000:
        middle = (early + late) // 2000 * 1000
        if moment_of(middle).astimezone(tz).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


@functools.lru_cache(maxsize=None)
def instant(zone, date, minutes, fold):
    """When this wall clock is shown first (fold 0) or last (fold 1)."""
    tz = zone_of(zone)
    wall = (datetime.datetime.combine(date, datetime.time()) +
            datetime.timedelta(minutes=minutes))
    either = [wall.replace(tzinfo=tz, fold=f).astimezone(UTC) for f in (0, 1)]
    if either[0].astimezone(tz).replace(tzinfo=None) != wall:
        return jump(zone, ms_of(min(either)), ms_of(max(either)))
    return ms_of(either[fold])


def first(zone, date, minutes=0):
    return instant(zone, date, minutes, 0)


def last(zone, date, minutes):
    return instant(zone, date, minutes, 1)


# ---- periods ----

def month_after(date, count):
    month = date.month - 1 + count
    return datetime.date(date.year + month // 12, month % 12 + 1, 1)


def anniversary(begin, year):
    if (begin.month, begin.day) == (2, 29) and not (
            year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        return datetime.date(year, 3, 1)
    return begin.replace(year=year)


def period_around(kind, zone, at, contract_from):
    """The period an instant lies in, as (from, to)."""
    date = local_date(zone, at)
    if kind == "contract_year":
        begin = local_date(zone, contract_from)
        year = date.year
        if year > begin.year and at < first(zone, anniversary(begin, year)):
            year -= 1
        return (first(zone, anniversary(begin, year)),
                first(zone, anniversary(begin, year + 1)))
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    begin = datetime.date(date.year,
                          date.month - (date.month - 1) % months, 1)
    return (first(zone, begin), first(zone, month_after(begin, months)))


def period_named(period, zone, contract_from):
    """What {"month": "2026-03"} and the like say."""
    (kind, name), = [(k, v) for k, v in period.items() if k != "to"] or [
        ("from", period["from"])]
    if kind == "quarter":
        day = datetime.date(int(name[:4]), int(name[-1]) * 3 - 2, 1)
    elif kind == "year":
        day = datetime.date(int(name), 1, 1)
    else:
        day = datetime.date.fromisoformat((name + "-01")[:10])
    return kind, period_around(kind, zone, first(zone, day) + 12 * 3600000,
                               contract_from)


def months_over(zone, begin, end):
    """The calendar months that touch [begin, end)."""
    out = []
    at = begin
    while at < end:
        out.append(period_around("month", zone, at, None))
        at = out[-1][1]
    return out


# ---- hours ----

def days_in(word):
    if word == "daily":
        return set(range(7))
    found = set()
    for part in word.split(","):
        ends = [DAYS.index(day) for day in part.split("-")]
        found.update(range(ends[0], ends[-1] + 1))
    return found


def minutes_of(clock):
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def windows_in(text, without=None):
    """[(days, from, to)] in minutes; an end not after its begin is later."""
    out = []
    for piece in text.split(";"):
        days = without
        for word in piece.split():
            if word == "24x7":
                out.append((set(range(7)), 0, 1440))
            elif word[0].isdigit():
                begin, end = map(minutes_of, word.split("-"))
                out.append((days, begin, end if end > begin else end + 1440))
            elif word != "closed":
                days = days_in(word)
    return out


def dates_in(text):
    ends = text.split("..")
    return (datetime.date.fromisoformat(ends[0]),
            datetime.date.fromisoformat(ends[-1]))


class Hours:
    def __init__(self, said):
        self.weekly = [w for text in said["hours"] for w in windows_in(text)]
        self.holidays = [dates_in(text) for text in said["holidays"]]
        self.exceptions = []
        for text in said["exceptions"]:
            dates, rest = re.match(r"(\S+) (.*)", text).groups()
            self.exceptions.append(
                (dates_in(dates), windows_in(rest, set(range(7)))))

    def on(self, date):
        for (begin, end), windows in reversed(self.exceptions):
            if begin <= date <= end:
                return windows
        if any(begin <= date <= end for begin, end in self.holidays):
            return []
        return self.weekly

    def open(self, zone, begin, end):
        """Stretches that are open in [begin, end), not put together."""
        out = []
        date = local_date(zone, begin) - 2 * DAY
        until = local_date(zone, end) + DAY
        while date <= until:
            for days, begins, ends in self.on(date):
                if date.weekday() in days:
                    a = max(first(zone, date, begins), begin)
                    b = min(last(zone, date, ends), end)
                    if a < b:
                        out.append((a, b))
            date += DAY
        return out
