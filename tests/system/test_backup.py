"""A backup of everything, and a house that stands again from it."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time

import pytest
import redis as redis_client

import helpers
import house
from commands import cli  # fixtures
from helpers import utc as at, wait_for
from test_history import past
from test_import import Elsewhere, compact, elsewhere, full, seal

assert cli and past and elsewhere and full

GROUP = "sw:{c0}:"


def keys_of(there):
    """What a backup keeps; fences rise with each taking."""
    return {k: v for k, v in there.keys().items()
            if not k.endswith("lease") and not k.startswith("sw:{a}") and
            not k.endswith("fence")}


@pytest.fixture
def filled(full, redis, elsewhere):
    """All types of keys, bytes of all kinds, an empty stream, a lease."""
    client = redis.client
    client.set(GROUP + "appended", 12345)
    client.set(GROUP + "fence", 7)
    client.set(GROUP + "lease", "somebody", px=60_000)
    client.set("sw:{p}:fence", 3)
    client.hset("sw:{p}:meta", "secret", "hush")
    client.hset("sw:{a}:live", "pager", 1)
    client.hset(GROUP + "history", mapping={
        f"birch/e{n}|auckland|{n}": bytes([n % 256, 0, 255]) * 5
        for n in range(3000)})
    raw = redis_client.Redis(unix_socket_path=str(redis.socket))
    for n in range(1200):
        raw.xadd(GROUP + "in", {"d": os.urandom(40)}, id=f"{1000 + n}-{n % 3}")
    for n in range(1100):
        client.xadd(GROUP + "journal", {"d": f"line {n} – é"})
    client.xadd(GROUP + "out", {"d": "gone"}, id="99-5")
    client.xtrim(GROUP + "out", 0)
    class Here(Elsewhere):
        def __init__(self):
            self.cli, self.redis = full, redis
    return Here()


def test_there_and_back(filled, elsewhere, tmp_path):
    file = tmp_path / "it.backup"
    done = filled.cli("backup", file)
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert not file.with_name("it.backup.part").exists()
    done = filled.cli("backup", "--verify", file, conf=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("whole, of ")
    text = file.read_text()
    assert "somebody" not in text and "sw:{a}" not in text
    lines = [json.loads(line) for line in text.splitlines()]
    groups = [line["key"].split("}")[0] for line in lines if "key" in line]
    assert groups == sorted(groups)  # shards before the pager

    there = elsewhere()
    done = there.cli("restore", file)
    assert done.returncode == 0, done.stderr
    assert keys_of(there) == keys_of(filled)
    client = there.redis.client
    assert not client.exists(GROUP + "lease", "sw:restore")
    # Nobody still has a lease, nor could have taken so many since the backup:
    # a pager that took its own once after it (8) must not go on with the
    # store as it was before.
    assert (client.get(GROUP + "fence"), client.get("sw:{p}:fence")) == (
        "1000007", "1000003")
    for stream in "in", "out", "journal":
        last = [redis_client.Redis(unix_socket_path=str(e.redis.socket))
                .xinfo_stream(GROUP + stream)["last-generated-id"]
                for e in (there, filled)]
        assert last[0] == last[1]

    before = there.keys()
    done = there.cli("restore", file)
    assert done.returncode == 1
    assert "this Redis is not empty" in done.stderr
    assert there.keys() == before
    # Into a folder, under a name of its own; the same again.
    again = there.cli.json("backup", tmp_path)
    assert again["keys"] == len([k for k in before if "{a}" not in k])
    # Fields of a hash have no order.
    drop = (f'"{GROUP}fence"', '"sw:{p}:fence"', '"sunwatch"', '"lines"',
            '"hash"')
    assert [line for line in open(again["file"], encoding="utf-8")
            if not any(d in line for d in drop)] == [
        line + "\n" for line in text.splitlines()
        if not any(d in line for d in drop)]


def test_a_link_in_the_way_is_not_followed(filled, tmp_path):
    file, mine = tmp_path / "it.backup", tmp_path / "mine"
    mine.write_text("as it was")
    file.with_name("it.backup.part").symlink_to(mine)
    done = filled.cli("backup", file)
    assert done.returncode == 1
    assert "it.backup.part: " in done.stderr
    assert mine.read_text() == "as it was"
    assert not file.exists()


def test_killed_and_again(filled, elsewhere, tmp_path):
    file = tmp_path / "it.backup"
    assert filled.cli("backup", file).returncode == 0
    for point in "restore-held", "restore-line:7", "restore-written":
        there = elsewhere()
        dead = subprocess.run(
            [helpers.BIN / "sunwatch", "restore", file, "--conf",
             there.cli.conf], env={**os.environ, "SUNWATCH_CRASH": point},
            capture_output=True, timeout=60, check=False)
        assert dead.returncode == -signal.SIGKILL, (point, dead.stderr)
        # Nobody begins on half a store, and nobody saves it.
        assert there.redis.client.get(GROUP + "lease") == "restore"
        assert there.redis.client.ttl(GROUP + "lease") == -1
        done = there.cli("backup", tmp_path / "half.backup")
        assert done.returncode == 1
        assert "a restore is under way" in done.stderr
        assert not (tmp_path / "half.backup").exists()
        done = there.cli("restore", file)
        assert done.returncode == 0, done.stderr
        assert keys_of(there) == keys_of(filled)
        assert there.redis.client.get(GROUP + "fence") == "1000007"
    # A part of it that somebody wrote meanwhile is not mixed with it.
    there = elsewhere()
    subprocess.run([helpers.BIN / "sunwatch", "restore", file, "--conf",
                    there.cli.conf], check=False, timeout=60,
                   env={**os.environ, "SUNWATCH_CRASH": "restore-held"})
    there.redis.client.xadd(GROUP + "in", {"d": "x"})
    done = there.cli("restore", file)
    assert done.returncode == 1
    assert f"{GROUP}in: somebody writes here" in done.stderr
    # Nor with another backup.
    other = tmp_path / "other.backup"
    filled.redis.client.set(GROUP + "appended", 1)
    assert filled.cli("backup", other).returncode == 0
    done = there.cli("restore", other)
    assert done.returncode == 1
    assert "the restore of another file was begun" in done.stderr


def test_what_is_no_backup_changes_nothing(cli, elsewhere, tmp_path):
    file, there = tmp_path / "it.backup", elsewhere()
    head = compact({"sunwatch": "backup", "format": 1, "shards": 1, "at": 1})

    def line(**more):
        return compact(more)

    key = GROUP + "runs"
    for text, why in (
            ("", "line 1: the file is cut off"),
            (seal([head]).replace('"lines":1', '"lines":2'), "lines are miss"),
            (seal([head])[:-5], "cut off"),
            (seal([line(sunwatch="history")]), "line 1: not a backup"),
            (seal([head.replace('"shards":1', '"shards":99')]), "out of"),
            (seal([head.replace('"format":1', '"format":9')]), "another"),
            (seal([head, line(key="other", string=["1"])]),
             "line 2: key: not one that is kept"),
            (seal([head, line(key=GROUP + "lease", string=["1"])]),
             "key: not one that is kept"),
            (seal([head, line(key=key, string=[])]), "too few items"),
            (seal([head, line(key=key, hash=["a"])]), "too few items"),
            (seal([head, line(key=key, hash=["a", 1])]), "neither text"),
            (seal([head, line(key=key, hash=["a", {"b": "?"}])]), "neither"),
            (seal([head, line(key=key, zset=["a", "1"])]), "expected one"),
            (seal([head, line(key=key, stream=["x", "d", "1"])]), "not an id"),
            (seal([head, line(key=key, stream=["2-0", "d", "1", "1-0", "d",
                                               "1"])]), "not later"),
            (seal([head, line(key=key, hash=["a", "b"]),
                   line(key=key + "2", hash=["a", "b"]),
                   line(key=key, hash=["c", "d"])]),
             "line 4: key: there before")):
        file.write_text(text)
        for command in ["backup", "--verify", file], ["restore", file]:
            done = there.cli(*command)
            assert done.returncode == 1, text
            assert why in done.stderr
            assert there.redis.client.dbsize() == 0
    file.write_text(seal([head.replace('"shards":1', '"shards":4')]))
    assert cli("backup", "--verify", file).returncode == 0
    done = there.cli("restore", file)
    assert done.returncode == 1
    assert "begun with shards: 4" in done.stderr
    # A type that is none of ours is not left out in silence.
    there.redis.client.rpush(GROUP + "list", "x")
    done = there.cli("backup", file)
    assert done.returncode == 1
    assert f"{GROUP}list: a type that is none of ours" in done.stderr


def test_one_moment_of_a_busy_store(filled, elsewhere, tmp_path):
    """What is written in one commit is in a backup whole, or not at all."""
    client, ending = filled.redis.client, threading.Event()
    script = client.register_script(
        "for _, k in ipairs(KEYS) do "
        "redis.call('HSET', k, 'acme/x|r|1', ARGV[1]) end "
        "redis.call('XADD', KEYS[1] .. '-stream', '*', 'd', ARGV[1])")

    def write():
        n = 0
        while not ending.is_set():
            n += 1
            script(keys=[GROUP + "terms2", GROUP + "windows",
                         GROUP + "states"], args=[n])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(4):
            file = tmp_path / f"{n}.backup"
            done = filled.cli("backup", file)
            assert done.returncode == 0, done.stderr
            values = set()
            for line in map(json.loads, open(file, encoding="utf-8")):
                items = line.get("hash", [])
                if "acme/x|r|1" in items:
                    values.add(items[items.index("acme/x|r|1") + 1])
                if line.get("key") == GROUP + "terms2-stream":
                    values.add(line.get("stream", [0])[-1])
            assert len(values - {0}) == 1
    finally:
        ending.set()
        writer.join()


# As evaluate erases: in one commit away, there again, and told.
ERASE = """
local old = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if string.find(old[2][2], 'resealed') then return '' end
redis.call('XDEL', KEYS[1], old[1])
redis.call('XADD', KEYS[1], '*', 'd', old[2][2])
return redis.call('XADD', KEYS[1], '*', 'd', cjson.encode({at = 1,
    what = 'resealed', by = 'evaluate', reason = 'erasure',
    entries = {{old[1], string.rep('a', 64), string.rep('b', 64)}}}))
"""


def test_what_was_erased_meanwhile_was_lost(filled, tmp_path):
    """Each entry is in a backup once: where it was, or where it is now."""
    client, ending = filled.redis.client, threading.Event()
    client.delete(GROUP + "journal")
    pipe = client.pipeline()
    for n in range(20_000):
        pipe.xadd(GROUP + "journal", {"d": json.dumps({"at": n, "n": n})})
    pipe.execute()
    script = client.register_script(ERASE)

    def erase():
        while not ending.is_set() and script(keys=[GROUP + "journal"]):
            pass

    eraser = threading.Thread(target=erase)
    eraser.start()
    try:
        for n in range(3):
            file = tmp_path / f"{n}.backup"
            done = filled.cli("backup", file)
            assert done.returncode == 0, done.stderr
            said = []
            for line in map(json.loads, open(file, encoding="utf-8")):
                if line.get("key") == GROUP + "journal":
                    said += map(json.loads, line.get("stream", [])[2::3])
            assert sorted(e["n"] for e in said if "n" in e) == list(
                range(20_000))
    finally:
        ending.set()
        eraser.join()


def test_a_line_that_is_not_true_leaves_nothing_out(filled, tmp_path):
    """Whoever can write could say that an entry went which is there."""
    client, file = filled.redis.client, tmp_path / "it.backup"
    first = client.xrange(GROUP + "journal", count=1)[0]
    client.xadd(GROUP + "journal", {"d": json.dumps({
        "at": 1, "what": "resealed", "by": "x", "reason": "x", "entries": [
            [first[0], "a" * 64, "b" * 64]]})})
    done = filled.cli("backup", file)
    assert done.returncode == 0, done.stderr
    ids = [line["stream"][0::3] for line in map(json.loads, open(
        file, encoding="utf-8")) if line.get("key") == GROUP + "journal" and
        "stream" in line]
    assert sum(ids, []) == [e[0] for e in client.xrange(GROUP + "journal")]


def test_more_keys_than_there_may_be_were_left_out(filled, tmp_path):
    file, client = tmp_path / "it.backup", filled.redis.client
    long = "sw:{p}:" + "k" * 200
    for names, why in (
            ([long], "sw:{p}: has more than 500 keys, or one whose name"),
            ([f"sw:{{p}}:{n}" for n in range(501)], "has more than 500 keys"),
            ([f"sw:{{x{n}}}:y" for n in range(100)], "more than 100 groups")):
        client.mset({name: "x" for name in names})
        done = filled.cli("backup", file)
        assert done.returncode == 1
        assert why in done.stderr
        assert not file.exists()
        client.delete(*names)


@pytest.fixture
def home(tmp_path, smtp):
    h = house.House(tmp_path, smtp, endpoints=["acme/learn", "birch/learn"])
    try:
        yield h.start()
    finally:
        h.end()


def lose_everything(h):
    """The host with Redis burns down, and all that was running."""
    h.held.update(h.programs)
    with h.guard:
        for name in [*(n for n in h.programs if n != "redis"), "redis"]:
            h.kill(name)
    for path in h.redis.folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def account(h, begin, end):
    return [h.cli(*words) for words in (
        ["account", "acme", "--from", at(begin), "--to", at(end), "--json"],
        ["report", "acme", "--from", at(begin), "--to", at(end), "--json"],
        ["outage", "list", "acme", "--from", at(begin)])]


def move_while_it_runs(h, folder, begin, end):
    """A client's history out of the running house, ends of runs that only
    the inbox has included: in another store it says the same."""
    there = folder / "there"
    there.mkdir()
    other = helpers.Redis(there).start()
    conf, file = there / "sunwatch.yaml", there / "acme.jsonl"
    conf.write_text(h.conf.read_text().replace(h.redis.address,
                                               other.address))
    try:
        text = h.cli("export", "acme")
        file.write_text(text)
        for words in ["import", file], ["export", "acme"]:
            done = subprocess.run(
                [str(a) for a in (helpers.BIN / "sunwatch", *words, "--conf",
                                  conf)], text=True, timeout=30,
                capture_output=True, check=False)
            assert done.returncode == 0, done.stderr
        again = done.stdout.splitlines()
        assert again[1:-1] == text.splitlines()[1:-1]
        runs = [json.loads(line)["runs"] for line in again
                if '"key":"runs"' in line]
        assert len(runs) == len(house.REGIONS)
        # Each region was looking until a moment ago.
        judged = json.loads(again[0])["judged"]
        assert all(r[-1][1] > judged - 5 * house.INTERVAL_MS for r in runs)
        mine = house.House.__new__(house.House)
        mine.conf = conf
        assert account(mine, begin, end) == account(h, begin, end)
    finally:
        other.kill()


def test_the_drill(home, tmp_path):
    """An outage is open and taken, and then there is nothing but a backup."""
    h = home
    begin = house.now_ms() // 1000 * 1000 - 10_000
    first = h.break_("acme/learn")
    incident = h.wait_page(first)
    link = h.links(incident["id"])[0]
    who = h.take(incident)
    # A second of which all is over is in the accounts.
    time.sleep(1)
    end = house.now_ms() // 1000 * 1000
    file = tmp_path / "it.backup"
    wait_for("what happened until then to be judged", lambda: int(
        h.redis.client.hget(GROUP + "meta", "judged") or 0) > end + 1000)
    before = account(h, begin, end)
    move_while_it_runs(h, tmp_path, begin, end)
    h.cli("backup", file)
    told = len(h.mails(incident["id"]))

    lose_everything(h)
    h.redis.start()
    h.cli("restore", file)
    assert account(h, begin, end) == before
    h.held.clear()
    for name in [n for n in h.programs if n != "redis"]:
        h.launch(name)
    # Whose it was it still is: links work, nobody is called again.
    answer = wait_for("the link", lambda: page_of(link))
    assert f"{who} has it" in answer or "You have it" in answer
    wait_for("the endpoint to be seen down again", lambda: state_of(
        h, "acme/learn") == "down", 60)
    time.sleep(2 * house.INTERVAL_MS / 1000)
    assert len(h.mails(incident["id"])) == told
    held = h.ask(command="incident", incident=incident["id"])["incident"]
    assert (held["state"], held["owner"]) == ("taken", who)

    # The alarm goes on: it ends, and another one begins.
    second = h.break_("birch/learn")
    other = h.wait_page(second)
    assert other["id"] != incident["id"]
    h.heal(first)
    h.heal(second)
    h.wait_closed(incident)
    h.wait_closed(other)
    was, now = (json.loads(said[0]) for said in (before,
                                                 account(h, begin, end)))
    # When the outage ended is known only now.
    assert was.pop("stretches") and now.pop("stretches")
    assert was == now


def page_of(link):
    try:
        answer = helpers.http(link, seconds=5)
    except OSError:
        return None
    return answer.text if answer.status == 200 else None


def state_of(h, endpoint):
    done = h.try_cli("status", "--json")
    if not done.stdout:
        return None
    return {e["endpoint"]: e["state"]
            for e in json.loads(done.stdout)["endpoints"]}.get(endpoint)
