"""What tests of the operator's command share: a tree, the command on it, and a
pager that answers as it is told to."""

import hashlib
import json
import os
import socket
import subprocess
import threading

import pytest

import helpers

SITE = """
site: {{ name: Kahu, url: "https://status.kahu.example", state_dir: "{0}" }}
redis: "unix:{0}/none.sock"
agents:
  - {{ name: akl-1, region: auckland, token_sha256: {1} }}
  - {{ name: lon-1, region: london, token_sha256: {2} }}
people:
  - {{ name: aroha, zone: Pacific/Auckland, reach: [terminal 0s] }}
  - {{ name: isla, zone: Europe/London, reach: [terminal 0s] }}
rotas:
  - name: support
    watches:
      - {{ zone: Pacific/Auckland, takes_over: "08:00", people: [aroha] }}
      - {{ zone: Europe/London, takes_over: "08:00", people: [isla] }}
ladders:
  - {{ name: standard, levels: [{{ call: rota support, patience: 5m }}] }}
channels:
  - {{ kind: terminal }}
clients:
  - name: acme
    sla: gold
    zone: Pacific/Auckland
    endpoints: [{{ name: learn, url: "https://learn.acme.example/" }}]
"""


class Pager:
    """Answers on the control socket as it is told to; keeps what was asked."""

    def __init__(self, path):
        self.asked = []
        self.answer = {"ok": True, "text": "You have it, since 14:02 NZDT."}
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            with peer, peer.makefile("rwb") as f:
                line = f.readline()
                if line:
                    self.asked.append(json.loads(line))
                    f.write(json.dumps(self.answer).encode() + b"\n")
                    f.flush()

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(helpers.PATIENCE)
        assert not self.thread.is_alive()


class Cli:
    def __init__(self, folder):
        self.folder = folder
        self.conf = folder / "sunwatch.yaml"
        self.conf.write_text(SITE.format(
            folder, hashlib.sha256(b"token").hexdigest(),
            hashlib.sha256(b"other").hexdigest()))

    def __call__(self, *args, conf=True):
        env = {k: v for k, v in os.environ.items()
               if not k.startswith("SUNWATCH_") or k == "SUNWATCH_OUT"}
        args = [helpers.BIN / "sunwatch", *args]
        if conf:
            args += ["--conf", self.conf]
        return subprocess.run([str(a) for a in args], env=env, text=True,
                              capture_output=True, timeout=30, check=False)

    def json(self, *args):
        done = self(*args, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def edit(self, old, new):
        text = self.conf.read_text()
        assert old in text
        self.conf.write_text(text.replace(old, new))


@pytest.fixture
def cli(tmp_path):
    return Cli(tmp_path)


@pytest.fixture
def pager(tmp_path):
    p = Pager(tmp_path / "pager.sock")
    yield p
    p.stop()
