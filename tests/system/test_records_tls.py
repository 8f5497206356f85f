"""The commands that read records themselves, of a Redis behind TLS."""

import json
import os
import socket
import ssl
import subprocess
import threading

import pytest
import redis as redis_client

import helpers
from commands import cli  # fixtures

assert cli


@pytest.fixture
def secure(tmp_path):
    """A redis-server that speaks TLS and wants a password; its port."""
    subprocess.run([helpers.ROOT / "tests" / "make-certificates"],
                   cwd=tmp_path, check=True, capture_output=True)
    port = helpers.free_port()
    server = helpers.Program("redis", [
        "redis-server", "--port", "0", "--tls-port", port, "--bind",
        "127.0.0.1", "--tls-cert-file", tmp_path / "good-chain.pem",
        "--tls-key-file", tmp_path / "good.key", "--tls-ca-cert-file",
        tmp_path / "ca.pem", "--tls-auth-clients", "no", "--dir", tmp_path,
        "--save", "", "--requirepass", "secret"], tmp_path).start()
    try:
        helpers.wait_for("redis", lambda: helpers.listens(port))
        yield port
    finally:
        server.kill()


def test_records_were_out_of_reach_behind_tls(cli, secure, tmp_path):
    (tmp_path / "password").write_text("secret\n")
    cli.edit(f'redis: "unix:{cli.folder}/none.sock"', f"""redis:
  address: "rediss:localhost:{secure}"
  ca_file: "{tmp_path}/ca.pem"
  password: "file:{tmp_path}/password"
""")
    store = redis_client.Redis(
        host="localhost", port=secure, ssl=True, password="secret",
        ssl_ca_certs=str(tmp_path / "ca.pem"))
    # More than one read brings.
    store.hset("sw:{c0}:outages", mapping={
        f"acme/learn|{n}": "x" * 50 for n in range(3000)})
    done = cli("account", "acme")
    assert (done.returncode, done.stderr) == (
        1, "sunwatch account: 3000 records cannot be read\n")
    store.hset("sw:{c0}:states", "acme/learn", json.dumps({
        "state": "degraded", "since": 1, "reason": "none", "fresh": 2,
        "failing": 0, "regions": [{"region": r, "outcome": "slow"}
                                  for r in "ab"]}))
    done = cli("status")
    assert "acme/learn " in done.stdout
    assert "0 of 2 fresh regions fail, 2 slow\n" in done.stdout
    # No pager runs.
    assert done.returncode == 1 and "\npager: " in done.stdout
    assert "redis      appendonly " in cli("doctor").stdout
    for old, new, why in (
            ("/ca.pem", "/other.pem", "its certificate: "),
            ("localhost:", "127.0.0.2:", "Connection refused"),
            ("/password", "/other.pem", "")):
        text = cli.conf.read_text()
        cli.edit(old, new)
        done = cli("status")
        assert done.returncode == 1
        assert why in done.stderr, done.stderr
        cli.conf.write_text(text)
    (tmp_path / "password").write_text("wrong\n")
    assert "refuses the password" in cli("status").stderr


class LateAnswers:
    """A Redis behind TLS that answers a connection's first question only
    once it is asked a second one: then both, in their order."""

    def __init__(self, folder):
        self.asked = []  # of each connection, its questions
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(folder / "good-chain.pem",
                                 folder / "good.key")
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection = self.socket.accept()[0]
            except OSError:
                return
            asked = []
            self.asked.append(asked)
            threading.Thread(target=self.talk, args=(connection, asked),
                             daemon=True).start()

    def talk(self, connection, asked):
        try:
            with self.tls.wrap_socket(connection, server_side=True) as c:
                while data := c.recv(65536):
                    asked.append(data)
                    if len(asked) == 2:
                        c.sendall(b"$1\r\n7\r\n$1\r\n8\r\n")
        except OSError:
            pass


def test_a_late_answer_was_taken_for_that_of_the_next_question(cli, tmp_path):
    """Each question here has its patience alone, and the next one comes on
    another connection."""
    subprocess.run([helpers.ROOT / "tests" / "make-certificates"],
                   cwd=tmp_path, check=True, capture_output=True)
    late = LateAnswers(tmp_path)
    cli.edit(f'redis: "unix:{cli.folder}/none.sock"', f"""redis:
  address: "rediss:localhost:{late.port}"
  ca_file: "{tmp_path}/ca.pem"
""")
    done = subprocess.run(
        [helpers.BIN / "sunwatch", "doctor", "--conf", cli.conf],
        env={**os.environ, "SUNWATCH_RECORDS_MS": "300"}, text=True,
        capture_output=True, timeout=60, check=False)
    late.socket.close()
    assert done.returncode == 1, done.stderr
    assert len(late.asked) > 1
    assert [len(asked) for asked in late.asked] == [1] * len(late.asked)
