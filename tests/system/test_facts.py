"""Facts by the read API are those that the accounts follow from: compared
with what the command exports, region by region, to the millisecond."""

import concurrent.futures
import hashlib
import json
import time

import pytest

import helpers
import house

TOKEN = "op3rator-of-facts"
SPAN_MS = 600_000


class House(house.House):
    def write(self):
        super().write()
        with open(self.conf, "a", encoding="ascii") as f:
            f.write(f"""
readers:
  - {{ name: board, token_sha256: {
            hashlib.sha256(TOKEN.encode()).hexdigest()} }}
""")

    def read(self, what):
        return helpers.http(
            f"http://127.0.0.1:{self.ports['pages']}/api/v1/{what}",
            headers={"Authorization": f"Bearer {TOKEN}"})

    def facts(self, from_ms, to_ms, limit=500):
        """{region: [(from, to, what)]}, page by page."""
        found, cursor = {}, ""
        while True:
            answer = self.read(
                f"facts?endpoint=acme%2Flearn&from_ms={from_ms}&to_ms={to_ms}"
                f"&limit={limit}{cursor}")
            assert answer.status in (200, 429), answer.text
            if answer.status == 429:
                time.sleep(0.1)
                continue
            said = json.loads(answer.text)
            for f in said["facts"]:
                found.setdefault(f["region"], []).append((
                    f["from_ms"], f["to_ms"],
                    f["outcome"] + ("+" if f["blips"] else "")))
            if said["next"] is None:
                return found
            cursor = f"&cursor={said['next']}"

    def exported(self):
        return {line["region"]: [tuple(x) for x in line["line"]]
                for line in self.export() if "facts" in line}


@pytest.fixture
def whole(tmp_path, smtp):
    h = House(tmp_path, smtp, endpoints=["acme/learn"])
    try:
        yield h.start()
    finally:
        h.end()


def cut(line, from_ms, to_ms):
    """The same over a span, what is equal side by side in one."""
    found = []
    for begin, end, what in line:
        begin, end = max(begin, from_ms), min(end, to_ms)
        if begin >= end:
            continue
        if found and found[-1][1:] == (begin, what):
            begin = found.pop()[0]
        found.append((begin, end, what))
    return found


def test_facts_are_those_of_the_accounts(whole):
    h = whole
    outage = h.break_("acme/learn")
    incident = h.wait_page(outage)
    h.take(incident)
    h.heal(outage)
    h.wait_closed(incident)
    healed_ms = house.now_ms()

    def known():
        said = json.loads(h.read("facts?endpoint=acme%2Flearn").text)
        return said.get("as_of_ms", 0) > healed_ms  # or: too often
    helpers.wait_for("all of it to be known", known)
    from_ms = outage.broke[0] - SPAN_MS
    # The last seconds go on while both are asked.
    got = h.facts(from_ms, healed_ms)
    assert set(got) == set(house.REGIONS.values())
    exported = h.exported()
    for region, line in got.items():
        assert line == cut(line, from_ms, healed_ms)  # no gaps, nothing twice
        assert line[0][0] == from_ms and line[-1][1] == healed_ms
        assert [w for _, _, w in line].count("failed") == 1
        # Where it was not the last run any more, exactly.
        sure_ms = outage.healed[0]
        assert cut(line, from_ms, sure_ms) == cut(
            exported[region], from_ms, sure_ms), region
    # The same, one by one.
    assert h.facts(from_ms, healed_ms, 1) == got


def test_many_ask_at_once_and_nobody_else_waits(whole):
    h = whole
    now = house.now_ms()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: h.read(
            f"facts?endpoint=acme%2Flearn&from_ms={now - n * 86_400_000}"
            f"&to_ms={now}").status, range(1, 31)))
    assert set(answers) <= {200, 429, 503}, answers
    assert answers.count(200) > 5, answers
    h.held.add("redis")
    h.kill("redis")
    old = now - 40 * 86_400_000
    asked = h.read(f"facts?endpoint=acme%2Flearn&from_ms={old}"
                   f"&to_ms={old + 86_400_000}")
    assert asked.status == 503 and "cannot be read" in asked.text
    assert asked.headers["Retry-After"] == "1"
    assert h.page("acme").status == 200
