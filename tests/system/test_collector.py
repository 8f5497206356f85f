"""The collector in role evaluate against a real Redis."""

import http.client as hc
import json
import random
import re
import signal
import threading
import time

import msgpack
import pytest
import redis as redis_client

from collector import (Agent, Collector, CONNECT, FAILED, HTTP_STATUS, OK,
                       have, now_ms, observation, token_of)
from helpers import free_port, http, wait_for


@pytest.fixture
def collector(program, redis, tmp_path):
    return Collector(program, tmp_path, redis).start().evaluating()


def entries(redis, stream):
    return [e[1] for e in redis.client.xrange(stream)]


def alarms(redis, shard=0):
    return [json.loads(e["d"]) for e in entries(redis, f"sw:{{c{shard}}}:out")]


def inbox(redis, shard=0):
    # The values are MessagePack, which the text client cannot decode.
    raw = redis_client.Redis(unix_socket_path=str(redis.socket))
    return [e[1][b"d"] for e in raw.xrange(f"sw:{{c{shard}}}:in")]


def all_up(agents, endpoint="acme/learn", outcome=OK, **more):
    for agent in agents:
        answer = agent.report(observation(endpoint, now_ms(), outcome,
                                          **more))
        assert answer.status == 200, answer.text


def test_a_batch_is_stored_once(collector, redis):
    agent = Agent(collector)
    part = agent.part([observation("acme/learn", now_ms())])
    first = agent.send(part)
    assert first.status == 200, first.text
    assert have(first) == {0: 1}
    again = agent.send(part)
    assert again.status == 200
    assert have(again) == {0: 1}
    assert len(inbox(redis)) == 1
    body = json.loads(first.text)
    assert body["agent"] == "akl-1" and body["region"] == "auckland"
    assert 0 <= body["sent_at_ms"] - body["received_at_ms"] < 20000
    assert set(body["ages"]) == {"pager_ms", "auditor_ms", "commit_ms"}


def test_hello_tells_what_is_there(collector):
    agent = Agent(collector)
    assert have(agent.hello()) == {0: 0}
    agent.report(observation("acme/learn", now_ms()))
    agent.report(observation("acme/learn", now_ms()))
    assert have(agent.hello()) == {0: 2}
    assert have(Agent(collector).hello()) == {0: 0}


def test_a_clock_comparison_needs_no_parts(collector):
    answer = Agent(collector).send()
    assert answer.status == 200
    assert json.loads(answer.text)["have"] == []


def test_bad_calls_change_nothing(collector, redis):
    agent = Agent(collector)
    wrong = Agent(collector)
    wrong.headers = lambda: {"Authorization": "Bearer nobody"}
    bare = Agent(collector)
    bare.headers = dict
    assert wrong.report().status == 401
    assert bare.report().status == 401
    assert wrong.hello().status == 401
    assert wrong.get("plan").status == 401
    assert wrong.get("orders").status == 401

    for body, says in ((b"", ""), (b"\xc1", ""), (b"not msgpack", ""),
                       (b"\x93\x01\x00", ""), (b"{}", "")):
        answer = agent.send(body=body)
        assert answer.status == 400, (body, answer.text)
        assert says in json.loads(answer.text)["error"]

    answer = agent.send(agent.part(shard=1, seq=1))
    assert answer.status == 400
    assert "parts[0].shard" in json.loads(answer.text)["error"]

    answer = agent.send(agent.part(seq=2))
    assert answer.status == 409
    assert "a gap" in json.loads(answer.text)["error"]
    assert have(answer) == {0: 0}

    answer = agent.send(b"rubbish")
    assert answer.status == 422
    assert json.loads(answer.text)["unreadable"][0]["part"] == 0

    assert agent.hello(agent="lon-1").status == 403
    assert agent.hello(spool="XX").status == 400
    assert agent.hello(version="1").status == 400
    assert http(f"{collector.url}/hello", method="POST", body=b"[1",
                headers=agent.headers()).status == 400
    assert http(f"{collector.url}/results", headers=agent.headers()
                ).status == 405
    assert http(f"{collector.url}/other").status == 404
    assert http(f"{collector.url}/results", method="POST",
                body=b"x" * (1 << 20 | 1),
                headers=agent.headers()).status == 413
    assert inbox(redis) == []


def test_readable_parts_of_a_batch_are_taken(collector, redis):
    agent = Agent(collector)
    good, bad = agent.part([observation("acme/learn", now_ms())]), b"\xc1"
    answer = agent.send(bad, good)
    assert answer.status == 422
    assert have(answer) == {0: 1}
    assert [u["part"] for u in json.loads(answer.text)["unreadable"]] == [0]
    assert len(inbox(redis)) == 1


def test_a_bad_observation_is_left_out(collector):
    agent = Agent(collector)
    good = observation("acme/learn", now_ms())
    bad = observation("acme/learn", now_ms(), outcome=9)
    answer = agent.report(good, bad)
    assert answer.status == 200
    refused = json.loads(answer.text)["refused"]
    assert refused[0]["part"] == 0 and refused[0]["count"] == 1
    assert refused[0]["error"]


def test_a_hole_after_a_gap(collector):
    agent = Agent(collector)
    assert agent.send(agent.part(seq=5)).status == 409
    hole = agent.part(seq=5, from_seq=1, hole=["too old", 1, 2])
    assert have(agent.send(hole)) == {0: 5}
    assert have(agent.send(agent.part(seq=6))) == {0: 6}


def test_a_plan_has_a_tag(collector):
    agent = Agent(collector)
    answer = agent.get("plan")
    assert answer.status == 200
    plan = json.loads(answer.text)
    assert [e["id"] for e in plan["endpoints"]] == [
        "acme/learn", "acme/library", "birch/learn"]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert agent.get("plan", known).status == 304
    began = time.monotonic()
    assert agent.get("plan?wait=1", known).status == 304
    assert time.monotonic() - began >= 0.9
    assert agent.get("plan?wait=50", {"If-None-Match": '"old"'}
                     ).status == 200


def test_a_new_plan_comes_to_those_who_wait(collector):
    agent = Agent(collector)
    known = {"If-None-Match": agent.get("plan").headers["ETag"]}
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(
        agent.get("plan?wait=50", known)))
    waiting.start()
    time.sleep(0.3)
    assert not answers
    text = collector.path.read_text()
    collector.path.write_text(text.replace("name: library", "name: books"))
    collector.program.signal(signal.SIGHUP)
    waiting.join(20)
    assert answers[0].status == 200
    assert "acme/books" in answers[0].text


def test_a_broken_tree_is_not_taken(collector, redis):
    text = collector.path.read_text()
    collector.path.write_text(text.replace("interval: 2s", "interval: 2x"))
    collector.program.signal(signal.SIGHUP)
    collector.program.wait_log(r"sunwatch.yaml:\d+:\d+: ")
    collector.program.wait_log("not taken, the old one stays")
    assert Agent(collector).get("plan").status == 200
    # A start never refuses.
    collector.program.stop()
    collector.start().evaluating(2)
    assert Agent(collector).get("plan").status == 200


def test_the_number_of_shards_is_fixed(collector):
    text = collector.path.read_text()
    collector.path.write_text(text.replace("shards: 1", "shards: 4"))
    collector.program.signal(signal.SIGHUP)
    collector.program.wait_log("the number of shards is fixed")
    collector.program.stop()
    collector.start().evaluating(2)  # with the tree accepted last
    collector.program.stop()
    # Without that, what the store says of itself still holds.
    for kept in collector.path.parent.glob("**/*.accepted"):
        kept.unlink()
    collector.start()
    collector.program.wait_log("the store was begun with shards: 1")


def test_a_failure_is_looked_at_elsewhere_and_becomes_an_alarm(
        collector, redis):
    agents = [Agent(collector, n) for n in ("akl-1", "lon-1", "nyc-1")]
    for _ in range(3):
        all_up(agents)
        time.sleep(0.3)
    orders = []
    waiting = threading.Thread(target=lambda: orders.append(
        agents[1].get("orders?wait=30")))
    waiting.start()
    time.sleep(0.2)
    began = time.monotonic()
    all_up(agents[:1], outcome=FAILED, reason=HTTP_STATUS, status=503)
    waiting.join(20)
    assert [o["endpoint"] for o in json.loads(orders[0].text)["orders"]
            ] == ["acme/learn"]
    all_up(agents[:2], outcome=FAILED, reason=CONNECT, status=0)
    raised = wait_for("an alarm", lambda: [
        a for a in alarms(redis) if a["subject"] == "acme/learn"])
    assert time.monotonic() - began < 10
    assert raised[0]["event"] == "raised" and raised[0]["kind"] == "down"


def test_orders_end_without_any(collector):
    began = time.monotonic()
    answer = Agent(collector).get("orders?wait=1")
    assert answer.status == 200
    assert json.loads(answer.text)["orders"] == []
    assert time.monotonic() - began >= 0.9


def test_kill_of_the_collector_loses_nothing(collector, redis):
    agents = [Agent(collector, n) for n in ("akl-1", "lon-1")]
    all_up(agents)
    all_up(agents, outcome=FAILED, reason=CONNECT, status=0)
    collector.program.kill()
    collector.start().evaluating(2)
    all_up(agents, outcome=FAILED, reason=CONNECT, status=0)
    wait_for("an alarm", lambda: [
        a for a in alarms(redis) if a["subject"] == "acme/learn"])


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


def re_matches(collector, pattern):
    return re.findall(pattern, collector.program.log(), re.M)


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


def test_four_shards(program, redis, tmp_path):
    c = Collector(program, tmp_path, redis, shards=4).start()
    for n in range(4):
        c.program.wait_log(f"shard {n}: evaluating")
    agent = Agent(c)
    parts = [agent.part([observation("acme/learn", now_ms())], shard=n)
             for n in range(4)]
    answer = agent.send(*parts)
    assert have(answer) == {0: 1, 1: 1, 2: 1, 3: 1}


def test_a_term_drains(collector, redis):
    agent = Agent(collector)
    known = {"If-None-Match": agent.get("plan").headers["ETag"]}
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(
        agent.get("plan?wait=50", known)))
    waiting.start()
    time.sleep(0.3)
    agent.report(observation("acme/learn", now_ms()))
    began = time.monotonic()
    assert collector.program.stop() == 0
    assert time.monotonic() - began < 9
    waiting.join(20)
    assert answers[0].status == 304
    assert redis.client.get("sw:{c0}:lease") is None


def test_who_uses_which_tree_and_who_is_well(collector, redis):
    tree = wait_for("the tree", lambda: redis.client.hget(
        "sw:{a}:trees", "collector"))
    assert len(json.loads(tree)["hash"]) == 64
    at = wait_for("liveness", lambda: redis.client.hget(
        "sw:{a}:live", "evaluate:0"))
    assert abs(now_ms() - int(at)) < 20000


def test_a_shard_that_is_never_idle_is_well(collector, redis):
    """There is always something to commit, and nothing is silent."""
    agent, told = Agent(collector), set()

    def turn():
        agent.report(observation("acme/learn", now_ms()))
        told.add(redis.client.hget("sw:{a}:live", "evaluate:0"))
        return len(told - {None}) >= 2

    wait_for("signs of life while busy", turn)


def test_check_only(program, tmp_path, redis):
    c = Collector(program, tmp_path, redis)
    assert program("sunwatch-collector", "-n", "-f", c.path).wait() == 0
    c.path.write_text(c.path.read_text() + "nonsense: 1\n")
    bad = program("sunwatch-collector", "-n", "-f", c.path)
    assert bad.wait() == 1
    assert "nonsense" in bad.log()
    assert program("sunwatch-collector").wait() == 2
    assert program("sunwatch-collector", "-V").wait() == 0


def test_tokens_are_not_logged(collector):
    agent = Agent(collector)
    agent.hello()
    agent.headers = lambda: {"Authorization": "Bearer secret-of-a-stranger"}
    agent.hello()
    assert token_of("akl-1") not in collector.program.log()
    assert "secret-of-a-stranger" not in collector.program.log()


def test_role_pages_is_another_process(program, redis, tmp_path):
    c = Collector(program, tmp_path, redis, pages_port=free_port())
    pages = program("sunwatch-collector", "--role", "pages", "-f", c.path)
    wait_for("healthz", lambda: answers(
        f"http://127.0.0.1:{c.conf['pages_port']}/healthz"))
    wait_for("the tree", lambda: redis.client.hget("sw:{a}:trees", "pages"))
    assert pages.stop() == 0


def answers(url):
    try:
        return http(url).status in (200, 503)
    except OSError:
        return False


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
    assert agent.report(observation("acme/learn", now_ms())).status == 200
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


def test_a_newer_program_was_here(collector, redis):
    collector.program.kill()
    redis.client.hset("sw:{c0}:meta", "schema", "99")
    collector.start()
    collector.program.wait_log("a newer program has written here")
    assert redis.client.hget("sw:{c0}:meta", "schema") == "99"


def parts_in(redis):
    """(spool, seq) of every part in the inbox, in order."""
    found = []
    for entry in inbox(redis):
        part = msgpack.unpackb(msgpack.unpackb(entry, raw=True)[6], raw=True)
        found.append((part[1].decode(), part[4]))
    return found


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
    last = redis_client.Redis(unix_socket_path=str(redis.socket)).xinfo_stream(
        "sw:{c0}:in")["last-generated-id"].decode()
    wait_for("all to be evaluated", lambda: redis.client.hget(
        "sw:{c0}:meta", "position") == last)
    assert redis.client.hlen("sw:{c0}:poison") == 0


def test_ages_tell_who_is_silent(collector, redis):
    agent = Agent(collector)

    def ages():
        return json.loads(agent.hello().text)["ages"]

    assert ages() == {"pager_ms": None, "auditor_ms": None,
                      "commit_ms": None}
    now = now_ms()
    redis.client.hset("sw:{a}:live", mapping={
        "pager": now - 100000, "auditor": now - 200000,
        "commit": now - 300000})
    told = wait_for("ages", lambda: (
        lambda a: a["commit_ms"] is not None and a)(ages()))
    assert 100000 <= told["pager_ms"] < 160000
    assert 200000 <= told["auditor_ms"] < 260000
    assert 300000 <= told["commit_ms"] < 360000
    # The evaluator's own silence shows as well.
    redis.client.hset("sw:{a}:live", "commit", now_ms())
    wait_for("the pager's commit", lambda: ages()["commit_ms"] < 20000)
