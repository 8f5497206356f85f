"""sunwatch doctor: what is not kept, and by what it is known."""

import json
import re
import subprocess
import time

import hooks
from commands import cli  # fixtures

assert cli


def certificate(folder, days):
    """A self-signed one; its file."""
    key, file = folder / "key.pem", folder / f"cert-{days}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
         "-days", str(days), "-keyout", key, "-out", file],
        check=True, capture_output=True, timeout=30)
    return file


def test_doctor_says_what_is_not_kept(cli, tmp_path):
    file = certificate(tmp_path, 10)
    cli.edit("people:\n", f"""listen:
  pages: {{ address: "127.0.0.1:0", certificate: "{file}",
           key: "{tmp_path}/key.pem" }}
  alerts: {{ address: "127.0.0.1:0", certificate: "{file}",
            key: "{tmp_path}/key.pem" }}
people:
""")
    done = cli("doctor", "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["not_kept"] == ["1 and 8"]  # no Redis
    found = {f["what"]: (f["finding"], f["text"]) for f in said["findings"]}
    assert found["tls"][0] == "look"
    assert re.search(r"is good for (9|10) days$", found["tls"][1])
    assert found["canaries"][0] == "look"
    assert found["people"][1].endswith("terminal is: aroha, isla")
    file.write_text("no certificate\n")
    for which in "pages", "alerts":
        assert (f"listen.{which}: {file} holds no certificate" in
                cli("doctor").stdout)
    # A watch of 24 hours, and a tree that is not accepted at all.
    cli.edit('      - { zone: Europe/London, takes_over: "08:00", '
             'people: [isla] }\n', "")
    text = cli("doctor")
    assert "BAD  promise    7 not kept: see the rotas" in text.stdout
    assert "\033" not in text.stdout
    cli.edit("takes_over", "takes_ovr")
    done = cli("doctor", "--json")
    assert done.returncode == 1
    assert [f["what"] for f in json.loads(done.stdout)["findings"]] == ["tree"]
    assert "takes_over" in done.stderr


def test_doctor_looks_whether_the_command_can_be_run(cli, tmp_path):
    file = tmp_path / "page"
    cli.edit("  - { kind: terminal }\n",
             f"  - {{ kind: command, run: [{file}, --loud] }}\n")

    def said():
        done = cli("doctor", "--json")
        return [(f["finding"], f["text"]) for f in
                json.loads(done.stdout)["findings"] if f["what"] == "channel"]

    assert said() == [
        ("BAD", f"command: {file}: No such file or directory")]
    file.write_text("#!/bin/sh\n")
    file.chmod(0o644)
    assert said() == [
        ("BAD", f"command: {file} is no program that can be run")]
    file.chmod(0o757)
    assert said() == [("look", f"command: everybody may write to {file}")]
    file.chmod(0o755)
    assert said() == [("good", f"command: {file} can be run")]


def test_doctor_connects_to_the_webhook(cli):
    hook = hooks.Hook()
    try:
        cli.edit("  - { kind: terminal }\n",
                 f"  - {{ kind: webhook, url: '{hook.url}/page' }}\n")

        def said():
            done = cli("doctor", "--json")
            return [(f["finding"], f["text"]) for f in
                    json.loads(done.stdout)["findings"]
                    if f["what"] == "channel"]

        assert said() == [("good", f"webhook: {hook.url}/page answers")]
        assert hook.posts == []
    finally:
        hook.stop()
    assert said() == [("BAD", f"webhook: {hook.url}/page: "
                       "Couldn't connect to server")]


def test_doctor_by_what_was_written_last(cli, redis):
    cli.edit(f"unix:{cli.folder}/none.sock", redis.address)
    now = int(time.time() * 1000)
    group = "sw:{c0}:"
    redis.client.hset(group + "agents", mapping={
        "akl-1": json.dumps({"heard": now - 1000}),
        "lon-1": json.dumps({"heard": now - 3600000}),
        "odd-1": "rubbish"})
    redis.client.hset(group + "voids", mapping={
        f"auckland|blind|akl-1|{now - 61000}": "0",
        f"london|suspect|-|{now - 61000}": "0",
        f"london|clock|lon-1|{now - 91000}": str(now - 61000),
        "rubbish": "0"})
    redis.client.xadd(group + "in", {"d": b"rubbish"})
    redis.client.hset("sw:{a}:live", mapping={
        "pager": now, "auditor": now + 3630000, "evaluate:0": now - 60000})
    done = cli("doctor", "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["not_kept"] == ["2 and 3", "1"]  # no commit, no evaluate
    bad = [f["what"] + " " + f["text"] for f in said["findings"]
           if f["finding"] == "BAD"]
    for text in ("agent lon-1 (london): heard 1 h 0 min ago",
                 "live auditor: dated 1 h 0 min ahead: a clock is wrong, or "
                 "was",
                 "region auckland: nothing it sees counts, for 1 min 1 s: "
                 "blind, akl-1",
                 "region london: nothing it sees counts, for 1 min 1 s: "
                 "suspect",
                 "live commit: has not been seen"):
        assert text in bad, bad
    assert not any("akl-1 (" in text or ": clock" in text for text in bad)
