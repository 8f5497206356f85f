"""The operator's command without a pager: the tree, the help, the manual."""

import hashlib
import json
import re

import pytest

import helpers
from commands import cli  # fixtures

assert cli


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


def test_check_says_who_sees_a_page_and_its_reports(cli):
    def page():
        done = cli("check")
        assert done.returncode == 0, done.stderr
        return re.search(r"status page (.*)", done.stdout).group(1)

    assert page() == "/c/acme/ (public, reports for nobody)"
    token = cli.folder / "token"
    token.write_text("a-token-of-twenty-two")
    token.chmod(0o600)
    cli.edit("    sla: gold\n", "    sla: gold\n    status_page: { host: "
             f'status.acme.example, token: "file:{token}" }}\n')
    assert page() == ("/c/acme/ and status.acme.example "
                      "(public, reports with token)")
    cli.edit("status_page: {", "status_page: { access: token,")
    assert page() == ("/c/acme/ and status.acme.example "
                      "(with token, reports with token)")
    cli.edit(f'access: token, host: status.acme.example, token: '
             f'"file:{token}"', "reports: public")
    assert page() == "/c/acme/ (public, reports public)"


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


def test_options_alone_are_no_command(cli):
    for words in ["-x"], ["--conf"], ["--conf", cli.conf], ["--json"]:
        done = cli(*words, conf=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert f'there is no command, only "{words[0]}"' in done.stderr


def test_rotas_are_proven_by_rota_check(cli):
    """Of days and rotas as asked; what is wrong has its instants."""
    done = cli("rota", "check", "support", "--days", "30", "--from",
               "2026-03-20T00:00Z")
    assert done.returncode == 0
    assert done.stdout.startswith(
        "rota support: somebody is on watch in every minute of the next "
        "30 days\n")
    assert "no pager says which ways to reach people work" in done.stdout
    # Said all the same, though nobody had told of any contact.
    assert "within reach" not in done.stdout
    said = cli.json("rota", "check")
    assert (said["ok"], said["faults"]) == (True, [])
    assert {p["person"] for p in said["people"]} == {"aroha", "isla"}
    assert sum(p["total_ms"] for p in said["people"]) == 400 * 86400000
    cli.edit('      - { zone: Europe/London, takes_over: "08:00", '
             'people: [isla] }\n', "")
    done = cli("rota", "check", "--days", "2", "--from", "2026-07-01T00:00Z")
    assert done.returncode == 1
    assert ("rota support: aroha is on watch from 2026-07-01T12:00:00Z to "
            "2026-07-01T18:00:00Z, between 00:00 and 06:00 in "
            "Pacific/Auckland\n") in done.stdout
    done = cli("rota", "check", "--days", "2", "--json", "--from",
               "2026-07-01T00:00Z")
    said = json.loads(done.stdout)
    assert (done.returncode, said["ok"]) == (1, False)
    assert {f["fault"] for f in said["faults"]} == {"watch too long",
                                                    "watch at night"}


def test_a_hole_of_explicit_hours_is_told_with_a_fill(cli):
    cli.edit('takes_over: "08:00", people: [isla]',
             'from: "06:00", to: "14:00", people: [isla]')
    cli.edit('takes_over: "08:00"', 'from: "08:00", to: "17:00"')
    hours = cli("rota", "check", "--days", "1", "--from",
                "2026-07-01T00:00Z")
    assert hours.returncode == 1
    assert ("nobody is on watch from 2026-07-01T13:00:00Z to "
            "2026-07-01T20:00:00Z; with \"fill: extend\" isla stays until "
            "then, with \"fill: early\" aroha begins at "
            "2026-07-01T13:00:00Z\n") in hours.stdout
    assert cli("check").returncode == 1


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


def test_up_prints_no_json(cli):
    done = cli("up", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "up prints no JSON" in done.stderr


def test_no_redis_is_said(cli):
    for words in ["status"], ["why", "acme/learn"], ["export"]:
        done = cli(*words)
        assert done.returncode == 1
        assert "cannot reach Redis at" in done.stderr
    done = cli("doctor")
    assert done.returncode == 1
    assert "BAD" in done.stdout and "cannot reach Redis" in done.stdout
