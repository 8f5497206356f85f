#!/usr/bin/python3
"""An independent recount of states and accounts, second by second.

Reads what the collector exports (JSON lines: agreements of clients, terms of
endpoints, facts per endpoint and region) and works out, in the plainest way
there is, who was down or unknown in each second.  It shares no code and no
data structure with the collector: no interval is ever merged or intersected.

    recount.py FROM_MS TO_MS < export.jsonl

prints one JSON object: per endpoint the milliseconds of each state, and per
client the seconds of its account.
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


def summary(members, ms):
    states = [e.state(ms) for e in members if e.counts(ms)]
    return {"down": "down" in states, "unknown": "unknown" in states}


def main():
    begin, end = int(sys.argv[1]), int(sys.argv[2])
    clients, endpoints = read(sys.stdin)
    out = {"endpoints": {}, "clients": {}}
    for name, endpoint in sorted(endpoints.items()):
        out["endpoints"][name] = count_states(endpoint, begin, end)
    for name, agreement in sorted(clients.items()):
        members = [e for n, e in endpoints.items()
                   if n.split("/")[0] == name]
        out["clients"][name] = count_client(agreement, members, begin, end)
    print(json.dumps(out, sort_keys=True))


if __name__ == "__main__":
    main()
