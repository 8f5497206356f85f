"""Final reports: stored once, corrected when a figure changed, never twice."""

import calendar
import hashlib
import json
import os
import subprocess
import time

import pytest

import helpers
from commands import cli  # fixtures

assert cli

C0, P, R = "sw:{c0}:", "sw:{p}:", "sw:{r}:"


def ms(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%MZ")) * 1000


def outage(redis, begin, seconds):
    start = ms(begin)
    redis.client.hset(f"{C0}outages", f"acme/learn|{start}", json.dumps({
        "kind": "down", "from": start, "to": start + seconds * 1000,
        "from_before": start, "to_before": start + seconds * 1000,
        "reason": "dns", "removed": False}))


def journal(redis, group, text):
    return redis.client.xadd(f"{group}journal", {"d": json.dumps({
        "at": 1, "what": text})})


@pytest.fixture
def kahu(cli, redis):
    """acme since the 10th of January 2026, evaluated as far as in March."""
    cli.edit(f'redis: "unix:{cli.folder}/none.sock"',
             f'redis: "{redis.address}"')
    begin = ms("2026-01-10T00:00Z")
    redis.client.hset(f"{C0}terms", mapping={
        "acme": json.dumps([{"from": begin, "sla": "gold", "zone": "UTC",
                             "guarantee": 99900, "floor": 0}]),
        "acme/learn": json.dumps([{
            "from": begin, "quorum": 2, "interval": 30_000,
            "timeout": 10_000, "regions": "a b", "counts": True}])})
    redis.client.hset(f"{C0}meta", "judged", ms("2026-03-02T00:00Z"))
    outage(redis, "2026-02-03T10:00Z", 600)
    for n in range(3):
        journal(redis, C0, f"terms {n}")
    journal(redis, P, "opened")
    return cli


def publish(kahu, *options, **env):
    """Its answer; with what goes wrong in the environment, its end."""
    args = [helpers.BIN / "sunwatch", "publish", "--conf", kahu.conf,
            "--json", *options]
    done = subprocess.run([str(a) for a in args], text=True, timeout=30,
                          capture_output=True, check=False,
                          env={**os.environ, **env})
    if env:
        return done
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def versions(redis, month):
    return json.loads(redis.client.hget(f"{R}reports", f"acme|{month}")
                      or "[]")


def body(redis, month, version):
    return redis.client.hget(f"{R}bodies", f"acme|{month}|{version}|0")


def everything(redis):
    """All keys of the group but the lease, as they stand."""
    raw = {}
    for key in redis.client.keys(f"{R}*"):
        name = key if isinstance(key, str) else key.decode()
        if name not in (f"{R}lease", f"{R}fence"):
            raw[name] = redis.client.execute_command("DUMP", name,
                                                     NEVER_DECODE=True)
    return raw


def test_that_redis_was_there_was_said_before_the_answer(kahu):
    done = kahu("publish")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("acme 2026-01: version 1 is stored")


def test_what_is_final_is_stored_once(kahu, redis):
    rehearsed = publish(kahu, "--dry-run")
    assert rehearsed["written"] is False
    assert not redis.client.exists(f"{R}meta")
    done = publish(kahu)
    assert [(r["period"], r["version"]) for r in done["reports"]] == [
        ("2026-01", 1), ("2026-02", 1)]
    assert done["reports"] == rehearsed["reports"]
    assert done["waiting"][0] == {"client": "acme", "period": "2026-03",
                                  "evaluated_to": "2026-03-02T00:00:00Z"}
    assert [(s["number"], s["reports"], s["entries"])
            for s in done["seals"]] == [(1, 2, 4)]
    stored, = versions(redis, "2026-02")
    text = body(redis, "2026-02", 1)
    assert hashlib.sha256(text.encode()).hexdigest() == stored["hash"]
    assert len(text.encode()) == stored["bytes"]
    report = json.loads(text)
    assert report["final"] == {
        "version": 1, "from": "2026-03-05T00:00:00Z", "replaces": None,
        "differences": [], "words": []}
    assert report["figures"]["sum"]["down_s"] == 600
    path = kahu.folder / "report.json"
    path.write_text(text)
    assert kahu("verify", path, conf=False).returncode == 0

    before = everything(redis)
    again = publish(kahu)
    assert (again["reports"], again["seals"]) == ([], [])
    assert everything(redis) == before


def test_a_changed_figure_makes_another_version(kahu, redis):
    publish(kahu)
    # Somebody names a cause: a fact, and no figure.
    redis.client.hset(f"{C0}annotations",
                      f"acme/learn|{ms('2026-02-03T10:00Z')}",
                      json.dumps([{"at": 1, "by": "maya", "cause": "disk"}]))
    assert publish(kahu)["reports"] == []
    # That has been seen: from then on nothing is counted or written.
    before = everything(redis)
    assert publish(kahu)["reports"] == []
    assert everything(redis) == before
    assert json.loads(redis.client.hget(f"{R}reports", "acme|2026-02"))[0][
        "seen"]
    outage(redis, "2026-02-20T10:00Z", 6000)
    told, = publish(kahu)["reports"]
    assert (told["period"], told["version"]) == ("2026-02", 2)
    assert told["changed"][:3] == [
        "the verdict was met, is missed", "down was 600 s, is 6600 s",
        "uptime was 99.9751 %, is 99.7271 %"]
    first, second = versions(redis, "2026-02")
    report = json.loads(body(redis, "2026-02", 2))
    assert report["final"]["replaces"] == first["hash"]
    assert {"path": "figures.sum.down_s", "stands": 600,
            "should_be": 6600} in report["final"]["differences"]
    assert hashlib.sha256(body(redis, "2026-02", 1).encode()).hexdigest() \
        == first["hash"], "both are kept"
    assert second["version"] == 2
    assert publish(kahu)["reports"] == []


def test_the_seal_covers_reports_and_journals(kahu, redis):
    publish(kahu)
    text = redis.client.hget(f"{R}seals", "1")
    seal = json.loads(text)
    assert [(r["client"], r["month"], r["version"], r["hash"])
            for r in seal["reports"]] == [
        ("acme", m, 1, versions(redis, m)[0]["hash"])
        for m in ("2026-01", "2026-02")]
    for stretch, group in zip(seal["journals"], (C0, P), strict=True):
        entries = redis.client.xrange(f"{group}journal")
        salts = redis.client.execute_command(
            "HGET", f"{R}salts", f"{stretch['journal']}|{stretch['to']}",
            NEVER_DECODE=True)
        assert len(salts) == 16 * len(entries)
        listed = b""
        for n, (i, fields) in enumerate(entries):
            once = hashlib.sha256(fields["d"].encode())
            listed += (
                int(i.split("-")[0]).to_bytes(8, "big") +
                int(i.split("-")[1]).to_bytes(8, "big") + once.digest() +
                hashlib.sha256(salts[16 * n:16 * n + 16] +
                               once.hexdigest().encode()).digest())
        assert stretch["hash"] == hashlib.sha256(listed).hexdigest()
        assert (stretch["after"], stretch["to"], stretch["entries"]) == (
            "0-0", entries[-1][0], len(entries))

    # The next one names it, and goes on where it ended.
    outage(redis, "2026-02-20T10:00Z", 6000)
    entry = journal(redis, C0, "corrected")
    publish(kahu)
    second = json.loads(redis.client.hget(f"{R}seals", "2"))
    assert second["previous"] == hashlib.sha256(text.encode()).hexdigest()
    assert [(j["journal"], j["after"], j["to"], j["entries"])
            for j in second["journals"]] == [
        ("c0", seal["journals"][0]["to"], entry, 1)]


def test_journals_are_sealed_once_a_day(kahu, redis):
    publish(kahu)
    journal(redis, C0, "more")
    assert publish(kahu)["seals"] == []
    sealed = int(redis.client.hget(f"{R}meta", "sealed"))
    redis.client.hset(f"{R}meta", "sealed", sealed - 86_400_000)
    seal, = publish(kahu)["seals"]
    assert (seal["reports"], seal["entries"]) == (0, 1)
    redis.client.hset(f"{R}meta", "sealed", sealed - 86_400_000)
    assert publish(kahu)["seals"] == [], "nothing has grown"


def test_many_entries_are_several_seals(kahu, redis):
    pipe = redis.client.pipeline()
    for n in range(10_001):
        pipe.xadd(f"{C0}journal", {"d": str(n)})
    pipe.execute()
    seals = publish(kahu)["seals"]
    assert [s["entries"] for s in seals] == [10_000, 5]


@pytest.mark.parametrize("point", ["publish-before-commit",
                                   "publish-after-commit"])
def test_a_crash_is_harmless(kahu, redis, point):
    whole = everything_after_a_whole_run(kahu, redis)
    died = publish(kahu, SUNWATCH_CRASH=point)
    assert died.returncode == -9
    # Its lease is still there: nobody else writes.
    assert "busy" in publish(kahu)
    redis.client.delete(f"{R}lease")
    publish(kahu)
    assert [versions(redis, m)[0]["hash"] for m in ("2026-01", "2026-02")] \
        == whole
    assert redis.client.hget(f"{R}meta", "seals") == "1"
    for month in ("2026-01", "2026-02"):
        assert len(versions(redis, month)) == 1


def everything_after_a_whole_run(kahu, redis):
    """The hashes of both reports; and all of it forgotten again."""
    publish(kahu)
    hashes = [versions(redis, m)[0]["hash"] for m in ("2026-01", "2026-02")]
    redis.client.delete(*redis.client.keys(f"{R}*"))
    return hashes


def test_a_second_publisher_does_nothing(kahu, redis):
    redis.client.set(f"{R}lease", "another", px=60_000)
    done = kahu("publish")
    assert (done.returncode, done.stdout) == (
        0, "another publisher is at work\n")
    assert redis.client.keys(f"{R}*") == [f"{R}lease"]


def test_two_at_the_same_time_write_once(kahu, redis):
    args = [helpers.BIN / "sunwatch", "publish", "--json", "--conf", kahu.conf]
    both = [subprocess.Popen([str(a) for a in args], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)]
    said = [json.loads(p.communicate(timeout=30)[0]) for p in both]
    assert [p.returncode for p in both] == [0, 0]
    assert sorted(len(s["reports"]) for s in said) == [0, 2]
    assert redis.client.hget(f"{R}meta", "seals") == "1"
    assert [len(versions(redis, m)) for m in ("2026-01", "2026-02")] == [1, 1]
    assert not redis.client.exists(f"{R}lease")


def test_a_newer_program_has_written(kahu, redis):
    redis.client.hset(f"{R}meta", "schema", "2")
    done = kahu("publish")
    assert done.returncode == 1
    assert "a newer program has written reports here" in done.stderr
    assert redis.client.hgetall(f"{R}meta") == {"schema": "2"}


def test_what_cannot_be_read_gets_no_report(kahu, redis):
    redis.client.hset(f"{C0}outages", "acme/learn|7", "{")
    done = kahu("publish")
    assert done.returncode == 1
    assert "acme: 1 records cannot be read" in done.stderr
    assert not redis.client.exists(f"{R}reports")


def test_no_answer_is_not_that_there_is_none(kahu, redis):
    """Or a report that is stored would be version 1 once more."""
    publish(kahu)
    redis.client.rename(f"{R}reports", "elsewhere")
    redis.client.set(f"{R}reports", "an error to whoever asks for a field")
    before = everything(redis)
    done = kahu("publish")
    assert done.returncode == 1
    assert "acme 2026-02: Redis cannot be read" in done.stderr
    assert everything(redis) == before
    done = kahu("report", "acme", "--month", "2026-02")
    assert (done.returncode, done.stdout) == (1, "")
    assert "acme 2026-02: Redis cannot be read" in done.stderr


def test_only_what_is_asked_for(kahu, redis):
    done = publish(kahu, "--period", "2026-01", "--client", "acme")
    assert [r["period"] for r in done["reports"]] == ["2026-01"]
    assert publish(kahu, "--client", "nobody")["reports"] == []
    done = publish(kahu, "--at", "2026-03-04T23:59:59Z", "--dry-run")
    assert (done["reports"], done["waiting"]) == ([], [])
    done = publish(kahu, "--at", "2026-03-05T00:00:00Z")
    assert [r["period"] for r in done["reports"]] == ["2026-02"]
    for words in (["--month", "2026-13"], ["--at", "+1h"], ["--at", "x"]):
        done = kahu("publish", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr


def test_a_large_report_has_several_parts(kahu, redis):
    """4,000 outages are more than a megabyte; a crash between the parts
    leaves nothing that counts."""
    start = ms("2026-02-04T00:00Z")
    redis.client.hset(f"{C0}outages", mapping={
        f"acme/learn|{start + n * 300_000}": json.dumps({
            "kind": "down", "from": start + n * 300_000,
            "to": start + n * 300_000 + 1000, "reason": "dns",
            "from_before": start + n * 300_000,
            "to_before": start + n * 300_000 + 1000, "removed": False})
        for n in range(4000)})
    died = publish(kahu, SUNWATCH_CRASH="publish-after-commit:1")
    assert died.returncode == -9
    assert body(redis, "2026-02", 1)
    assert not redis.client.exists(f"{R}reports")
    redis.client.delete(f"{R}lease")
    publish(kahu)
    stored, = versions(redis, "2026-02")
    parts = [redis.client.hget(f"{R}bodies", f"acme|2026-02|1|{n}")
             for n in range(-(-stored["bytes"] // 1_000_000))]
    assert len(parts) > 1
    text = "".join(parts)
    assert hashlib.sha256(text.encode()).hexdigest() == stored["hash"]


def test_what_gets_no_report_was_called_preliminary(kahu):
    ask = ["report", "acme", "--month", "2025-09"]
    said = kahu(*ask).stdout
    assert "Nothing was agreed in this period." in said
    assert "Preliminary" not in said
    assert "preliminary_until" not in kahu.json(*ask)


def test_what_is_final_is_shown_as_it_was_stored(kahu, redis):
    assert "Preliminary; final from 2026-03-05 00:00:00 UTC on" in kahu(
        "report", "acme", "--month", "2026-02").stdout
    assert kahu.json("report", "acme", "--month", "2026-02")[
        "preliminary_until"] == "2026-03-05T00:00:00Z"
    assert kahu("report", "acme", "--list").stdout == \
        "no report is final yet\n"
    publish(kahu)
    outage(redis, "2026-02-20T10:00Z", 6000)
    show = ["report", "acme", "--month", "2026-02"]
    assert kahu(*show, "--json").stdout == body(redis, "2026-02", 1)
    computed = kahu.json(*show, "--computed")
    assert computed["figures"]["sum"]["down_s"] == 6600
    assert "preliminary_until" not in computed and "final" not in computed
    publish(kahu)
    assert kahu(*show, "--json").stdout == body(redis, "2026-02", 2)
    assert kahu(*show, "--json", "--version", "1").stdout == \
        body(redis, "2026-02", 1)
    hashes = [v["hash"] for v in versions(redis, "2026-02")]
    said = kahu(*show).stdout
    assert (f"Final, version 2; final from 2026-03-05 00:00:00 UTC on; "
            f"replaces the report {hashes[0]}\n"
            "  changed: the verdict was met, is missed\n") in said
    assert "<li>down was 600 s, is 6600 s</li>" in kahu(*show,
                                                        "--html").stdout
    assert "\nchanged,,," in kahu(*show, "--csv").stdout
    done = kahu(*show, "--version", "3")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no version 3 of acme 2026-02" in done.stderr
    listed = kahu.json("report", "acme", "--list")["reports"]
    assert [(r["period"], r["version"], r["hash"]) for r in listed[1:]] == [
        ("2026-02", n + 1, h) for n, h in enumerate(hashes)]
    done = kahu(*show, "--json", "--signature", kahu.folder / "sig")
    assert (done.returncode, done.stdout) == (1, "")
    assert "this report is not signed" in done.stderr


def test_who_has_left_has_reports(kahu, redis):
    publish(kahu)
    kahu.edit("name: acme", "name: birch")
    assert kahu("report", "acme", "--month", "2026-02", "--json").stdout == \
        body(redis, "2026-02", 1)
    assert len(kahu.json("report", "acme", "--list")["reports"]) == 2
    assert kahu("report", "acme", "--month", "2026-03").returncode == 1
    outage(redis, "2026-02-20T10:00Z", 6000)
    assert [r["version"] for r in publish(kahu)["reports"]] == [2]


def test_doctor_says_what_is_overdue(kahu, redis):
    def finding():
        found = [f for f in json.loads(kahu("doctor", "--json").stdout)[
            "findings"] if f["what"] == "reports"]
        return found[0]["finding"], found[0]["text"]
    how, text = finding()
    assert how == "BAD"
    assert text.startswith("10 are overdue, the first acme 2026-01, final "
                           "since 2026-02-05T00:00:00Z; is ")
    publish(kahu)
    how, text = finding()
    assert how == "BAD"
    assert ("8 are overdue, the first acme 2026-03, final since "
            "2026-04-05T00:00:00Z, but evaluated only as far as "
            "2026-03-02T00:00:00Z") in text
    terms = json.loads(redis.client.hget(f"{C0}terms", "acme"))
    terms.append({**terms[0], "from": ms("2026-03-01T00:00Z"),
                  "ended": "removed"})
    redis.client.hset(f"{C0}terms", "acme", json.dumps(terms))
    assert finding() == ("good", "all 2 that are final are stored")
    redis.client.delete(f"{C0}terms")
    assert finding() == ("good", "none is final yet")


def test_doctor_says_when_the_chain_does_not_go_on(kahu, redis):
    def finding():
        found = [f for f in json.loads(kahu("doctor", "--json").stdout)[
            "findings"] if f["what"] == "chain"]
        return [(f["finding"], f["text"][:40]) for f in found]
    assert finding() == []
    publish(kahu)
    (how, text), = finding()
    assert (how, text[:22]) == ("good", "1 seals, the last of 2")
    journal(redis, C0, "today")
    assert finding()[0][0] == "good"
    redis.client.delete(f"{P}journal")
    redis.client.xadd(f"{P}journal", {"d": "old"}, id="1000-0")
    redis.client.hset(f"{R}meta", "end|p", "999-0")
    assert finding() == [
        ("look", "journals have grown for over a day since")]


def test_periods_of_the_contract_have_reports_besides(kahu, redis):
    begin = ms("2025-10-10T00:00Z")
    redis.client.hset(f"{C0}terms", mapping={
        "acme": json.dumps([
            {"from": begin, "sla": "gold", "zone": "UTC", "guarantee": 99900,
             "floor": 0, "terms": {"period": "quarter"}},
            {"from": ms("2025-12-31T20:00Z"), "sla": "gold",
             "zone": "Pacific/Auckland", "guarantee": 99900, "floor": 0,
             "terms": {"period": "year"}}]),
        "acme/learn": json.dumps([{
            "from": begin, "quorum": 2, "interval": 30_000,
            "timeout": 10_000, "regions": "a b", "counts": True}])})
    names = [r["period"] for r in publish(kahu)["reports"]]
    assert names == ["2025-10", "2025-11", "2025-12", "2025-Q4", "2026-01",
                     "2026-02"]
    assert publish(kahu)["reports"] == []
    shown = kahu("report", "acme", "--quarter", "2025-Q4", "--json")
    quarter = json.loads(shown.stdout)
    assert quarter["final"]["version"] == 1
    # In Auckland it was the new year when the contract moved there.
    assert quarter["facts"]["period"] == {
        "quarter": "2025-Q4", "from": "2025-10-01T00:00:00Z",
        "to": "2025-12-31T20:00:00Z"}
    assert shown.stdout == kahu("report", "acme", "--period", "2025-Q4",
                                "--json").stdout
    january = json.loads(body(redis, "2026-01", 1))
    assert january["facts"]["period"] == {
        "month": "2026-01", "from": "2025-12-31T20:00:00Z",
        "to": "2026-01-31T11:00:00Z"}
    path = kahu.folder / "report.json"
    path.write_text(body(redis, "2026-01", 1))
    assert kahu("verify", path, conf=False).returncode == 0
    assert kahu("verify", "--chain").returncode == 0
    listed = json.loads(kahu("report", "acme", "--list", "--json").stdout)
    assert sorted(names) == [r["period"] for r in listed["reports"]]
    year = json.loads(kahu("report", "acme", "--period", "2026-02-03",
                           "--json").stdout)
    assert year["facts"]["period"]["year"] == "2026"
    assert year["preliminary_until"] == "2027-01-04T11:00:00Z"
    for wrong in (["--month", "2026-Q1"], ["--quarter", "2026-01"],
                  ["--period", "1969-12-31"], ["--year", "2026-13"]):
        assert kahu("report", "acme", *wrong).returncode == 2


def test_nobody_had_no_reports_yet(kahu, redis):
    """A client's name that is misspelt was answered as if there were one."""
    done = kahu("report", "acmo", "--list")
    assert (done.returncode, done.stdout) == (1, "")
    assert 'did you mean "acme"?' in done.stderr
    done = kahu("report", "acme", "--list")
    assert (done.returncode, done.stdout) == (0, "no report is final yet\n")
    # One that has left the tree has its reports all the same.
    redis.client.hset(f"{R}reports", "birch|2026-01", json.dumps([{
        "version": 1, "made": 1, "bytes": 3, "hash": "a" * 64,
        "facts": "b" * 64}]))
    done = kahu("report", "birch", "--list")
    assert done.returncode == 0
    assert done.stdout.startswith("2026-01  version 1")


def test_another_number_of_shards_is_refused(kahu, redis):
    redis.client.hset(f"{C0}worker", "shards", 4)
    for command in (["publish"], ["verify", "--chain"]):
        done = kahu(*command)
        assert done.returncode == 1
        assert "the store was begun with shards: 4" in done.stderr
    assert not redis.client.exists(f"{R}meta")
