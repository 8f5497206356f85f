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
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import recount_agreed as agreed  # noqa: E402
import recount_facts as facts  # noqa: E402
import recount_hours as hours  # noqa: E402
from recount_agreed import Steps  # noqa: E402
from recount_facts import ms_at, text_at  # noqa: E402
from recount_figures import figures  # noqa: E402


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
        self.names, self.keys = {}, {}  # of endpoints; whose each one is
        self.accords = {}  # (client, when a version begins): who agreed
        self.windows, self.claims, self.notes = {}, {}, []
        self.seen = {}
        self.reported, self.asked, self.called = None, None, {}
        self.compared = 0

    # ---- what was said ----

    def configured(self, record):
        at = record["configured"]
        for client, terms in record["clients"].items():
            light = {key: facts.plain(e["weight"])
                     for key, e in record["endpoints"].items()
                     if key.split("/")[0] == client and e["listed"]
                     and e["counts"] and e["weight"] != 1000}
            self.terms.setdefault(client, Steps()).add(
                at, dict(terms, light=light))
        for key, terms in record["endpoints"].items():
            name = terms.pop("name")
            self.names.setdefault(key, Steps()).add(at, name)
            self.keys[name] = key
            self.endpoints.setdefault(key, Steps()).add(at, terms)

    def said(self, record):
        at, command = record["said"], record["command"]
        command["scope"] = [self.keys.get(name, name)
                            for name in command.get("scope", [])]
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
            steps.move_last(begin)
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
        known, at = self.reported["known"], self.asked
        terms = agreed.Agreed(self.reported["year"], self.reported["month"],
                              self.terms[client])
        kind, *period = terms.period_at(at)
        zone = terms.nearest(period[1] - 1)["zone"]
        first, last = terms.contracts(*period)
        versions = terms.versions(*period)
        around = max([(t["min_countable_s"] + t["merge_gap_s"]) * 1000
                      for _, _, t, _ in versions if t["min_countable_s"]] + [0])
        near = max(period[0] - around, 0), period[1] + around
        counts = self.counting(client, period, near)
        # Endpoints are called as they were when it ended.
        self.called = {key: self.names[key].at(period[1] - 1)
                       or self.names[key].items[0] for key in self.names}
        out = {"zone": zone, "contract": {"from": text_at(first),
                                          "to": text_at(last)},
               "as_of": text_at(known) if known < period[1] else None,
               "period": agreed.called(kind, *period, zone, first),
               "span": period}
        out["versions"] = [self.version(client, v, counts, zone, period)
                           for v in versions]
        out["endpoints"] = {self.called[key]: counts[key] for key in counts}
        out["outages"], out["unknown"] = self.booked(client, counts, near)
        out["maintenance"] = self.windows_of(client, counts, period, zone,
                                             out["versions"])
        out["exclusions"] = self.claims_of(client, counts, period)
        return out

    def version(self, client, v, counts, zone, period):
        a, b, t, began = v
        return {
            "name": "own", "from": text_at(a),
            "to": None if b == facts.NEVER else text_at(b),
            "target": facts.plain(t["target_milli"]),
            "coverage_floor": facts.plain(t["floor_milli"]),
            "unknown": t["unknown"], "denominator": t["denominator"],
            "granularity": t["granularity"],
            "min_countable_s": t["min_countable_s"],
            "merge_gap_s": t["merge_gap_s"],
            "weights": {"down": "1", "partial": "0"},
            "endpoint_weights": sorted(
                ({"endpoint": self.called[key], "down": down,
                  "partial": None} for key, down in t["light"].items()
                 if key in counts), key=lambda w: w["endpoint"]),
            "service_hours": agreed.hours_in(t, "hours", zone, *period),
            "notice_s": t["notice_s"],
            "maintenance_pattern": agreed.hours_in(t, "pattern", zone,
                                                   *period),
            "maintenance_cap_s": t["cap_s"] or None,
            "credits": t["credits"],
            "credit_max": facts.plain(t["credit_max"]),
            "claim_days": t["claim_days"],
            "consent": self.accords.get((client, began))}

    def counting(self, client, period, near):
        """{endpoint: when it counts}, of those that count in the period, as
        far as an outage may reach that bears on it."""
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

    def booked(self, client, counts, span):
        outages, unknown = {}, {}
        known = self.reported["known"]
        for name in counts:
            for a, b, state in line_of(self.endpoints[name],
                                       self.seen.get(name, {}),
                                       self.reported["begun"], known):
                near = a < span[1] and b > span[0]
                row = (self.called[name], a, None if b == known else b)
                if near and state == "down":
                    outages[row] = self.cause(name, a, b)
                elif near and state == "unknown":
                    unknown[row] = None
        return outages, unknown

    def cause(self, name, a, b):
        found = None
        for endpoint, at, cause in self.notes:
            if endpoint == name and a <= at < b:
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
                "endpoints": self.sorted_names(about),
                "announced": text_at(w.at),
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
                "endpoints": self.sorted_names(about), "from": text_at(a),
                "to": text_at(b), "claimed_by": x["claimant"],
                "claimed_at": text_at(x["at"]), "evidence": None,
                "consent": x["consent"]}
        return out

    def sorted_names(self, keys):
        return sorted(self.called[key] for key in keys)

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
        for key in ("zone", "contract", "as_of", "period"):
            self.differs(f"{where}.{key}", said[key], should[key])
        self.differs(f"{where}.versions",
                     [plain_version(v, should["span"])
                      for v in said["versions"]],
                     [plain_version(v, None) for v in should["versions"]])
        self.compare_rows(where, said, should)

    def compare_edges(self, row):
        """Each edge is where a region saw it turn, its other side in what
        that region saw before."""
        name = self.keys[row["endpoint"]]
        for side, other in (("from", "last_good"), ("to", "last_failed")):
            at, before = ms_at(row[side]), ms_at(row[other])
            if at is None or at in self.endpoints[name].begins:
                continue
            step = self.endpoints[name].at(at)
            if not any(explains(self.seen[name][r].turn(at, kind_of), at, before,
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
        elif "period" in record:
            self.asked = record["period"]
        elif "facts" in record:
            steps = Steps()
            for a, _, fact in record["line"]:
                steps.add(a, fact)
            self.seen.setdefault(self.keys[record["facts"]], {})[
                record["region"]] = steps
        for kind in ("report", "variant", "final"):
            if kind in record:
                self.compare(kind, record[kind])


class Differs(Exception):
    pass


def short(what):
    text = json.dumps(what, default=str)
    return text if len(text) < 160 else text[:160] + "..."


def plain_version(version, span):
    out = dict(version, granularity=facts.slice_of(version["granularity"]))
    if span:
        for key in ("service_hours", "maintenance_pattern"):
            out[key] = agreed.plain_hours(out[key], *span)
    return out


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
