"""Two pagers on one Redis: one pages, the other is there when it does not."""

import socket
import subprocess
import time

import pytest

import helpers
from helpers import http, wait_for
from pagers import Stage, repeats

LEASE_S = 2  # of Stage.start()


@pytest.fixture
def pair(tmp_path, program, redis, smtp):
    """Two hosts, each with a folder and an address of its own."""
    hosts = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        hosts.append(Stage(tmp_path / name, program, redis, smtp))
    return hosts


def opened(pair):
    """The first is active and calls; the second stands by."""
    one, two = pair
    first = one.start("first")
    one.ready()
    second = two.start("second")
    second.wait_log("standing by")
    one.alarm()
    one.wait_mail("aroha")
    return first, second


def records(stage):
    """All that a pager could write, but for the lease."""
    client = stage.redis.client
    hashes = {key: client.hgetall(f"sw:{{p}}:{key}")
              for key in ("meta", "incidents", "pages", "intents",
                          "overrides", "poison")}
    return hashes, client.xlen("sw:{p}:journal"), client.xlen("sw:{p}:out")


def sent_by(program):
    """Intents that it handed to a channel."""
    return {line.split(": ")[1] for line in program.log().splitlines()
            if " incident=INC-" in line and ": to " in line}


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_another_host_takes_over_within_the_lease(pair, how):
    first, second = opened(pair)
    gone = time.monotonic()
    if how == "killed":
        first.kill()
    else:
        helpers.hang(first)
    called = len(pair[1].smtp.messages)
    second.wait_log("active fence=2")
    # It asks every three tenths of the lease; the rest is a slow machine.
    assert time.monotonic() - gone < 2 * LEASE_S + 6
    wait_for("the second one to call",
             lambda: len(pair[1].smtp.messages) > called)
    assert sent_by(second)
    link = pair[1].link_of(pair[1].smtp.messages[-1])
    assert "You have it, since" in http(link, {"do": "take"}).text
    # What both sent is marked where it was sent again.
    assert all("possible repeat" in m["Subject"]
               for m in repeats(pair[0].smtp))


def test_a_lease_is_not_taken_while_it_lives(pair):
    _, second = opened(pair)
    assert pair[1].ask(command="status") == {
        "ok": True, "active": False, "stands_by": True, "store": True}
    said = subprocess.run(
        [helpers.BIN / "sunwatch", "status", "--conf", pair[1].conf],
        text=True, capture_output=True, timeout=30, check=True).stdout
    # It was said to have no store, and no incidents.
    assert "pager: stands by for another, store up\n" in said
    time.sleep(2 * LEASE_S)
    assert "active fence" not in second.log()
    assert pair[0].redis.client.get("sw:{p}:fence") == "1"


def test_the_woken_one_writes_nothing_and_sends_nothing(pair):
    one, two = pair
    first, second = opened(pair)
    resume = helpers.hang(first)
    second.wait_log("active fence=2")
    two.wait_mail("tom")
    taken = two.ask(command="take", incident="INC-000001", **{"as": "tom"})
    assert taken["ok"], taken
    wait_for("all to be said",
             lambda: not two.redis.client.hlen("sw:{p}:intents"))
    before, sent = records(two), sent_by(first)

    resume()
    first.wait_log("stepping down")
    first.wait_log("standing by")
    # It was about to call aroha or tom again when it was stopped.
    assert records(two) == before
    assert two.redis.client.get("sw:{p}:fence") == "2"
    assert one.ask(command="status")["active"] is False
    # And it stays so while the second one goes on.
    one.clear()
    two.wait_mail("tom", "Over:")
    assert sent_by(first) == sent
    known = two.ask(command="incident", incident="INC-000001")["incident"]
    assert known["state"] == "closed"
    assert any("tom" in line["by"] for line in known["timeline"])
    assert all("possible repeat" in m["Subject"]
               for m in repeats(one.smtp))


def test_the_same_host_gives_the_lease_of_the_dead_back_at_once(pair):
    stage = pair[0]
    first = stage.start("first")
    stage.ready()
    second = stage.start("second")
    second.wait_log("standing by")
    first.kill()
    stage.alarm()
    second.wait_log("active fence=2")
    link = stage.link_of(stage.wait_mail("aroha")[0])

    def answers():
        try:
            return http(link).status == 200
        except OSError:
            return False  # it has not got the port of the dead one yet
    wait_for("its links", answers)
    assert second.stop() == 0


def test_a_stopped_one_is_not_waited_for(pair):
    """Nobody takes connections from its socket's full queue."""
    stage = pair[0]
    first = stage.start("first")
    stage.ready()
    resume = helpers.hang(first)
    waiting = []
    try:
        with pytest.raises(BlockingIOError):
            for _ in range(200):  # more than may wait to be accepted
                waiting.append(socket.socket(socket.AF_UNIX))
                waiting[-1].setblocking(False)
                waiting[-1].connect(str(stage.state / "pager.sock"))
        second = stage.start("second")
        second.wait_log("no control socket; trying again")
        second.wait_log("active fence=2")
        stage.alarm()
        stage.wait_mail("aroha")
    finally:
        for s in waiting:
            s.close()
    resume()
    first.wait_log("stepping down")
    assert sent_by(first) == set()
    assert repeats(stage.smtp) == []
