"""The chain over reports and journals: whoever changes something is found."""

import hashlib
import json
import select
import socket
import socketserver
import subprocess
import threading

import pytest

from commands import cli  # fixtures
from test_publish import C0, P, R, body, journal, kahu, ms, outage, publish

assert cli and kahu

DAY = 86_400_000


def openssl(*args):
    return subprocess.run(["openssl", *map(str, args)], check=False,
                          capture_output=True, text=True, timeout=30)


@pytest.fixture
def key(kahu):
    """The tree names a key to sign with; the public half of it."""
    private = kahu.folder / "publish.pem"
    public = kahu.folder / "public.pem"
    assert openssl("genpkey", "-algorithm", "ed25519", "-out",
                   private).returncode == 0
    assert openssl("pkey", "-in", private, "-pubout", "-out",
                   public).returncode == 0
    kahu.edit("agents:", f'reports: {{ key: "file:{private}" }}\nagents:')
    return public


def chain(kahu, *options):
    done = kahu("verify", "--chain", "--json", *options)
    answer = json.loads(done.stdout)
    assert done.returncode == (0 if answer["same"] else 1), done.stderr
    assert answer["same"] == (answer["differences"] == [])
    return answer


def grow(kahu, redis):
    """Three seals over two reports, a correction and two journals."""
    publish(kahu)
    outage(redis, "2026-02-20T10:00Z", 6000)
    journal(redis, C0, "corrected")
    publish(kahu)
    for n in range(4):
        journal(redis, P, f"incident {n}")
    redis.client.hset(f"{R}meta", "sealed", "1")
    publish(kahu)


def rewrite(redis, key, change):
    """The same stream with the same ids, but what change(n, id, text) says;
    None: not that entry."""
    entries = redis.client.xrange(key)
    redis.client.delete(key)
    for n, (entry, fields) in enumerate(entries):
        text = change(n, entry, fields["d"])
        if text is not None:
            redis.client.xadd(key, {"d": text}, id=entry)
    return [entry for entry, _ in entries]


def test_what_nobody_touched_is_the_same(kahu, redis):
    assert chain(kahu)["seals"] == 0
    grow(kahu, redis)
    journal(redis, C0, "later")
    answer = chain(kahu)
    assert (answer["seals"], answer["reports"], answer["entries"],
            answer["unsealed"], answer["unsigned"]) == (3, 3, 9, 1, 3)
    said = kahu("verify", "--chain").stdout
    assert said.startswith("all is as it was sealed\n"
                           "3 seals, 3 reports, 9 entries of journals")
    assert "1 entries are not sealed yet" in said


def test_a_changed_entry_and_a_changed_report_are_named(kahu, redis):
    grow(kahu, redis)
    ids = rewrite(redis, f"{C0}journal",
                  lambda n, _, text: "{}" if n == 1 else text)
    text = body(redis, "2026-01", 1).replace('"down_s": 0', '"down_s": 1', 1)
    redis.client.hset(f"{R}bodies", "acme|2026-01|1|0", text)
    assert chain(kahu)["differences"] == [
        "report acme 2026-01 version 1: its bytes are not those that seal 1 "
        "names", f"journal c0: entry {ids[1]} is not as it was sealed"]
    # The publisher does not build upon it either.
    outage(redis, "2026-01-20T10:00Z", 60)
    done = kahu("publish")
    assert done.returncode == 1
    assert "acme 2026-01: its bytes are not what was stored" in done.stderr


def test_entries_taken_out_and_put_in(kahu, redis):
    grow(kahu, redis)
    ids = rewrite(redis, f"{P}journal",
                  lambda n, _, text: None if n in (0, 2) else text)
    assert chain(kahu)["differences"] == [
        f"journal p: entry {ids[n]} is not there any more" for n in (0, 2)]
    redis.client.delete(f"{P}journal")
    assert len(chain(kahu)["differences"]) == 5
    redis.client.xadd(f"{P}journal", {"d": "x"}, id="7-7")
    assert "journal p: entry 7-7 was not there when it was sealed" in \
        chain(kahu)["differences"]


def tamper_seal(redis):
    text = redis.client.hget(f"{R}seals", "2")
    redis.client.hset(f"{R}seals", "2", text.replace('"version":2',
                                                     '"version":3'))


TAMPERED = {
    "a seal": (tamper_seal, [
        "report acme 2026-02 version 3: it is not there",
        "seal 3: it does not name the hash of the one before",
        "report acme 2026-02 version 2: no seal names it"]),
    "a seal taken out": (
        lambda redis: redis.client.hdel(f"{R}seals", "2"), [
            "there are 2 seals, and 3 are promised",
            "seal 2: it is not there"]),
    "the last seals taken out": (
        lambda redis: (redis.client.hdel(f"{R}seals", "3"),
                       redis.client.hset(f"{R}meta", "seals", "2")), [
            "the last seal's hash is"]),
    "more seals are promised than anybody could have made": (
        lambda redis: redis.client.hset(f"{R}meta", "seals", 10 ** 15), [
            "there are 3 seals, and 1000000000000000 are promised",
            "seals after 1003 are not looked for",
            "seal 4: it is not there"]),
    "a seal that says nothing": (
        lambda redis: redis.client.hset(f"{R}seals", "2", "{}"), [
            "seal 2: sunwatch_seal: is not 2"]),
    "a report taken out": (
        lambda redis: redis.client.hdel(f"{R}reports", "acme|2026-01"), [
            "report acme 2026-01 version 1: it is not there"]),
    "its bytes taken out": (
        lambda redis: redis.client.hdel(f"{R}bodies", "acme|2026-01|1|0"), [
            "report acme 2026-01 version 1: its bytes are not there"]),
    "a report put in": (
        lambda redis: redis.client.hset(
            f"{R}reports", "acme|2025-12",
            redis.client.hget(f"{R}reports", "acme|2026-01")), [
            "report acme 2025-12 version 1: no seal names it"]),
    "a record that is none": (
        lambda redis: redis.client.hset(f"{R}reports", "x", "{"), [
            "the record x of reports cannot be read"]),
    "a list of entries": (
        lambda redis: [redis.client.hdel(f"{R}entries", f)
                       for f in redis.client.hkeys(f"{R}entries")
                       if f.startswith("c0")][0], [
            "the list of entries of journal c0 later than 0-0"]),
    "the salts of entries": (
        lambda redis: redis.client.delete(f"{R}salts"), [
            "seal 1: the salts of journal c0 later than 0-0"]),
    "another list of entries": (
        lambda redis: [redis.client.hset(f"{R}entries", f, "x")
                       for f in redis.client.hkeys(f"{R}entries")
                       if f.startswith("c0")][0], [
            "the list of entries of journal c0 later than 0-0"]),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_tampered_with_is_said(kahu, redis, what):
    grow(kahu, redis)
    change, findings = TAMPERED[what]
    change(redis)
    said = "\n".join(chain(kahu)["differences"])
    for finding in findings:
        assert finding in said


def test_trimmed_journals_can_no_longer_be_looked_at(kahu, redis):
    for n in range(3):  # 500 days old: the pager keeps 400
        redis.client.execute_command(
            "XADD", f"{C0}old", f"{1000 + n}-1", "d", "x")
    old = redis.client.xrange(f"{C0}old")
    redis.client.delete(f"{C0}old", f"{P}journal")
    for entry, fields in old:
        redis.client.xadd(f"{P}journal", fields, id=entry)
    journal(redis, P, "now")
    publish(kahu)
    assert chain(kahu)["entries"] == 7
    redis.client.xtrim(f"{P}journal", minid="1002-0", approximate=False)
    answer = chain(kahu)
    assert (answer["same"], answer["entries"], answer["trimmed"]) == (
        True, 5, 2)
    assert ("2 entries are older than journals are kept: they can no longer "
            "be looked at") in kahu("verify", "--chain").stdout


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def dump(line):
    return json.dumps(line, separators=(",", ":"))


def say_replaced(redis, key, *entries):
    redis.client.xadd(key, {"d": dump({
        "at": 1_700_000_000_000, "what": "resealed", "by": "maya",
        "reason": "erasure", "entries": entries})})


def replace(redis, key, entry, **names):
    """As an erasure does it: the entry goes, the same but for names is
    appended, and it is said."""
    (_, fields), = redis.client.xrange(key, entry, entry)
    was = json.loads(fields["d"])
    now = {**was, **names}
    now.setdefault("stood", entry)
    redis.client.xdel(key, entry)
    entry_now = redis.client.xadd(key, {"d": dump(now)})
    say_replaced(redis, key, [
        entry, sha(dump({**was, **{k: "" for k in ("by", "who")
                                   if k in was}})), sha(dump(now))])
    return entry_now


@pytest.fixture
def named(kahu, redis):
    """Two entries that name people, sealed among others; their ids."""
    ids = [redis.client.xadd(f"{C0}journal", {"d": dump(
        {"at": 1, "what": what, "by": "tom", "who": "Dean"})})
        for what in ("claimed", "agreed")]
    grow(kahu, redis)
    return ids


def test_what_we_replaced_ourselves_is_no_difference(kahu, redis, named):
    replace(redis, f"{C0}journal", named[0], by="erased-1")
    answer = chain(kahu)
    assert (answer["same"], answer["replaced"], answer["unsealed"]) == (
        True, 1, 2)
    told = {"journal": "c0", "id": named[0], "at": "2023-11-14T22:13:20Z",
            "by": "maya", "reason": "erasure", "shown": True}
    assert told.items() <= answer["replacements"][0].items()
    assert not answer["replacements"][0]["line_sealed"]
    assert (f"journal c0: entry {named[0]} was replaced at "
            "2023-11-14T22:13:20Z by maya: erasure (only its names differ; "
            "not sealed yet)") in kahu("verify", "--chain").stdout
    redis.client.hset(f"{R}meta", "sealed", "1")
    publish(kahu)
    answer = chain(kahu)
    assert answer["same"] and answer["replacements"][0]["line_sealed"]


def relay(redis, path, word, act):
    """Redis at another socket; before a command that has the word in it goes
    there, something happens, once."""
    todo = [act]

    class Relay(socketserver.BaseRequestHandler):
        def handle(self):
            with socket.socket(socket.AF_UNIX) as there:
                there.connect(str(redis.socket))
                while ready := select.select([self.request, there], [],
                                             [])[0]:
                    data = ready[0].recv(1 << 16)
                    if not data:
                        return
                    if ready[0] is self.request and word in data and todo:
                        todo.pop()()
                    other = there if ready[0] is self.request else (
                        self.request)
                    other.sendall(data)

    server = socketserver.ThreadingUnixStreamServer(str(path), Relay)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, todo


def test_names_that_are_erased_meanwhile_are_no_difference(kahu, redis, named):
    """The journal was read before the erasure, and the salts after it, when
    the seals were made that have forgotten them."""
    def erase():
        replace(redis, f"{C0}journal", named[0], by="erased-1")
        redis.client.hset(f"{R}meta", "sealed", "1")
        publish(kahu)

    path = kahu.folder / "relay.sock"
    server, todo = relay(redis, path, b"salts", erase)
    kahu.edit(f'redis: "{redis.address}"', f'redis: "unix:{path}"')
    try:
        answer = chain(kahu)
    finally:
        server.shutdown()
        server.server_close()
    assert not todo
    assert (answer["same"], answer["replaced"]) == (True, 1)
    assert answer["found"] == 0 and len(answer["replacements"]) == 1


def test_who_was_erased_twice_is_no_difference(kahu, redis, named):
    again = replace(redis, f"{C0}journal", named[0], by="erased-1")
    unsealed = replace(redis, f"{C0}journal", named[1], who="erased-1")
    replace(redis, f"{C0}journal", unsealed, by="erased-2")
    assert chain(kahu)["same"]
    redis.client.hset(f"{R}meta", "sealed", "1")
    publish(kahu)
    replace(redis, f"{C0}journal", again, who="erased-2")
    answer = chain(kahu)
    assert (answer["same"], answer["replaced"]) == (True, 3)
    assert [r["shown"] for r in answer["replacements"]] == [
        True, True, False, True]


def test_an_edit_is_not_excused_by_a_line_that_says_so(kahu, redis, named):
    """Whoever can write to Redis can write such a line as well."""
    (_, fields), = redis.client.xrange(f"{C0}journal", named[0], named[0])
    edited = fields["d"].replace("claimed", "withdrawn")
    ids = rewrite(redis, f"{C0}journal",
                  lambda _, entry, text: edited if entry == named[0]
                  else text)
    assert named[0] in ids
    say_replaced(redis, f"{C0}journal",
                 [named[0], sha(fields["d"]), sha(edited)])
    finding = f"journal c0: entry {named[0]} is not as it was sealed"
    assert chain(kahu)["differences"] == [finding]
    # Nor when it stands elsewhere, and all hashes are right.
    replace(redis, f"{C0}journal", named[1], by="erased-1",
            what="withdrawn")
    gone = f"journal c0: entry {named[1]} is not there any more"
    assert chain(kahu)["differences"] == [finding, gone]
    redis.client.hset(f"{R}meta", "sealed", "1")
    publish(kahu)
    answer = chain(kahu)
    assert answer["differences"] == [finding, gone]
    assert [(r["id"], r["shown"]) for r in answer["replacements"]] == [
        (named[0], False), (named[1], False)]


def test_a_removal_is_not_excused(kahu, redis, named):
    (_, fields), = redis.client.xrange(f"{C0}journal", named[0], named[0])
    redis.client.xdel(f"{C0}journal", named[0])
    say_replaced(redis, f"{C0}journal", [named[0], sha(fields["d"]), ""])
    assert chain(kahu)["differences"] == [
        "journal c0: 1 lines on what was replaced cannot be read",
        f"journal c0: entry {named[0]} is not there any more"]


def test_who_was_erased_cannot_be_guessed(kahu, redis, named):
    """Neither the hash of the entry is left, nor what it was salted with."""
    key = f"{C0}journal"
    (_, fields), = redis.client.xrange(key, named[0], named[0])
    field = min(f for f in redis.client.hkeys(f"{R}salts")
                if f.startswith("c0|") and f.split("|")[1] >= named[1])

    def salts():
        return redis.client.execute_command(
            "HGET", f"{R}salts", field, NEVER_DECODE=True)

    before = salts()
    replace(redis, key, named[0], by="erased-1", who="erased-2")
    redis.client.hset(f"{R}meta", "sealed", "1")
    publish(kahu)
    after = salts()
    assert len(before) == len(after)
    parts = [(before[i:i + 16], after[i:i + 16])
             for i in range(0, len(before), 16)]
    assert bytes(16) not in [was for was, _ in parts]
    assert [now for was, now in parts if was != now] == [bytes(16)]
    everything = repr([redis.client.execute_command(
        "DUMP", k, NEVER_DECODE=True) for k in redis.client.keys("sw:*")])
    assert repr(bytes.fromhex(sha(fields["d"])))[2:-1] not in everything
    assert sha(fields["d"]) not in everything
    assert chain(kahu)["same"]
    # What still stands is not excused by a salt that is gone.
    redis.client.execute_command("HSET", f"{R}salts", field,
                                 bytes(len(after)))
    assert f"journal c0: entry {named[1]} is not as it was sealed" in \
        chain(kahu)["differences"]


def test_a_client_that_returns_is_no_difference(kahu, redis):
    """What was trimmed rightly stays so when the journal begins earlier."""
    old, begin = ms("2025-03-01T00:00Z"), ms("2026-01-10T00:00Z")
    redis.client.delete(f"{C0}journal")
    for n in range(3):
        redis.client.xadd(f"{C0}journal", {"d": dump(
            {"at": 1, "what": f"old {n}"})}, id=f"{old}-{n + 1}")
    journal(redis, C0, "now")
    gone = {"sla": "gold", "zone": "UTC", "guarantee": 99900, "floor": 0}
    ended = [{**gone, "from": old - DAY},
             {**gone, "from": old, "ended": "removed"}]
    redis.client.hset(f"{C0}terms", "birch", json.dumps(ended))
    publish(kahu)
    seal = json.loads(redis.client.hget(f"{R}seals", "1"))
    assert [j["kept"] for j in seal["journals"] if j["journal"] == "c0"] == [
        begin]
    redis.client.xtrim(f"{C0}journal", minid=f"{begin}-0", approximate=False)
    answer = chain(kahu)
    assert (answer["same"], answer["trimmed"]) == (True, 3)
    redis.client.hset(f"{C0}terms", "birch", json.dumps(
        [*ended, {**gone, "from": ms("2026-11-01T00:00Z")}]))
    answer = chain(kahu)
    assert (answer["same"], answer["trimmed"]) == (True, 3)


def test_what_goes_between_two_seals_is_said(kahu, redis):
    """A journal that has not grown is sealed when more of it may go."""
    old = ms("2025-03-01T00:00Z")
    redis.client.delete(f"{C0}journal")
    redis.client.xadd(f"{C0}journal", {"d": dump(
        {"at": 1, "what": "old"})}, id=f"{old}-1")
    gone = {"sla": "gold", "zone": "UTC", "guarantee": 99900, "floor": 0}
    terms = [{**gone, "from": old - DAY}]
    redis.client.hset(f"{C0}terms", "birch", json.dumps(terms))
    publish(kahu)
    redis.client.hset(f"{C0}terms", "birch", json.dumps(
        [*terms, {**gone, "from": old, "ended": "removed"}]))
    for seals in (2, 2):
        redis.client.hset(f"{R}meta", "sealed", "1")
        publish(kahu)
        assert chain(kahu)["seals"] == seals
    redis.client.delete(f"{C0}journal")
    redis.client.hset(f"{C0}terms", "birch", json.dumps(terms))
    answer = chain(kahu)
    assert (answer["same"], answer["trimmed"]) == (True, 1)


@pytest.mark.parametrize("name", ["reports", "bodies", "signatures", "keys",
                                  "seals", "entries", "salts", "meta"])
def test_what_cannot_be_read_is_not_said_to_be_gone(kahu, redis, key, name):
    assert key.exists()
    publish(kahu)
    redis.client.delete(f"{R}{name}")
    redis.client.set(f"{R}{name}", "no hash")
    done = kahu("verify", "--chain", "--json")
    assert done.returncode == 1
    assert "Redis cannot be read" in done.stderr
    assert done.stdout == ""


def test_the_head_is_remembered_elsewhere(kahu, redis):
    publish(kahu)
    head = publish(kahu, "--dry-run") and redis.client.hget(f"{R}meta",
                                                            "head")
    grow(kahu, redis)
    assert chain(kahu, "--head", head)["same"]
    # Somebody makes the whole chain anew, so that it hangs together.
    redis.client.delete(*redis.client.keys(f"{R}*"))
    outage(redis, "2026-01-11T10:00Z", 6000)
    publish(kahu)
    assert chain(kahu)["same"]
    assert chain(kahu, "--head", head)["differences"] == [
        f"no seal has the hash {head}"]


def test_signed_as_openssl_verifies(kahu, redis, key):
    publish(kahu)
    answer = chain(kahu, "--key", key)
    assert (answer["same"], answer["unsigned"]) == (True, 0)
    report, sig = kahu.folder / "r.json", kahu.folder / "r.sig"
    done = kahu("report", "acme", "--month", "2026-02", "--json",
                "--signature", sig)
    assert done.returncode == 0, done.stderr
    report.write_text(done.stdout)
    assert len(sig.read_bytes()) == 64
    verify = ["pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin",
              "-sigfile", sig, "-in", report]
    assert openssl(*verify).returncode == 0
    ours = ["verify", report, "--signature", sig, "--key", key]
    assert kahu(*ours, conf=False).returncode == 0
    # A byte that is no figure, too.
    report.write_text(done.stdout.replace('"acme"', '"acmf"', 1))
    assert openssl(*verify).returncode != 0
    changed = kahu(*ours, conf=False)
    assert changed.returncode == 1
    assert "is no signature of these bytes" in changed.stderr
    # Every figure is right, and it is not the same all the same.
    report.write_text(done.stdout + "\n")
    changed = json.loads(kahu(*ours, "--json", conf=False).stdout)
    assert (changed["same"], changed["signed"]) == (False, False)
    assert changed["differences"] == []
    report.write_text(done.stdout)
    unchanged = json.loads(kahu(*ours, "--json", conf=False).stdout)
    assert (unchanged["same"], unchanged["signed"]) == (True, True)
    report.write_text(done.stdout + "\n")
    # The seal's, from Redis by hand.
    text = redis.client.hget(f"{R}seals", "1")
    fingerprint, signature = redis.client.hget(
        f"{R}signatures", hashlib.sha256(text.encode()).hexdigest()).split()
    report.write_text(text)
    sig.write_bytes(bytes.fromhex(signature))
    assert openssl(*verify).returncode == 0
    assert json.loads(text)["key"] == fingerprint
    assert kahu("report-key").stdout == key.read_text()


def test_signatures_that_are_not_ours(kahu, redis, key):
    publish(kahu)
    other, public = kahu.folder / "other.pem", kahu.folder / "other.pub"
    openssl("genpkey", "-algorithm", "ed25519", "-out", other)
    openssl("pkey", "-in", other, "-pubout", "-out", public)
    assert "signed by a key that is not known" in "\n".join(
        chain(kahu, "--key", public)["differences"])
    # A new key: both are known, and each seal names its own.
    kahu.edit("publish.pem", "other.pem")
    outage(redis, "2026-02-20T10:00Z", 6000)
    publish(kahu)
    assert chain(kahu)["same"]
    assert chain(kahu, "--key", key, "--key", public)["same"]
    assert not chain(kahu, "--key", key)["same"]
    for name in redis.client.hkeys(f"{R}signatures"):
        redis.client.hset(f"{R}signatures", name, redis.client.hget(
            f"{R}signatures", name)[:-1] + "0")
    assert "its signature is not of key" in "\n".join(
        chain(kahu)["differences"])
    redis.client.delete(f"{R}signatures")
    assert "seal 1: its signature is not there" in chain(kahu)["differences"]


def test_a_chain_that_ceases_to_be_signed(kahu, redis, key):
    publish(kahu)
    kahu.edit("reports:", "# reports:")
    outage(redis, "2026-02-20T10:00Z", 6000)
    publish(kahu)
    assert chain(kahu, "--key", key)["differences"] == [
        "seal 2 is not signed, though earlier ones are"]


def test_a_key_that_is_none(kahu, redis):
    path = kahu.folder / "publish.pem"
    openssl("genpkey", "-algorithm", "x25519", "-out", path)
    kahu.edit("agents:", f'reports: {{ key: "file:{path}" }}\nagents:')
    done = kahu("publish")
    assert done.returncode == 1
    assert "reports.key: it is not of Ed25519" in done.stderr
    assert not redis.client.exists(f"{R}meta")


def test_what_is_asked_wrongly(kahu):
    for words in (["verify"], ["verify", "x", "--chain"],
                  ["verify", "--chain", "--signature", "x"],
                  ["verify", "x", "--key", "y"],
                  ["verify", "x", "--head", "y"],
                  ["verify", "--chain", "--key", "/nonexistent"],
                  ["verify", "--chain", "--head", "abc"],
                  ["report", "acme", "--signature", "x"],
                  ["report", "acme", "--version", "1"]):
        done = kahu(*words)
        assert done.returncode == 2, words
        assert done.stdout == "" and done.stderr


def test_a_restored_house_has_its_chain(kahu, redis, key, tmp_path):
    """Reports, seals, lists and signatures go into a backup and come back."""
    grow(kahu, redis)
    before = chain(kahu, "--key", key)
    assert before["same"] and before["seals"] == 3
    file = tmp_path / "all.backup"
    done = kahu("backup", file)
    assert done.returncode == 0, done.stderr
    redis.client.flushall()
    done = kahu("restore", file)
    assert done.returncode == 0, done.stderr
    assert chain(kahu, "--key", key) == before
    # And it goes on.
    outage(redis, "2026-02-21T10:00Z", 6000)
    assert publish(kahu)["reports"][0]["version"] == 3
    assert chain(kahu, "--key", key)["seals"] == 4
