"""The fixtures themselves."""

import smtplib

import helpers


def test_redis_keeps_what_it_acknowledged(redis):
    redis.client.set("a", "1")
    redis.kill()
    redis.start()
    assert redis.client.get("a") == "1"


def test_sink_groups_by_intent_and_refuses(smtp):
    def send(intent):
        with smtplib.SMTP("127.0.0.1", smtp.port) as s:
            s.sendmail("a@b.example", ["c@d.example"],
                       f"X-Sunwatch-Intent: {intent}\r\n\r\nhello\r\n")

    send("i-1")
    send("i-1")
    send("i-2")
    groups = smtp.by_intent()
    assert {k: len(v) for k, v in groups.items()} == {"i-1": 2, "i-2": 1}
    smtp.say = "450 not now"
    try:
        send("i-3")
        raise AssertionError("must be refused")
    except smtplib.SMTPRecipientsRefused:
        pass
    assert smtp.refused == 1
    assert len(smtp.messages) == 3


def test_free_port_is_free():
    assert 1024 <= helpers.free_port() <= 65535


def test_a_missing_tool_is_not_passed_over_in_silence(monkeypatch):
    """The tests by promtool were, wherever it was not installed."""
    for name in "CI", "DEPS_CHECKED":
        monkeypatch.delenv(name, raising=False)
    assert helpers.needs("sh").args == (False,)
    assert helpers.needs("sh", "no-such-tool").args == (True,)
    assert helpers.needs("sh", "no-such-tool").kwargs["reason"] == (
        "not installed: no-such-tool")
    for name in "CI", "DEPS_CHECKED":
        monkeypatch.setenv(name, "yes")
        assert helpers.needs("no-such-tool").args == (False,)
        monkeypatch.delenv(name)
