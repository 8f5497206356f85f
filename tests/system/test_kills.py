"""Fifty random kill -9 while outages come and go; every promise is kept."""

import os
import random
import threading
import time

import pytest

import house
import promises

KILLS = 50
VICTIMS = ["akl-1", "lon-1", "nyc-1", "collector", "pager", "redis"]
KINDS = ["500", "content", "hang", "refused"]


@pytest.fixture
def whole(tmp_path, smtp):
    h = house.House(tmp_path, smtp)
    try:
        yield h.start()
    finally:
        h.end()


def live_through(h, endpoint, random_, failures):
    """One endpoint's evening: broken, paged, taken or not, healed.

    Twice; a third time would be flapping, and its incident stays open.
    """
    kinds = KINDS + (["expired"] if h.sites[endpoint].tls else [])
    try:
        for _ in range(2):
            time.sleep(random_.uniform(0, 10))
            outage = h.break_(endpoint, random_.choice(kinds))
            incident = h.wait_page(outage, 90)
            if random_.random() < 0.7:
                h.take(incident, seconds=90)
            time.sleep(random_.uniform(0, 5))
            h.heal(outage)
            h.wait_closed(incident, 90)
    except BaseException as e:  # told by the test, not by the thread
        failures.append((endpoint, e))


def test_fifty_random_kills(whole):
    h = whole
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(10**6)))
    print(f"SEED={seed}")
    random_, failures = random.Random(seed), []
    lives = [threading.Thread(target=live_through, args=(
        h, e, random.Random(seed + n), failures))
        for n, e in enumerate(h.endpoints)]
    for t in lives:
        t.start()
    killed = []
    while len(killed) < KILLS and not failures:
        time.sleep(random_.uniform(0.1, 1.1))
        killed.append(random_.choice(VICTIMS))
        h.kill(killed[-1])
    for t in lives:
        t.join(300)
        assert not t.is_alive()
    assert not failures, (seed, failures)
    assert sum(len(d) for d in h.deaths.values()) >= KILLS - 2
    promises.settle(h, 90)
    promises.check(h)
    print(f"{len(h.truth)} outages, {len(h.taken)} taken, "
          f"{len(promises.repeats(h))} possible repeats, deaths "
          f"{ {n: len(d) for n, d in h.deaths.items()} }")
