"""The commands that read records themselves, of a Redis behind TLS."""

import json
import subprocess

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
