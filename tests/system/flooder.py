"""Readers of one address who never wait: flooder.py PORT CONNECTIONS PATH.

Each connection keeps a row of requests on its way, and begins anew when it
is closed; as many again only connect and say nothing.  At SIGTERM one line
of JSON: how much was answered.  A program of its own, so that what it costs
is not taken from the test that measures.
"""

import json
import select
import signal
import socket
import sys

ROW = 16
GOOD = b"HTTP/1.1 200"


class Reader:
    def __init__(self, flood):
        self.flood, self.socket = flood, None
        self.connect()

    def connect(self):
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex(("127.0.0.1", self.flood.port))
        self.flood.poll.register(
            self.socket, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
        self.flood.readers[self.socket.fileno()] = self
        self.asked, self.tail = 0, b""

    def again(self):
        del self.flood.readers[self.socket.fileno()]
        self.socket.close()
        self.flood.broken += 1
        self.connect()

    def turn(self):
        try:
            while True:
                got = self.socket.recv(1 << 20)
                if not got:
                    return self.again()
                got = self.tail + got
                self.tail = got[1 - len(GOOD):]
                self.flood.answered += got.count(GOOD)
                self.asked -= got.count(GOOD)
        except BlockingIOError:
            pass
        except OSError:
            return self.again()
        try:
            while self.asked < ROW:
                self.socket.send(self.flood.request)
                self.asked += 1
        except OSError:
            pass  # it is full, or not there yet
        return None


class Flood:
    def __init__(self, port, connections, path):
        self.port = port
        self.request = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        self.poll, self.readers = select.epoll(), {}
        self.answered = self.broken = 0
        self.ending = False
        for _ in range(connections):
            Reader(self)
        self.silent = [socket.create_connection(("127.0.0.1", port))
                       for _ in range(connections)]

    def run(self):
        while not self.ending:
            for fd, _ in self.poll.poll(0.2):
                if fd in self.readers:
                    self.readers[fd].turn()


def main():
    flood = Flood(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

    def end(*_):
        flood.ending = True

    signal.signal(signal.SIGTERM, end)
    print("flooding", flush=True)
    flood.run()
    print(json.dumps({"answered": flood.answered, "broken": flood.broken}),
          flush=True)


main()
