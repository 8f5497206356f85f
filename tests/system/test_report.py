"""Reports: every figure again from the facts alone, by the real command, with
neither a tree nor Redis; and against a count of our own."""

import json
import re

import helpers
from commands import cli  # fixtures

assert cli

DAY = 86400


def facts(**more):
    return {"sunwatch_report": 1, "client": "acme", "facts": {
        "period": {"month": "2026-04"}, "versions": [{"target": "99.9"}],
        "outages": [{"from": "2026-04-10T10:00:00Z",
                     "to": "2026-04-10T10:43:00Z"}], **more}}


def verify(cli, report, *options):
    path = cli.conf.parent / "report.json"
    path.write_text(json.dumps(report))
    return cli("verify", str(path), *options, conf=False)


def test_a_report_by_hand_gets_its_figures(cli):
    done = verify(cli, facts(), "--json")
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    assert answer["same"] is False
    assert [d["path"] for d in answer["differences"]] == ["figures"]
    part, = answer["report"]["figures"]["parts"]
    assert (part["total_s"], part["down_s"], part["uptime"],
            part["verdict"]) == (30 * DAY, 2580, "99.9004", "met")

    # What it should be is what it should be.
    again = verify(cli, answer["report"])
    assert again.returncode == 0, again.stdout
    assert "every figure is what its facts come to" in again.stdout


def test_a_right_report_was_printed_whole_to_say_so(cli):
    report = json.loads(verify(cli, facts(), "--json").stdout)["report"]
    path = cli.conf.parent / "report.json"
    assert verify(cli, report).stdout == (
        f"{path}: every figure is what its facts come to\n"
        "acme, 2026-04, UTC: met\n"
        "  guaranteed 99.9 %: met\n"
        "  (2592000 s - 2580 s) / 2592000 s = 99.9004 %\n")
    assert "2026-04-10T10:00:00Z" in verify(cli, report, "--full").stdout
    # What is fed to a machine is all of it, as it was.
    whole = json.loads(verify(cli, report, "--json").stdout)
    assert whole == {"same": True, "differences": [], "report": report}


def test_what_differs_is_said(cli):
    report = json.loads(verify(cli, facts(), "--json").stdout)["report"]
    report["figures"]["parts"][0]["down_s"] = 2579
    del report["figures"]["parts"][0]["uptime"]
    report["figures"]["more"] = 1
    done = verify(cli, report)
    assert done.returncode == 1
    assert "figures.parts[0].down_s: stands 2579, should be 2580" \
        in done.stdout
    assert 'figures.parts[0].uptime: stands absent, should be "99.9004"' \
        in done.stdout
    assert "figures.more: stands 1, should be absent" in done.stdout
    assert "(2592000 s - 2580 s) / 2592000 s = 99.9004 %" in done.stdout


def test_what_is_no_report_is_said(cli):
    for report, why in (
            ([], "expected an object"),
            (facts(versions=[{"target": "99.9", "granulrity": "second"}]),
             'facts.versions[0]: unknown field "granulrity"'),
            (facts(period={"month": "2026-14"}), "facts.period: expected"),
            (facts(outages=[{"from": 2, "to": 1}]),
             "facts.outages[0]: ends before it begins")):
        for option in (), ("--json",):
            done = verify(cli, report, *option)
            assert done.returncode == 2
            assert why in done.stderr
            assert done.stdout == ""
    done = cli("verify", "/nonexistent", conf=False)
    assert done.returncode == 2
    assert "/nonexistent: No such file" in done.stderr


def test_the_examples_of_the_paper(cli):
    """Each report in docs/report.md can be counted, as it says."""
    text = (helpers.ROOT / "docs/report.md").read_text()
    examples = re.findall(r"```json\n(\{.*?)```", text, re.S)
    assert examples
    for example in examples:
        done = verify(cli, json.loads(example))
        assert done.returncode == 1, done.stderr
    done = verify(cli, json.loads(examples[0]))
    assert "(2592000 s - 2580 s) / 2592000 s = 99.9004 %" in done.stdout


def test_every_field_is_in_the_paper(cli):
    """What a whole report has, docs/report.md names."""
    text = (helpers.ROOT / "docs/report.md").read_text()
    whole = (helpers.ROOT / "tests/fuzz/corpus/report/whole").read_text()
    report = json.loads(verify(cli, json.loads(whole), "--json").stdout)
    seen = set()

    def walk(value):
        if isinstance(value, dict):
            seen.update(value)
        for v in value.values() if isinstance(value, dict) else \
                value if isinstance(value, list) else ():
            walk(v)
    walk(report["report"])
    named = set(re.findall(r"[a-z_]+", " ".join(
        re.findall(r"`([^`\n]+)`", text))))
    assert len(seen) > 90
    assert seen <= named, sorted(seen - named)


def test_what_is_asked_wrongly(cli):
    for words in (["report", "acme", "--month", "2026-13"],
                  ["report", "acme", "--month", "2026-10", "--year", "2026"],
                  ["report", "acme", "--html", "--csv"],
                  ["report"], ["verify"]):
        done = cli(*words)
        assert done.returncode in (1, 2), words
        assert done.stdout == "" and done.stderr != ""

