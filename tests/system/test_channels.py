"""Channels beside mail and terminal, with programs that are not well."""

import json
import re

import pytest

from helpers import http, wait_for
from pagers import Stage


class Commands(Stage):
    """aroha is called by a command at once, by mail in an hour."""

    def write(self, patience="60s", silence="90s", more=""):
        super().write(patience, silence, more)
        self.read = self.folder / "read"
        text = self.conf.read_text()
        text = text.replace("reach: [mail 0s, terminal 0s]",
                            "reach: [command 0s, mail 1h]")
        text = text.replace("channels:\n", f"""channels:
  - {{ kind: command, run: ["{self.folder}/page", "{self.read}"],
      timeout: 1s }}
""")
        self.conf.write_text(text)

    def program_says(self, script):
        """What the command does once it has put away what it read."""
        file = self.folder / "page"
        new = self.folder / "page.new"
        new.write_text(f'#!/bin/sh\ncat >>"$1"\necho >>"$1"\n{script}\n')
        new.chmod(0o755)
        new.rename(file)

    def given(self, kind="call"):
        """What the command was given so far, of this kind."""
        if not self.read.exists():
            return []
        lines = self.read.read_text().splitlines(keepends=True)
        return [m for m in (json.loads(line) for line in lines
                            if line.endswith("\n") and line.strip())
                if m["kind"] == kind]


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    return Commands(tmp_path, program, redis, smtp)


def test_a_page_by_a_command_is_taken_by_its_link(stage):
    stage.program_says("echo pigeon 7 >&2")
    pager = stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the command to be run", stage.given)
    page = stage.given()[0]
    assert page["version"] == 1
    assert page["person"]["email"] == "aroha@kahu.example"
    assert page["incident"] == "INC-000001"
    assert "answered 503" in page["body"]
    assert len(page["sms"].encode()) <= 140
    wait_for("its outcome", lambda: "aroha by command: handed over" in
             http(page["link"]).text)
    assert "handed over: the command has it: pigeon 7" in pager.log()
    assert "You have it" in http(page["link"], {"do": "take"}).text
    assert len(stage.given()) == 1


def test_page_test_by_a_command(stage):
    stage.program_says("exit 0")
    stage.start()
    stage.ready()
    answer = stage.ask(command="page-test", channel="command",
                       **{"for": "aroha"})
    assert answer["ok"], answer
    wait_for("the test", lambda: stage.given("test"))
    wait_for("the contact to be noted", lambda: [
        c for c in stage.ask(command="contacts")["contacts"]
        if c["channel"] == "command" and c.get("handed_ms")])
    assert stage.given() == []


@pytest.mark.parametrize("script, said", [
    ("kill -9 $$", "the command was ended by signal 9"),
    ("exec sleep 60", "the command did not end within 1 s"),
    ("yes >&2", "the command did not end within 1 s: y"),
])
def test_a_command_that_fails_for_now_holds_up_nobody(stage, script, said):
    stage.program_says(script)
    stage.write(patience="2s")
    pager = stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("tom")  # the ladder climbs all the same
    wait_for(said, lambda: f"failed for now: {said}" in pager.log())


@pytest.mark.parametrize("script, said", [
    ("exit 3", "the command ended with status 3"),
    (None, "the command cannot be run: No such file or directory"),
])
def test_a_command_that_fails_for_good_is_followed_at_once(
        stage, script, said):
    if script:
        stage.program_says(script)
    pager = stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("aroha")  # long before its hour, and before tom
    assert f"failed for good: {said}" in pager.log()
    assert stage.mails_to("tom") == []


def test_a_page_whose_pager_died_is_repeated_and_says_so(stage):
    """Killed while the command runs: it is run again, with the same intent."""
    stage.program_says("exec sleep 60")
    pager = stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the command to be run", stage.given)
    first = stage.given()[0]
    pager.kill()
    stage.program_says("exit 0")
    stage.start("again")
    wait_for("a repeat", lambda: len(stage.given()) > 1)
    again = stage.given()[1]
    assert again["possible_repeat"] is True
    assert again["incident"] == first["incident"]
