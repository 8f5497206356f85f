"""Names of people go from what is kept, and nothing else does."""

import json

import pytest

import helpers
from collector import Collector, now_ms
from helpers import utc as at, wait_for
from test_maintenance import listen, run

GROUP = "sw:{c0}:"
DAY = 86_400_000


@pytest.fixture
def said(program, redis, tmp_path):
    """A collector to which people have said things; and its chain."""
    c = listen(Collector(program, tmp_path, redis).start().evaluating())
    run(c, "maintenance", "announce", "acme/learn", "--from", "+7d", "--for",
        "2h", "--text", "Moodle 5", "--as", "aroha")
    run(c, "outage", "exclude", "acme", "--from", "-2h", "--to", "-1h",
        "--reason", "client", "--text", "their firewall", "--claimant",
        "Kahu", "--as", "tom")
    claim = next(iter(redis.client.hgetall(GROUP + "exclusions")))
    run(c, "outage", "agree", claim.split("|")[1], "--who", "Dean Ng")
    run(c, "publish")
    return c


def journal(redis):
    return [json.loads(fields["d"])
            for _, fields in redis.client.xrange(GROUP + "journal")]


def stored(redis):
    return json.dumps([redis.client.hgetall(GROUP + key) for key in
                       ("windows", "exclusions", "annotations")] +
                      journal(redis))


def told(c, begin, end):
    """What figures, reports and facts are, in bytes."""
    period = ["--from", at(begin), "--to", at(end)]
    export = run(c, "export", *period).splitlines()
    return [run(c, "account", "acme", *period),
            run(c, "report", "acme", "--json", *period),
            run(c, "report", "acme", "--text", *period),
            sorted(line for line in export if "facts" in line or
                   "booked" in line)]


def chain(c):
    return json.loads(run(c, "verify", "--chain", "--json"))


def test_names_go_and_nothing_else(said, redis):
    end = now_ms() // 1000 * 1000
    begin = end - 3 * 3600 * 1000
    before = told(said, begin, end)
    assert all(name in stored(redis) for name in ("aroha", "tom", "Dean Ng"))
    entries = len(journal(redis))
    names = [e for e in journal(redis) if "by" in e]
    assert len(names) >= 3
    counted = json.loads(run(said, "erase", "--before", "now", "--dry-run",
                             "--json"))
    assert counted["records"] == 2
    assert counted["entries"] == len(names)
    assert len(journal(redis)) == entries

    answer = run(said, "erase", "--before", "now", "--person", "Dean Ng")
    assert "names are erased from 1 records" in answer
    wait_for("his name to be gone", lambda: "Dean Ng" not in stored(redis))
    assert "aroha" in stored(redis) and "tom" in stored(redis)
    answer = run(said, "erase", "--before", "now")
    assert "names are erased from 2 records" in answer
    wait_for("all names to be gone", lambda: not any(
        name in stored(redis) for name in ("aroha", "tom")))
    assert "erased-1" in stored(redis)

    # Every entry is still there, at its instant; what went is told.
    now = journal(redis)
    for entry in names:
        entry = {k: v for k, v in entry.items() if k not in ("by", "who")}
        assert any(entry == {k: v for k, v in e.items()
                             if k not in ("by", "who", "stood")}
                   for e in now), entry
    assert [e["what"] for e in now].count("names erased") == 2
    assert told(said, begin, end) == before

    # The chain holds, and says that it took place.
    run(said, "publish")
    seen = chain(said)
    text = run(said, "verify", "--chain")
    assert "were replaced since, and only names differ" in text
    assert "names of people were erased (only its names differ" in text
    assert seen["same"] and seen["replaced"] >= len(names)

    # Nothing is found again, and a restart changes nothing.
    counted = json.loads(run(said, "erase", "--before", at(end), "--dry-run",
                             "--json"))
    assert counted == {"records": 0, "entries": 0}


def test_what_was_imported_goes_by_its_own_instant(said, redis):
    """Its id is of today, and it says that it is of long ago."""
    old = now_ms() - 500 * DAY
    redis.client.xadd(GROUP + "journal", {"d": json.dumps(
        {"at": old, "what": "claimed", "by": "wiremu"})})
    counted = json.loads(run(said, "erase", "--before", "-100d", "--dry-run",
                             "--json"))
    assert counted == {"records": 0, "entries": 1}
    run(said, "erase", "--before", "-100d")
    wait_for("the name to be gone", lambda: "wiremu" not in stored(redis))
    assert all(name in stored(redis) for name in ("aroha", "tom"))


def test_what_is_no_order_is_refused(said):
    def refused(*words):
        done = helpers.subprocess.run(
            [str(a) for a in (helpers.BIN / "sunwatch", "erase", *words,
                              "--conf", said.path)], text=True,
            capture_output=True, timeout=30, check=False)
        assert done.returncode != 0
        return done.stderr

    assert "it has not come yet" in refused("--before", "+2h")
    assert '"yesterday" is not a time' in refused("--before", "yesterday")
    assert "name: longer than" in refused("--before", "now", "--person", "x" * 100)
