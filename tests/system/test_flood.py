"""A flood of readers on the status pages delays nothing else: results keep
flowing, and an outage that begins in the midst of it is paged in time."""

import socket
import threading
import time

import pytest

import house
import promises

READERS = 40  # connections at once, each asking without a pause
PAGE_WITHIN_MS = 50_000  # tenfold


class Flood:
    def __init__(self, port):
        self.port, self.answered, self.refused = port, 0, 0
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.read)
                        for _ in range(READERS)]

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for t in self.threads:
            t.join()

    def read(self):
        ask = b"GET /c/acme/ HTTP/1.1\r\nHost: x\r\n\r\n" * 20
        while not self.ending.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self.port),
                                              20) as s:
                    while not self.ending.is_set():
                        s.sendall(ask)
                        got = s.recv(1 << 20)
                        if not got:
                            break
                        self.answered += got.count(b"HTTP/1.1 200")
            except OSError:
                self.refused += 1


@pytest.fixture
def whole(tmp_path, smtp):
    h = house.House(tmp_path, smtp, endpoints=["acme/learn", "birch/learn"])
    try:
        yield h.start()
    finally:
        h.end()


def test_a_flood_of_readers_delays_nothing_else(whole):
    h = whole
    with Flood(h.ports["pages"]) as flood:
        time.sleep(2)
        outage = h.break_("birch/learn")
        incident = h.wait_page(outage)
        h.take(incident)
        h.heal(outage)
        h.wait_closed(incident)
    assert flood.answered > 1000
    known = h.ask(command="incident", incident=incident["id"])["incident"]
    assert known["opened_ms"] - outage.broke[0] < PAGE_WITHIN_MS
    first_call = min(c["at_ms"] for c in known["called"])
    assert first_call - known["since_ms"] < PAGE_WITHIN_MS
    promises.settle(h)
    promises.check(h)
    # Nobody was without news of any region at any time.
    for name, booked in promises.Export(h).booked.items():
        unknown = [r for r in booked if r["kind"] == "unknown"]
        assert len(unknown) == 1, (name, unknown)  # before the first look
    assert h.deaths == {}
