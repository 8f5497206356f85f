"""A pager with a tree of its own, and alarms put into a shard's outbox."""

import json
import os
import re
import socket
import time

import helpers

SUBJECT = "acme/learn"


def now_ms():
    return int(time.time() * 1000)


class Stage:
    """Configuration, channels and a way to run sunwatch-pager in a folder."""

    def __init__(self, folder, program, redis, smtp):
        self.folder = folder
        self.program = program
        self.redis = redis
        self.smtp = smtp
        self.port = helpers.free_port()
        self.links = f"http://127.0.0.1:{self.port}"
        self.state = folder / "state"
        self.state.mkdir()
        self.terminal = folder / "pages.txt"
        self.conf = folder / "sunwatch.yaml"
        self.write()

    def write(self, patience="2s", silence="4s", more=""):
        self.conf.write_text(f"""
site:
  name: Kahu
  url: http://127.0.0.1:1
  links: {self.links}
  state_dir: {self.state}
  operations_ladder: standard
  last_resort: [moana]
  silence_max: {silence}
redis: {self.redis.address}
listen:
  pager: 127.0.0.1:{self.port}
people:
  - {{ name: aroha, zone: Pacific/Auckland, email: aroha@kahu.example,
      reach: [mail 0s, terminal 0s] }}
  - {{ name: tom, zone: Europe/London, email: tom@kahu.example,
      reach: [mail 0s] }}
  - {{ name: moana, zone: Pacific/Auckland, email: moana@kahu.example,
      reach: [mail 0s] }}
ladders:
  - name: standard
    levels:
      - {{ call: person aroha, patience: {patience} }}
      - {{ call: person tom, patience: {patience} }}
channels:
  - {{ kind: mail, server: "{self.smtp.url}", from: sunwatch@kahu.example,
      timeout: 2s }}
  - {{ kind: terminal, file: "{self.terminal}" }}
agents:
  - {{ name: akl-1, region: auckland, token_sha256: {'a' * 64} }}
  - {{ name: lon-1, region: london, token_sha256: {'b' * 64} }}
canaries: ["http://127.0.0.1:1/", "http://127.0.0.1:2/",
           "http://127.0.0.1:3/"]
clients:
  - name: acme
    title: Acme University
    sla: gold
    zone: Pacific/Auckland
    contact: moana
    defaults: {{ ladder: standard, quorum: 2 }}
    endpoints:
      - {{ name: learn, url: "http://learn.acme.example/" }}
{more}""")

    def start(self, name="pager", **env):
        return self.program("sunwatch-pager", "-d", "-f", self.conf,
                            log=name, **{"SUNWATCH_LEASE_MS": "2000",
                                         "SUNWATCH_AWAY_MS": "3000", **env})

    def alarm(self, event="raised", since_ms=None, **fields):
        """One entry in the outbox of shard 0, as evaluate writes it."""
        since_ms = since_ms or now_ms() - 3000
        alarm = {
            "event": event, "kind": "down", "subject": SUBJECT,
            "client": "acme", "platform": "", "severity": 1,
            "at": now_ms(), "since": since_ms, "last_good": since_ms - 2000,
            "first_failed": since_ms, "until": 0, "fresh": 2, "quorum": 2,
            "flapping": False,
            "text": "is down: answered 503, seen by 2 of 2 regions",
            "evidence": [
                {"region": region, "outcome": "failed",
                 "reason": "http_status", "fresh": True, "since": since_ms,
                 "detail": "503"} for region in ("auckland", "london")],
        }
        alarm.update(fields)
        return self.redis.client.xadd("sw:{c0}:out", {"d": json.dumps(alarm)})

    def clear(self, since_ms=None):
        return self.alarm("cleared", since_ms, until=now_ms())

    def mails_to(self, person, subject=""):
        return [m for m in self.smtp.to(f"{person}@kahu.example")
                if subject in m["Subject"]]

    def pages(self):
        return self.terminal.read_text() if self.terminal.exists() else ""

    def link_of(self, mail):
        return re.search(rf"{self.links}/l/\S+", mail.get_content()).group()

    def wait_mail(self, person, subject="", count=1, seconds=None):
        return helpers.wait_for(
            f"{count} mails to {person} with {subject!r}",
            lambda: len(self.mails_to(person, subject)) >= count and
            self.mails_to(person, subject),
            seconds or helpers.PATIENCE)

    def incident(self):
        """The one open incident's record, or None."""
        for value in self.redis.client.hgetall("sw:{p}:incidents").values():
            return json.loads(value)
        return None

    def ask(self, **request):
        """One request to the control socket, and its answer."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(helpers.PATIENCE)
            s.connect(str(self.state / "pager.sock"))
            s.sendall(json.dumps(request).encode() + b"\n")
            with s.makefile() as lines:
                return json.loads(lines.readline())

    def ready(self):
        """Wait until the pager is the active one."""
        def active():
            try:
                return self.ask(command="status").get("active")
            except OSError:
                return False
        helpers.wait_for("an active pager", active)


def repeats(smtp):
    """Mails beyond the first of their intent."""
    return [m for group in smtp.by_intent().values() for m in group[1:]]


def user():
    import pwd
    return pwd.getpwuid(os.getuid()).pw_name
