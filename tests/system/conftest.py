"""Fixtures of the system tests; helpers.py has what they are made of."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

import helpers  # noqa: E402


@pytest.fixture
def program(tmp_path):
    """program(name, *args, **env) starts build/.../bin/name in the test's
    own folder; whatever still runs at the end is killed."""
    started = []

    def start(name, *args, log=None, **env):
        p = helpers.Program(log or name, [helpers.BIN / name, *args],
                            tmp_path, env, tmp_path)
        started.append(p)
        return p.start()

    yield start
    for p in started:
        p.kill()


@pytest.fixture
def redis(tmp_path):
    """A running redis-server; .client speaks to it, .address names it."""
    server = helpers.Redis(tmp_path).start()
    yield server
    server.kill()


@pytest.fixture
def smtp():
    """A running SmtpSink."""
    sink = helpers.SmtpSink()
    yield sink
    sink.stop()
