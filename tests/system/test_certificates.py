"""Certificates are read again at SIGHUP by whoever serves with them."""

import signal
import socket
import ssl
import subprocess

import pytest

import helpers
from tls import any_certificate

TREE = """
site: {{ name: Kahu, url: "https://status.kahu.example", state_dir: "{state}",
        links: "https://pager.kahu.example" }}
redis: "{redis}"
listen:
  agents: {{ address: "127.0.0.1:{agents}", {tls} }}
  pages: {{ address: "127.0.0.1:{pages}", {tls} }}
  pager: {{ address: "127.0.0.1:{pager}", {tls} }}
  metrics: {{ address: "127.0.0.1:{metrics}", {tls} }}
agents: [{{ name: a, region: auckland, token_sha256: {token} }}]
people: [{{ name: aroha, zone: UTC, reach: [terminal 0s] }}]
ladders: [{{ name: l, levels: [{{ call: person aroha, patience: 5m }}] }}]
channels: [{{ kind: terminal }}]
"""
PORTS = "agents", "pages", "pager", "metrics"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    subprocess.run([helpers.ROOT / "tests" / "make-certificates"], cwd=folder,
                   check=True, capture_output=True)
    return folder


class Served:
    """All that serves with TLS, by one certificate and key."""

    def __init__(self, program, redis, folder, made):
        self.made, self.folder = made, folder
        self.put("good")
        self.ports = {name: helpers.free_port() for name in PORTS}
        conf = folder / "sunwatch.yaml"
        tls = (f'certificate: "{folder}/it.pem", key: "{folder}/it.key"')
        conf.write_text(TREE.format(state=folder, redis=redis.address, tls=tls,
                                    token="a" * 64, **self.ports))
        collector = "sunwatch-collector", "-f", conf, "--role"
        self.programs = {
            "agents": program(*collector, "evaluate", log="evaluate"),
            "pages": program(*collector, "pages", log="pages"),
            "pager": program("sunwatch-pager", "-f", conf, log="pager")}
        for name, port in self.ports.items():
            helpers.wait_for(name, lambda p=port: helpers.listens(p))

    def put(self, name, key=None):
        for kind, source in ("pem", name), ("key", key or name):
            (self.folder / f"it.{kind}").write_bytes(
                (self.made / f"{source}.{kind}").read_bytes())

    def reload(self, pattern):
        """SIGHUP, and what each listener says to it."""
        before = {n: p.log() for n, p in self.programs.items()}
        for p in self.programs.values():
            p.signal(signal.SIGHUP)
        for name, port in self.ports.items():
            p = self.programs.get(name, self.programs["pages"])
            old = len(before.get(name, before["pages"]))
            helpers.wait_for(
                f"{name} to say {pattern}", lambda p=p, o=old, s=port: (
                    f"serve 127.0.0.1:{s}: {pattern}" in p.log()[o:]))

    def connect(self, name):
        return any_certificate().wrap_socket(socket.create_connection(
            ("127.0.0.1", self.ports[name]), helpers.PATIENCE))

    def shows(self, name, certificate):
        with self.connect(name) as s:
            pem = ssl.DER_cert_to_PEM_cert(s.getpeercert(True))
        return pem.strip() in (self.made / f"{certificate}.pem").read_text()


def ask(connection):
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    return connection.recv(1 << 16).startswith(b"HTTP/1.1 ")


def test_a_certificate_is_replaced_under_way(program, redis, tmp_path, made):
    served = Served(program, redis, tmp_path, made)
    kept = {name: served.connect(name) for name in PORTS}
    for name in PORTS:
        assert served.shows(name, "good"), name
        assert ask(kept[name])

    served.put("elsewhere")
    served.reload("certificate read")
    for name in PORTS:
        assert served.shows(name, "elsewhere"), name
        # Who was connected stays so.
        assert ask(kept[name]), name

    # No good: another's key, no certificate at all, no file.
    served.put("self", key="good")
    served.reload("the old certificate stays")
    (tmp_path / "it.pem").write_text("nothing of the kind\n")
    served.reload("the old certificate stays")
    (tmp_path / "it.pem").unlink()
    served.reload("the old certificate stays")
    for name in PORTS:
        assert served.shows(name, "elsewhere"), name
        assert ask(kept[name]), name
    for p in served.programs.values():
        assert f"{tmp_path}/it." in p.log()
        assert p.running()

    served.put("good")
    served.reload("certificate read")
    for name in PORTS:
        assert served.shows(name, "good"), name
        kept[name].close()
