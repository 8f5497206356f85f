"""A report's facts as the recount takes them: terms, windows, rows.

Written from docs/report.md.  Instants are milliseconds, a set of seconds is
one number with a bit for each second of a part of the period: nothing is
sorted, merged or cut as intervals are, but what the definition says in
milliseconds.
"""
import datetime

import recount_hours as hours

FULL = (1 << 1000) - 1  # every millisecond of a second
NEVER = 1 << 52
FAR = 62 * 86400000


def ms_at(text, none=None):
    if text is None:
        return none
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round(hours.ms_of(moment.replace(microsecond=0)) +
                 moment.microsecond // 1000)


def text_at(ms):
    if ms is None:
        return None
    moment = hours.moment_of(ms // 1000 * 1000)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (".%03dZ" % (ms % 1000) if ms % 1000 else "Z")


def milli(text):
    """"99.95" in thousandths."""
    whole, _, rest = text.partition(".")
    return int(whole) * 1000 + int((rest + "000")[:3])


def plain(thousandths):
    """99950 as "99.95"."""
    text = "%d.%03d" % divmod(thousandths, 1000)
    return text.rstrip("0").rstrip(".")


def cross(some, others):
    out = []
    for a, b in some:
        for c, d in others:
            if max(a, c) < min(b, d):
                out.append((max(a, c), min(b, d)))
    return out


def stretches(said):
    """[(from, to)] of a list in a report."""
    out = []
    for one in said:
        a, b = one if isinstance(one, list) else (one["from"], one["to"])
        out.append((ms_at(a), ms_at(b, NEVER)))
    return out


def fill(bits, a, b):
    first, last = a // 8, b // 8
    if first == last:
        bits[first] |= (1 << b % 8) - (1 << a % 8)
        return
    bits[first] |= 256 - (1 << a % 8)
    bits[first + 1:last] = b"\xff" * (last - first - 1)
    bits[last] |= (1 << b % 8) - 1


class Seconds:
    """Sets of the seconds [begin, end)."""

    def __init__(self, begin, end):
        self.begin, self.end = begin, end

    def some(self, a, b):
        a, b = max(a, self.begin), min(b, self.end)
        return ((1 << (b - a)) - 1) << (a - self.begin) if a < b else 0

    def of(self, pairs):
        """Many at once: eight seconds are a byte."""
        pairs = list(pairs)
        if len(pairs) < 3:
            return sum(self.some(a, b) for a, b in pairs[:1]) | sum(
                self.some(a, b) for a, b in pairs[1:])
        bits = bytearray((self.end - self.begin) // 8 + 1)
        for a, b in pairs:
            a, b = max(a, self.begin), min(b, self.end)
            if a < b:
                fill(bits, a - self.begin, b - self.begin)
        return int.from_bytes(bits, "little")

    def outward(self, pairs):
        return self.of((a // 1000, -(-b // 1000)) for a, b in pairs)

    def edges(self, pairs):
        """A second that is cut belongs to what follows."""
        return self.of((a // 1000, b // 1000) for a, b in pairs)

    def inward(self, pairs, but=0):
        return self.inward_of([(pairs, but)])

    def inward_of(self, many):
        """Seconds of which every millisecond is in some of these, where a
        set of seconds is taken out of each."""
        out, parts = 0, {}
        for pairs, but in many:
            whole = self.of((-(-a // 1000), b // 1000) for a, b in pairs)
            for a, b in pairs:
                for second in {a // 1000, b // 1000}:
                    low = max(a - second * 1000, 0)
                    high = min(b - second * 1000, 1000)
                    at = second - self.begin
                    if high - low in (0, 1000) or not (
                            self.begin <= second < self.end) or but >> at & 1:
                        continue
                    bits = ((1 << (high - low)) - 1) << low
                    parts[at] = parts.get(at, 0) | bits
            out |= whole & ~but
        for at, bits in parts.items():
            if bits == FULL:
                out |= 1 << at
        return out

    def within(self, what, a, b):
        a, b = max(a, self.begin), min(b, self.end)
        if a >= b:
            return 0
        if (a, b) == (self.begin, self.end):
            return what.bit_count()
        what >>= a - self.begin
        return (what & ((1 << (b - a)) - 1)).bit_count()

    def runs(self, what):
        """(from, to) of what lies together, in order."""
        if what == 0:
            return
        bits = bin(what)[:1:-1]
        at = bits.find("1")
        while at >= 0:
            end = bits.find("0", at)
            end = len(bits) if end < 0 else end
            yield self.begin + at, self.begin + end
            at = bits.find("1", end)


class Version:
    def __init__(self, said, zone, begin, end):
        self.name = said["name"]
        self.begin = ms_at(said["from"])
        self.end = ms_at(said["to"])
        self.target = milli(said["target"])
        self.floor = milli(said["coverage_floor"])
        self.unknown = said["unknown"]
        self.of_total = said["denominator"] == "total"
        self.least = said["min_countable_s"]
        self.gap = said["merge_gap_s"]
        self.weights = {k: milli(v) for k, v in said["weights"].items()}
        self.own_weights = {w["endpoint"]: w for w in
                            said["endpoint_weights"]}
        self.notice = said["notice_s"] * 1000
        cap = said["maintenance_cap_s"]
        self.cap = None if cap is None else cap * 1000
        self.credits = [(milli(c["below"]), milli(c["credit"]))
                        for c in said["credits"]]
        self.credit_max = milli(said["credit_max"])
        self.claim_days = said["claim_days"]
        self.slice, self.any = slice_of(said["granularity"])
        self.hours = open_of(said["service_hours"], zone, begin, end)
        self.pattern = open_of(said["maintenance_pattern"], zone, begin, end)


def slice_of(text):
    if text == "second":
        return 1, True
    if text in ("minute_full", "minute_any"):
        return 60, text == "minute_any"
    _, length, how = text.split(":")
    unit = {"s": 1, "m": 60, "h": 3600}[length[-1]]
    return int(length[:-1]) * unit, how == "any"


def open_of(said, zone, begin, end):
    if said is None:
        return None
    if isinstance(said, list):
        return stretches(said)
    return hours.Hours(said).open(zone, begin - FAR, end + FAR)


class Window:
    def __init__(self, said, endpoints):
        self.said = said
        self.names = said["endpoints"] or endpoints
        keys = ("announced", "from", "to")
        first = [ms_at(said[key]) for key in keys]
        self.published = [(first[0], False, first[1], first[2])]
        for change in said["changes"]:
            self.published.append(
                (ms_at(change["announced"]), change["cancelled"],
                 ms_at(change["from"]), ms_at(change["to"])))
        self.announced, _, self.begin, _ = self.published[0]
        self.last = self.published[-1]

    def stands(self):
        return [] if self.last[1] else [self.last[2:]]

    def in_time(self, notice):
        """What was announced in time, and not taken back since."""
        told = []
        for at, cancelled, a, b in self.published:
            soon = notice > 0 if at is None else a - at < notice
            said = [] if cancelled else [(a, b)]
            told = cross(told, said) if soon else said
        return joined(told)


def joined(pairs):
    out = []
    for a, b in sorted(pairs):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(b, out[-1][1]))
        elif a < b:
            out.append((a, b))
    return out


def without(pairs, others):
    for c, d in others:
        pairs = [piece for a, b in pairs
                 for piece in ((a, min(b, c)), (max(a, d), b))
                 if piece[0] < piece[1]]
    return pairs


def length_s(pairs):
    """Whole seconds that lie in these."""
    return sum(max(b // 1000 + -(-a // 1000) * -1, 0)
               for a, b in joined(pairs))


SEAM = 26 * 3600 * 1000


def months_of_caps(facts, begin, end):
    """Those of the zone, but where a period was cut by a move of zones."""
    months = hours.months_over(facts.zone, min(begin, facts.period[0]), end)
    if not facts.is_cut:
        return months
    cut = facts.period[0]
    moved = [tuple(cut if abs(edge - cut) < SEAM else edge for edge in month)
             for month in months]
    return [month for month in moved if month[0] < month[1]]


def fits(windows, facts, cap):
    """What of all windows a month's cap leaves, the earlier first."""
    out = []
    all_of_them = joined([p for w in windows for p in w])
    if not all_of_them:
        return out
    for month in months_of_caps(facts, all_of_them[0][0],
                                all_of_them[-1][1]):
        left = cap
        for a, b in cross(all_of_them, [month]):
            out.append((a, min(b, a + left)))
            left -= min(left, b - a)
    return joined(out)


class Facts:
    def __init__(self, said):
        self.zone = said["zone"]
        self.begin = ms_at(said["contract"]["from"])
        self.end = ms_at(said["contract"]["to"])
        period = said["period"]
        self.is_cut = "from" in period and not period.keys() <= {"from", "to"}
        if "from" in period:
            self.period = ms_at(period["from"]), ms_at(period["to"])
        else:
            _, self.period = hours.period_named(period, self.zone, self.begin)
        self.as_of = ms_at(said["as_of"])
        self.versions = [Version(v, self.zone, *self.period)
                         for v in said["versions"]]
        self.endpoints = said["endpoints"]
        self.names = [e["name"] for e in self.endpoints]
        self.counts = {
            e["name"]: [(0, NEVER)] if e["counts"] is None else
            stretches(e["counts"]) for e in self.endpoints}
        self.counts[None] = joined(
            [p for name in self.names for p in self.counts[name]])
        self.outages, self.unknown = said["outages"], said["unknown"]
        self.windows = [Window(w, self.names) for w in said["maintenance"]]
        self.exclusions = said["exclusions"]
        assert not said["regions"]

    def known(self):
        return NEVER if self.as_of is None else self.as_of // 1000 * 1000

    def rows(self, which, name, kind=None):
        """(from, to) of an endpoint, as far as it is known."""
        out = []
        for row in which:
            if row["endpoint"] == name and kind in (None, row.get("kind")):
                a, b = ms_at(row["from"]), ms_at(row["to"], NEVER)
                if a < min(b, self.known()):
                    out.append((a, min(b, self.known())))
        return out

    def weight(self, version, name, kind):
        own = version.own_weights.get(name, {}).get(kind)
        if own is not None:
            return milli(own)
        for e in self.endpoints:
            if e["name"] == name and e["weights"][kind] is not None:
                return milli(e["weights"][kind])
        return version.weights[kind]
