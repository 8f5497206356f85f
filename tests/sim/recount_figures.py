"""A report's figures, from its facts alone, second by second.

Written from docs/report.md; recount_facts.py says what a set of seconds is.
"""
import datetime

import recount_hours as hours
from recount_facts import (
    NEVER, Facts, Seconds, cross, fits, joined, length_s, ms_at, plain,
    text_at, without)

WHOLE = 100000  # 100 % in thousandths
WORSE = ["not applicable", "met", "indeterminate", "under way", "missed"]
BURNS = [(3600, 300, 2), (21600, 1800, 5), (86400, 7200, 10),
         (259200, 21600, 10)]


class Way:
    """One part counted in one way, up to an instant."""

    def __init__(self, facts, version, begin, end, windows, contested):
        self.facts, self.version = facts, version
        self.s = Seconds(begin, end)
        self.windows, self.contested = windows, contested
        self.origin = 0 if version.slice == 60 else hours.first(
            facts.zone, hours.local_date(facts.zone, facts.period[0])) // 1000
        self.count()

    def excluded(self, name, others):
        pairs = [p for w, fit in zip(self.facts.windows, self.windows)
                 if name in w.names for p in fit]
        if others:
            for x in self.facts.exclusions:
                if self.contested or x["consent"] == "agreed":
                    if not x["endpoints"] or name in x["endpoints"]:
                        pairs.append((ms_at(x["from"]), ms_at(x["to"])))
        return self.s.inward(pairs)

    def count(self):
        facts, s, v = self.facts, self.s, self.version
        part = [(s.begin * 1000, s.end * 1000)]
        open_ms = part if v.hours is None else cross(v.hours, part)
        self.service = tended = self.expected = seen_any = 0
        self.off, self.unseen = {None: 0}, {}
        gaps = {name: facts.rows(facts.unknown, name)
                for name in facts.names + [None]}
        for name in facts.names:
            serving = s.edges(cross(facts.counts[name], open_ms))
            maintained = self.excluded(name, False)
            self.off[name] = self.excluded(name, True)
            self.unseen[name] = s.inward(gaps[name] + gaps[None])
            self.service |= serving
            tended |= serving & ~maintained
            self.expected |= serving & ~self.off[name]
            seen_any |= serving & ~self.off[name] & ~self.unseen[name]
        # What is said of all is blind where nothing that is owed was seen.
        self.unseen[None] = s.inward(gaps[None])
        if facts.unknown:
            self.unseen[None] |= self.expected & ~seen_any
        self.maintenance_s = (self.service & ~tended).bit_count()
        self.count_down()
        self.count_unknown(gaps, part)
        self.settle()

    def count_down(self):
        """By weight: what was down, and what of that was seen."""
        facts, s, v = self.facts, self.s, self.version
        self.down, self.seen, every = {}, {}, []
        for name in facts.names + [None]:
            for kind in ("down", "partial"):
                weight = facts.weight(v, name, kind)
                rows = cross(facts.rows(facts.outages, name, kind),
                             facts.counts[name])
                if weight == 0 or not rows:
                    continue
                every += [(a // 1000, -(-b // 1000)) for a, b in rows]
                down = s.outward(rows) & ~self.off[name] & self.expected
                self.down[weight] = self.down.get(weight, 0) | down
                self.seen[weight] = (self.seen.get(weight, 0) |
                                     down & ~self.unseen[name])
        self.shorts = s.of(too_short(every, v.gap, v.least))

    def count_unknown(self, gaps, part):
        facts = self.facts
        many = [(cross(cross(gaps[name], part), facts.counts[name]),
                 self.off[name]) for name in gaps]
        self.unknown = self.s.inward_of(many) & self.expected
        for down in self.seen.values():
            self.unknown &= ~down

    def settle(self):
        v = self.version
        self.agreed = self.expected
        if v.unknown == "exclude":
            self.agreed &= ~self.unknown
        levels = dict(self.seen if v.unknown == "exclude" else self.down)
        levels = {w: down & ~self.shorts for w, down in levels.items()}
        if v.unknown == "down":
            levels[1000] = levels.get(1000, 0) | self.unknown
        self.counted = self.sliced(levels, self.agreed)
        if_up = {w: d & ~self.shorts for w, d in self.down.items()}
        self.down_if_up = self.sliced(if_up, self.expected)

    def sliced(self, levels, agreed):
        """[(how much more it weighs, the seconds)], each in the one before."""
        out, below = [], 0
        for weight in sorted(levels):
            least = 0
            for other, down in levels.items():
                if other >= weight:
                    least |= down
            out.append((weight - below, self.by_slices(least & agreed,
                                                       agreed)))
            below = weight
        return out

    def by_slices(self, down, agreed):
        length, s = self.version.slice, self.s
        if length == 1 or down == 0:
            return down
        out = 0
        for a, b in s.runs(down):
            # Slices inside are down as a whole; those at the ends may be.
            first = (a - self.origin) // length
            last = (b - 1 - self.origin) // length
            begin = self.origin + first * length
            end = self.origin + last * length
            out |= s.some(begin + length, end) & agreed
            for at in {begin, end}:
                those = s.some(at, at + length) & agreed
                if self.version.any or those & ~down == 0:
                    out |= those
        return out

    def down_ms(self, levels, begin, end):
        return sum(more * self.s.within(what, begin, end)
                   for more, what in levels)

    def judged(self):
        v, s = self.version, self.s
        expected = self.expected.bit_count()
        service = self.service.bit_count()
        unknown = self.unknown.bit_count()
        total = service if v.of_total else self.agreed.bit_count()
        down = self.down_ms(self.counted, s.begin, s.end)
        verdict = "met" if reaches(total, down, v.target) else "missed"
        if_up = self.down_ms(self.down_if_up, s.begin, s.end)
        if total == 0 or expected == 0 or (unknown == expected and
                                           v.unknown != "down"):
            verdict = "not applicable"
        elif not reaches(service if v.of_total else expected, if_up,
                         v.target):
            verdict = "missed"
        elif (expected - unknown) * WHOLE < v.floor * expected:
            verdict = "indeterminate"
        return {"service": service, "maintenance": self.maintenance_s,
                "excluded": service - self.maintenance_s - expected,
                "expected": expected, "unknown": unknown, "total": total,
                "down_ms": down, "verdict": verdict}


def too_short(seconds, gap, least):
    """Outages less than the gap apart are one; those of a short one."""
    groups = []
    for a, b in sorted(seconds):
        if groups and (a - groups[-1][1] < gap or a <= groups[-1][1]):
            groups[-1] = (groups[-1][0], max(groups[-1][1], b),
                          groups[-1][2] + [(a, b)])
        else:
            groups.append((a, b, [(a, b)]))
    return [row for a, b, rows in groups if b - a < least for row in rows]


def reaches(total_s, down_ms, target):
    return (total_s * 1000 - down_ms) * WHOLE >= target * total_s * 1000


def percent(part, whole):
    return "%d.%04d" % divmod(part * 1000000 // whole, 10000)


def written(f, verdict=None):
    total_ms = f["total"] * 1000
    return {
        "service_s": f["service"], "maintenance_s": f["maintenance"],
        "excluded_s": f["excluded"], "unknown_s": f["unknown"],
        "total_s": f["total"], "down_s": -(-f["down_ms"] // 1000),
        "down_ms": f["down_ms"], "up_ms": total_ms - f["down_ms"],
        "uptime": None if f["verdict"] == "not applicable" else
        percent(total_ms - f["down_ms"], total_ms),
        "coverage": None if f["expected"] == 0 else
        percent(f["expected"] - f["unknown"], f["expected"]),
        "verdict": verdict or f["verdict"]}


def credit_of(version, f):
    if f["verdict"] == "not applicable" or not version.credits:
        return None
    best = max([credit for below, credit in version.credits
                if not reaches(f["total"], f["down_ms"], below)] + [0])
    return plain(min(best, version.credit_max))


def rate(thousandths):
    return None if thousandths is None else "%d.%03d" % divmod(thousandths,
                                                               1000)


class Part:
    def __init__(self, facts, version):
        self.facts, self.version = facts, version
        begins = [t for t in (facts.period[0], facts.begin, version.begin)
                  if t is not None]
        ends = [t for t in (facts.period[1], facts.end, version.end)
                if t is not None]
        self.begin, self.end = max(begins) // 1000, min(ends) // 1000
        self.now = self.end
        if facts.as_of is not None:
            self.now = min(self.now, facts.as_of // 1000)
        self.now = max(self.now, self.begin)
        self.exists = self.begin < self.end
        if self.exists:
            self.count()

    def count(self):
        facts, v = self.facts, self.version
        self.told = [w.in_time(v.notice) for w in facts.windows]
        self.inside = self.told if v.pattern is None else [
            joined(cross(told, v.pattern)) for told in self.told]
        self.fits = self.inside
        if v.cap is not None:
            most = fits(self.inside, facts, v.cap)
            self.fits = [cross(one, most) for one in self.inside]
        self.way = Way(facts, v, self.begin, self.now, self.fits, False)
        self.figures = self.way.judged()
        self.best_way, self.best = self.way, self.figures
        if self.now < self.end:
            self.best_way = Way(facts, v, self.begin, self.end, self.fits,
                                False)
            self.best = self.best_way.judged()
        self.contested = None
        if any(x["consent"] != "agreed" for x in facts.exclusions):
            other = Way(facts, v, self.begin, self.now, self.fits,
                        True).judged()
            same = all(other[k] == self.figures[k] for k in (
                "excluded", "expected", "unknown", "total", "down_ms"))
            self.contested = None if same else other
        self.verdict = self.figures["verdict"]
        if self.now < self.end:
            self.verdict = self.best["verdict"]
            if self.verdict not in ("missed", "not applicable"):
                self.verdict = "under way"

    def written(self):
        v, under_way = self.version, self.now < self.end
        out = {"version": v.name, "from": text_at(self.begin * 1000),
               "to": text_at(self.end * 1000),
               "counted_to": text_at(self.now * 1000),
               "seconds": self.end - self.begin, "target": plain(v.target)}
        out.update(written(self.figures, self.verdict))
        out["so_far"] = self.figures["verdict"] if under_way else None
        out["credit"] = credit_of(v, self.best)
        out["claim_by"] = None
        if v.claim_days:
            date = hours.local_date(self.facts.zone, self.facts.period[1])
            out["claim_by"] = text_at(hours.first(
                self.facts.zone,
                date + datetime.timedelta(days=v.claim_days)))
        out["if_all_exclusions_hold"] = None
        if self.contested:
            out["if_all_exclusions_hold"] = dict(
                written(self.contested), credit=credit_of(v, self.contested))
        out["if_nothing_more_fails"] = (written(self.best) if under_way
                                        else None)
        out["budget"] = self.budget()
        return out

    def budget(self):
        v, way = self.version, self.way
        allowed = (WHOLE - v.target) * self.best["total"] * 1000
        used = self.figures["down_ms"]
        self.allowed_s = allowed // WHOLE // 1000
        over = self.exhausted(allowed)
        return {
            "allowed_s": self.allowed_s, "used_s": -(-used // 1000),
            "left_s": (self.allowed_s * 1000 - used) // 1000,
            "exhausted_at": None if over is None else text_at(over * 1000),
            "forecast_at": self.forecast(allowed, used, over),
            "burn": [self.burn(way, allowed, *b) for b in BURNS]}

    def exhausted(self, allowed):
        """The first second with which too much is used."""
        way, low, high = self.way, self.begin, self.now
        if way.down_ms(way.counted, low, high) * WHOLE <= allowed:
            return None
        used = 0
        points = sorted({p for _, what in way.counted
                         for run in way.s.runs(what) for p in run})
        for a, b in zip(points, points[1:]):
            each = sum(more for more, what in way.counted
                       if way.s.within(what, a, a + 1))
            if each and (used + each * (b - a)) * WHOLE > allowed:
                return a + (allowed // WHOLE - used) // each + 1
            used += each * (b - a)
        raise AssertionError("it is not used up after all")

    def forecast(self, allowed, used, over):
        """When too much will be used, if it goes on as it went so far."""
        if over is not None or used == 0 or self.now == self.end:
            return None
        best, so_far = self.best_way, self.way.agreed.bit_count()
        # The first count of agreed seconds by which it is.
        need = allowed * so_far // (used * WHOLE) + 1
        have = best.s.within(best.agreed, self.begin, self.now + 1)
        if have >= need:
            return text_at((self.now + 1) * 1000)
        for a, b in best.s.runs(best.agreed
                                & best.s.some(self.now + 1, self.end)):
            if have + b - a >= need:
                return text_at((a + need - have) * 1000)
            have += b - a
        return None

    def burn(self, way, allowed, long_s, short_s, share):
        v = self.version
        long_ms = way.down_ms(way.counted, self.now - long_s, self.now)
        short_ms = way.down_ms(way.counted, self.now - short_s, self.now)
        whole = self.best_way.service if v.of_total else self.best_way.agreed
        left = WHOLE - v.target

        def of(down, length):
            return rate(None if left == 0 else
                        down * WHOLE // (length * left))
        return {
            "window_s": long_s, "short_window_s": short_s,
            "budget_percent": share, "rate": of(long_ms, long_s),
            "short_rate": of(short_ms, short_s),
            "limit": rate(share * 10 * whole.bit_count() // long_s),
            "trips": long_ms * WHOLE * 100 > allowed * share and
            short_ms * WHOLE * 100 * long_s > allowed * share * short_s}


class Account:
    def __init__(self, said):
        self.facts = Facts(said)
        parts = [Part(self.facts, v) for v in self.facts.versions]
        self.parts = [p for p in parts if p.exists]

    def written(self):
        begin, end = self.facts.period
        under_way = any(p.now < p.end for p in self.parts)
        total = {}
        for key in ("service", "maintenance", "excluded", "expected",
                    "unknown", "total", "down_ms"):
            total[key] = sum(p.figures[key] for p in self.parts)
        total["verdict"] = worst(p.figures["verdict"] for p in self.parts)
        verdict = worst(p.verdict for p in self.parts)
        return {
            "period": {"from": text_at(begin), "to": text_at(end),
                       "seconds": end // 1000 - begin // 1000},
            "verdict": verdict,
            "so_far": total["verdict"] if under_way else None,
            "sum": written(total, verdict),
            "parts": [p.written() for p in self.parts],
            "outages": [self.outage(row) for row in self.facts.outages],
            "maintenance": [self.window(i, w)
                            for i, w in enumerate(self.facts.windows)],
            "exclusions": [self.exclusion(x)
                           for x in self.facts.exclusions]}

    def outage(self, row):
        facts, name = self.facts, row["endpoint"]
        a, b = ms_at(row["from"]), ms_at(row["to"], NEVER)
        counted, short = 0, False
        for p in self.parts:
            way, s, v = p.way, p.way.s, p.version
            if facts.weight(v, name, row["kind"]) == 0:
                continue
            owed = way.agreed & ~way.shorts
            if name is not None:
                owed &= s.outward(facts.counts[name]) & ~way.off[name]
                if v.unknown == "exclude":
                    owed &= ~way.unseen[name]
            here = s.outward([(a, min(b, p.now * 1000))]) if (
                a < min(b, p.now * 1000)) else 0
            counted += (here & owed).bit_count()
            short |= s.outward([(a, b)]) & way.shorts != 0
        return {"endpoint": name, "from": row["from"], "counted_s": counted,
                "too_short": short}

    def window(self, i, w):
        mine = None
        for p in self.parts:
            if mine is None or (p.version.begin or 0) <= w.begin:
                mine = p
        out = {"name": w.said["name"], "from": w.said["from"],
               "lead_s": None if w.announced is None else
               (w.begin - w.announced) // 1000,
               "late": False, "declared_s": 0, "excluded_s": 0,
               "beyond_pattern_s": 0, "beyond_cap_s": 0}
        if mine is None:
            return dict(out, lead_s=0)
        stands = w.stands()
        out["late"] = bool(without(stands, mine.told[i]))
        out["declared_s"] = sum((b - a) // 1000 for a, b in stands)
        out["excluded_s"] = sum(
            (p.way.s.inward(p.fits[i]) & p.way.service).bit_count()
            for p in self.parts)
        out["beyond_pattern_s"] = length_s(without(mine.told[i],
                                                   mine.inside[i]))
        out["beyond_cap_s"] = length_s(without(mine.inside[i], mine.fits[i]))
        return out

    def exclusion(self, x):
        pairs = [(ms_at(x["from"]), ms_at(x["to"]))]
        return {"from": x["from"],
                "excluded_s": sum(
                    (p.way.s.inward(pairs) & p.way.service).bit_count()
                    for p in self.parts),
                "holds": x["consent"] == "agreed" and bool(self.parts)}


def worst(verdicts):
    return max(list(verdicts) + ["not applicable"], key=WORSE.index)


def figures(facts):
    """The figures that a report's facts come to, as it writes them."""
    return Account(facts).written()
