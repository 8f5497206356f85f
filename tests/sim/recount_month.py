#!/usr/bin/python3
"""Whole simulated months again, by other code in another language.

    recount_month.py MONTH.jsonl ...

Each file is what tests/sim/sim_month wrote of one month: what was configured
and said when, what the collector exports, and the reports that were made.  The
facts of each report are worked out from the first two, every figure from the
facts; both must be the report's, whole number by whole number.  What differs
is printed as "SEED: ..." and the exit status is 1; otherwise "ok N", so many
reports agree.

It shares no code with the programs: states are asked for at each instant at
which anything changes, seconds are bits (recount_figures.py), zones are
zoneinfo's (recount_hours.py).  Written from docs/report.md.
"""
import bisect
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import recount_facts as facts  # noqa: E402
import recount_hours as hours  # noqa: E402
from recount_facts import ms_at, text_at  # noqa: E402
from recount_figures import figures  # noqa: E402


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

    def at(self, ms):
        i = bisect.bisect_right(self.begins, ms) - 1
        return self.items[i] if i >= 0 else None

    def turn(self, ms):
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


def kind_of(fact):
    if fact is None or fact.startswith(("none", "unknown")):
        return None
    return fact.startswith(("failed", "maintenance"))


def state_of(step, seen, ms):
    """By the quorum of the regions that say something."""
    if step is None or not step["watched"]:
        return "absent"
    saw = [kind_of(seen[r].at(ms)) if r in seen else None
           for r in step["regions"]]
    good, bad = saw.count(False), saw.count(True)
    if good + bad < step["quorum"]:
        return "unknown"
    return "down" if bad >= step["quorum"] and bad > good else "seen"


def explains(turn, at, before, begins):
    """Whether an edge can be where a region saw this."""
    if turn is None:
        return False
    was, since, is_now = turn
    if was == is_now or was == begins or is_now == (not begins):
        return False
    if was is None or is_now is None:
        return before is None or before <= at
    return before is not None and since <= before < at


def line_of(steps, seen, begin, end):
    """States over [begin, end): [(from, to, state)]."""
    edges = {begin}
    for some in [steps] + list(seen.values()):
        edges.update(ms for ms in some.begins if begin < ms < end)
    line = Steps()
    for ms in sorted(edges):
        line.add(ms, state_of(steps.at(ms), seen, ms))
    return [(a, end if b is None else b, state)
            for a, b, state in line.stretches()]


class Window:
    """One time of an announcement."""

    def __init__(self, name, at, scope, a, b):
        self.name, self.at, self.scope = name, at, scope
        self.begin, self.end = a, b
        self.changes = []
        self.stands = (a, b)

    def change(self, at, stands):
        was = self.stands or self.last
        self.last = stands or was
        self.stands = stands
        self.changes.append((at, stands is None) + self.last)


class Month:
    def __init__(self, seed):
        self.seed = seed
        self.terms, self.endpoints = {}, {}
        self.accords = {}  # (client, when a version begins): who agreed
        self.windows, self.claims, self.notes = {}, {}, []
        self.seen = {}
        self.reported = None
        self.compared = 0

    # ---- what was said ----

    def configured(self, record):
        at = record["configured"]
        for client, terms in record["clients"].items():
            light = [{"endpoint": name, "down": facts.plain(e["weight"]),
                      "partial": None}
                     for name, e in sorted(record["endpoints"].items())
                     if name.split("/")[0] == client and e["listed"]
                     and e["counts"] and e["weight"] != 1000]
            self.terms.setdefault(client, Steps()).add(
                at, dict(terms, light=light))
        for name, terms in record["endpoints"].items():
            self.endpoints.setdefault(name, Steps()).add(at, terms)

    def said(self, record):
        at, command = record["said"], record["command"]
        verb, _, what = command["command"].partition("-")
        if verb == "maintenance":
            self.maintenance(at, what, command)
        elif verb == "sla":
            self.amend(at, command)
        elif what == "exclude":
            self.claims[command["exclusion"]] = dict(
                command, at=at, consent="unanswered")
        elif what == "consent":
            self.claims[command["exclusion"]]["consent"] = command["consent"]
        elif what == "annotate":
            self.notes.append((command["scope"][0], command["from_ms"],
                               command.get("cause")))

    def amend(self, at, command):
        """A version is agreed to; or the one in force began then."""
        client, begin = command["client"], command["from_ms"]
        steps = self.terms[client]
        same = [b for b in steps.begins if b // 1000 == begin // 1000]
        if not same:
            item = steps.items.pop()
            steps.begins.pop()
            while steps.begins and steps.begins[-1] >= begin:
                steps.items.pop()
                steps.begins.pop()
            steps.begins.append(begin)
            steps.items.append(item)
            same = [begin]
        self.accords[client, same[-1]] = {
            "ours": command["ours"], "theirs": command["theirs"],
            "recorded_at": text_at(at), "recorded_by": "p0",
            "reason": command["reason"]}

    def maintenance(self, at, what, command):
        name = command["window"]
        if what == "announce":
            times = command["times"]
            self.windows[name] = [
                Window(name if len(times) == 1 else f"{name}.{i + 1}", at,
                       command["scope"], a, b)
                for i, (a, b) in enumerate(times)]
            return
        left = [w for w in self.windows[name]
                if w.stands and w.stands[1] > at]
        if what == "cancel":
            for w in left:
                w.change(at, None)
            return
        begin, end = left[0].stands
        to = command["to_ms"]
        if what == "shorten" and to < at and begin < at:
            to = at
        if to != end:
            left[0].change(at, (begin, to))

    # ---- the facts of a report ----

    def about(self, scope, client, names):
        """Whose it is: None: nobody's here, []: all of the client's."""
        if client in scope:
            return []
        return [n for n in names if n in scope] or None

    def facts_of(self, client):
        """What the report's facts must be."""
        known, at = self.reported["known"], self.reported["reported"]
        zone = self.reported["zone"]
        month_end = hours.period_around(
            "month", zone, hours.first(zone, hours.datetime.date(
                self.reported["year"], self.reported["month"], 10)), None)[1]
        at = min(at, month_end - 1)
        terms = self.terms[client]
        now = terms.at(at) or terms.items[0]
        first, last = (self.day(now[key]) for key in ("begin_day", "end_day"))
        kind = now["period"]
        if kind == "contract_year" and at < first:
            kind = "month"
        period = hours.period_around(kind, zone, at, first)
        if kind != now["period"]:  # it ends with the contract's begin
            period = period[0], min(period[1], first)
        counts = self.counting(client, period)
        out = {"zone": zone, "contract": {"from": text_at(first),
                                          "to": text_at(last)},
               "as_of": text_at(known) if known < period[1] else None,
               "versions": self.versions(client, period, counts)}
        out["period"] = (kind,) + period
        out["endpoints"] = counts
        out["outages"], out["unknown"] = self.booked(
            client, counts, period)
        out["maintenance"] = self.windows_of(client, counts, period, zone,
                                             out["versions"])
        out["exclusions"] = self.claims_of(client, counts, period)
        return out

    def day(self, number):
        if not number:
            return None
        r = self.reported
        return hours.first(r["zone"], hours.datetime.date(
            r["year"], r["month"], number))

    def versions(self, client, period, counts):
        out = []
        for a, b, t in self.terms[client].stretches():
            if a < period[1] and (b is None or b > period[0]):
                out.append({
                    "name": "own", "from": text_at(a),
                    "to": None if b is None or b >= period[1] else text_at(b),
                    "target": facts.plain(t["target_milli"]),
                    "coverage_floor": facts.plain(t["floor_milli"]),
                    "unknown": t["unknown"],
                    "denominator": t["denominator"],
                    "granularity": t["granularity"],
                    "min_countable_s": t["min_countable_s"],
                    "merge_gap_s": t["merge_gap_s"],
                    "weights": {"down": "1", "partial": "0"},
                    "endpoint_weights": [x for x in t["light"]
                                         if x["endpoint"] in counts],
                    "service_hours": t["hours"], "notice_s": t["notice_s"],
                    "maintenance_pattern": t["pattern"],
                    "maintenance_cap_s": t["cap_s"] or None,
                    "credits": t["credits"],
                    "credit_max": facts.plain(t["credit_max"]),
                    "claim_days": t["claim_days"],
                    "consent": self.accords.get((client, a))})
        return out

    def counting(self, client, period):
        """{endpoint: when it counts}, of those that count in the period, as
        far as an outage may reach that bears on it."""
        around = self.around(client, period)
        near = max(period[0] - around, 0), period[1] + around
        out = {}
        for name, steps in self.endpoints.items():
            if name.split("/")[0] != client:
                continue
            when = facts.joined(
                (a, facts.NEVER if b is None else b)
                for a, b, t in steps.stretches()
                if t["watched"] and t["counts"])
            if facts.cross(when, [period]):
                out[name] = facts.cross(when, [near])
        return out

    def around(self, client, period):
        return max([(t["min_countable_s"] + t["merge_gap_s"]) * 1000
                    for a, b, t in self.terms[client].stretches()
                    if t["min_countable_s"] and a < period[1] and
                    (b is None or b > period[0])] + [0])

    def booked(self, client, counts, period):
        around = self.around(client, period)
        outages, unknown = {}, {}
        known = self.reported["known"]
        for name in counts:
            for a, b, state in line_of(self.endpoints[name],
                                       self.seen.get(name, {}),
                                       self.reported["begun"], known):
                near = a < period[1] + around and b > period[0] - around
                row = (name, a, None if b == known else b)
                if near and state == "down":
                    outages[row] = self.cause(row)
                elif near and state == "unknown":
                    unknown[row] = None
        return outages, unknown

    def cause(self, row):
        name, a, b = row
        found = None
        for endpoint, at, cause in self.notes:
            if endpoint == name and a <= at and (b is None or at < b):
                found = cause
        return found

    def windows_of(self, client, counts, period, zone, versions):
        begin, end = period
        if any(v["maintenance_cap_s"] is not None for v in versions):
            begin = hours.period_around("month", zone, begin, None)[0]
        out = {}
        for w in (w for times in self.windows.values() for w in times):
            about = self.about(w.scope, client, counts)
            spans = [(w.begin, w.end)] + [c[2:] for c in w.changes]
            if about is None or not facts.cross(spans, [(begin, end)]):
                continue
            out[w.name] = {
                "endpoints": sorted(about), "announced": text_at(w.at),
                "from": text_at(w.begin), "to": text_at(w.end),
                "changes": [{"announced": text_at(at), "cancelled": gone,
                             "from": text_at(a), "to": text_at(b)}
                            for at, gone, a, b in w.changes]}
        return out

    def claims_of(self, client, counts, period):
        out = {}
        for x in self.claims.values():
            about = self.about(x["scope"], client, counts)
            a, b = x["from_ms"], x["to_ms"]
            if about is None or a >= period[1] or b <= period[0]:
                continue
            out[f"{x['reason']}: {x['text']}"] = {
                "endpoints": sorted(about), "from": text_at(a),
                "to": text_at(b), "claimed_by": x["claimant"],
                "claimed_at": text_at(x["at"]), "evidence": None,
                "consent": x["consent"]}
        return out

    # ---- comparing ----

    def differs(self, what, stands, should):
        if stands == should:
            return
        if isinstance(stands, dict) and isinstance(should, dict):
            for key in sorted(set(stands) | set(should), key=str):
                self.differs(f"{what}.{key}", stands.get(key, "absent"),
                             should.get(key, "absent"))
        if (isinstance(stands, list) and isinstance(should, list)
                and len(stands) == len(should)):
            for i, (a, b) in enumerate(zip(stands, should)):
                self.differs(f"{what}[{i}]", a, b)
        raise Differs(f"{what} is {short(stands)}, recounted {short(should)}")

    def compare_facts(self, report):
        client, said = report["client"], report["facts"]
        should = self.facts_of(client)
        where = f"{client} facts"
        for key in ("zone", "contract", "as_of"):
            self.differs(f"{where}.{key}", said[key], should[key])
        kind, period = self.period_of(said)
        self.differs(f"{where}.period", (kind,) + period, should["period"])
        self.differs(f"{where}.versions", [plain_slices(v)
                                           for v in said["versions"]],
                     [plain_slices(v) for v in should["versions"]])
        self.compare_rows(where, said, should)

    @staticmethod
    def period_of(said):
        """Its name, or from when to when, or both where it was cut."""
        period = said["period"]
        if "from" not in period:
            return hours.period_named(period, said["zone"],
                                      ms_at(said["contract"]["from"]))
        kind, = [k for k in period if k not in ("from", "to")] or ["from"]
        return kind, (ms_at(period["from"]), ms_at(period["to"]))

    def compare_edges(self, row):
        """Each edge is where a region saw it turn, its other side in what
        that region saw before."""
        name = row["endpoint"]
        for side, other in (("from", "last_good"), ("to", "last_failed")):
            at, before = ms_at(row[side]), ms_at(row[other])
            if at is None or at in self.endpoints[name].begins:
                continue
            step = self.endpoints[name].at(at)
            if not any(explains(self.seen[name][r].turn(at), at, before,
                                side == "from")
                       for r in step["regions"] if r in self.seen[name]):
                raise Differs(f"{name} {side} {row[side]}: no region saw it "
                              f"turn after {row[other]}")

    def compare_rows(self, where, said, should):
        self.differs(f"{where}.endpoints",
                     {e["name"]: facts.stretches(e["counts"])
                      for e in said["endpoints"] if e["counts"]},
                     should["endpoints"])
        self.differs(f"{where}.outages", keyed(said["outages"]),
                     words(should["outages"]))
        for row in said["outages"]:
            self.compare_edges(row)
        self.differs(f"{where}.unknown", keyed(said["unknown"]),
                     words(should["unknown"]))
        self.differs(
            f"{where}.maintenance",
            {w["name"]: {k: sorted(w[k]) if k == "endpoints" else w[k]
                         for k in w if k not in ("name", "text")}
             for w in said["maintenance"]}, should["maintenance"])
        self.differs(
            f"{where}.exclusions",
            {x["reason"]: {k: sorted(x[k]) if k == "endpoints" else x[k]
                           for k in x if k != "reason"}
             for x in said["exclusions"]}, should["exclusions"])

    def compare(self, kind, report):
        if kind == "report":
            self.compare_facts(report)
        self.differs(f"{report['client']} {kind}", report["figures"],
                     figures(report["facts"]))
        self.compared += 1

    def read(self, line):
        record = json.loads(line)
        if "configured" in record:
            self.configured(record)
        elif "said" in record:
            self.said(record)
        elif "reported" in record:
            self.reported, self.seen = record, {}
        elif "facts" in record:
            steps = Steps()
            for a, _, fact in record["line"]:
                steps.add(a, fact)
            self.seen.setdefault(record["facts"], {})[
                record["region"]] = steps
        for kind in ("report", "variant", "final"):
            if kind in record:
                self.compare(kind, record[kind])


class Differs(Exception):
    pass


def short(what):
    text = json.dumps(what, default=str)
    return text if len(text) < 160 else text[:160] + "..."


def plain_slices(version):
    return dict(version, granularity=facts.slice_of(version["granularity"]))


def keyed(rows):
    return {f"{r['endpoint']} {r['from']} to {r['to']}": r.get("cause")
            for r in rows}


def words(rows):
    return {f"{name} {text_at(a)} to {text_at(b)}": cause
            for (name, a, b), cause in rows.items()}


def main():
    compared, status = 0, 0
    for path in sys.argv[1:]:
        month = Month(os.path.basename(path).split(".")[0])
        try:
            with open(path, encoding="utf-8") as lines:
                for line in lines:
                    month.read(line)
        except Differs as why:
            print(f"{month.seed}: {why}")
            status = 1
        compared += month.compared
    print(f"ok {compared}")
    sys.exit(status)


if __name__ == "__main__":
    main()
