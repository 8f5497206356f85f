"""What was agreed with a client when, and the periods that this makes.

Written from docs/report.md ("Where periods begin and end").  Days are dates;
when a day begins is asked of whatever clock was agreed then.
"""
import bisect

import recount_facts as facts
import recount_hours as hours

NEVER = facts.NEVER
MONTH_MS = 31 * 86400000


class Steps:
    """Things that hold from an instant until the next."""

    def __init__(self):
        self.begins, self.items = [], []

    def add(self, at, item):
        if self.items and self.items[-1] == item:
            return
        if self.begins and self.begins[-1] == at:
            self.items[-1] = item
        else:
            self.begins.append(at)
            self.items.append(item)

    def move_last(self, begin):
        """The last began then; what began since never did."""
        item = self.items.pop()
        self.begins.pop()
        while self.begins and self.begins[-1] >= begin:
            self.items.pop()
            self.begins.pop()
        self.begins.append(begin)
        self.items.append(item)

    def at(self, ms):
        i = bisect.bisect_right(self.begins, ms) - 1
        return self.items[i] if i >= 0 else None

    def turn(self, ms, kind_of):
        """(what kind was before, since when, which is from then on)."""
        i = bisect.bisect_left(self.begins, ms)
        if i == 0 or i == len(self.begins) or self.begins[i] != ms:
            return None
        was, since = kind_of(self.items[i - 1]), i - 1
        while since > 0 and kind_of(self.items[since - 1]) == was:
            since -= 1
        return was, self.begins[since], kind_of(self.items[i])

    def stretches(self):
        ends = self.begins[1:] + [None]
        return list(zip(self.begins, ends, self.items))


def span(kind, day, contract):
    """The period of a kind that holds a day: its first, and the next one's."""
    if kind == "contract_year" and contract and day >= contract:
        year = day.year
        if hours.anniversary(contract, year) > day:
            year -= 1
        return (hours.anniversary(contract, year),
                hours.anniversary(contract, year + 1))
    months = {"quarter": 3, "year": 12}.get(kind, 1)
    first = hours.datetime.date(
        day.year, day.month - (day.month - 1) % months, 1)
    following = hours.month_after(first, months)
    if kind == "contract_year" and contract:
        following = min(following, contract)
    return first, following


class Agreed:
    """A client's terms; the dates of contracts are days of one month."""

    def __init__(self, year, month, steps):
        self.year, self.month, self.steps = year, month, steps

    def date(self, number):
        return hours.datetime.date(self.year, self.month,
                                   number) if number else None

    def stretches(self):
        return [(a, NEVER if b is None else b, terms)
                for a, b, terms in self.steps.stretches()]

    def begins(self, day):
        """When the clock in force first shows a day."""
        for i, (a, b, terms) in enumerate(self.stretches()):
            at = hours.first(terms["zone"], day)
            at = max(at, a) if i else at
            if at < b:
                return at
        raise AssertionError("there is no such day")

    def nearest(self, at):
        return self.steps.at(at) or self.steps.items[0]

    def cut(self, day, following, begin):
        """It ends earlier, where what begins within it says so."""
        for a, _, terms in self.stretches():
            if begin < a < self.begins(following):
                then = hours.local_date(terms["zone"], a)
                following = min(following, span(
                    terms["period"], max(then, day),
                    self.date(terms["begin_day"]))[1])
        return following

    def period_at(self, at):
        """(kind, from, to) of the contract's own."""
        start = min(at, self.steps.begins[0])
        terms = self.nearest(start)
        day, _ = span(terms["period"], hours.local_date(terms["zone"], start),
                      self.date(terms["begin_day"]))
        while True:
            begin = self.begins(day)
            terms = self.nearest(begin)
            kind, contract = terms["period"], self.date(terms["begin_day"])
            following = span(kind, day, contract)[1]
            if begin < self.begins(following):
                following = self.cut(day, following, begin)
            end = self.begins(following)
            if begin <= at < end:
                if kind == "contract_year" and day < contract:
                    kind = "month"
                return kind, begin, end
            day = following

    def contract(self, terms):
        """Its ends, by the clock that was agreed with it."""
        first, last = self.date(terms["begin_day"]), self.date(
            terms["end_day"])
        return (hours.first(terms["zone"], first) if first else None,
                hours.first(terms["zone"], last) if last else None)

    def contracts(self, begin, end):
        """From the first begin to the last end of those within a period."""
        some = [terms for a, b, terms in self.stretches()
                if a < end and b > begin] or [self.nearest(begin)]
        firsts, lasts = zip(*(self.contract(terms) for terms in some))
        return (None if None in firsts else min(firsts),
                None if None in lasts else max(lasts))

    def versions(self, begin, end):
        """[(from, to, terms, when they began)], cut to their contracts."""
        first, last = self.contracts(begin, end)
        out = []
        for a, b, terms in self.stretches():
            if a >= end or b <= begin:
                continue
            began, b = a, b if b < end else NEVER
            own_first, own_last = self.contract(terms)
            if own_first is not None and own_first != first:
                a = max(a, own_first)
            if own_last is not None and own_last != last:
                b = min(b, own_last)
            if a < b:
                out.append((a, b, terms, began))
        return out


def called(kind, begin, end, zone, contract_from):
    """How a report says which period it is."""
    whole = hours.period_around(kind, zone, end - 1, contract_from)
    day = hours.local_date(zone, whole[0])
    name = {"month": day.strftime("%Y-%m"),
            "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
            "year": str(day.year),
            "contract_year": day.isoformat()}[kind]
    said = {kind: name}
    if whole != (begin, end):
        said.update({"from": facts.text_at(begin), "to": facts.text_at(end)})
    return said


def around(begin, end):
    """As far as hours are looked at for a period."""
    return [(begin - MONTH_MS, end + MONTH_MS)]


def hours_in(terms, which, zone, begin, end):
    """As they were written; in a report of another zone, what is open."""
    if terms[which] is None or terms["zone"] == zone:
        return terms[which]
    opened = hours.Hours(terms[which]).open(terms["zone"],
                                            *around(begin, end)[0])
    return facts.joined(opened)


def plain_hours(said, begin, end):
    if not isinstance(said, list):
        return said
    return facts.joined(facts.cross(facts.stretches(said),
                                    around(begin, end)))
