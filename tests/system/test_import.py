"""A client's history as a file: out of one store and into another, the same
bytes; what is no such file changes nothing."""

import base64
import hashlib
import json
import os
import signal
import subprocess

import pytest
import redis as redis_client

import helpers
from commands import Cli, cli  # fixtures
from helpers import utc as at
from test_history import BEGIN, DAY, DOWN, HOUR, NOW, past, record

assert cli and past

GROUP = "sw:{c0}:"
LEARN = "acme/learn"


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def stretch(kind, begin, end, reason):
    return compact({"kind": kind, "from": begin, "to": end, "from_before":
                    begin - 30_000, "to_before": end - 30_000,
                    "reason": reason, "removed": False})


AGREED = [{"from": BEGIN, "sla": "gold", "zone": "Pacific/Auckland",
           "guarantee": 99900, "floor": 95000}]
TERMS = [{"from": BEGIN, "quorum": 2, "interval": 30000, "timeout": 10000,
          "regions": "auckland london", "counts": True}]
WINDOW = {"at": DOWN - DAY, "by": "aroha", "text": "Moodle 5 – más",
          "times": [{"from": DOWN, "to": DOWN + HOUR}]}
CLAIM = {"at": DOWN + DAY, "by": "aroha", "from": DOWN + HOUR,
         "to": DOWN + 2 * HOUR, "reason": "client", "text": "their firewall",
         "claimant": "Kahu", "answers": [
             {"at": DOWN + 2 * DAY, "by": "aroha", "who": "Prof. Ng",
              "consent": "agreed"}]}
NOTES = [{"at": DOWN + DAY, "by": "aroha", "text": "it was the database",
          "cause": "capacity"}]
INCIDENT = {
    "number": 42, "subject": LEARN, "client": "acme", "kind": 0,
    "severity": 1, "opened_ms": DOWN, "since_ms": DOWN,
    "closed_ms": DOWN + 7 * HOUR, "state": "resolved",
    "members": [{"subject": LEARN, "client": "acme", "kind": 0,
                 "severity": 1, "since_ms": DOWN,
                 "until_ms": DOWN + 7 * HOUR}],
    "timeline": [
        {"at_ms": DOWN + 1, "by": "aroha", "text": "only for us"},
        {"at_ms": DOWN + 2, "by": "aroha", "text": "We look into it.",
         "public": True, "state": "identified"}],
    "audiences": [{"client": "acme", "state": 1}]}


def fill(redis):
    """All that "past" has not of a client; and something of others."""
    put = redis.client.hset
    put(GROUP + "terms", mapping={
        "acme": compact(AGREED), LEARN: compact(TERMS),
        "acmes": compact(AGREED), "acmes/learn": compact(TERMS)})
    put(GROUP + "windows", "acme|m-5f0c9a1b22", compact(WINDOW))
    put(GROUP + "exclusions", "acme|x-5f0c9a1b22", compact(CLAIM))
    put(GROUP + "annotations", f"{LEARN}|{DOWN}", compact(NOTES))
    put(GROUP + "states", LEARN, compact({"state": "up", "since": DOWN}))
    put(GROUP + "outages", mapping={
        f"{LEARN}|{DOWN}": stretch("down", DOWN, DOWN + 7 * HOUR,
                                   "http_status"),
        f"acmes/learn|{DOWN}": stretch("down", DOWN, DOWN + 1, "dns")})
    put(GROUP + "voids", f"london|hole|lon-1|{DOWN - HOUR}", DOWN - HOUR + 1)
    put(GROUP + "meta", mapping={
        "schema": 1, "shard_schema": 1, "judged": NOW,
        "settled": NOW - 8 * DAY})
    put(GROUP + "worker", "shards", 1)
    for subject in "acme", LEARN, "akl-1", "acmes", LEARN:
        redis.client.xadd(GROUP + "journal", {"d": compact(
            {"at": DOWN, "what": "corrected", "subject": subject})})
    put("sw:{p}:incidents", "INC-000042", compact(INCIDENT))


def others_gone(redis):
    """What "fill" wrote of another client makes no difference."""
    for key in "terms", "outages":
        for field in redis.client.hkeys(GROUP + key):
            if field.startswith("acmes"):
                redis.client.hdel(GROUP + key, field)


@pytest.fixture
def full(past, redis):
    fill(redis)
    return past


class Elsewhere:
    """Another tree and another Redis."""

    def __init__(self, folder, shards=1):
        folder.mkdir()
        self.cli = Cli(folder)
        self.redis = helpers.Redis(folder).start()
        self.cli.edit(f'redis: "unix:{folder}/none.sock"',
                      f'redis: "{self.redis.address}"\nshards: {shards}')

    def keys(self):
        client = redis_client.Redis(
            unix_socket_path=str(self.redis.socket), decode_responses=True,
            encoding="latin-1")
        return {key: client.hgetall(key) if client.type(key) == "hash"
                else client.xrange(key) if client.type(key) == "stream"
                else client.get(key)
                for key in client.keys()}


@pytest.fixture
def elsewhere(tmp_path):
    made = []

    def make(**options):
        made.append(Elsewhere(tmp_path / f"elsewhere{len(made)}", **options))
        return made[-1]
    yield make
    for e in made:
        e.redis.kill()


def export(cli, client="acme"):
    done = cli("export", client)
    assert done.returncode == 0, done.stderr
    return done.stdout


def body(text):
    """All but the header, whose time is of the export, and the seal."""
    lines = text.splitlines()
    head = json.loads(lines[0])
    assert head.pop("at") > NOW - DAY
    return head, lines[1:-1]


def seal(lines):
    """A file of these lines, as it ought to end."""
    text = "".join(line + "\n" for line in lines)
    return text + compact({
        "lines": len(lines),
        "sha256": hashlib.sha256(text.encode()).hexdigest()}) + "\n"


def figures(cli):
    """Everything an account is told as, of months that are over and not."""
    said = []
    for words in (["account", "acme", "--from", at(BEGIN), "--to", at(NOW)],
                  ["report", "acme", "--from", at(BEGIN), "--to", at(NOW)],
                  ["report", "acme", "--json", "--from", at(BEGIN), "--to",
                   at(NOW)],
                  ["outage", "list", "acme", "--from", at(BEGIN)],
                  ["maintenance", "list", "--all"],
                  ["export", "--from", at(BEGIN), "--to", at(NOW)],
                  ["sla", "history", "acme"]):
        done = cli(*words)
        assert done.returncode == 0, (words, done.stderr)
        # Facts and bookings, in whatever order a hash has them; terms as
        # the tree would have them now.
        said.append(sorted(
            line for line in done.stdout.splitlines()
            if '"facts"' in line or '"booked"' in line)
            if words[0] == "export" else done.stdout)
    return said


def test_round_trip(full, redis, elsewhere, tmp_path):
    text = export(full)
    head, lines = body(text)
    assert head == {"sunwatch": "history", "format": 1, "client": "acme",
                    "shards": 1, "judged": NOW, "settled": NOW - 8 * DAY}
    assert json.loads(text.splitlines()[-1]) == json.loads(
        seal(text.splitlines()[:-1]).splitlines()[-1])
    keys = [json.loads(line)["key"] for line in lines]
    assert {k: keys.count(k) for k in keys} == {
        "terms": 2, "windows": 1, "exclusions": 1, "annotations": 1,
        "states": 1, "outages": 1, "runs": 2, "history": 4, "voids": 1,
        "oldvoids": 1, "incidents": 1, "journal": 3}
    # Nothing of anybody else, and nothing that was only for us.
    assert "acmes" not in text and "only for us" not in text
    assert "We look into it." in text

    file = tmp_path / "acme.jsonl"
    file.write_text(text)
    there = elsewhere()
    dry = there.cli.json("import", file, "--dry-run")
    assert (dry["records"], dry["written"]) == (len(lines), False)
    assert there.keys() == {}
    done = there.cli("import", file)
    assert done.returncode == 0, done.stderr
    assert f"acme: {len(lines)} records were taken into shard 0" in done.stdout
    assert body(export(there.cli)) == (head, lines)
    others_gone(redis)
    assert figures(there.cli) == figures(full)
    assert there.redis.client.get(GROUP + "lease") is None
    note = json.loads(there.redis.client.xrange(GROUP + "journal")[-1][1]["d"])
    assert (note["what"], note["subject"]) == ("imported", "import of acme")

    # Once more is refused, and says why.
    before = there.keys()
    done = there.cli("import", file)
    assert done.returncode == 1
    assert "acme was imported already" in done.stderr
    before[GROUP + "fence"] = there.redis.client.get(GROUP + "fence")
    assert there.keys() == before


def test_a_renamed_client_is_called_so_at_its_new_home(
        full, redis, elsewhere, tmp_path):
    """Records bear the first name for ever, and names come along."""
    redis.client.hset(GROUP + "names", LEARN, compact([
        {"from": DOWN + DAY, "name": "acme/academy"}]))
    redis.client.hset(GROUP + "names", "acmes/learn", compact([
        {"from": DOWN + DAY, "name": "acmes/other"}]))
    text = export(full)
    head, lines = body(text)
    assert [json.loads(line)["field"] for line in lines
            if json.loads(line)["key"] == "names"] == [LEARN]
    assert "acmes" not in text
    file = tmp_path / "acme.jsonl"
    file.write_text(text)
    there = elsewhere()
    done = there.cli("import", file)
    assert done.returncode == 0, done.stderr
    assert body(export(there.cli)) == (head, lines)
    others_gone(redis)
    redis.client.hdel(GROUP + "names", "acmes/learn")
    assert figures(there.cli) == figures(full)
    for who in full, there.cli:
        downs = who.json("outage", "list", "acme", "--from",
                         at(BEGIN))["outages"]
        assert {o["endpoint"] for o in downs} == {"acme/academy"}
    # A name that is none is refused before anything is written.
    bad = [line.replace("acme/academy", "birch/academy")
           for line in text.splitlines()[:-1]]
    file.write_text(seal(bad))
    third = elsewhere()
    done = third.cli("import", file)
    assert done.returncode == 1 and "names: unreadable" in done.stderr
    assert third.keys() == {}


def test_into_other_shards_and_back(full, redis, elsewhere, tmp_path):
    file, back = tmp_path / "one.jsonl", tmp_path / "four.jsonl"
    file.write_text(export(full))
    four, one = elsewhere(shards=4), elsewhere()
    done = four.cli("import", file)
    assert done.returncode == 0, done.stderr
    shard = next(n for n in range(4)
                 if four.redis.client.exists(f"sw:{{c{n}}}:terms"))
    assert four.redis.client.hget(f"sw:{{c{shard}}}:worker", "shards") == "4"
    others_gone(redis)
    assert figures(four.cli) == figures(full)
    text = export(four.cli)
    head, lines = body(text)
    assert head["shards"] == 4
    assert lines == body(file.read_text())[1]
    back.write_text(text)
    assert one.cli("import", back).returncode == 0
    assert body(export(one.cli)) == body(file.read_text())


def test_killed_and_again(full, elsewhere, tmp_path):
    file = tmp_path / "acme.jsonl"
    lines = export(full).splitlines()[:-1]
    # More than one batch of the journal, where order is all there is.
    lines += [compact({"key": "journal", "value": {
        "at": n, "what": "corrected", "subject": LEARN}})
        for n in range(2500)]
    file.write_text(seal(lines))
    for point in ("import-leased", "import-batch", "import-batch:2",
                  "import-batch:3", "import-last"):
        there = elsewhere()
        env = {**os.environ, "SUNWATCH_CRASH": point,
               "SUNWATCH_COMMAND_LEASE_MS": "1000"}
        dead = subprocess.run(
            [helpers.BIN / "sunwatch", "import", file, "--conf",
             there.cli.conf], env=env, capture_output=True, timeout=60,
            check=False)
        assert dead.returncode == -signal.SIGKILL, (point, dead.stderr)
        if point == "import-batch:2":
            check_nobody_evaluates(there)
            other = tmp_path / "other.jsonl"
            other.write_text(seal(lines[:-1]))
            done = there.cli("import", other)
            assert done.returncode == 1
            assert "another file of acme was begun" in done.stderr
        # The lease of the dead one is waited for.
        done = there.cli("import", file)
        assert done.returncode == 0, done.stderr
        assert body(export(there.cli))[1] == lines[1:]


def check_nobody_evaluates(there):
    """Half a history is not taken for one."""
    p = helpers.Program("collector", [
        helpers.BIN / "sunwatch-collector", "--role", "evaluate", "-f",
        there.cli.conf], there.cli.folder)
    p.start(SUNWATCH_LEASE_MS="1500")
    try:
        p.wait_log("the import of acme was begun and is not finished")
    finally:
        p.stop()


def test_what_is_no_history_changes_nothing(full, elsewhere, tmp_path):
    lines = export(full).splitlines()[:-1]
    file, there = tmp_path / "wrong.jsonl", elsewhere()
    number = next(n for n, line in enumerate(lines) if '"runs"' in line)
    terms = next(n for n, line in enumerate(lines) if '"quorum"' in line)

    def changed(n, old, new):
        assert old in lines[n]
        return seal([*lines[:n], lines[n].replace(old, new), *lines[n + 1:]])

    for text, why in (
            ("", "line 1: the file is cut off"),
            ("{}\n", "line 1: not the history of a client"),
            (seal([]), "line 1: the file is empty"),
            ("\n".join(lines[:5]) + "\n", "line 6: the file is cut off"),
            (seal(lines)[:-30], f"line {len(lines) + 1}: the file is cut"),
            (seal(lines) + " ", f"line {len(lines) + 1}: something stands"),
            (seal(lines).replace("more", "less").replace("auckland", "akl"),
             ""),
            (seal(lines).replace('"lines":', '"lines":1'),
             "lines are missing"),
            (seal([*lines[:3], lines[3], *lines[3:]]),
             "line 5: field: there before, or not in order"),
            (seal([*lines[:3], *lines[4:], lines[3]]), "key: not in its"),
            (seal([lines[0].replace('"format":1', '"format":2')]),
             "line 1: format: made by another version"),
            (seal([lines[0].replace('"acme"', '"ac/me"')]),
             "line 1: client: not a name"),
            (seal([lines[0].replace('"acme"', '"birch"'), *lines[1:]]),
             "line 2: field: of another client"),
            (changed(terms, '"quorum":2', '"quorum":"2"'),
             f"line {terms + 1}: quorum: expected a whole number"),
            (changed(number, "auckland", "a b"), "field: no name"),
            (changed(number, "[[1", "[[2"), f"line {number + 1}: runs:"),
            (changed(number, '"ok"', '"fine"'), f"line {number + 1}: runs:"),
            (changed(number, '"runs":', '"bytes":'), "bytes: expected base64"),
            (seal([*lines, '{"key":"poison","field":"acme|x","value":1}']),
             "key: there is none of that name"),
            (seal([*lines, '{"key":"journal","value":{"at":1,"what":"x",'
                           '"subject":"birch/learn"}}']),
             "journal: about somebody else"),
            (seal([*lines, "[" * 100_000]), "not an object"),
            (seal([*lines, "{" + " " * (1 << 24)]), "line is too long")):
        file.write_text(text)
        done = there.cli("import", file)
        assert done.returncode == 1, text[:300]
        assert why in done.stderr
        assert done.stdout == ""
        assert there.keys() == {}
    done = there.cli("import", tmp_path)
    assert done.returncode == 1
    assert "no file: it is read twice" in done.stderr


def test_who_is_in_the_way(full, elsewhere, tmp_path):
    file = tmp_path / "acme.jsonl"
    file.write_text(export(full))

    def refused(there, why):
        before = there.keys()
        done = there.cli("import", file)
        assert done.returncode == 1
        assert why in done.stderr
        after = there.keys()
        # That it was taken and given back is all that is left of it.
        for key in "fence", "meta":
            before[GROUP + key] = after[GROUP + key] = None
        assert after == before

    there = elsewhere()
    there.redis.client.hset(GROUP + "states", LEARN, "{}")
    refused(there, "there is a history of acme already (sw:{c0}:states)")
    there = elsewhere()
    there.redis.client.hset(GROUP + "worker", "shards", 4)
    refused(there, "the store was begun with shards: 4")
    there = elsewhere()
    there.redis.client.hset(GROUP + "worker", "holder", "123 kea")
    there.redis.client.set(GROUP + "lease", "somebody")
    refused(there, "shard 0 is evaluated by process 123 on kea")
    # A region that was blind for this client, and not for others.
    there = elsewhere()
    there.redis.client.hset(
        GROUP + "history", f"birch/learn|london|{BEGIN // (6 * HOUR)}",
        record(BEGIN, NOW, 0))
    refused(there, "london|hole|lon-1")
    # And the other way round.
    there = elsewhere()
    there.redis.client.hset(
        GROUP + "oldvoids", f"london|blind|lon-7|{DOWN}", DOWN + 1)
    refused(there, f"london|blind|lon-7|{DOWN} is not in the file")
    # One that was over before concerns nobody.
    there = elsewhere()
    there.redis.client.hset(
        GROUP + "oldvoids", f"london|blind|lon-7|{BEGIN - 3 * DAY}",
        BEGIN - 2 * DAY)
    assert there.cli("import", file).returncode == 0


def test_export_of_nobody(full, redis):
    done = full("export", "acmo")
    assert done.returncode == 1
    assert 'did you mean "acme"?' in done.stderr
    for words in ["ac*"], ["acme", "--from", "-1h"]:
        assert full("export", *words).returncode == 2
    # What evaluate could not read is not passed on.
    redis.client.hset(GROUP + "outages", f"{LEARN}|7", "{}")
    done = full("export", "acme")
    assert done.returncode == 1
    assert f"outages {LEARN}|7: " in done.stderr


def test_bytes_that_are_no_json_come_back(full, redis, elsewhere, tmp_path):
    """A record that was written with blanks in it stays as it is."""
    value = json.dumps(TERMS)
    redis.client.hset(GROUP + "terms", LEARN, value)
    text = export(full)
    line = next(json.loads(line) for line in text.splitlines()
                if '"bytes"' in line)
    assert base64.b64decode(line["bytes"]).decode() == value
    file, there = tmp_path / "acme.jsonl", elsewhere()
    file.write_text(text)
    assert there.cli("import", file).returncode == 0
    assert there.redis.client.hget(GROUP + "terms", LEARN) == value


@pytest.mark.parametrize("key", ["worker", "imports"])
def test_what_cannot_be_read_is_not_absent(full, elsewhere, tmp_path, key):
    """How many shards the store has, and whether an import was begun, were
    "nothing of it" when the question failed."""
    file = tmp_path / "acme.jsonl"
    file.write_text(export(full))
    there = elsewhere()
    there.redis.client.set(GROUP + key, "no hash")
    done = there.cli("import", file, "--dry-run")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Redis cannot be read" in done.stderr
