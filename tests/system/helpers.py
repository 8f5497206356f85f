"""What system tests share: real programs, a real Redis, an SMTP sink.

Everything runs on loopback and in a temporary directory, is bounded in time
and ends only what it has started.
"""

import collections
import datetime
import email
import email.policy
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
import redis as redis_client
from aiosmtpd.controller import Controller

from tls import any_certificate

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / os.environ.get("OUT", "build/debug") / "bin"
# Seconds; ten times what a slow machine needs, and more under valgrind.
PATIENCE = 20.0 * float(os.environ.get("SLOW", "1"))


def needs(*tools):
    """A mark for tests by other people's tools: skipped where one is not
    installed, but not where "make deps-check" was to see to it."""
    missing = [t for t in tools if shutil.which(t) is None]
    return pytest.mark.skipif(
        missing != [] and not {"CI", "DEPS_CHECKED"} & set(os.environ),
        reason=f"not installed: {', '.join(missing)}")


def wait_for(what, ask, seconds=PATIENCE):
    """The first true answer of ask(), or a failed test that says what."""
    until = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.02)


def free_port():
    """A port nobody listens on; taken again by whoever is started next."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def utc(ms):
    """As the command takes an instant."""
    return datetime.datetime.fromtimestamp(
        ms / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Program:
    """One running program, its output in a file."""

    def __init__(self, name, args, folder, env=None, cwd=None):
        self.name = name
        self.args = [str(a) for a in args]
        self.log_path = pathlib.Path(folder) / f"{name}.log"
        self.env = env or {}
        self.cwd = cwd
        self.process = None

    def start(self, **env):
        log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            self.args, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            cwd=self.cwd, env={**os.environ, **self.env, **env})
        log.close()
        return self

    def running(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """As power loss does it."""
        if self.running():
            self.process.kill()
        if self.process is not None:
            self.process.wait()

    def stop(self, seconds=PATIENCE):
        """SIGTERM; the exit status, or a failed test if it hangs."""
        if self.running():
            self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.name} did not end:\n{self.log()}")

    def wait(self, seconds=PATIENCE):
        """The exit status of a program that ends by itself."""
        return self.process.wait(seconds)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def wait_log(self, pattern, seconds=PATIENCE):
        """The first match of pattern in what it has written."""
        try:
            return wait_for(
                f"{pattern!r} from {self.name}",
                lambda: re.search(pattern, self.log(), re.M), seconds)
        except AssertionError as e:
            raise AssertionError(f"{e}\n{self.log()}") from None


class Redis(Program):
    """A redis-server of its own, as durable as the design demands."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "redis"
        self.folder.mkdir()
        self.socket = self.folder / "redis.sock"
        self.address = f"unix:{self.socket}"
        super().__init__("redis", [
            "redis-server", "--port", "0", "--unixsocket", self.socket,
            "--dir", self.folder, "--save", "", "--appendonly", "yes",
            "--appendfsync", "always", "--no-appendfsync-on-rewrite", "no",
            "--maxmemory-policy", "noeviction", "--daemonize", "no"], folder)
        self.client = redis_client.Redis(unix_socket_path=str(self.socket),
                                         decode_responses=True)

    def start(self, **env):
        super().start(**env)
        wait_for("redis to answer", self.answers)
        return self

    def answers(self):
        try:
            return self.client.ping()
        except redis_client.RedisError:
            return False


class SmtpSink:
    """An SMTP server that keeps what it gets, or says no.

    say: None takes everything; "450 ..." or "550 ..." answers RCPT so.
    """

    def __init__(self):
        self.say = None
        self.messages = []
        self.refused = 0
        self.port = free_port()
        self.controller = None
        self.start()

    async def handle_RCPT(self, _server, _session, envelope, address, _opts):
        if self.say is not None:
            self.refused += 1
            return self.say
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        message = email.message_from_bytes(
            envelope.content, policy=email.policy.default)
        message.to = list(envelope.rcpt_tos)
        message.raw = envelope.content
        self.messages.append(message)
        return "250 taken"

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1",
                                     port=self.port)
        self.controller.start()

    def stop(self):
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    def to(self, address):
        return [m for m in list(self.messages) if address in m.to]

    def by_intent(self):
        """Messages by intent; more than one of an intent is a repeat."""
        groups = collections.defaultdict(list)
        for message in list(self.messages):
            groups[message["X-Sunwatch-Intent"]].append(message)
        return groups


Answer = collections.namedtuple("Answer", "status headers text")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


_opener = urllib.request.build_opener(
    urllib.request.ProxyHandler({}), _NoRedirect,
    urllib.request.HTTPSHandler(context=any_certificate()))


def http(url, form=None, method=None, headers=None, body=None, seconds=10):
    """One request without redirects; any status is an answer."""
    if form is not None:
        body = urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(url, data=body, headers=headers or {},
                                     method=method)
    try:
        with _opener.open(request, timeout=seconds) as r:
            return Answer(r.status, r.headers, r.read().decode())
    except urllib.error.HTTPError as e:
        with e:
            return Answer(e.code, e.headers, e.read().decode())


def listens(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def control(path, request, seconds=PATIENCE):
    """One request to a pager's control socket, and its answer."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(seconds)
        s.connect(str(path))
        s.sendall(json.dumps(request).encode() + b"\n")
        with s.makefile() as lines:
            return json.loads(lines.readline())


def hang(program):
    """Stop a program as a debugger would; the returned function resumes."""
    program.signal(signal.SIGSTOP)
    return lambda: program.signal(signal.SIGCONT)
