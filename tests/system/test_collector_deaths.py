"""The collector and its Redis are killed, at named points and at random, and
nothing is lost."""

import http.client as hc
import json
import random
import re
import signal
import time

import pytest

from collector import (Agent, Collector, CONNECT, FAILED, alarms, all_up, have,
                       last_entry, now_ms, observation, parts_in)
from helpers import wait_for


@pytest.fixture
def collector(program, redis, tmp_path):
    return Collector(program, tmp_path, redis).start().evaluating()


def test_kill_of_the_collector_loses_nothing(collector, redis):
    agents = [Agent(collector, n) for n in ("akl-1", "lon-1")]
    all_up(agents)
    all_up(agents, outcome=FAILED, reason=CONNECT, status=0)
    collector.program.kill()
    collector.start().evaluating(2)
    all_up(agents, outcome=FAILED, reason=CONNECT, status=0)
    wait_for("an alarm", lambda: [
        a for a in alarms(redis) if a["subject"] == "acme/learn"])


def re_matches(collector, pattern):
    return re.findall(pattern, collector.program.log(), re.M)


def test_redis_dies_and_returns(collector, redis):
    agent = Agent(collector)
    part = agent.part([observation("acme/learn", now_ms())])
    assert agent.send(part).status == 200
    redis.kill()
    second = agent.part([observation("acme/learn", now_ms())])
    refused = agent.send(second)
    assert refused.status == 503
    assert refused.headers["Retry-After"] == "1"
    assert json.loads(refused.text)["error"]
    assert agent.hello().status == 503
    redis.start()
    wait_for("the store to be back",
             lambda: agent.send(second).status == 200)
    assert have(agent.hello()) == {0: 2}
    collector.program.wait_log(r"redis .*: back")
    assert len(re_matches(collector, r"redis .*: away")) == 1


def test_a_collector_without_redis_says_so_and_waits(
        program, redis, tmp_path):
    redis.kill()
    c = Collector(program, tmp_path, redis).start()
    c.program.wait_log(r"redis .*: away")
    assert Agent(c).hello().status == 503
    redis.start()
    c.evaluating()
    assert have(Agent(c).hello()) == {0: 0}


def test_two_collectors_one_evaluates(collector, program, redis, tmp_path):
    folder = tmp_path / "second"
    folder.mkdir()
    second = Collector(
        lambda name, *a, **env: program(name, *a, log="second", **env),
        folder, redis).start()
    second.program.wait_log("another has the lease")
    assert "evaluating" not in second.program.log()
    collector.program.kill()
    second.evaluating()


CRASH_POINTS = ["ingest-read", "ingest-stored", "evaluate-leased",
                "evaluate-loaded", "evaluate-entry", "evaluate-read",
                "evaluate-decided", "evaluate-committed"]


def keep_sending(collector, part_of, agents, until):
    """As agents do: the same part until it is accepted, then the next."""
    def turn():
        for agent in agents:
            agent.waiting = agent.waiting or part_of(agent)
            try:
                if agent.send(agent.waiting).status == 200:
                    agent.waiting = None
            except OSError:
                pass
        return until()
    return wait_for("what was sent to have its effect", turn)


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_crash_between_two_steps_loses_nothing(
        program, redis, tmp_path, point):
    c = Collector(program, tmp_path, redis)
    c.start(SUNWATCH_CRASH=point)
    agents = [Agent(c, n) for n in ("akl-1", "lon-1")]

    def failing(agent):
        return agent.part([observation("acme/learn", now_ms(), FAILED,
                                       CONNECT, 0)])

    keep_sending(c, failing, agents, lambda: not c.program.running())
    assert c.program.wait() == -signal.SIGKILL
    c.start()
    found = keep_sending(c, failing, agents, lambda: [
        a for a in alarms(redis) if a["subject"] == "acme/learn"])
    assert [a["event"] for a in found] == ["raised"]
    for agent in agents:
        assert have(agent.hello())[0] >= 1
    assert redis.client.hlen("sw:{c0}:poison") == 0
    wait_for("the start to be got through", lambda: not redis.client.hexists(
        "sw:{c0}:worker", "starts"))


def test_random_kills_store_every_part_once(program, redis, tmp_path):
    c = Collector(program, tmp_path, redis).start()
    agents = [Agent(c, n) for n in ("akl-1", "lon-1", "nyc-1")]
    accepted = {a.spool: 0 for a in agents}
    dice = random.Random(20261122)

    def turn(agent):
        agent.waiting = agent.waiting or agent.part(
            [observation("acme/learn", now_ms())])
        try:
            answer = agent.send(agent.waiting)
        except (OSError, hc.HTTPException):
            return
        if answer.status == 200:
            accepted[agent.spool] = have(answer)[0]
            agent.waiting = None

    for round_ in range(14):
        until = time.monotonic() + dice.uniform(0.05, 0.6)
        while time.monotonic() < until:
            turn(dice.choice(agents))
        victim = dice.choice([c, redis])
        (c.program if victim is c else redis).kill()
        turn(agents[0])
        victim.start()
    for agent in agents:
        wait_for("the last part", lambda: (
            turn(agent), agent.waiting is None)[1])
    found = parts_in(redis)
    assert len(found) == len(set(found))
    for agent in agents:
        assert [q for s, q in found if s == agent.spool] == list(
            range(1, accepted[agent.spool] + 1))
        assert accepted[agent.spool] == agent.seq[0]
    last = last_entry(redis)
    wait_for("all to be evaluated", lambda: redis.client.hget(
        "sw:{c0}:meta", "position") == last)
    assert redis.client.hlen("sw:{c0}:poison") == 0
