"""A status page from the collector's memory beside nginx, which serves the
same bytes from a file; wrk over 16 kept connections, turn by turn.

Requests in a second of the server's CPU: both have one thread, and are held
back by others on a busy machine.
"""

import json
import re
import subprocess

import big
from figures import cpu_seconds, median, say
from helpers import Program, free_port, http, listens, wait_for

ENDPOINTS, PER_CLIENT, ROUNDS, SECONDS = 2000, 200, 5, 2


def start_nginx(house, page):
    folder = house.folder / "nginx"
    (folder / "page").mkdir(parents=True)
    (folder / "page" / "index.html").write_text(page)
    port = free_port()
    (folder / "nginx.conf").write_text(f"""
daemon off; master_process off; pid nginx.pid; user root;
events {{ worker_connections 256; }}
http {{
    access_log off; default_type text/html; keepalive_requests 100000000;
    sendfile on; tcp_nopush on; open_file_cache max=16;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
    uwsgi_temp_path t4; scgi_temp_path t5;
    server {{ listen 127.0.0.1:{port}; root page; }}
}}
""")
    nginx = Program("nginx", ["nginx", "-p", folder, "-c", "nginx.conf",
                              "-e", "error.log"], folder)
    house.programs.append(nginx.start())
    wait_for("nginx", lambda: listens(port))
    return nginx, f"http://127.0.0.1:{port}/"


def flood(program, url):
    """Requests of each CPU second of the program, and of each second."""
    spent = cpu_seconds(program.process.pid)
    out = subprocess.run(["wrk", "-t1", "-c16", f"-d{SECONDS}s", url],
                         text=True, capture_output=True, check=True).stdout
    spent = cpu_seconds(program.process.pid) - spent
    assert "Non-2xx" not in out and "Socket errors" not in out, out
    many = int(re.search(r"(\d+) requests in", out).group(1))
    return many / spent, many / SECONDS


with big.Big(ENDPOINTS, per_client=PER_CLIENT) as house:
    for endpoint in house.endpoints():
        house.redis.client.hset("sw:{c0}:states", endpoint, json.dumps(
            {"state": "up", "since": 1795322928000}))
    pages = house.start("sunwatch-collector", "--role", "pages", "-f",
                        house.conf)
    ours = f"http://127.0.0.1:{house.ports['pages']}/c/client-7/"
    wait_for("the page", lambda: listens(house.ports["pages"]) and
             http(ours).status == 200)
    page = http(ours).text
    nginx, theirs = start_nginx(house, page)
    seen = {pages: [], nginx: []}
    flood(pages, ours), flood(nginx, theirs)  # warm
    for _ in range(ROUNDS):
        for program, url in (pages, ours), (nginx, theirs):
            seen[program].append(flood(program, url))
    us, them = (median(s[0] for s in seen[p]) for p in (pages, nginx))
    what = f"status page of {len(page.encode()):,} bytes"
    say(f"{what}: per CPU second", us, "1/s",
        wall=median(s[1] for s in seen[pages]))
    say(f"{what}: nginx, per CPU second", them, "1/s",
        wall=median(s[1] for s in seen[nginx]))
    say(f"{what}: beside nginx", us / them, "x", at_least=0.6)
