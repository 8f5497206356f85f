"""The real agent at an even pace: CPU per probe, memory, lag of its loop.

Against a local nginx (a page of 10 KB, a fresh connection for every probe)
and a collector in this process, whose CPU is not counted.  Prints a line of
JSON for each case: microseconds of CPU (user and system) per probe with all
that belongs to it (schedule, outcome, spool, batches), resident memory, and
the 99th percentile of how late probes began.
"""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))

import fake  # noqa: E402
from helpers import BIN, free_port  # noqa: E402

SECONDS = float(os.environ.get("SECONDS", "20"))
CASES = [  # protocol, endpoints, interval_ms, goal of RSS in MB
    ("http", 0, 30000, 11),
    ("http", 1000, 30000, 16),
    ("https", 1000, 30000, 16),
    ("https", 1000, 5000, None),  # 200 a second: goal p99 of lag 2 ms
    ("https", 10000, 60000, 28),
]


def start_nginx(folder):
    subprocess.run([ROOT / "tests" / "make-certificates"], cwd=folder,
                   check=True, capture_output=True)
    (folder / "page").mkdir()
    (folder / "page" / "index.html").write_bytes(
        b"<title>Learn</title>\n" + base64.encodebytes(os.urandom(7600)) +
        b"Log in\n")
    bundle = pathlib.Path("/etc/ssl/certs/ca-certificates.crt").read_text()
    (folder / "bundle.pem").write_text(
        bundle + (folder / "ca.pem").read_text())
    http, https = free_port(), free_port()
    (folder / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid nginx.pid; user root;
events {{ worker_connections 4096; }}
http {{
    access_log off; default_type text/html; ssl_protocols TLSv1.3;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
    uwsgi_temp_path t4; scgi_temp_path t5;
    server {{ listen 127.0.0.1:{http}; root page; }}
    server {{ listen 127.0.0.1:{https} ssl; root page;
        ssl_certificate good-chain.pem; ssl_certificate_key good.key; }}
}}
""")
    nginx = subprocess.Popen(["nginx", "-p", folder, "-c", "nginx.conf", "-e",
                              "error.log"], stderr=subprocess.DEVNULL)
    return nginx, {"http": http, "https": https}


def cpu_us(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) * 1e6 / os.sysconf("SC_CLK_TCK")


def rss_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return None


def probes(observations):
    return sum(o.count for o in observations)


def measure(folder, ports, protocol, count, interval_ms):
    collector = fake.Collector()
    collector.set_plan([
        fake.endpoint(f"c{i // 10}/e{i % 10}",
                      f"{protocol}://127.0.0.1:{ports[protocol]}/",
                      interval_ms=interval_ms, timeout_ms=5000,
                      contains=["Log in"]) for i in range(count)])
    state = folder / f"state-{protocol}-{count}-{interval_ms}"
    state.mkdir()
    agent = subprocess.Popen(
        [BIN / "sunwatch-agent", "-c", collector.url, "-t", folder / "token",
         "-s", state, "-A", folder / "bundle.pem"],
        stderr=subprocess.DEVNULL)
    try:
        time.sleep(min(interval_ms / 1000, 10) + 3)  # warm
        with collector.changed:
            first, before = len(collector.observations), cpu_us(agent.pid)
        time.sleep(SECONDS)
        with collector.changed:
            seen = collector.observations[first:]
            spent = cpu_us(agent.pid) - before
        rss = rss_mb(agent.pid)
    finally:
        agent.kill()
        agent.wait()
        collector.stop()
    return seen, spent, rss


def main():
    bad = 0
    with tempfile.TemporaryDirectory(prefix="sunwatch-bench-") as name:
        folder = pathlib.Path(name)
        (folder / "token").write_text(fake.TOKEN)
        (folder / "token").chmod(0o600)
        nginx, ports = start_nginx(folder)
        try:
            for protocol, count, interval_ms, goal in CASES:
                seen, spent, rss = measure(folder, ports, protocol, count,
                                           interval_ms)
                lags = sorted(o.times[5] for o in seen) or [0]
                made = probes(seen)
                print(json.dumps({
                    "bench": "agent", "protocol": protocol,
                    "endpoints": count, "interval_ms": interval_ms,
                    "probes": made,
                    "failed": sum(o.outcome != "ok" for o in seen),
                    "cpu_us": round(spent / made) if made else None,
                    "rss_mb": round(rss, 1), "goal_rss_mb": goal,
                    "lag_p99_us": lags[len(lags) * 99 // 100],
                }), flush=True)
                bad |= goal is not None and rss > goal
        finally:
            nginx.kill()
            nginx.wait()
    return bad


sys.exit(main())
