#!/usr/bin/python3
"""An independent recount of states and accounts, second by second.

Reads what the collector exports (JSON lines: agreements of clients, terms of
endpoints, facts per endpoint and region) and works out, in the plainest way
there is, who was down or unknown in each second.  It shares no code and no
data structure with the collector: no interval is ever merged or intersected.

    recount.py FROM_MS TO_MS < export.jsonl

prints one JSON object: per endpoint the milliseconds of each state, per client
the seconds of its account, and what is wrong with the edges of what is booked:
each has to be where some region saw the change, and its other side in what that
region saw before.
"""
import bisect
import json
import sys


class Steps:
    """Things that hold from an instant until the next."""

    def __init__(self, steps):
        self.steps = steps
        self.begins = [step[0] for step in steps]

    def at(self, ms):
        i = bisect.bisect_right(self.begins, ms) - 1
        return self.steps[i][1] if i >= 0 else None


class Endpoint:
    def __init__(self, terms):
        self.terms = Steps([(t["from"], t) for t in terms])
        self.facts = {}

    def add_facts(self, region, line):
        self.facts[region] = Steps([(a, what) for a, _, what in line])

    def edges(self):
        for ms in self.terms.begins:
            yield ms
        for facts in self.facts.values():
            for ms in facts.begins:
                yield ms

    def state(self, ms):
        terms = self.terms.at(ms)
        if terms is None or not terms["regions"]:
            return "absent"
        fresh = failing = impaired = 0
        for region in terms["regions"]:
            fact = self.facts[region].at(ms) if region in self.facts else None
            if fact is None or fact.startswith(("none", "unknown")):
                continue
            fresh += 1
            bad = fact.startswith(("failed", "maintenance"))
            failing += bad
            impaired += bad or fact.startswith("slow") or fact.endswith("+")
        if fresh < terms["quorum"]:
            return "unknown"
        if failing >= terms["quorum"] and failing > fresh - failing:
            return "down"
        return "degraded" if impaired >= terms["quorum"] else "up"

    def counts(self, ms):
        terms = self.terms.at(ms)
        return bool(terms and terms["regions"] and terms["counts"])


def booked_in(lines):
    """[(endpoint, record)]"""
    records = [json.loads(line) for line in lines]
    return [(r["booked"], r["record"]) for r in records if "booked" in r]


def read(lines):
    clients, endpoints = {}, {}
    for line in lines:
        record = json.loads(line)
        if "client" in record:
            clients[record["client"]] = Steps(
                [(s["from"], s) for s in record["steps"]])
        elif "terms" in record:
            endpoints[record["terms"]] = Endpoint(record["steps"])
        elif "facts" in record:
            endpoints[record["facts"]].add_facts(
                record["region"], record["line"])
    return clients, endpoints


def instants(edges, begin, end):
    """Where anything can change, in order, the beginning first."""
    return sorted({begin} | {ms for ms in edges if begin < ms < end})


def count_states(endpoint, begin, end):
    points = instants(endpoint.edges(), begin, end) + [end]
    total = {}
    for ms, until in zip(points, points[1:]):
        state = endpoint.state(ms)
        total[state] = total.get(state, 0) + until - ms
    return total


def agreed(agreement, members, ms):
    now = agreement.at(ms)
    return bool(now and "ended" not in now and
                any(e.counts(ms) for e in members))


def agreed_seconds(agreement, members, points, begin, end):
    """Seconds of the pieces; one cut inside belongs to the later piece."""
    seconds = set()
    opened = None
    for ms in points + [end]:
        step = agreement.at(ms) if ms < end else None
        is_agreed = ms < end and agreed(agreement, members, ms)
        here = step["from"] if is_agreed else None
        if opened is not None and opened[1] != here:
            seconds.update(range(opened[0] // 1000, ms // 1000))
            opened = None
        if here is not None and opened is None:
            opened = (ms, here)
    return seconds


def count_client(agreement, members, begin, end):
    edges = list(agreement.begins)
    for endpoint in members:
        edges.extend(endpoint.edges())
    points = instants(edges, begin, end)
    by_second = {}
    for ms in points:
        by_second.setdefault(ms // 1000, []).append(ms)
    seconds = agreed_seconds(agreement, members, points, begin, end)
    down = unknown = 0
    last = {}
    for second in range(begin // 1000, -(-end // 1000)):
        # What held when the second began, and what began inside it.
        looks = by_second.get(second, [])
        if not looks:
            states = last
        else:
            states = [last] if looks[0] > second * 1000 else []
            states += [summary(members, ms) for ms in looks]
            last = states[-1]
            states = {"down": any(s.get("down") for s in states),
                      "unknown": all(s.get("unknown") for s in states)}
        if second not in seconds:
            continue
        if states.get("down"):
            down += 1
        elif states.get("unknown"):
            unknown += 1
    return {"period_s": len(seconds), "down_s": down, "unknown_s": unknown}


def kind_of(fact):
    if fact is None or fact.startswith(("none", "unknown")):
        return "nothing"
    return "bad" if fact.startswith(("failed", "maintenance")) else "good"


# What a region has to have gone through for an outage to begin or end by it:
# it failed, or was well no more; it failed no more, or was there again.
TURNS = {"from": {("good", "bad"), ("nothing", "bad"), ("good", "nothing")},
         "to": {("bad", "good"), ("bad", "nothing"), ("nothing", "good")}}


def turn_of(facts, at):
    """(what was seen before, since when, what from then on); or None."""
    i = bisect.bisect_left(facts.begins, at)
    if i == 0 or i == len(facts.begins) or facts.begins[i] != at:
        return None
    return (kind_of(facts.steps[i - 1][1]), facts.begins[i - 1],
            kind_of(facts.steps[i][1]))


def explains(facts, side, kind, at, before):
    turn = turn_of(facts, at)
    if turn is None:
        return False
    was, since, now = turn
    if kind == "down" and (was, now) not in TURNS[side]:
        return False
    if "nothing" in (was, now):
        return before <= at  # a void, or silence: it ends where it is said to
    # Its last look before lies in what it saw then, which may not be exported
    # from its beginning on.
    return since <= before < at or (since == facts.begins[0] and before < at)


def is_sound(endpoint, side, record):
    at, before = record[side], record[side + "_before"]
    terms = endpoint.terms.at(at)
    if at in endpoint.terms.begins:
        return before <= at
    return any(explains(facts, side, record["kind"], at, before)
               for region, facts in endpoint.facts.items()
               if terms and region in terms["regions"])


def wrong_edges(endpoints, booked, begin, end):
    """Edges inside (begin, end) that nothing exported explains."""
    wrong = []
    for name, record in booked:
        for side in "from", "to":
            at = record[side]
            # Silence is judged late: the end of the line is not yet known.
            if begin < at < end and not is_sound(endpoints[name], side,
                                                 record):
                wrong.append({"endpoint": name, "side": side, **record})
    return wrong


def summary(members, ms):
    states = [e.state(ms) for e in members if e.counts(ms)]
    return {"down": "down" in states, "unknown": "unknown" in states}


def main():
    begin, end = int(sys.argv[1]), int(sys.argv[2])
    lines = sys.stdin.readlines()
    clients, endpoints = read(lines)
    out = {"endpoints": {}, "clients": {}, "wrong_edges": wrong_edges(
        endpoints, booked_in(lines), begin, end)}
    for name, endpoint in sorted(endpoints.items()):
        out["endpoints"][name] = count_states(endpoint, begin, end)
    for name, agreement in sorted(clients.items()):
        members = [e for n, e in endpoints.items()
                   if n.split("/")[0] == name]
        out["clients"][name] = count_client(agreement, members, begin, end)
    print(json.dumps(out, sort_keys=True))


if __name__ == "__main__":
    main()
