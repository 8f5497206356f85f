"""What must be so after any night, whatever was killed in it."""

import collections
import datetime
import json
import re
import time

import house
import recount
from helpers import wait_for

TIMEOUT_MS, INTERVAL_MS = house.TIMEOUT_MS, house.INTERVAL_MS


def check(h):
    """All of it; everything is up again."""
    lines = recounted(h)
    for outage in h.truth:
        assert h.incident_of(outage), f"never heard of {outage.endpoint}"
    repeats(h)
    taken_stays_taken(h)
    edges_are_between_observations(h, lines)
    booked_is_true(h, lines)


def repeats(h):
    """Every second message of an intent; each must say what it is."""
    seen, again = collections.Counter(), []
    for channel, intent, says_so in h.sent():
        seen[channel, intent] += 1
        if seen[channel, intent] > 1:
            assert says_so, f"{intent} came twice by {channel}"
            again.append((channel, intent))
    assert seen, "nothing was ever sent"
    return again


def taken_stays_taken(h):
    for number, person in h.taken.items():
        incident = h.ask(command="incident", incident=number)["incident"]
        if incident["state"] != "closed":
            assert incident["owner"] == person, incident
        assert any(person in f"{line['by']} {line['text']}" and
                   "tak" in line["text"].lower()
                   for line in incident["timeline"]), incident["timeline"]


class Export:
    """What "sunwatch export" says, and what follows from its facts."""

    def __init__(self, h):
        text = h.cli("export")
        self.clients, self.endpoints = recount.read(text.splitlines())
        self.booked = collections.defaultdict(list)
        for record in map(json.loads, text.splitlines()):
            if "booked" in record:
                self.booked[record["booked"]].append(record["record"])
        for records in self.booked.values():
            records.sort(key=lambda r: r["from"])

    def recounted(self, name, until):
        """[(state, from, to)] of down and unknown; to 0: goes on."""
        endpoint = self.endpoints[name]
        begin = endpoint.terms.begins[0]
        seconds = range(begin - begin % 1000, until, 1000)
        found, last = [], None
        for at in recount.instants({*endpoint.edges(), *seconds}, begin,
                                   until):
            state = endpoint.state(at)
            if state != last and last in ("down", "unknown"):
                found[-1][2] = at
            if state != last and state in ("down", "unknown"):
                found.append([state, at, 0])
            last = state
        return found

    def stored(self, name, until):
        return [[r["kind"], r["from"], r["to"] if r["to"] < until else 0]
                for r in self.booked[name] if r["from"] < until]

    def account(self, client, now_ms):
        members = [e for name, e in self.endpoints.items()
                   if name.startswith(client + "/")]
        agreement = self.clients[client]
        return recount.count_client(agreement, members, agreement.begins[0],
                                    now_ms)


def recounted(h):
    """Booked stretches are those that follow from the facts."""
    until = house.now_ms()
    lines = Export(h)
    assert set(lines.endpoints) == set(h.endpoints)
    for name in lines.endpoints:
        stored, follows = (lines.stored(name, until),
                           lines.recounted(name, until))
        assert stored == follows, (
            f"{name}: stored {stored}, from facts {follows}")
    return lines


def is_void_edge(endpoint, at):
    """What a region saw does not count from here on, or counts again."""
    turns = (recount.turn_of(facts, at) for facts in endpoint.facts.values())
    return any(t is not None and "nothing" in (t[0], t[2]) for t in turns)


def edges_are_between_observations(h, lines):
    """Each edge of an outage: good at one look, failed at the next one; or
    evidence ends or begins there, as with a region that became suspect."""
    observations = h.observations()
    for endpoint, booked in lines.booked.items():
        joints = {r["to"] for r in booked} & {r["from"] for r in booked}
        regions = [[(a, b, o in house.FAILING) for a, b, o in seen]
                   for (_, e), seen in observations.items() if e == endpoint]
        for r in booked:
            if r["kind"] != "down":
                continue
            seen_as = lines.endpoints[endpoint]
            assert r["from"] in joints or is_void_edge(
                seen_as, r["from"]) or any(
                is_edge(seen, r["from_before"], r["from"], True)
                for seen in regions), (endpoint, r)
            assert r["to"] in joints or r["to"] == 0 or is_void_edge(
                seen_as, r["to"]) or any(
                is_edge(seen, r["to_before"], r["to"], False)
                for seen in regions), (endpoint, r)


def is_edge(seen, before, at, failing):
    """At at the first one (not) failing, at before the last other one."""
    firsts = [a for a, _, f in seen if a == at and f == failing]
    others = [b for _, b, f in seen if b < at and f != failing]
    if not failing and at == before + INTERVAL_MS and not [
            a for a, _, _ in seen if before < a <= before + 3 * INTERVAL_MS]:
        return (before, True) in [(b, f) for _, b, f in seen]  # then silence
    if not [b for _, b, _ in seen if b < at]:  # its very first look
        return bool(firsts) and before == 0
    return bool(firsts) and bool(others) and max(others) == before


def booked_is_true(h, lines):
    """Down is booked during true outages, and only then."""
    for endpoint, booked in lines.booked.items():
        mine = [o for o in h.truth if o.endpoint == endpoint]
        for r in (r for r in booked if r["kind"] == "down"):
            assert any(o.broke[0] - TIMEOUT_MS <= r["from"] and
                       r["to_before"] <= o.healed[1] for o in mine), (
                endpoint, r)
    for o in h.truth:
        down = [r for r in lines.booked.get(o.endpoint, [])
                if r["kind"] == "down" and
                o.broke[0] - TIMEOUT_MS <= r["from"] <= o.healed[1]]
        assert down, f"{o.endpoint} ({o.kind}) was never booked"


def edges_against_requests(h, outage):
    """The same by nginx's own log of what it answered."""
    lines = Export(h)
    booked = [r for r in lines.booked[outage.endpoint]
              if r["kind"] == "down"]
    assert len(booked) == 1
    answers = sorted(h.sites[outage.endpoint].requests())
    bad = [at for at, status in answers if status == 500]
    good = [at for at, status in answers if status == 200]
    r = booked[0]
    # nginx tells milliseconds, and hears of a request after it was begun.
    assert r["from_before"] <= min(bad) + 2 and bad[0] <= r["from"] + 1000
    assert r["to_before"] <= min(g for g in good if g > bad[0]) + 2
    assert max(g for g in good if g < bad[0]) <= r["from"] + 2
    assert max(bad) <= r["to"] + 2


def told_that_it_is_over(h, incident):
    """Everybody who was reached, by one way or another."""
    known = h.ask(command="incident", incident=incident["id"])["incident"]
    reached = {c["person"] for c in known["called"]
               if c["outcome"] == "handed over"}
    assert reached
    for person in reached:
        over = re.compile(rf"RESOLVED for {person}.*: \[{incident['id']}\]")
        wait_for(f"{person} to be told that {incident['id']} is over",
                 lambda p=person, o=over: o.search(h.pages()) or any(
                     "Over:" in m["Subject"]
                     for m in h.mails(incident["id"], p)))


def account_as_shown(h):
    """The month's figures of a page, at the second it says."""
    for client in sorted({e.split("/")[0] for e in h.endpoints}):
        text = h.page(client).text
        after = house.now_ms()
        as_of, = re.findall(r'as of <time datetime="([^"]+)Z">', text)
        at = datetime.datetime.fromisoformat(as_of + "+00:00")
        at_ms = int(at.timestamp()) * 1000
        assert after - 15000 < at_ms <= after
        figures = Export(h).account(client, at_ms)
        assert is_shown(text, **figures), (text, figures)
        if "More used than allowed" not in text:
            month_adds_up(text)


def percent(part, whole):
    """Four decimals, cut off."""
    millionths = part * 1000000 // whole
    return f"{millionths // 10000}.{millionths % 10000:04d} %"


def words(seconds):
    return (f"{seconds // 60} min " if seconds >= 60 else "") + (
        f"{seconds % 60} s")


def seconds(text, row):
    """What a row of the page says, in seconds."""
    h, m, s = re.search(rf"{re.escape(row)}</th><td>(?:(\d+) h )?"
                        r"(?:(\d+) min )?(\d+) s<", text).groups()
    return int(h or 0) * 3600 + int(m or 0) * 60 + int(s)


def month_adds_up(text):
    """The allowance, from the agreed time that is shown beside it."""
    agreed = seconds(text, "Agreed time of the month")
    allowed = seconds(text, "Allowance of the whole month")
    unseen = seconds(text, "Not seen by us so far")
    assert "Guaranteed</th><td>99.9500 % of it<" in text
    assert allowed == (agreed - unseen) * 50 // 100000
    assert seconds(text, "Left until the month ends") == (
        allowed - seconds(text, "Of it used so far (down)"))


def is_shown(text, period_s, down_s, unknown_s):
    total = period_s - unknown_s
    return all(f"{name}</th><td>{value}<" in text for name, value in (
        ("Uptime so far", percent(total - down_s, total)),
        ("Of it used so far (down)", words(down_s)),
        ("Not seen by us so far", words(unknown_s)),
        ("Coverage so far",
         f"{percent(total, period_s)} of this was seen by us")))


def settle(h, seconds=60):
    """Everything healed, closed and known; then the rest of the story."""
    h.all_up(seconds)
    wait_for("all incidents to be closed", lambda: not [
        i for i in h.incidents() if i["state"] != "closed"], seconds)
    time.sleep(1)
