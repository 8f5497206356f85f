"""The whole house: Redis, both collectors, pager, three agents in three
regions, and an nginx for each endpoint with a failure that can be switched.

Outages are made by break_() and heal(); what was really so is kept in
.truth, so that promises() can compare what was booked and told with it.
"""

import hashlib
import json
import os
import re
import struct
import subprocess
import threading
import time

import msgpack

import helpers
from helpers import BIN, ROOT, free_port, http, wait_for

INTERVAL_MS, TIMEOUT_MS = 2000, 1000
REGIONS = {"akl-1": "auckland", "lon-1": "london", "nyc-1": "new-york"}
PEOPLE = ["aroha", "tom", "moana"]
FAILING = (2, 3)  # outcomes: failed, maintenance
CONTENT = "Welcome to Learn"


def now_ms():
    return time.time_ns() // 1_000_000


class Site:
    """One endpoint: a real nginx, over TLS or not.

    kinds of failure: 500, content, hang, refused, expired (TLS only).
    """

    def __init__(self, folder, certificates, name, tls=False):
        self.name, self.tls = name, tls
        self.folder = folder / f"site-{name.replace('/', '-')}"
        self.folder.mkdir()
        self.certificates = certificates
        self.port, self.silent = free_port(), None
        self.broken = None
        self.process = None
        if tls:
            self.certificate("good", "good-chain")
        self.write()

    @property
    def url(self):
        scheme, host = ("https", "localhost") if self.tls else (
            "http", "127.0.0.1")
        return f"{scheme}://{host}:{self.port}/"

    def certificate(self, name, chain):
        """nginx reads it anew for each handshake."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for kind, source in ("pem", chain), ("key", name):
            (folder / f"it.{kind}").write_bytes(
                (self.certificates / f"{source}.{kind}").read_bytes())
        link = self.folder / "fresh"
        link.symlink_to(folder)
        link.rename(self.folder / "current")

    def write(self):
        tls = f"""
        ssl_certificate $here/current/it.pem;
        ssl_certificate_key $here/current/it.key;
        ssl_session_cache off; ssl_session_tickets off;
""" if self.tls else ""
        (self.folder / "nginx.conf").write_text(f"""
daemon off; master_process off; pid nginx.pid; error_log stderr;
events {{ worker_connections 256; }}
http {{
    log_format times '$msec $request_time $status';
    access_log access.log times; default_type text/html;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
    uwsgi_temp_path t4; scgi_temp_path t5;
    map "" $here {{ default "{self.folder}"; }}
    server {{
        listen 127.0.0.1:{self.port}{" ssl" if self.tls else ""};
        {tls}
        location = /hang {{
            internal;
            proxy_pass http://unix:{self.folder}/silent:/;
        }}
        location = / {{
            if (-f "{self.folder}/500") {{ return 500 "no"; }}
            if (-f "{self.folder}/content") {{ return 200 "Moving."; }}
            if (-f "{self.folder}/hang") {{ rewrite ^ /hang last; }}
            return 200 "<title>{CONTENT}</title>";
        }}
    }}
}}
""")

    def start(self):
        with open(self.folder / "nginx.log", "ab") as log:
            self.process = subprocess.Popen(
                ["nginx", "-p", self.folder, "-c", "nginx.conf", "-e",
                 "stderr"], stdout=log, stderr=log)
        wait_for(f"nginx of {self.name}",
                 lambda: helpers.listens(self.port))

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def open_silence(self):
        """Takes connections and says nothing."""
        import socket
        self.silent = socket.socket(socket.AF_UNIX)
        self.silent.bind(str(self.folder / "silent"))
        self.silent.listen(64)

    def break_(self, kind):
        self.broken = kind
        if kind == "refused":
            self.stop()
        elif kind == "expired":
            self.certificate("expired", "expired")
        else:
            if kind == "hang" and self.silent is None:
                self.open_silence()
            (self.folder / kind).touch()

    def heal(self):
        kind, self.broken = self.broken, None
        if kind == "refused":
            self.start()
        elif kind == "expired":
            self.certificate("good", "good-chain")
        else:
            (self.folder / kind).unlink()

    def requests(self):
        """(begun, status) of every request that nginx answered, in ms."""
        for line in (self.folder / "access.log").read_text().splitlines():
            at, took, status = line.split()
            yield (round((float(at) - float(took)) * 1000), int(status))

    def end(self):
        self.stop()
        if self.silent is not None:
            self.silent.close()


class Outage:
    """What really happened: bounds around the break and the healing."""

    def __init__(self, endpoint, kind):
        self.endpoint, self.kind = endpoint, kind
        self.broke = self.healed = None


# name: TLS, platform, published at once
ENDPOINTS = {
    "acme/learn": (False, "one"),
    "acme/login": (True, "one"),
    "birch/learn": (True, "two"),
    "birch/library": (False, None),
    "cedar/learn": (False, None),
    "cedar/shop": (True, None),
}


class House:
    def __init__(self, folder, smtp, endpoints=None, patience="3s",
                 silence="4s", collector_silence="60s", shards=1, tls=False):
        self.folder, self.smtp, self.shards = folder, smtp, shards
        self.tls = tls
        self.patience, self.silence = patience, silence
        self.collector_silence = collector_silence
        self.endpoints = endpoints or list(ENDPOINTS)
        self.state = folder / "state"
        self.state.mkdir()
        self.terminal = folder / "pages.txt"
        self.conf = folder / "sunwatch.yaml"
        self.ports = {n: free_port() for n in ("agents", "pages", "pager")}
        self.redis = helpers.Redis(folder)
        self.certificates = folder / "certificates"
        self.certificates.mkdir()
        subprocess.run([ROOT / "tests" / "make-certificates"],
                       cwd=self.certificates, check=True,
                       capture_output=True)
        self.sites = {name: Site(folder, self.certificates, name,
                                 ENDPOINTS[name][0])
                      for name in self.endpoints}
        self.canary = Site(folder, self.certificates, "canary")
        self.truth = []
        self.taken = {}  # incident: person, once we were told so
        self.programs = {}
        self.deaths = {}
        self.held = set()  # not to be restarted
        self.ending = threading.Event()
        self.guard = threading.RLock()
        self.keeper = threading.Thread(target=self.keep, daemon=True)

    # ---- configuration ----

    def origin(self, name):
        """Of one of our own listeners."""
        return (f"https://localhost:{self.ports[name]}" if self.tls else
                f"http://127.0.0.1:{self.ports[name]}")

    def listen(self, name):
        tls = "".join(
            f', {key}: "{self.certificates}/{file}"' for key, file in (
                ("certificate", "good-chain.pem"), ("key", "good.key")))
        return (f'{{ address: "127.0.0.1:{self.ports[name]}"'
                f"{tls if self.tls else ''} }}")

    def client(self, name):
        own = "".join(f"""
      - {{ name: {e.split("/")[1]}, url: "{self.sites[e].url}",
          ladder: {e.replace("/", "-")}, contains: ["{CONTENT}"]{
          ", platform: " + ENDPOINTS[e][1] if ENDPOINTS[e][1] else ""} }}"""
                      for e in self.endpoints if e.startswith(name + "/"))
        return f"""
  - name: {name}
    title: {name.title()} University
    sla: gold
    zone: Pacific/Auckland
    contact: moana
    publish: now
    endpoints:{own}
"""

    def write(self):
        clients = sorted({e.split("/")[0] for e in self.endpoints})
        agents = "".join(
            f"  - {{ name: {name}, region: {region}, token_sha256: "
            f"{hashlib.sha256(self.token(name).encode()).hexdigest()} }}\n"
            for name, region in REGIONS.items())
        people = "".join(
            f"  - {{ name: {name}, zone: Pacific/Auckland, email: "
            f"{name}@kahu.example, reach: [mail 0s, terminal 0s] }}\n"
            for name in PEOPLE)
        # One ladder each, or the sixth page within a minute is a storm.
        ladders = "".join(f"""
  - name: {name}
    levels:
      - {{ call: person aroha, patience: {self.patience} }}
      - {{ call: person tom, patience: {self.patience} }}"""
                          for name in ["operations", *(
                              e.replace("/", "-") for e in self.endpoints)])
        listen = "".join(f"\n  {n}: {self.listen(n)}" for n in self.ports)
        canaries = ", ".join(f'"http://127.0.0.1:{self.canary.port}/{n}"'
                             for n in (1, 2, 3))
        self.conf.write_text(f"""
site:
  name: Kahu
  url: "{self.origin("pages")}"
  links: "{self.origin("pager")}"
  state_dir: "{self.state}"
  operations_ladder: operations
  last_resort: [moana]
  silence_max: {self.silence}
  collector_silence: {self.collector_silence}
redis: "{self.redis.address}"
shards: {self.shards}
listen:{listen}
canaries: [{canaries}]
defaults: {{ interval: 2s, timeout: 1s, slow: 1s, quorum: 2 }}
channels:
  - {{ kind: mail, server: "{self.smtp.url}", from: sunwatch@kahu.example,
      timeout: 2s }}
  - {{ kind: terminal, file: "{self.terminal}" }}
platforms:
  - {{ name: one, title: Cluster one }}
  - {{ name: two, title: Cluster two }}
agents:
{agents}people:
{people}ladders:{ladders}
clients:{"".join(self.client(name) for name in clients)}""")

    @staticmethod
    def token(agent):
        return f"token-of-{agent}"

    # ---- processes ----

    def command(self, name):
        if name in REGIONS:
            return ["sunwatch-agent", "-c",
                    self.origin("agents"),
                    "-a", self.certificates / "ca.pem",
                    "-A", self.certificates / "ca.pem",
                    "-t", self.folder / f"{name}.token",
                    "-s", self.folder / name]
        if name == "pager":
            return ["sunwatch-pager", "-f", self.conf]
        role = "pages" if name == "pages" else "evaluate"
        return ["sunwatch-collector", "--role", role, "-f", self.conf]

    def start(self):
        self.canary.start()
        for site in self.sites.values():
            site.start()
        self.write()
        for name in REGIONS:
            (self.folder / name).mkdir()
            token = self.folder / f"{name}.token"
            token.write_text(self.token(name))
            token.chmod(0o600)
        self.programs["redis"] = self.redis.start()
        for name in ("collector", "pages", "pager", *REGIONS):
            self.launch(name)
        self.keeper.start()
        self.all_up()
        return self

    def launch(self, name, **env):
        """Start a program anew, now; with a crash point it will die of."""
        with self.guard:
            self.kill(name)
            if name == "redis":
                self.redis.start()
                return self.redis
            program, *args = self.command(name)
            p = helpers.Program(name, [BIN / program, *args], self.folder,
                                {"SUNWATCH_LEASE_MS": "1500",
                                 "SUNWATCH_AWAY_MS": "2000"})
            self.programs[name] = p.start(**env)
            return p

    def kill(self, name):
        with self.guard:
            if name in self.programs:
                self.programs[name].kill()

    def keep(self):
        """What has died is restarted, as a service manager would."""
        while not self.ending.wait(0.05):
            with self.guard:
                for name, p in list(self.programs.items()):
                    if p.running() or name in self.held:
                        continue
                    self.deaths.setdefault(name, []).append(
                        p.process.returncode)
                    self.launch(name)

    def wait_death(self, name, count, seconds=60):
        wait_for(f"{name} to die {count} times",
                 lambda: len(self.deaths.get(name, ())) >= count, seconds)

    def end(self):
        self.ending.set()
        if self.keeper.is_alive():
            self.keeper.join()
        order = [n for n in self.programs if n != "redis"] + ["redis"]
        for name in order:
            if name in self.programs:
                self.programs[name].kill()
        for site in (*self.sites.values(), self.canary):
            site.end()

    # ---- outages ----

    def break_(self, endpoint, kind="500"):
        outage = Outage(endpoint, kind)
        before = now_ms()
        self.sites[endpoint].break_(kind)
        outage.broke = (before, now_ms())
        self.truth.append(outage)
        return outage

    def heal(self, outage):
        """Not before it was looked at twice, or it would be a blip."""
        while now_ms() < outage.broke[1] + 3 * INTERVAL_MS:
            time.sleep(0.05)
        before = now_ms()
        self.sites[outage.endpoint].heal()
        outage.healed = (before, now_ms())

    # ---- asking ----

    def ask(self, **request):
        """The pager's answer; asked again until there is a good one."""
        def answer():
            try:
                said = helpers.control(self.state / "pager.sock", request)
                return said if said["ok"] else None
            except (OSError, ValueError):
                return None
        return wait_for(f"the pager to answer {request}", answer, 40)

    def incidents(self, **more):
        return self.ask(command="incidents", **more).get("incidents", [])

    def incident_of(self, outage):
        """The incident that this outage is part of, opened after it began."""
        for i in self.incidents(all=True):
            closed = i.get("closed_ms") or now_ms()
            if outage.endpoint in [i["subject"], *i.get("members", [])] and (
                    closed >= outage.broke[0]):
                return i
        return None

    def try_cli(self, *args):
        return subprocess.run(
            [str(a) for a in (BIN / "sunwatch", *args, "--conf", self.conf)],
            text=True, capture_output=True, timeout=30, check=False)

    def cli(self, *args):
        done = self.try_cli(*args)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def all_up(self, seconds=60):
        """Seen so by every region."""
        def up():
            done = self.try_cli("status", "--json")
            # Until the pager answers, too, it exits with 1.
            if done.returncode != 0:
                return False
            report = json.loads(done.stdout)["endpoints"]
            return all(e["state"] == "up" and e["fresh"] == len(REGIONS)
                       and e["failing"] == 0 for e in report)
        wait_for("everything to be up", up, seconds)

    def page(self, client):
        return http(f"{self.origin('pages')}/c/{client}/")

    # ---- messages ----

    def mails(self, incident, person=None):
        return [m for m in list(self.smtp.messages)
                if m["X-Sunwatch-Incident"] == incident and
                (person is None or f"{person}@kahu.example" in m.to)]

    def links(self, incident):
        """Links to act by, of everything that was sent so far."""
        found = []
        for m in self.mails(incident):
            found += re.findall(rf"{re.escape(self.origin('pager'))}/l/\S+",
                                m.get_content())
        return found

    def pages(self):
        return self.terminal.read_text() if self.terminal.exists() else ""

    def wait_page(self, outage, seconds=60):
        """Somebody was called because of this outage; the incident."""
        def paged():
            incident = self.incident_of(outage)
            return incident and self.links(incident["id"]) and incident
        return wait_for(f"a page for {outage.endpoint} ({outage.kind})",
                        paged, seconds)

    def take(self, incident, person=None, seconds=60):
        """By the link, as a human would: again until it is confirmed."""
        def taken():
            for link in reversed(self.links(incident["id"])):
                if person and f"~{person}~" not in link:
                    continue
                try:
                    answer = http(link, {"do": "take"}, seconds=5)
                except OSError:
                    return None
                if answer.status == 200 and "You have it" in answer.text and (
                        "not yet recorded" not in answer.text):
                    return re.search("~([a-z]+)~", link).group(1)
            return None
        who = wait_for(f"{incident['id']} to be taken", taken, seconds)
        self.taken[incident["id"]] = who
        return who

    def wait_closed(self, incident, seconds=60):
        wait_for(f"{incident['id']} to be closed", lambda: self.ask(
            command="incident", incident=incident["id"])["incident"]["state"]
            == "closed", seconds)

    def sent(self):
        """(channel, intent, says "possible repeat") of everything sent."""
        for m in list(self.smtp.messages):
            if m["X-Sunwatch-Intent"]:
                yield ("mail", m["X-Sunwatch-Intent"],
                       "possible repeat" in m["Subject"])
        for head, intent in re.findall(
                r"^-{64}\n(.*)\n(?:  .*\n)*?  \[(i-\S+|\S*\d)\]\n-{64}$",
                self.pages(), re.M):
            yield ("terminal", intent, "[possible repeat]" in head)

    # ---- what is stored ----

    def export(self):
        return [json.loads(line)
                for line in self.cli("export").splitlines()]

    def observations(self):
        """{(region, endpoint): [(first, last, outcome)]}, from the spools."""
        found = {}
        for agent, region in REGIONS.items():
            for kind, rest in spool_records(self.folder / agent / "spool"):
                if kind == 1:
                    seen = [msgpack.unpackb(rest[2])]
                elif kind == 3:
                    seen = msgpack.unpackb(rest[2])[9]
                else:
                    continue
                for o in seen:
                    found.setdefault((region, o[0]), set()).add(
                        (o[1], o[1] + o[2], o[4]))
        return {key: sorted(seen) for key, seen in found.items()}


def spool_records(path):
    """(kind, rest) of each record of a spool file."""
    data, at = path.read_bytes(), 0
    while at + 8 <= len(data):
        length = struct.unpack_from("<I", data, at)[0]
        if at + 8 + length > len(data):
            return
        fields = msgpack.unpackb(data[at + 8:at + 8 + length])
        yield fields[0], fields[1:]
        at += 8 + length
