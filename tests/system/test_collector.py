"""The collector in role evaluate against a real Redis."""

import json
import signal
import socket
import threading
import time

import pytest

from collector import (Agent, Collector, CONNECT, FAILED, HTTP_STATUS,
                       REGIONS, alarms, all_up, have, inbox, now_ms,
                       observation, token_of)
from helpers import free_port, http, wait_for


@pytest.fixture
def collector(program, redis, tmp_path):
    return Collector(program, tmp_path, redis).start().evaluating()


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


def test_two_agents_under_one_name_are_told_of(collector, redis):
    """Two spools by turns; that one follows another is a new beginning."""
    words = "two agents seem to run under the name akl-1"

    def told():
        return [a for a in alarms(redis) if words in json.dumps(a)]

    one, other = Agent(collector), Agent(collector)
    assert one.report(observation("acme/learn", now_ms())).status == 200
    assert other.report(observation("acme/learn", now_ms())).status == 200
    wait_for("both to be read", lambda: len(
        redis.client.hget("sw:{c0}:spools", "akl-1").split()) == 4)
    assert not told()
    assert one.report(observation("acme/learn", now_ms())).status == 200
    wait_for("an advisory", told)


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


def test_an_inbox_that_nobody_evaluates(program, redis, tmp_path):
    """Full is what was never evaluated, not what is kept to be read again."""
    fill = """for i = 1, 100000 do redis.call('XADD', KEYS[1], '*', 'd', 'x') end
              redis.call('SET', KEYS[2], 100000)"""
    redis.client.set("sw:{c0}:lease", "another's")
    redis.client.eval(fill, 2, "sw:{c0}:in", "sw:{c0}:appended")
    c = Collector(program, tmp_path, redis).start()
    agent = Agent(c)
    part = agent.part([observation("acme/learn", now_ms())])
    for _ in range(3):
        answer = agent.send(part)
        assert answer.status == 503
        assert "inbox of shard 0 is full" in json.loads(answer.text)["error"]
    c.program.wait_log("shard 0: its inbox is full")
    assert c.program.log().count("inbox is full") == 1
    wait_for("the pager to be able to see it", lambda: redis.client.hexists(
        "sw:{a}:live", "full:0"))
    redis.client.hset("sw:{c0}:meta", "evaluated", 100000)
    assert agent.send(part).status == 200


MANY = 10000


def many_endpoints(folder, interval):
    endpoints = "".join(
        f"      - {{ name: e{i}, url: \"http://127.0.0.1:1/{i}\", "
        f"interval: {interval} }}\n" for i in range(1000))
    (folder / "many.yaml").write_text("clients:\n" + "".join(
        f"  - name: many{i}\n    sla: gold\n    zone: UTC\n"
        f"    contact: moana\n    endpoints:\n{endpoints}"
        for i in range(MANY // 1000)))


def plans_arrive(collector, tags):
    """Agents that ask until their plans are other ones than they have: when
    each has arrived, by name, and the threads that wait for them."""
    arrived = {}

    def ask(name):
        agent = Agent(collector, name)
        while True:
            answer = agent.get("plan?wait=55", {"If-None-Match": tags[name]})
            if answer.status == 200:
                break
        arrived[name] = time.monotonic()
        assert answer.text.count('"id":') == MANY + 3
        assert answer.headers["ETag"] != tags[name]
        tags[name] = answer.headers["ETag"]

    threads = [threading.Thread(target=ask, args=[name]) for name in tags]
    for thread in threads:
        thread.start()
    return arrived, threads


def answered_between_plans(collector, sender, tags):
    """How many batches are answered from the first of the plans that a reload
    makes anew to the last: meanwhile nothing but plans is made."""
    arrived, threads = plans_arrive(collector, tags)
    collector.program.signal(signal.SIGHUP)
    answered = []
    while any(thread.is_alive() for thread in threads):
        assert sender.report().status == 200
        answered.append(time.monotonic())
    assert len(arrived) == len(tags)
    first, last = min(arrived.values()), max(arrived.values())
    return sum(first < at < last for at in answered)


def test_plans_hold_no_batch_up(program, redis, tmp_path):
    """Three plans of 10,000 endpoints are made anew; whoever sends a batch
    meanwhile is answered in between: many times, not once or twice for each
    plan as if it were made in one piece.  A machine that has no time for the
    sender shows nothing, so it may take several reloads to see."""
    many_endpoints(tmp_path, "30s")
    c = Collector(program, tmp_path, redis,
                  extra='include: ["many.yaml"]\n').start().evaluating()
    tags = {name: Agent(c, name).get("plan").headers["ETag"]
            for name in REGIONS}
    sender = Agent(c)
    assert sender.report().status == 200
    seen = []
    for seconds in range(31, 51):
        many_endpoints(tmp_path, f"{seconds}s")
        seen.append(answered_between_plans(c, sender, tags))
        if seen[-1] > 3 * len(REGIONS):
            break
    assert max(seen) > 3 * len(REGIONS), seen


def test_the_number_of_shards_is_fixed(collector, redis):
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
    # Those beyond its number find nothing of their own: the first one says.
    for number in (1, 2, 3):
        collector.program.wait_log(
            f"shard {number}: dropped: the number of shards is fixed")
        assert not redis.client.exists(f"sw:{{c{number}}}:worker")
    # Nobody would evaluate what is put elsewhere, so nobody is served.
    agent = Agent(collector)
    answer = agent.report(observation("acme/learn", now_ms()), shard=3)
    assert answer.status == 503
    assert "another number of shards" in json.loads(answer.text)["error"]
    assert agent.get("plan").status == agent.hello().status == 503
    assert not redis.client.exists("sw:{c3}:in", "sw:{c3}:spools")


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
        "sw:{a}:trees", "collector@" + socket.gethostname()))
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
    wait_for("the tree", lambda: redis.client.hget(
        "sw:{a}:trees", "pages@" + socket.gethostname()))
    assert pages.stop() == 0


def answers(url):
    try:
        return http(url).status in (200, 503)
    except OSError:
        return False


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
