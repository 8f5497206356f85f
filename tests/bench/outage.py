"""From the end of the first failed probe until a page is handed over, and
from the press of its button until it is confirmed: the whole house, three
agents, an interval of 2 s, twenty outages.

The first failed probe is what an agent's spool says; handed over is when the
mail server has the message whole.
"""

import pathlib
import shutil
import tempfile
import time

import msgpack

import figures  # noqa: F401  finds the helpers
import house as houses
import helpers
from figures import percentile, say

OUTAGES, APART = 20, 1.3
FAILED = 2


class Sink(helpers.SmtpSink):
    """Keeps when each message had come."""

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        self.messages[-1].at_ms = houses.now_ms()
        return answer


def failed_ends(house):
    """{endpoint: when its first failed probe was finished}."""
    ends = {}
    for agent in houses.REGIONS:
        for kind, rest in houses.spool_records(house.folder / agent / "spool"):
            seen = [msgpack.unpackb(rest[2])] if kind == 1 else (
                msgpack.unpackb(rest[2])[9] if kind == 3 else [])
            for o in seen:
                if o[4] == FAILED:
                    end_ms = o[1] + o[8][0] / 1000
                    ends[o[0]] = min(end_ms, ends.get(o[0], end_ms))
    return ends


def first_page(sink, incident):
    """The first message of this incident's page, or None."""
    return min((m for m in list(sink.messages) if
                m["X-Sunwatch-Incident"] == incident["id"] and
                hasattr(m, "at_ms")), key=lambda m: m.at_ms, default=None)


def take(house, incident):
    """Milliseconds until the pager confirms."""
    link = house.links(incident["id"])[0]
    began = time.monotonic()
    answer = helpers.http(link, {"do": "take"})
    took_ms = (time.monotonic() - began) * 1000
    assert answer.status == 200 and "You have it" in answer.text, answer
    return took_ms


def measure(house, sink):
    paged, taken = {}, []
    for endpoint in house.endpoints:
        outage = house.break_(endpoint)
        until = time.monotonic() + APART
        incident = house.wait_page(outage)
        taken.append(take(house, incident))
        paged[endpoint] = first_page(sink, incident).at_ms
        time.sleep(max(0, until - time.monotonic()))
    ends = failed_ends(house)
    return [paged[e] - ends[e] for e in paged], taken


def tell(what, times, p95, most):
    say(f"{what}: p50", percentile(times, 0.5), "ms", outages=len(times))
    say(f"{what}: p95", percentile(times, 0.95), "ms", at_most=p95)
    say(f"{what}: most", max(times), "ms", at_most=most)


for n in range(OUTAGES):
    houses.ENDPOINTS[f"client-{n}/learn"] = (n % 2 == 1, None)
names = [e for e in houses.ENDPOINTS if e.startswith("client-")]
folder = pathlib.Path(tempfile.mkdtemp(prefix="sunwatch-bench-"))
sink = Sink()
house = houses.House(folder, sink, names, patience="60s", silence="60s")
try:
    house.start()
    paged, taken = measure(house, sink)
    tell("first failed probe finished to page handed over", paged, 2000, 5000)
    tell("take to confirmed", taken, None, 300)
    assert house.deaths == {}, house.deaths
finally:
    house.end()
    sink.stop()
    shutil.rmtree(folder)
