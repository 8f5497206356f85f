"""Final reports move with a client: the same bytes, versions and signatures,
named by a seal of their new home."""

import base64
import json
import os
import signal
import subprocess

import pytest

import helpers
from commands import cli  # fixtures
from test_chain import chain, key, openssl
from test_import import compact, elsewhere, export, seal
from test_publish import R, kahu, outage, publish

assert cli and key and kahu and elsewhere

MONTHS = ("2026-01", 1), ("2026-02", 1), ("2026-02", 2)


@pytest.fixture
def signed(kahu, key, redis):
    """Three reports that are signed, one of them a correction."""
    publish(kahu)
    outage(redis, "2026-02-20T10:00Z", 6000)
    publish(kahu)
    kahu.key = key
    return kahu


@pytest.fixture
def file(signed, tmp_path):
    path = tmp_path / "acme.jsonl"
    path.write_text(export(signed))
    return path


def told(cli, folder):
    """All that is said of reports, and what signs them, in bytes."""
    folder.mkdir()
    said = [cli("report", "acme", "--list").stdout,
            cli("report", "acme", "--list", "--json").stdout]
    for month, version in MONTHS:
        signature = folder / f"{month}-{version}.sig"
        done = cli("report", "acme", "--month", month, "--version", version,
                   "--json", "--signature", signature)
        assert done.returncode == 0, done.stderr
        said += [done.stdout, signature.read_bytes()]
    return said


def test_reports_were_left_behind(signed, file, elsewhere, tmp_path):
    there = elsewhere()
    done = there.cli("import", file)
    assert done.returncode == 0, done.stderr
    said = told(there.cli, tmp_path / "b")
    assert said == told(signed, tmp_path / "a")
    # Whoever has one can verify it still, by the key of the old home.
    report = tmp_path / "report.json"
    report.write_text(said[-2])
    done = there.cli("verify", report, "--key", signed.key, "--signature",
                     tmp_path / "b" / "2026-02-2.sig", conf=False)
    assert done.returncode == 0, done.stderr
    # And so can the new home.
    answer = chain(there.cli)
    assert answer["same"]
    assert (answer["seals"], answer["reports"], answer["unsigned"]) == (
        1, 3, 1)
    assert chain(there.cli, "--key", signed.key)["differences"] == [
        "no seal is signed"]
    first = json.loads(there.redis.client.hget(f"{R}seals", "1"))
    assert len({r["key"] for r in first["reports"]}) == 1
    # It is the same history still, and goes on from there.
    assert export(there.cli).splitlines()[1:-1] == file.read_text(
        ).splitlines()[1:-1]
    assert publish(there.cli)["reports"] == []
    outage(there.redis, "2026-02-25T10:00Z", 6000)
    assert [(r["period"], r["version"]) for r in publish(there.cli)[
        "reports"]] == [("2026-02", 3)]
    assert chain(there.cli)["same"]
    last = there.cli.json("report", "acme", "--month", "2026-02")
    assert last["final"]["replaces"] == json.loads(
        there.redis.client.hget(f"{R}reports", "acme|2026-02"))[1]["hash"]


def test_the_new_home_signs_with_its_own_key(signed, file, elsewhere):
    there = elsewhere()
    private, public = (there.cli.folder / name for name in ("its", "its.pub"))
    openssl("genpkey", "-algorithm", "ed25519", "-out", private)
    openssl("pkey", "-in", private, "-pubout", "-out", public)
    there.cli.edit("agents:", f'reports: {{ key: "file:{private}" }}\nagents:')
    assert there.cli("import", file).returncode == 0
    answer = chain(there.cli, "--key", public, "--key", signed.key)
    assert (answer["differences"], answer["unsigned"]) == ([], 0)
    differences = chain(there.cli, "--key", public)["differences"]
    assert len(differences) == 3
    assert "is signed by a key that is not known" in differences[0]
    # Without its key it could only make a seal that nobody may believe.
    private.unlink()
    other = elsewhere()
    other.cli.conf.write_text(there.cli.conf.read_text().replace(
        there.redis.address, other.redis.address))
    done = other.cli("import", file)
    assert done.returncode == 1
    assert "No such file" in done.stderr
    assert not other.redis.client.exists(f"{R}bodies", "sw:{c0}:imports")


def test_killed_and_again(file, elsewhere):
    for point in "import-report", "import-report:2", "import-last":
        there = elsewhere()
        env = {**os.environ, "SUNWATCH_CRASH": point,
               "SUNWATCH_COMMAND_LEASE_MS": "500",
               "SUNWATCH_PUBLISH_LEASE_MS": "500"}
        args = [helpers.BIN / "sunwatch", "import", file, "--conf",
                there.cli.conf]
        dead = subprocess.run(args, env=env, capture_output=True, timeout=60,
                              check=False)
        assert dead.returncode == -signal.SIGKILL, (point, dead.stderr)
        # Of half a history nothing is published.
        helpers.wait_for("the lease to run out", lambda: not
                         there.redis.client.exists(f"{R}lease"))
        done = there.cli("publish", "--json")
        assert done.returncode == 1
        assert "acme: its import was begun and is not finished" in done.stderr
        assert json.loads(done.stdout)["reports"] == []
        done = there.cli("import", file)
        assert done.returncode == 0, (point, done.stderr)
        assert export(there.cli).splitlines()[1:-1] == file.read_text(
            ).splitlines()[1:-1]
        answer = chain(there.cli)
        assert (answer["same"], answer["reports"]) == (True, 3)


def test_reports_that_are_none_change_nothing(file, elsewhere):
    lines, there = file.read_text().splitlines()[:-1], elsewhere()
    where = {k: [n for n, line in enumerate(lines)
                 if line.startswith(f'{{"key":"{k}"')]
             for k in ("reports", "signatures", "keys", "bodies")}
    assert [len(n) for n in where.values()] == [2, 3, 1, 3]

    def changed(name, change):
        n = where[name][0]
        row = json.loads(lines[n])
        change(row)
        return seal([*lines[:n], compact(row), *lines[n + 1:]])

    def flip(row):
        data = bytearray(base64.b64decode(row["bytes"]))
        data[-5] ^= 1
        row["bytes"] = base64.b64encode(data).decode()

    def less(row):
        row["bytes"] = row["bytes"][:-8]

    def without(name):
        n = where[name][0]
        return seal([*lines[:n], *lines[n + 1:]])

    def field(value):
        return lambda row: row.update(field=value)

    def longer(row):
        row["value"][0]["bytes"] += 1

    def larger(row):
        row["value"][0]["bytes"] = 1 << 40

    for text, why in (
            (changed("bodies", flip), "bodies: not what was stored"),
            (changed("bodies", less), "bodies: of another length"),
            (changed("bodies", field("acme|2026-01|1|1")), "of no report"),
            (changed("bodies", field("acme|2026-01|1|00")), "of no report"),
            (without("bodies"), "not all of acme|2026-01|1 are there"),
            (changed("signatures", less), "signatures: unreadable"),
            (changed("signatures", field("0" * 64)), "of no report"),
            (without("keys"), "its key is not in the file"),
            (changed("keys", field("0" * 64)), "it signs no report"),
            (changed("keys", flip), "its key is not what it is called"),
            (without("reports"), "of no report in the file"),
            (changed("reports", longer), "of another length"),
            (changed("reports", larger), "too long, or empty"),
            (changed("reports", field("acme|20")), "not of a client")):
        file.write_text(text)
        done = there.cli("import", file)
        assert done.returncode == 1
        assert why in done.stderr, (why, done.stderr)
        assert there.keys() == {}


def test_reports_that_are_there_stay(file, elsewhere):
    there = elsewhere()
    there.redis.client.hset(f"{R}reports", "acme|2026-01", "[]")
    done = there.cli("import", file)
    assert done.returncode == 1
    assert "there are final reports of acme already" in done.stderr
    assert not there.redis.client.exists("sw:{c0}:terms", f"{R}bodies")


def test_a_report_without_its_bytes_does_not_leave(signed, redis):
    redis.client.hdel(f"{R}bodies", "acme|2026-02|1|0")
    done = signed("export", "acme")
    assert done.returncode == 1
    assert "bodies acme|2026-02|1|0 is not there" in done.stderr
    assert done.stdout == ""
