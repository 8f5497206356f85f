"""Resident memory of each program at 1, 1,000 and 10,000 endpoints, and of an
agent that has none.

Three houses at once, each with its programs and a real agent that probes
every endpoint once over HTTPS, evenly over the interval; the other two
regions are spoken for.
"""

import contextlib
import pathlib
import time

import big
import fake
from figures import rss_mb, say
from helpers import Program, free_port, listens, wait_for

INTERVAL_S = 40
SIZES = {1: None, 1000: 16, 10000: 28}  # endpoints: goal of the agent


def start_nginx(house, port):
    folder = house.folder / "nginx"
    (folder / "page").mkdir(parents=True)
    (folder / "page" / "index.html").write_text(("x" * 75 + "\n") * 135)
    (folder / "nginx.conf").write_text(f"""
daemon off; master_process off; pid nginx.pid; user root;
events {{ worker_connections 4096; }}
http {{
    access_log off; default_type text/html; ssl_session_cache off;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
    uwsgi_temp_path t4; scgi_temp_path t5;
    server {{ listen 127.0.0.1:{port} ssl; root page;
        ssl_certificate {house.folder}/good-chain.pem;
        ssl_certificate_key {house.folder}/good.key; }}
}}
""")
    nginx = Program("nginx", ["nginx", "-p", folder, "-c", "nginx.conf",
                              "-e", "error.log"], folder)
    house.programs.append(nginx.start())
    wait_for("nginx", lambda: listens(port))


def open_house(stack, count):
    """A house with all its programs: {name: program}."""
    port = free_port()
    house = stack.enter_context(big.Big(
        count, url=f"https://127.0.0.1:{port}/", interval=f"{INTERVAL_S}s"))
    start_nginx(house, port)
    authorities = house.folder / "bundle.pem"
    authorities.write_text(
        pathlib.Path("/etc/ssl/certs/ca-certificates.crt").read_text() +
        (house.folder / "ca.pem").read_text())
    programs = {
        "collector, evaluate": house.start_evaluate(),
        "collector, pages": house.start("sunwatch-collector", "--role",
                                        "pages", "-f", house.conf),
        "pager": house.start("sunwatch-pager", "-f", house.conf)}
    return house, programs, authorities


def speak(house):
    """The two regions without a real agent have seen everything."""
    for voice in big.voices(house)[1:]:
        voice.send(voice.round(big.now_ms() - big.BATCH))


def seen(house, region):
    """How many endpoints this region has seen."""
    return sum(f"|{region}|" in key
               for key in house.redis.client.hkeys("sw:{c0}:runs"))


def tell(house, programs):
    for name, program in programs.items():
        goal = SIZES[house.count] if name == "agent" else None
        say(f"{name}, {house.count:,} endpoint{'s' * (house.count > 1)}: RSS",
            rss_mb(program.process.pid), "MB", at_most=goal)


def start_idle(stack, house):
    """An agent whose plan has no endpoint."""
    collector = fake.Collector()
    stack.callback(collector.stop)
    collector.set_plan([])
    (house.folder / "idle.token").write_text(fake.TOKEN)
    (house.folder / "idle.token").chmod(0o600)
    (house.folder / "idle").mkdir()
    return house.start("sunwatch-agent", "-c", collector.url, "-t",
                       house.folder / "idle.token", "-s",
                       house.folder / "idle")


with contextlib.ExitStack() as stack:
    houses = [open_house(stack, count) for count in SIZES]
    for house, programs, authorities in houses:
        programs["agent"] = house.start(
            "sunwatch-agent", "-c",
            f"https://127.0.0.1:{house.ports['agents']}", "-A", authorities,
            "-a", house.folder / "ca.pem", "-t",
            house.folder / "auckland-1.token", "-s",
            house.folder / "auckland-1")
        speak(house)
    idle = start_idle(stack, houses[0][0])
    for house, programs, _ in houses:
        wait_for("every endpoint to be probed", lambda: seen(
            house, "auckland") >= house.count, INTERVAL_S + 70)
    time.sleep(3)
    say("agent, no endpoint: RSS", rss_mb(idle.process.pid), "MB", at_most=11)
    for house, programs, _ in houses:
        programs["redis-server"] = house.redis
        tell(house, programs)
