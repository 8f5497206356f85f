"""What an agent costs at an even pace, beside Prometheus with
blackbox_exporter; and how late its loop is.

A thousand endpoints every 30 s, 33 a second, each probe on a fresh
connection: a page of 10 KB with a text looked for in it, over HTTP and over
HTTPS with chain and name verified.  All four pairs run at the same time
against the same nginx, so that whatever disturbs one disturbs the others;
nginx's own log of each says how many probes there were.  An agent's CPU is
all of its process: schedule, outcome, spool, batches.
"""

import base64
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from figures import cpu_seconds, median, percentile, rss_mb, say

import fake
from helpers import BIN, ROOT, free_port, listens, wait_for

ENDPOINTS, INTERVAL_S = 1000, 30
WINDOWS, WINDOW_S = 5, 15
LAG_ENDPOINTS, LAG_INTERVAL_S, LAG_S = 1000, 5, 20
GOALS = {"http": 0.2, "https": 0.45}
RSS_GOAL = 16
ROOTS = "/etc/ssl/certs/ca-certificates.crt"

# Wakes every 5 ms and prints how late it was: what any process suffers here.
SLEEPER = """
import sys, time
due, end = time.monotonic(), time.monotonic() + float(sys.argv[1])
late = []
while due < end:
    due += 0.005
    time.sleep(max(0, due - time.monotonic()))
    late.append(time.monotonic() - due)
print(sorted(late)[len(late) * 99 // 100] * 1000)
"""


class Side:
    """One prober and the port of nginx that only it asks."""

    def __init__(self, protocol):
        self.protocol = protocol
        self.port = free_port()
        self.pids = []
        self.log = None

    @property
    def url(self):
        return f"{self.protocol}://127.0.0.1:{self.port}/"

    def server(self, folder):
        self.log = folder / f"{self.port}.log"
        tls = self.protocol == "https"
        return f"""
    server {{ listen 127.0.0.1:{self.port}{" ssl" if tls else ""}; root page;
        access_log {self.log} short;
        ssl_certificate good-chain.pem; ssl_certificate_key good.key; }}"""

    def probes(self):
        return self.log.stat().st_size // 2  # a digit and a newline each

    def look(self):
        return self.probes(), cpu_seconds(*self.pids)


def start(stack, folder, name, *args, **more):
    log = stack.enter_context(open(folder / f"{name}.out", "wb"))
    process = subprocess.Popen(args, cwd=folder, stdout=log, stderr=log,
                               **more)
    stack.callback(lambda: (process.kill(), process.wait()))
    return process.pid


def start_nginx(stack, folder, sides):
    subprocess.run([ROOT / "tests" / "make-certificates"], cwd=folder,
                   check=True, capture_output=True)
    (folder / "bundle.pem").write_text(
        pathlib.Path(ROOTS).read_text() + (folder / "ca.pem").read_text())
    (folder / "page").mkdir()
    (folder / "page" / "index.html").write_bytes(
        b"<title>Learn</title>\n" + base64.encodebytes(os.urandom(7600)) +
        b"Log in\n")
    (folder / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid nginx.pid; user root;
events {{ worker_connections 4096; }}
http {{
    log_format short "1"; default_type text/html; ssl_protocols TLSv1.3;
    ssl_session_cache off; client_body_temp_path t1; proxy_temp_path t2;
    fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
{"".join(side.server(folder) for side in sides)}
}}
""")
    start(stack, folder, "nginx", "nginx", "-p", folder, "-c", "nginx.conf",
          "-e", "error.log")
    wait_for("nginx", lambda: all(listens(side.port) for side in sides))


def start_agent(stack, folder, side, endpoints, interval_s):
    collector = fake.Collector()
    stack.callback(collector.stop)
    collector.set_plan([
        fake.endpoint(f"c{i // 10}/e{i % 10}", side.url,
                      interval_ms=interval_s * 1000, timeout_ms=5000,
                      contains=["Log in"]) for i in range(endpoints)])
    state = folder / f"state-{side.port}"
    state.mkdir()
    (folder / "token").write_text(fake.TOKEN)
    (folder / "token").chmod(0o600)
    side.pids = [start(stack, folder, f"agent-{side.port}",
                       BIN / "sunwatch-agent", "-c", collector.url, "-t",
                       folder / "token", "-s", state, "-A",
                       folder / "bundle.pem")]
    return collector


def start_prometheus(stack, folder, side):
    blackbox, own = free_port(), free_port()
    home = folder / f"prometheus-{side.port}"
    home.mkdir()
    (home / "blackbox.yml").write_text("""
modules:
  page:
    prober: http
    timeout: 5s
    http:
      preferred_ip_protocol: ip4
      enable_http2: false
      fail_if_body_not_matches_regexp: ["Log in"]
""")
    # Each target has a name of its own, which nginx does not look at.
    targets = [f"{side.url}?{i}" for i in range(ENDPOINTS)]
    (home / "targets.json").write_text(json.dumps([{"targets": targets}]))
    (home / "prometheus.yml").write_text(f"""
global: {{ scrape_interval: {INTERVAL_S}s, scrape_timeout: 10s }}
scrape_configs:
  - job_name: pages
    metrics_path: /probe
    params: {{ module: [page] }}
    file_sd_configs: [{{ files: ["{home}/targets.json"] }}]
    relabel_configs:
      - {{ source_labels: [__address__], target_label: __param_target }}
      - {{ source_labels: [__param_target], target_label: instance }}
      - {{ target_label: __address__, replacement: "127.0.0.1:{blackbox}" }}
""")
    side.pids = [
        start(stack, home, "blackbox", "prometheus-blackbox-exporter",
              "--config.file=blackbox.yml",
              f"--web.listen-address=127.0.0.1:{blackbox}",
              env={**os.environ, "SSL_CERT_FILE": folder / "bundle.pem"}),
        start(stack, home, "prometheus", "prometheus",
              "--config.file=prometheus.yml", "--storage.tsdb.path=data",
              f"--web.listen-address=127.0.0.1:{own}")]
    wait_for("prometheus", lambda: listens(blackbox) and listens(own))


def per_probe(before, after):
    probes = after[0] - before[0]
    assert probes > 0, "no probe reached nginx"
    return (after[1] - before[1]) * 1e6 / probes


def watch(sides):
    """Medians of microseconds per probe over some windows, for each side."""
    costs = {side: [] for side in sides}
    looks = {side: side.look() for side in sides}
    first = dict(looks)
    for _ in range(WINDOWS):
        time.sleep(WINDOW_S)
        for side in sides:
            now = side.look()
            costs[side].append(per_probe(looks[side], now))
            looks[side] = now
    made = {side: looks[side][0] - first[side][0] for side in sides}
    return {side: median(costs[side]) for side in sides}, made


def tell_pace(ours, theirs, costs, made):
    expected = ENDPOINTS * WINDOWS * WINDOW_S / INTERVAL_S
    for side, other in zip(ours, theirs):
        name = f"agent, {side.protocol.upper()}, 33 probes a second"
        say(f"{name}: CPU per probe", costs[side], "us", probes=made[side])
        say(f"{name}: CPU of Prometheus + blackbox", costs[other], "us",
            probes=made[other])
        say(f"{name}: CPU beside Prometheus + blackbox",
            costs[side] / costs[other], "x", at_most=GOALS[side.protocol],
            windows=WINDOWS)
        say(f"{name}: probes missing", max(0, 1 - made[side] / expected) * 100,
            "%")
        say(f"{name}: RSS", rss_mb(side.pids[0]), "MB", at_most=RSS_GOAL)
        say(f"{name}: RSS of Prometheus + blackbox",
            sum(rss_mb(pid) for pid in other.pids), "MB")


def pace():
    ours = [Side(protocol) for protocol in GOALS]
    theirs = [Side(protocol) for protocol in GOALS]
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(
            tempfile.TemporaryDirectory(prefix="sunwatch-bench-")))
        start_nginx(stack, folder, ours + theirs)
        for side in theirs:
            start_prometheus(stack, folder, side)
        collectors = [start_agent(stack, folder, side, ENDPOINTS, INTERVAL_S)
                      for side in ours]
        wait_for("everything to be probed once", lambda: all(
            side.probes() > ENDPOINTS for side in ours + theirs),
            2 * INTERVAL_S)
        costs, made = watch(ours + theirs)
        for collector in collectors:
            with collector.changed:
                bad = sum(o.outcome != "ok" for o in collector.observations)
            assert bad == 0, f"{bad} probes of an agent failed"
        tell_pace(ours, theirs, costs, made)


def lag():
    side = Side("https")
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(
            tempfile.TemporaryDirectory(prefix="sunwatch-bench-")))
        start_nginx(stack, folder, [side])
        collector = start_agent(stack, folder, side, LAG_ENDPOINTS,
                                LAG_INTERVAL_S)
        wait_for("everything to be probed once",
                 lambda: side.probes() > LAG_ENDPOINTS, 30)
        with collector.changed:
            first = len(collector.observations)
        sleeper = subprocess.run([sys.executable, "-c", SLEEPER, str(LAG_S)],
                                 stdout=subprocess.PIPE, text=True,
                                 check=True)
        with collector.changed:
            lags = [o.times[5] / 1000
                    for o in collector.observations[first:]]
        say("agent, HTTPS, 200 probes a second: lag of its loop, p99",
            percentile(lags, 0.99), "ms", at_most=2, probes=len(lags))
        say("the same of a process that only sleeps, p99",
            float(sleeper.stdout), "ms")


pace()
lag()
