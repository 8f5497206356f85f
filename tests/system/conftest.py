"""Fixtures of the system tests; helpers.py has what they are made of."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

import helpers  # noqa: E402


SLOW = ("test_crashes", "test_auditor", "test_kills", "test_bad_calls", "test_flood",
        "test_whole", "test_up")


def pytest_collection_modifyitems(items):
    """The slow ones first, so that none is left alone at the end."""
    items.sort(key=lambda item: item.module.__name__ not in SLOW)


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
