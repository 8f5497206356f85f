"""The operator's command: what it prints, what it says to the pager."""

import datetime
import hashlib
import json
import os
import re
import socket
import subprocess
import threading
import time
import zoneinfo

import pytest

import helpers

SITE = """
site: {{ name: Kahu, url: "https://status.kahu.example", state_dir: "{0}" }}
redis: "unix:{0}/none.sock"
agents:
  - {{ name: akl-1, region: auckland, token_sha256: {1} }}
  - {{ name: lon-1, region: london, token_sha256: {2} }}
people:
  - {{ name: aroha, zone: Pacific/Auckland, reach: [terminal 0s] }}
  - {{ name: isla, zone: Europe/London, reach: [terminal 0s] }}
rotas:
  - name: support
    watches:
      - {{ zone: Pacific/Auckland, takes_over: "08:00", people: [aroha] }}
      - {{ zone: Europe/London, takes_over: "08:00", people: [isla] }}
ladders:
  - {{ name: standard, levels: [{{ call: rota support, patience: 5m }}] }}
channels:
  - {{ kind: terminal }}
clients:
  - name: acme
    sla: gold
    zone: Pacific/Auckland
    endpoints: [{{ name: learn, url: "https://learn.acme.example/" }}]
"""


class Pager:
    """Answers on the control socket as it is told to; keeps what was asked."""

    def __init__(self, path):
        self.asked = []
        self.answer = {"ok": True, "text": "You have it, since 14:02 NZDT."}
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            with peer, peer.makefile("rwb") as f:
                line = f.readline()
                if line:
                    self.asked.append(json.loads(line))
                    f.write(json.dumps(self.answer).encode() + b"\n")
                    f.flush()

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(helpers.PATIENCE)
        assert not self.thread.is_alive()


class Cli:
    def __init__(self, folder):
        self.folder = folder
        self.conf = folder / "sunwatch.yaml"
        self.conf.write_text(SITE.format(
            folder, hashlib.sha256(b"token").hexdigest(),
            hashlib.sha256(b"other").hexdigest()))

    def __call__(self, *args, conf=True):
        env = {k: v for k, v in os.environ.items()
               if not k.startswith("SUNWATCH_") or k == "SUNWATCH_OUT"}
        args = [helpers.BIN / "sunwatch", *args]
        if conf:
            args += ["--conf", self.conf]
        return subprocess.run([str(a) for a in args], env=env, text=True,
                              capture_output=True, timeout=30, check=False)

    def json(self, *args):
        done = self(*args, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def edit(self, old, new):
        text = self.conf.read_text()
        assert old in text
        self.conf.write_text(text.replace(old, new))


@pytest.fixture
def cli(tmp_path):
    return Cli(tmp_path)


@pytest.fixture
def pager(tmp_path):
    p = Pager(tmp_path / "pager.sock")
    yield p
    p.stop()


# ---- the tree alone ----

def test_oncall_without_redis_and_pager(cli):
    now = cli.json("oncall", "--rota", "support",
                   "--at", "2026-03-29T00:30Z")
    assert now["primary"] == "aroha"
    assert now["since"] == "2026-03-28T19:00:00Z"
    # London's clocks go forward that night: 08:00 BST is 07:00 UTC.
    assert now["until"] == "2026-03-29T07:00:00Z"
    assert now["next"] == "isla"
    text = cli("oncall", "--at", "2026-03-29T00:30Z")
    assert text.returncode == 0
    assert "support: aroha since 2026-03-29 08:00:00 NZDT" in text.stdout
    assert "then isla" in text.stdout
    assert "\033" not in text.stdout


def test_oncall_answers_from_a_tree_that_check_refuses(cli):
    # A watch by day alone, in a ring of one: 24 hours are too long.
    cli.edit('      - { zone: Europe/London, takes_over: "08:00", '
             'people: [isla] }\n', "")
    refused = cli("check")
    assert refused.returncode == 1
    assert "rota support: " in refused.stdout
    now = cli.json("oncall", "--at", "2026-03-29T12:00Z")
    assert now["primary"] == "aroha"


BRIEF = """
site: { name: Kahu LMS Hosting, url: "https://status.kahu.example" }
agents:
  - { name: akl-1, region: auckland, token_sha256: 9f86d0... }
people:
  - { name: aroha, zone: Pacific/Auckland, email: aroha@kahu.example,
      phone: "+64211234567", reach: [ntfy 0s, sms 1m, voice 3m] }
rotas:
  - name: support
    watches:
      - { zone: Pacific/Auckland, takes_over: "08:00",
          people: [aroha, wiremu], rotate: weekly }
      - { zone: Europe/London,    takes_over: "08:00",
          people: [isla, tom],     rotate: weekly }
      - { zone: America/New_York, takes_over: "09:00",
          people: [maya, diego],   rotate: weekly }
ladders:
  - { name: standard, levels: [{ call: rota consultants, patience: 10m }] }
include: [slas.yaml, "clients.d/*.yaml"]
"""


@pytest.mark.parametrize("at,primary,since,until,next_", [
    # Across New York's change, across London's, across Auckland's.
    ("2026-03-08T14:00Z", "maya", "2026-03-08T13:00:00Z",
     "2026-03-08T19:00:00Z", "aroha"),
    ("2026-03-29T00:30Z", "aroha", "2026-03-28T19:00:00Z",
     "2026-03-29T07:00:00Z", "isla"),
    ("2026-04-04T19:59:59Z", "maya", "2026-04-04T13:00:00Z",
     "2026-04-04T20:00:00Z", "aroha"),
    ("2069-12-30T12:00Z", "isla", "2069-12-30T08:00:00Z",
     "2069-12-30T14:00:00Z", "maya"),
])
def test_oncall_answers_whatever_else_is_wrong(cli, at, primary, since,
                                               until, next_):
    cli.conf.write_text(BRIEF)
    assert cli("check").returncode == 1
    done = cli("oncall", "--at", at, "--json")
    assert done.returncode == 0
    now = json.loads(done.stdout)
    names = {"aroha": {"aroha", "wiremu"}, "isla": {"isla", "tom"},
             "maya": {"maya", "diego"}}
    assert now["primary"] in names[primary]
    assert now["next"] in names[next_]
    assert (now["since"], now["until"]) == (since, until)
    assert re.search(r"has mistakes \(.*lists them\)", done.stderr)
    assert done.stderr.count("\n") == 1


def test_oncall_leaves_out_watches_that_cannot_be_read(cli):
    cli.conf.write_text(BRIEF.replace("Europe/London,   ", "Europe/Londonn,")
                        .replace('"09:00"', '"25:00"'))
    now = json.loads(cli("oncall", "--at", "2026-03-29T12:00Z",
                         "--json").stdout)
    assert now["primary"] in {"aroha", "wiremu"}
    cli.conf.write_text("rotas: [{ name: empty, watches: [] },"
                        " { name: odd, watches: [{ people: [isla] }] }]\n")
    done = cli("oncall", "--json")
    assert done.returncode == 1  # nobody is on watch
    now = json.loads(done.stdout)
    assert [now[k] for k in ("primary", "since", "until", "next")] == [None] * 4
    assert [r["rota"] for r in now["rotas"]] == ["empty", "odd"]
    text = cli("oncall")
    assert (text.returncode, text.stdout) == (1, "")
    assert "rota empty has no watch that can be read" in text.stderr
    for tree in "rotas: [", "- 7\n", "rotas: 7\n", "":
        cli.conf.write_text(tree)
        done = cli("oncall", "--json")
        assert (done.returncode, done.stdout) == (1, "")
        assert "sunwatch.yaml" in done.stderr


def test_oncall_of_several_rotas(cli):
    cli.edit("ladders:", """  - name: night
    watches:
      - { zone: Europe/London, takes_over: "20:00", people: [isla] }
ladders:""")
    now = cli.json("oncall", "--at", "2026-07-01T12:00Z")
    assert (now["rota"], now["primary"]) == ("support", "isla")
    assert [(r["rota"], r["since"]) for r in now["rotas"]] == [
        ("support", "2026-07-01T07:00:00Z"), ("night", "2026-06-30T19:00:00Z")]
    night = cli.json("oncall", "--at", "2026-07-01T12:00Z", "--rota", "night")
    assert night["until"] == "2026-07-01T19:00:00Z"
    assert "rotas" not in night
    done = cli("oncall", "--at", "2070-01-01T00:00Z")
    assert done.returncode == 2
    assert "is not a time (1970 to 2069)" in done.stderr


def test_complaints_have_their_place(cli):
    cli.edit("takes_over", "takes_ovr")
    for command in "check", "rota show":
        done = cli(*command.split())
        assert done.returncode == 1
        assert re.search(r"sunwatch\.yaml:\d+:\d+: .*takes_over",
                         done.stderr)


def test_check_says_what_will_happen(cli):
    done = cli("check")
    assert done.returncode == 0, done.stderr
    assert "in every minute of the next 400 days" in done.stdout
    assert "acme/learn: every 30 s from 2 regions" in done.stdout
    assert ("\n1 file, 2 agents in 2 regions, 2 people, 1 client; hash "
            in done.stdout)
    assert cli.json("check")["ok"] is True


def test_no_tree_is_said(cli):
    for command in "check", "oncall", "take 1", "doctor":
        done = cli(*command.split(), "--conf", "/nonexistent.yaml",
                   conf=False)
        assert done.returncode == 1
        assert ("there is no /nonexistent.yaml; say where the tree is by "
                "--conf or SUNWATCH_CONF") in done.stderr


@pytest.mark.parametrize("page", ["README.md", "docs/operation.md"])
def test_what_the_papers_show_is_accepted(cli, page):
    """Each tree in them by check; each command by its own usage."""
    text = (helpers.ROOT / page).read_text()
    for tree in re.findall(r"```yaml\n(site:.*?)```", text, re.S):
        cli.conf.write_text(tree)
        done = cli("check")
        assert done.returncode == 0, done.stderr
    listed = re.findall(r"^  ([a-z-]+(?: [a-z]+)?)  ",
                        cli("help", conf=False).stdout, re.M)
    said = set(re.findall(r"sunwatch ([a-z][a-z-]+(?: [a-z]+)?)",
                          "\n".join(re.findall(r"`+[^`]*`+", text, re.S))))
    assert len(said) >= 3
    for words in said - {"help"}:
        assert words in listed or words.split()[0] in listed, words


def test_unknown_names_have_a_nearest(cli):
    done = cli("oncall", "--rota", "suport")
    assert done.returncode == 1
    assert 'no rota "suport", did you mean "support"?' in done.stderr
    done = cli("override", "add", "islaa", "--for", "2h")
    assert done.returncode == 1
    assert 'did you mean "isla"?' in done.stderr
    done = cli("onccall")
    assert done.returncode == 2
    assert 'did you mean "oncall"?' in done.stderr


def test_rota_show_has_no_hole(cli):
    days = cli.json("rota", "show", "--from", "2026-10-20T00:00Z",
                    "--days", "30")
    assert {d["person"] for d in days} == {"aroha", "isla"}
    for a, b in zip(days, days[1:]):
        assert a["to"] == b["from"]


def test_a_token_is_what_its_hash_says(cli):
    made = cli.json("agent", "add", "nyc-1", "--region", "new-york")
    assert (hashlib.sha256(made["token"].encode()).hexdigest() ==
            made["token_sha256"])
    assert made["token_sha256"] in made["line"]
    assert made["token"] not in made["line"]
    again = cli.json("agent", "rotate", "akl-1")
    assert again["token"] != made["token"]
    old = hashlib.sha256(b"token").hexdigest()
    assert f"[{old}, {again['token_sha256']}]" in again["line"]
    # And the line is one the tree takes.
    cli.edit(f"  - {{ name: akl-1, region: auckland, token_sha256: {old} }}",
             "  " + again["line"] + "\n  " + made["line"])
    assert cli("check").returncode == 0
    assert cli("agent", "rotate", "xyz-1").returncode == 1
    assert cli("agent", "add", "Nyc", "--region", "x").returncode == 2


def test_decode_refuses_what_is_no_batch(cli, tmp_path):
    path = tmp_path / "bytes"
    path.write_bytes(b"\x93\x01rubbish")
    done = cli("decode", path, conf=False)
    assert done.returncode == 1
    assert "neither batch, inbox entry nor part" in done.stderr
    assert cli("decode", tmp_path / "absent",
               conf=False).returncode == 1


def test_an_agent_that_there_is_gets_no_second_line(cli):
    done = cli("agent", "add", "akl-1", "--region", "auckland")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("made by: sunwatch agent rotate akl-1\n")
    assert cli("agent", "add", "syd-1", "--region", "sydney").returncode == 0


def test_a_period_has_a_length(cli):
    for command in ["account", "acme"], ["export"]:
        done = cli(*command, "--from", "2026-03-29T00:00Z", "--to",
                   "2026-03-29T00:00Z")
        assert (done.returncode, done.stdout) == (2, "")
        assert "the period ends before it begins" in done.stderr


def test_help_of_every_command(cli):
    listed = re.findall(r"^  ([a-z-]+(?: [a-z]+)?)  ",
                        cli("help", conf=False).stdout, re.M)
    assert len(listed) >= 28
    for name in listed:
        done = cli(*name.split(), "--help", conf=False)
        assert done.returncode == 0, name
        assert done.stdout.startswith(f"usage: sunwatch {name}")


def test_the_manual_names_every_command(cli):
    manual = (helpers.ROOT / "docs/sunwatch.1").read_text()
    for name in re.findall(r"^  ([a-z-]+(?: [a-z]+)?)  ",
                           cli("help", conf=False).stdout, re.M):
        assert re.search(rf"^\.It Cm {name}( |$)", manual, re.M), name


def test_the_manual_names_every_option(cli):
    manual = (helpers.ROOT / "docs/sunwatch.1").read_text()
    everywhere = {"conf", "socket", "json", "help", "as"}
    options = 0
    for name in re.findall(r"^  ([a-z-]+(?: [a-z]+)?)  ",
                           cli("help", conf=False).stdout, re.M):
        usage = cli(*name.split(), "--help", conf=False).stdout
        row = re.search(rf"^\.It Cm {name}( .*|$)", manual, re.M)[0]
        text = manual[manual.index(row):].split("\n.It ")[0]
        for option in set(re.findall(r"^  --([a-z-]+)", usage, re.M)):
            options += 1
            assert option in everywhere or \
                rf"Fl \-{option}" in text, (name, option)
    assert options > 100


# ---- the pager ----

@pytest.mark.parametrize("words,request_", [
    (["take", "INC-000042", "--as", "aroha"],
     {"command": "take", "incident": "INC-000042", "as": "aroha"}),
    (["hand-on", "42", "isla", "--note", "not mine"],
     {"command": "hand-on", "incident": "42", "to": "isla",
      "note": "not mine"}),
    (["snooze", "42", "30m"],
     {"command": "snooze", "incident": "42", "for_ms": 1800000}),
    (["resolve", "42"], {"command": "resolve", "incident": "42"}),
    (["note", "42", "disk is full"],
     {"command": "note", "incident": "42", "text": "disk is full"}),
    (["open", "acme/learn", "quiz is wrong", "--severity", "3"],
     {"command": "open", "subject": "acme/learn", "text": "quiz is wrong",
      "severity": 3}),
    (["decline", "42", "--as", "isla"],
     {"command": "decline", "incident": "42", "as": "isla"}),
    (["severity", "INC-000042", "S2"],
     {"command": "severity", "incident": "INC-000042", "severity": 2}),
    (["page-test", "isla", "--channel", "mail"],
     {"command": "page-test", "for": "isla", "channel": "mail"}),
    (["override", "remove", "o-12"],
     {"command": "override-remove", "override": "o-12"}),
    (["override", "add", "isla", "--from", "2026-03-29T00:00Z",
      "--for", "2h"],
     {"command": "override-add", "rota": "support", "for": "isla",
      "from_ms": 1774742400000, "to_ms": 1774749600000}),
])
def test_what_the_pager_is_asked(cli, pager, words, request_):
    done = cli(*words)
    assert done.returncode == 0, done.stderr
    assert pager.asked == [request_]
    assert done.stdout == "You have it, since 14:02 NZDT.\n"


def test_no_severity_of_this_name(cli, pager):
    done = cli("severity", "42", "P1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        'sunwatch severity: "P1" is not a severity: write S1, S2, S3 or S4\n'
        "try: sunwatch severity --help\n")
    assert pager.asked == []


def test_update_in_full(cli, pager):
    done = cli("update", "42", "--state", "identified", "--eta",
               "2026-03-29T15:00Z..2026-03-29T16:00Z", "--next", "30m",
               "A disk has failed.")
    assert done.returncode == 0, done.stderr
    asked = pager.asked[0]
    assert asked.pop("next_ms") > 0
    assert asked == {"command": "update", "incident": "42",
                     "state": "identified", "publish": True,
                     "eta_from_ms": 1774796400000,
                     "eta_to_ms": 1774800000000,
                     "text": "A disk has failed."}
    done = cli("update", "42", "--state", "identifed")
    assert done.returncode == 2
    assert 'did you mean "identified"?' in done.stderr
    assert len(pager.asked) == 1


def test_a_clock_in_an_eta_is_the_clients(cli, pager):
    pager.answer = {"ok": True, "text": "Published.",
                    "incident": {"client": "acme"}}
    for more, zone in ([], "Pacific/Auckland"), (["--zone", "UTC"], "UTC"):
        done = cli("update", "42", "--eta", "15:00..16:00", *more)
        assert done.returncode == 0, done.stderr
        asked = pager.asked[-1]
        at = datetime.datetime.fromtimestamp(
            asked["eta_from_ms"] / 1000, zoneinfo.ZoneInfo(zone))
        assert (at.hour, at.minute) == (15, 0)
        assert asked["eta_to_ms"] - asked["eta_from_ms"] == 3600000


def test_a_refusal_is_said_and_is_status_1(cli, pager):
    pager.answer = {"ok": False, "error": "isla has it, since 14:02 GMT"}
    done = cli("take", "42")
    assert done.returncode == 1
    assert done.stderr == "sunwatch take: isla has it, since 14:02 GMT\n"
    assert done.stdout == ""


@pytest.mark.parametrize("error,said", [
    ("for_ms: at most 30 min for severity S1",
     "DURATION: at most 30 min for severity S1"),
    ("incident: there is no such incident",
     "INCIDENT: there is no such incident"),
    ("for: bob is not one of the people configured",
     "PERSON: bob is not one of the people configured"),
    ("form is odd: yes", "form is odd: yes"),
    ("\u001b[2Jfor", "\\x1b[2Jfor"),
])
def test_a_refusal_names_what_was_written(cli, pager, error, said):
    pager.answer = {"ok": False, "error": error}
    done = cli("snooze", "42", "2h")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"sunwatch snooze: {said}\n"
    done = cli("snooze", "42", "2h", "--json")  # as it is on the wire
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout) == {"ok": False, "error": error}


def test_an_incident_in_full(cli, pager):
    pager.answer = {"ok": True, "incident": {
        "id": "INC-000007", "subject": "acme/learn", "severity": 1,
        "state": "calling", "since_ms": 1774742400000, "text": "is down",
        "url": "https://learn.acme.example/", "contact": "moana",
        "called": [{"person": "isla", "channel": "mail",
                    "at_ms": 1774742401000, "outcome": "handed over"}],
        "next": {"person": "aroha", "at_ms": 1774742700000},
        "before": [{"id": "INC-000003", "since_ms": 1774656000000,
                    "closed_ms": 1774659600000, "ended": "$id \u001b[2J"}],
        "timeline": [{"at_ms": 1774742400000, "by": "pager",
                      "text": "@at_ms", "public": True},
                     {"at_ms": 1774742460000, "by": "isla", "text": "hm"}]}}
    done = cli("incident", "7")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == [
        "  what: is down",
        "  address: https://learn.acme.example/",
        "  contact for the client: moana",
        "  called isla by mail at 2026-03-29T00:00:01Z: handed over",
        "  next: aroha at 2026-03-29T00:05:00Z",
        "  before: INC-000003 from 2026-03-28T00:00:00Z to "
        "2026-03-28T01:00:00Z: $id \\x1b[2J",
        "  2026-03-29T00:00:00Z [public] pager: @at_ms",
        "  2026-03-29T00:01:00Z isla: hm"]


def test_hostile_texts_do_not_reach_the_terminal(cli, pager):
    pager.answer = {"ok": True, "incidents": [
        {"id": "INC-000001", "subject": "acme/learn", "severity": 1,
         "state": "calling", "since_ms": 0, "opened_ms": 0,
         "text": "\u001b]0;owned\u0007\u001b[2J"}]}
    done = cli("incidents")
    assert done.returncode == 0
    assert "\033" not in done.stdout and "\007" not in done.stdout
    assert "\\x1b" in done.stdout


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
    assert "holds no certificate" in cli("doctor").stdout
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
        "pager": now, "auditor": now, "evaluate:0": now - 60000})
    done = cli("doctor", "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["not_kept"] == ["2 and 3", "1"]  # no commit, no evaluate
    bad = [f["what"] + " " + f["text"] for f in said["findings"]
           if f["finding"] == "BAD"]
    for text in ("agent lon-1 (london): heard 1 h 0 min ago",
                 "region auckland: nothing it sees counts, for 1 min 1 s: "
                 "blind, akl-1",
                 "region london: nothing it sees counts, for 1 min 1 s: "
                 "suspect",
                 "live commit: has not been seen"):
        assert text in bad, bad
    assert not any("akl-1 (" in text or "clock" in text for text in bad)


def test_overrides_of_a_running_pager_are_on_top(cli, pager):
    pager.answer = {"ok": True, "overrides": [
        {"id": "o-1", "rota": "support", "person": "isla", "by": "moana",
         "from_ms": 1774742400000, "to_ms": 1774749600000}]}
    now = cli.json("oncall", "--at", "2026-03-29T01:00Z")
    assert (now["primary"], now["override"]) == ("isla", "o-1")
    assert now["until"] == "2026-03-29T02:00:00Z"
    assert now["next"] == "aroha"
    assert now["overrides_known"] is True


def test_no_pager_is_said(cli):
    done = cli("take", "42")
    assert done.returncode == 1
    assert "cannot reach the pager at" in done.stderr


def test_no_redis_is_said(cli):
    for words in ["status"], ["why", "acme/learn"], ["export"]:
        done = cli(*words)
        assert done.returncode == 1
        assert "cannot reach Redis at" in done.stderr
    done = cli("doctor")
    assert done.returncode == 1
    assert "BAD" in done.stdout and "cannot reach Redis" in done.stdout
