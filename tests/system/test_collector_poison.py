"""What the collector cannot read, or dies of: it is set aside, told, and not
counted as up."""

import json
import signal
import time

import msgpack
import pytest
import redis as redis_client

from collector import (Agent, Collector, CONNECT, FAILED, alarms, all_up,
                       now_ms, observation)
from helpers import wait_for


@pytest.fixture
def collector(program, redis, tmp_path):
    return Collector(program, tmp_path, redis).start().evaluating()


def voids(redis, shard=0):
    """{(region, cause, agent): (from, to)}"""
    return {tuple(field.split("|")[:3]): (int(field.split("|")[3]), int(to))
            for field, to in redis.client.hgetall(
                f"sw:{{c{shard}}}:voids").items()}


def test_an_entry_that_kills_its_reader_is_set_aside(
        collector, redis):
    agent = Agent(collector)
    agent.report(observation("acme/learn", now_ms()))
    collector.program.kill()
    for point in ["evaluate-entry"] * 4 + ["evaluate-aside"]:
        assert redis.client.hlen("sw:{c0}:poison") == 0
        collector.program = collector.start_program(
            "sunwatch-collector", "--role", "evaluate", "-f", collector.path,
            SUNWATCH_CRASH=point)
        assert collector.program.wait() == -signal.SIGKILL
    # It stands there, but what it held is not yet void, nor told.
    assert redis.client.hlen("sw:{c0}:poison") == 1
    assert not voids(redis) and not alarms(redis)
    collector.start(SUNWATCH_CRASH="evaluate-entry")
    collector.program.wait_log("set aside")
    wait_for("humans to be told", lambda: alarms(redis))
    alarm, = alarms(redis)
    assert (alarm["subject"], alarm["severity"]) == ("operations/poison", 2)
    assert "shard 0" in alarm["text"] and "died of it" in alarm["text"]
    wait_for("voids", lambda: set(voids(redis)) == {
        ("auckland", "hole", "akl-1"), ("london", "hole", "lon-1"),
        ("new-york", "hole", "nyc-1")})
    # The rest goes on, and a start does not read it again.
    collector.program.kill()
    collector.start()
    part = agent.part([observation("acme/learn", now_ms())])
    wait_for("a part to be taken", lambda: agent.send(part).status == 200)
    wait_for("the start to be got through", lambda: not redis.client.hexists(
        "sw:{c0}:worker", "starts"))
    assert len(alarms(redis)) == 1
    assert redis.client.hlen("sw:{c0}:poison") == 1


def unreadable(part):
    """A real part, of which only the beginning is what it was."""
    return part[:-20] + b"\xc1" * 20


def put_into_the_inbox(agent, region, part):
    raw = redis_client.Redis(unix_socket_path=str(agent.collector.redis.socket))
    raw.xadd("sw:{c0}:in", {"d": msgpack.packb(
        [1, agent.name, region, now_ms(), 0, False, part])})


def booked(redis, endpoint):
    found = [json.loads(v) for k, v in
             redis.client.hgetall("sw:{c0}:outages").items()
             if k.startswith(endpoint + "|")]
    return sorted((o["from"], o["to"], o["kind"]) for o in found)


def test_what_was_unreadable_is_not_booked_as_up(collector, redis):
    """Failures of a quorum, in entries between two good ones: bridged they
    would be uptime."""
    agents = [Agent(collector, n) for n in ("akl-1", "lon-1", "nyc-1")]
    all_up(agents)
    wait_for("up", lambda: booked(redis, "acme/learn")[0][1])
    time.sleep(1.5)  # what was lost may have begun a timeout earlier
    all_up(agents)
    failed_ms = now_ms()
    for agent in agents[:2]:
        put_into_the_inbox(agent, "auckland" if agent.name == "akl-1" else
                           "london", unreadable(agent.part([
                               observation("acme/learn", now_ms(), FAILED,
                                           CONNECT, 0)])))
        agent.seq[0] -= 1  # as far as ingest knows
    wait_for("both to be told", lambda: len(alarms(redis)) == 2)
    good_ms = now_ms()
    all_up(agents)
    wait_for("unknown, and its end", lambda: len(
        [o for o in booked(redis, "acme/learn") if o[1]]) == 2)
    assert [o[2] for o in booked(redis, "acme/learn")] == ["unknown"] * 2
    began_ms, ended_ms, _ = booked(redis, "acme/learn")[1]
    assert began_ms <= failed_ms and ended_ms >= good_ms
    for alarm, agent in zip(alarms(redis), agents):
        assert alarm["subject"] == "operations/poison/" + agent.name
        assert alarm["severity"] == 2 and alarm["event"] == "raised"
        assert f"{agent.name} was set aside (shard 0, seq 3)" in alarm["text"]
    assert redis.client.hlen("sw:{c0}:poison") == 2
    # kill -9: the same is read again, and changes nothing.
    before = booked(redis, "acme/learn")
    collector.program.kill()
    collector.start().evaluating(2)
    all_up(agents)
    wait_for("the start to be got through", lambda: not redis.client.hexists(
        "sw:{c0}:worker", "starts"))
    assert booked(redis, "acme/learn")[:2] == before[:2]
    assert len([a for a in alarms(redis) if "poison" in a["subject"]]) == 2


def test_a_record_that_cannot_be_read_is_set_aside(collector, redis):
    collector.program.kill()
    redis.client.hset("sw:{c0}:states", "acme/learn", "rubbish {")
    redis.client.hset("sw:{c0}:runs", "rubbish", "rubbish {")
    redis.client.hset("sw:{c0}:runs", b"no \xff UTF-8", "rubbish {")
    collector.start().evaluating(2)
    assert any("runs.no \\xff UTF-8" in a["text"] for a in alarms(redis))
    assert redis.client.hexists("sw:{c0}:poison", "runs.rubbish")
    assert not redis.client.hexists("sw:{c0}:runs", "rubbish")
    assert Agent(collector).report(
        observation("acme/learn", now_ms())).status == 200


def test_damaged_fields_of_meta_do_not_stop_a_shard(collector, redis):
    agent = Agent(collector)
    agent.report(observation("acme/learn", now_ms()))
    wait_for("a position", lambda: redis.client.hexists(
        "sw:{c0}:meta", "position"))
    collector.program.kill()
    fields = {"note|hole|akl-1": "1 2 three", "position": "5", "judged": "x",
              "commit": "rubbish {", "evaluated": "many", "settled": "x"}
    redis.client.hset("sw:{c0}:meta", mapping=fields)
    redis.client.hset("sw:{c0}:worker", mapping={
        "starts": "x", "suspect": "x", "shards": "one"})
    collector.start().evaluating(2)
    told = " ".join(a["text"] for a in alarms(redis))
    for field, value in fields.items():
        assert f"meta.{field} of" in told
        assert redis.client.hget("sw:{c0}:poison", "meta." + field) == value
    assert not redis.client.hexists("sw:{c0}:meta", "note|hole|akl-1")
    assert redis.client.hget("sw:{c0}:worker", "shards") == "1"
    # It takes in what comes, and knows how much that was.
    wait_for("a part to be accepted", lambda: agent.send(agent.part(
        [observation("acme/learn", now_ms())], seq=2)).status == 200)
    agent.seq[0] = 2

    def counted():
        agent.report(observation("acme/learn", now_ms()))
        time.sleep(0.1)
        return int(redis.client.hget("sw:{c0}:meta", "evaluated") or 0) == \
            int(redis.client.get("sw:{c0}:appended"))

    wait_for("all to be evaluated, and counted", counted)
    # A restart finds nothing amiss.
    poison = redis.client.hlen("sw:{c0}:poison")
    collector.program.kill()
    collector.start().evaluating(3)
    assert redis.client.hlen("sw:{c0}:poison") == poison


def test_a_newer_program_was_here(collector, redis):
    collector.program.kill()
    redis.client.hset("sw:{c0}:meta", "schema", "99")
    collector.start()
    collector.program.wait_log("a newer program has written here")
    assert redis.client.hget("sw:{c0}:meta", "schema") == "99"
