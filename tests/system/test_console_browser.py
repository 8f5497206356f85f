"""The console in Debian's Chromium; tests/browser/console.js drives it."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

import console
import helpers

BROWSER = pathlib.Path(__file__).parent.parent / "browser"


@helpers.needs("node", "chromium")
@pytest.mark.skipif(
    not (BROWSER / "node_modules").exists() and
    not {"CI", "DEPS_CHECKED"} & set(os.environ),
    reason="tests/browser has no node_modules: make deps-check")
@pytest.mark.xdist_group("chromium")
def test_the_console_in_chromium(tmp_path, program, redis, smtp):
    stage = console.ConsoleStage(tmp_path, program, redis, smtp)
    stage.write(more=console.ROTAS)  # so that pages of watches have some
    stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("aroha")
    asked = {"base": stage.console, "incident": "/incidents/INC-000001",
             "name": "moana", "password": console.PASSWORDS["moana"],
             "chromium": shutil.which("chromium"), "folder": str(tmp_path)}
    done = subprocess.run(["node", BROWSER / "console.js", json.dumps(asked)],
                          capture_output=True, text=True, timeout=400)
    assert done.stdout == "done\n", done.stdout + done.stderr[-2000:]
