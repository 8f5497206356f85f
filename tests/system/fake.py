"""A collector for tests of the agent, and servers for it to probe.

The collector keeps what it is sent and answers as docs/protocol.md says, or
as a test wants it to.
"""

import hashlib
import http.server
import json
import socket
import subprocess
import threading
import time

import msgpack

from helpers import free_port, wait_for

TOKEN = "a-token-that-nobody-may-see"
OUTCOMES = ["ok", "slow", "failed", "maintenance", "unknown"]
REASONS = ["none", "dns", "connect", "tls", "timeout", "protocol",
           "http_status", "redirect", "truncated", "content", "login",
           "session", "agent", "blocked", "probe_safety"]


def now_ms():
    return time.time_ns() // 1_000_000


class Observation:
    def __init__(self, fields):
        (self.endpoint, self.started_ms, self.until, self.count, outcome,
         reason, self.flags, self.interval_ms, self.times, self.status,
         self.detail) = fields[:11]
        self.outcome = OUTCOMES[outcome]
        self.reason = REASONS[reason]

    def key(self):
        return (self.endpoint, self.started_ms)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def answer(self, status, body, headers=None):
        data = json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def allowed(self):
        c = self.server.collector
        if c.server is None:  # stopped: kept connections end, too
            self.close_connection = True
            return False
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            c.strangers += 1
            self.answer(401, {"error": "no"})
            return False
        if c.status is not None:
            c.refused += self.command == "POST"
            self.answer(c.status, {"error": "as the test wants"})
            return False
        return True

    def do_GET(self):
        if not self.allowed():
            return
        c = self.server.collector
        if self.path.startswith("/agent/v1/plan"):
            c.poll_plan(self)
        elif self.path.startswith("/agent/v1/orders"):
            c.poll_orders(self)
        else:
            self.answer(404, {"error": "no such path"})

    def do_POST(self):
        c = self.server.collector
        body = self.rfile.read(int(self.headers["Content-Length"]))
        received = now_ms()
        if not self.allowed():
            return
        with c.changed:
            if self.path == "/agent/v1/hello":
                c.hellos.append(json.loads(body))
                status, answer = 200, {"have": c.have_of(c.hellos[-1]
                                                         ["spool"])}
            else:
                status, answer = c.take(body)
        answer.update(version=1, received_at_ms=received, sent_at_ms=now_ms(),
                      ages=c.ages)
        self.answer(status, answer)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args):
        """A client that went away is no news."""


class Collector:
    """status: answer everything so; unreadable: parts not to be read."""

    def __init__(self, port=None):
        self.changed = threading.Condition()
        self.plan = None
        self.orders = []
        self.hellos = []
        self.have = {}
        self.observations = []
        self.holes = []
        self.parts = 0
        self.strangers = self.refused = 0
        self.plans_asked = []
        self.status = None
        self.unreadable = 0
        self.ages = {"pager_ms": 1, "auditor_ms": 1, "commit_ms": 1}
        self.port = port or free_port()
        self.server = None
        self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.server = Server(("127.0.0.1", self.port), Handler)
        self.server.collector = self
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def stop(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def have_of(self, spool):
        return [{"shard": shard, "seq": seq}
                for (s, shard), seq in self.have.items() if s == spool]

    def take(self, body):
        version, _sent, parts = msgpack.unpackb(body)
        assert version == 1
        answer = {"have": [], "unreadable": []}
        status = 200
        for n, raw in enumerate(parts):
            status = max(status, self.take_part(n, raw, answer))
        return status, answer

    def take_part(self, n, raw, answer):
        part = msgpack.unpackb(raw)
        _version, spool, shard, from_seq, seq = part[:5]
        hole, observations = part[8], part[9]
        key = (spool, shard)
        have = self.have.get(key, 0)
        status = 200
        if self.unreadable and not hole:
            self.unreadable -= 1
            answer["unreadable"].append({"part": n, "error": "the test"})
            status = 422
        elif from_seq > have + 1:
            status = 409
        elif seq > have:
            self.have[key] = have = seq
            self.parts += 1
            self.observations += [Observation(o) for o in observations]
            if hole:
                self.holes.append(hole)
            self.changed.notify_all()
        answer["have"].append({"shard": shard, "seq": have})
        return status

    def poll_plan(self, handler):
        self.plans_asked.append(handler.headers.get("If-None-Match"))
        until = time.monotonic() + 50
        with self.changed:
            while True:
                etag = f'"{self.plan["tag"]}"' if self.plan else None
                if etag and etag != handler.headers.get("If-None-Match"):
                    break
                if time.monotonic() > until or self.server is None:
                    handler.answer(304, None)
                    return
                self.changed.wait(0.1)
            handler.answer(200, self.plan, {"ETag": etag})

    def poll_orders(self, handler):
        until = time.monotonic() + 50
        with self.changed:
            while not self.orders:
                if time.monotonic() > until or self.server is None:
                    break
                self.changed.wait(0.1)
            orders, self.orders = self.orders, []
            handler.answer(200, {"version": 1, "orders": orders})

    def order(self, endpoint):
        with self.changed:
            self.orders.append({"endpoint": endpoint, "at_ms": now_ms()})
            self.changed.notify_all()

    def set_plan(self, endpoints, **more):
        plan = {"version": 1, "agent": "akl-1", "region": "auckland",
                "site": "Test", "shards": 1, "canaries": [],
                "canary_interval_ms": 30000, "collector_silence_ms": 60000,
                "endpoints": endpoints, **more}
        plan["tag"] = hashlib.sha256(json.dumps(plan).encode()).hexdigest()
        with self.changed:
            self.plan = plan
            self.changed.notify_all()

    def of(self, endpoint):
        with self.changed:
            return [o for o in self.observations if o.endpoint == endpoint]

    def wait_for(self, endpoint, outcome=None, reason=None, count=1):
        """The first observations of this kind."""
        def found():
            seen = [o for o in self.of(endpoint)
                    if outcome in (None, o.outcome)
                    and reason in (None, o.reason)]
            return seen if len(seen) >= count else None
        return wait_for(f"{endpoint} {outcome} {reason}", found)


def endpoint(name, url, **more):
    return {"id": name, "platform": "", "shard": 0, "url": url,
            "interval_ms": 200, "timeout_ms": 2000, "slow_ms": 0,
            "redirects": 3, "body_max": 65536, "status": [[200, 299]],
            "contains": [], "lacks": [], **more}


class Nginx:
    """A real one: / answers, /500 fails, /late never ends, /count counts."""

    def __init__(self, folder, tls=None):
        self.folder = folder / "nginx"
        self.folder.mkdir()
        self.port = free_port()
        ssl = ""
        if tls:
            ssl = f"ssl_certificate {tls}.pem; ssl_certificate_key {tls}.key;"
        (self.folder / "nginx.conf").write_text(f"""
daemon off; master_process off; pid nginx.pid;
events {{}}
http {{
    access_log off; default_type text/html; ssl_protocols TLSv1.2 TLSv1.3;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
    uwsgi_temp_path t4; scgi_temp_path t5;
    server {{
        listen 127.0.0.1:{self.port}{" ssl" if tls else ""}; {ssl}
        location = / {{ return 200 "<title>Learn</title> Log in"; }}
        location = /500 {{ return 500 "no"; }}
        location = /there {{ return 302 /; }}
        location = /inside {{ return 302 http://127.0.0.2:$args/; }}
    }}
}}
""")
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.process = subprocess.Popen(
            ["nginx", "-p", self.folder, "-c", "nginx.conf", "-e",
             "error.log"], stderr=subprocess.DEVNULL)
        wait_for("nginx", self.answers)
        return self

    def answers(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Silent:
    """Takes connections and says nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.socket.close()
