"""make run's program: everything on loopback, and nothing left behind."""

import contextlib
import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

import pytest
import redis

import console
import helpers

PAGE_WITHIN = 50.0  # seconds; the bound is 5 after the first failed probe


def children_of(pid):
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="ascii",
                      errors="replace") as f:
                fields = f.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(entry))
    return found


def alive(pids):
    return [p for p in pids if os.path.exists(f"/proc/{p}")]


class Up:
    def __init__(self, program, folder, *args, **env):
        self.folder = folder
        self.program = program("sunwatch", "up", "--dir", folder, *args,
                               log="up", **env)

    def started(self):
        self.program.wait_log(r"everything is up", 60)
        self.facts = json.loads((self.folder / "up.json").read_text())
        return self

    def url(self, name, path):
        return f"http://127.0.0.1:{self.facts[name + '_port']}{path}"

    def cli(self, *args, **env):
        env = {**os.environ, "SUNWATCH_CONF": self.facts["conf"], **env}
        if (self.folder / "stage.json").exists():
            env["SUNWATCH_STAGE"] = str(self.folder / "stage.json")
        return subprocess.run(
            [str(helpers.BIN / "sunwatch"), *args], env=env, text=True,
            capture_output=True, timeout=60, check=False)

    def set(self, kind):
        answer = helpers.http(self.url("switch", "/switch"),
                              form={"kind": kind})
        assert answer.status == 303

    def page(self, client="acme"):
        return helpers.http(self.url("pages", f"/c/{client}/"))

    def states(self):
        done = self.cli("status", "--json")
        if done.returncode != 0:
            return {}
        return {e["endpoint"]: e["state"]
                for e in json.loads(done.stdout)["endpoints"]}

    def all_up(self):
        states = self.states()
        return states and set(states.values()) == {"up"}


@pytest.fixture
def up(program, tmp_path):
    """The demonstration, with every endpoint seen up."""
    u = Up(program, tmp_path / "up").started()
    helpers.wait_for("all endpoints to be up", u.all_up, 60)
    return u


@contextlib.contextmanager
def flood(up):
    """Readers of the status page who do not wait."""
    stop = threading.Event()
    answered = []

    def read():
        while not stop.is_set():
            answered.append(up.page().status)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for t in threads:
        t.start()
    try:
        yield answered
    finally:
        stop.set()
        for t in threads:
            t.join()


def test_from_break_to_resolved(up):
    with flood(up) as answered:
        up.set("database-down")
        page = up.program.wait_log(
            r"PAGE for (\w+):(?:.*\n)*?.*(http://127\.0\.0\.1:\d+/l/\S+)",
            PAGE_WITHIN)
    assert len(answered) > 50 and set(answered) == {200}
    link = page[2]

    # Looking does not take it, as often as one looks.
    for _ in range(3):
        shown = helpers.http(link)
        assert shown.status == 200 and "<button" in shown.text
    assert "calling" in up.cli("incidents").stdout

    taken = helpers.http(link, form={"do": "take"})
    assert taken.status in (200, 303)
    assert helpers.wait_for(
        "the take to be recorded",
        lambda: "taken" in up.cli("incidents").stdout)

    status = helpers.wait_for(
        "the status page to show the incident",
        lambda: "investigating" in up.page().text and up.page())
    assert "does not work" in status.text
    assert "database" not in up.page("harbour").text
    helpers.wait_for("the other page to be current", lambda:
                     "All services work." in up.page("harbour").text)
    assert "acme" not in up.page("harbour").text.lower()

    time.sleep(2)
    up.set("none")
    up.program.wait_log(rf"RESOLVED for {page[1]}", PAGE_WITHIN)
    assert "no open incidents" in up.cli("incidents").stdout

    def booked():
        text = up.page().text
        down = re.search(r'\(down\)</th><td>(?:(\d+) min )?(\d+) s', text)
        return (down and (int(down[1] or 0) * 60 + int(down[2]) >= 2) and
                "last good" in text)
    helpers.wait_for("the account to show the outage", booked)
    recount_agrees(up)


def recount_agrees(up):
    """Other code counts the same, second by second, from exported facts."""
    end = int(time.time()) - 3
    begin = end - 120

    def rfc(seconds):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))

    period = "--from", rfc(begin), "--to", rfc(end)
    facts = up.cli("export", *period)
    assert facts.returncode == 0, facts.stderr
    recount = subprocess.run(
        ["/usr/bin/python3", str(helpers.ROOT / "tests/system/recount.py"),
         str(begin * 1000), str(end * 1000)],
        input=facts.stdout, text=True, capture_output=True, check=True,
        timeout=60)
    assert not json.loads(recount.stdout)["wrong_edges"]
    counted = json.loads(recount.stdout)["clients"]
    for client in "acme", "harbour":
        report_agrees(up, client, period, counted[client])
        account = json.loads(
            up.cli("account", client, *period, "--json").stdout)
        for key in "period_s", "down_s", "unknown_s":
            assert account[key] == counted[client][key], (client, key)
    assert counted["acme"]["down_s"] >= 2
    assert counted["harbour"]["down_s"] == 0


def report_agrees(up, client, period, counted):
    """So does the report, and whoever has nothing but the report."""
    def known():
        text = up.cli("report", client, *period, "--json").stdout
        return json.loads(text)["facts"]["as_of"] is None and text
    text = helpers.wait_for("all of the period to be known", known)
    sums = json.loads(text)["figures"]["sum"]
    assert (sums["service_s"], sums["down_s"], sums["unknown_s"]) == (
        counted["period_s"], counted["down_s"], counted["unknown_s"])
    assert up.cli("report", client, *period, "--json").stdout == text

    path = up.folder / "report.json"
    path.write_text(text)
    done = subprocess.run([str(helpers.BIN / "sunwatch"), "verify", str(path)],
                          capture_output=True, text=True, env={},
                          timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    rows = list(csv.DictReader(io.StringIO(
        up.cli("report", client, *period, "--csv").stdout)))
    down = sum(int(r["seconds"]) for r in rows if r["what"] == "down_s")
    assert down == counted["down_s"]
    page = up.cli("report", client, *period, "--html").stdout
    assert page.startswith("<!DOCTYPE html>") and "Verdict" in page


def test_the_ladder_climbs_and_begins_again(up):
    up.set("500")
    up.program.wait_log(r"PAGE for (\w+):", PAGE_WITHIN)

    def called():
        return re.findall(r"PAGE for (\w+):", up.program.log())

    # 15 s each: the watch, a consultant, moana, and again the first.
    calls = helpers.wait_for("four calls",
                             lambda: len(called()) >= 4 and called(), 200)
    assert len(set(calls[:3])) == 3 and calls[2] == "moana"
    assert calls[3] == calls[0]
    assert up.cli("take", "1", "--as", "moana").returncode == 0


def test_the_ladder_calls_somebody_else_in_every_week(up):
    """Every other week the consultant was who had the watch already."""
    for day in range(14):
        for hour in (1, 11, 20):
            at = f"2026-11-{day + 9:02}T{hour:02}:00:00Z"
            who = {rota: up.cli("oncall", "--rota", rota, "--at", at,
                                "--json").stdout
                   for rota in ("support", "consultants")}
            names = {json.loads(text)["primary"] for text in who.values()}
            assert len(names) == 2, at


def port_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def restart_of_a_program(up):
    """kill -9 of both collectors: they come back, and it is said."""
    pids = children_of(up.program.process.pid)
    assert len(pids) == 8
    for pid in pids:
        with open(f"/proc/{pid}/comm", encoding="ascii") as f:
            if f.read().startswith("sunwatch-collec"):
                os.kill(pid, signal.SIGKILL)
    up.program.wait_log(
        r"pages was killed by signal 9; starting it again")
    helpers.wait_for(
        "as many programs as before",
        lambda: len(children_of(up.program.process.pid)) == 8)
    helpers.wait_for("the page to be there", lambda: port_open(
        up.facts["pages_port"]) and up.page().status == 200)


def switch_by_command(up):
    """The demonstration's folder is not /tmp/sunwatch.*: it has to be said."""
    folder = str(up.folder)
    assert up.cli("demo", "break", "hang", "--dir", folder).returncode == 0
    assert "checked> hang" in helpers.http(
        up.url("switch", "/switch")).text
    assert up.cli("demo", "heal", "--dir", folder).returncode == 0
    done = up.cli("demo", "break", "hangg", "--dir", folder)
    assert done.returncode == 2
    assert 'did you mean "hang"?' in done.stderr
    done = up.cli("demo", "break", "--dir", "/nonexistent")
    assert done.returncode == 1
    found_where_temporary_files_are(up)


def found_where_temporary_files_are(up):
    """"up" made its folder in TMPDIR, and the switch looked in /tmp."""
    tmp = up.folder.parent / "tmp"
    tmp.mkdir()

    def heal():
        return up.cli("demo", "heal", TMPDIR=str(tmp))
    assert (f"no demonstration runs in {tmp}: " in heal().stderr and
            "give the same --dir DIR" in heal().stderr)
    for name in "sunwatch.a", "sunwatch.b":
        (tmp / name).mkdir()
        (tmp / name / "up.json").write_bytes(
            (up.folder / "up.json").read_bytes())
        done = heal()
        assert done.returncode == (name != "sunwatch.a"), done.stderr
    assert "2 demonstrations run: give --dir " in done.stderr
    assert f"--dir {tmp}/sunwatch.a" in done.stderr


def doctor_of_what_runs(up):
    def ask():
        done = up.cli("doctor", "--json")
        return done.returncode, json.loads(done.stdout)

    def well():
        status, said = ask()
        return status == 0 and said
    said = helpers.wait_for("nothing to be bad", well, 60)
    assert said["ok"] and said["not_kept"] == []
    texts = {what: [f["text"] for f in said["findings"] if f["what"] == what]
             for what in ("agent", "clock", "live", "channel", "redis")}
    for agent in "akl-1 (auckland)", "lon-1 (london)", "nyc-1 (new-york)":
        assert any(re.match(re.escape(agent) + r": heard \d+ s ago$", t)
                   for t in texts["agent"]), texts["agent"]
    for agent in "akl-1", "lon-1", "nyc-1":
        assert any(re.match(agent + r": \d+ ms (behind|ahead), known to \d+ "
                            "ms$", t) for t in texts["clock"]), texts["clock"]
    assert "appendfsync always" in texts["redis"]
    store = redis.Redis(unix_socket_path=str(up.folder / "redis/redis.sock"))
    store.config_set("appendfsync", "everysec")
    status, said = ask()
    store.config_set("appendfsync", "always")
    assert (status, said["ok"], said["not_kept"]) == (1, False, ["1 and 8"])
    assert "appendfsync is everysec and must be always" in [
        f["text"] for f in said["findings"] if f["finding"] == "BAD"]


def what_the_welcome_says_works(up):
    """Pasted into another terminal, as the README has it."""
    export = re.search(r"elsewhere +(export .*)", up.program.log())[1]
    done = subprocess.run(["bash", "-c", export + " && sunwatch oncall"],
                          text=True, capture_output=True, timeout=60,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert "no open incidents\nsupport: " in done.stdout
    console_lets_in_by_what_the_terminal_says(up)


def console_lets_in_by_what_the_terminal_says(up):
    """And by nothing that is kept: the folder has a hash."""
    url, who, password = re.search(
        r"console +(http://127\.0\.0\.1:\d+)/  log in as (\w+) with (\w+)\n",
        up.program.log()).groups()
    assert not [f for f in up.folder.rglob("*")
                if f.is_file() and password.encode() in f.read_bytes()]
    browser = console.Browser(url)
    assert browser.login(who, password[::-1]).status == 403
    page = browser.login(who, password)
    assert page.status == 200
    assert any(f["action"] == "/logout" for f in page.forms)


def end_by_ctrl_c(up):
    pids = children_of(up.program.process.pid)
    assert len(pids) == 8
    up.program.signal(signal.SIGINT)
    assert up.program.wait(30) == 0
    assert alive(pids) == []
    assert not port_open(up.facts["lms_port"])


def refuse_a_second_one(up):
    done = up.cli("up", "--dir", str(up.folder))
    assert done.returncode == 1
    assert "another one runs in" in done.stderr


def test_a_life(up):
    refuse_a_second_one(up)
    switch_by_command(up)
    restart_of_a_program(up)
    doctor_of_what_runs(up)
    what_the_welcome_says_works(up)
    end_by_ctrl_c(up)


def test_killed_it_takes_its_children_along(up):
    pids = children_of(up.program.process.pid)
    up.program.kill()
    helpers.wait_for("the children to die", lambda: alive(pids) == [])


def test_its_own_folder_goes_with_it(program, tmp_path):
    p = program("sunwatch", "up", log="up")
    folder = p.wait_log(r"logs +(/tmp/sunwatch\.\w+)/log/", 60)[1]
    assert os.path.isdir(folder)
    assert p.stop() == 0
    assert not os.path.exists(folder)


OWN = """
site: {{ name: Own, url: "https://status.own.example" }}
agents:
  - {{ name: a-1, region: one, token_sha256: {0} }}
  - {{ name: b-1, region: two, token_sha256: {1} }}
people: [{{ name: aroha, zone: Pacific/Auckland, reach: [terminal 0s] }},
         {{ name: isla, zone: Europe/London, reach: [terminal 0s] }}]
rotas:
  - name: support
    watches:
      - {{ zone: Pacific/Auckland, takes_over: "08:00", people: [aroha] }}
      - {{ zone: Europe/London, takes_over: "08:00", people: [isla] }}
ladders: [{{ name: l, levels: [{{ call: rota support, patience: 5m }}] }}]
channels: [{{ kind: terminal }}]
clients:
  - name: mine
    sla: gold
    zone: UTC
    endpoints: [{{ name: site, url: "http://127.0.0.1:{2}/", interval: 2s,
                   timeout: 1s }}]
"""


def test_an_operators_own_tree(program, tmp_path):
    port = helpers.free_port()
    conf = tmp_path / "own.yaml"
    conf.write_text(OWN.format("0" * 64, "1" * 64, port) + f"""
listen: {{ alerts: "127.0.0.1:{port}" }}
""")
    before = conf.read_text()
    u = Up(program, tmp_path / "up", "--conf", conf).started()
    # Alerts are taken elsewhere than in earnest.
    place = json.loads((u.folder / "stage.json").read_text())["alerts_address"]
    assert not place.endswith(f":{port}")
    assert helpers.http(f"http://{place}/healthz").status == 200
    # Nobody listens there: it is down, and somebody is called.
    u.program.wait_log(r"PAGE for \w+:", PAGE_WITHIN)
    assert u.states() == {"mine/site": "down"}
    helpers.wait_for("the page to say so",
                     lambda: "does not work" in u.page("mine").text)
    assert not (tmp_path / "up" / "log" / "lms.log").exists()
    assert u.program.stop() == 0
    assert conf.read_text() == before


def test_the_console_of_a_rehearsal_was_where_it_is_in_earnest(
        program, tmp_path):
    """Two could not run side by side; and it took forms of its URL alone."""
    port = helpers.free_port()
    conf = tmp_path / "own.yaml"
    text = OWN.format("0" * 64, "1" * 64, helpers.free_port())
    conf.write_text(text.replace(
        "reach: [terminal 0s] },", "reach: [terminal 0s], role: lead, "
        f"password_scrypt: \"{console.password_hash('aroha-knows-this')}\" }},",
        1) + f"""
listen: {{ console: {{ address: "127.0.0.1:{port}" }} }}
console: {{ url: "https://console.own.example" }}
""")
    u = Up(program, tmp_path / "up", "--conf", conf).started()
    there = helpers.wait_for("the console", lambda: re.search(
        r"console: listening port=(\d+)",
        (u.folder / "log/pager.log").read_text()))[1]
    assert int(there) != port
    u.program.wait_log(rf"console +http://127\.0\.0\.1:{there}/\n")
    page = console.Browser(f"http://127.0.0.1:{there}").login("aroha")
    assert page.status == 200
    assert any(f["action"] == "/logout" for f in page.forms)
    assert u.program.stop() == 0


def test_an_own_tree_that_was_never_accepted(program, tmp_path):
    """It runs, is said to have faults, and its pager had no auditor."""
    conf = tmp_path / "own.yaml"
    conf.write_text(re.sub(r".*Europe/London, takes_over.*\n", "", OWN.format(
        "0" * 64, "1" * 64, helpers.free_port())))
    u = Up(program, tmp_path / "up", "--conf", conf).started()
    u.program.wait_log(r"beware +rotas and ladders have \d+ faults, a reload would "
                       "refuse them: sunwatch check")
    store = redis.Redis(unix_socket_path=str(u.folder / "redis/redis.sock"))
    helpers.wait_for("its auditor to look",
                     lambda: store.hget("sw:{a}:live", "auditor"))
    assert "auditor has ended" not in (u.folder / "log/pager.log").read_text()
    assert u.program.stop() == 0


def test_a_broken_tree_is_refused_with_its_place(program, tmp_path):
    conf = tmp_path / "own.yaml"
    conf.write_text("site: { nme: x }\n")
    p = program("sunwatch", "up", "--conf", conf, log="up")
    assert p.wait(30) == 1
    assert re.search(r"own\.yaml:1:9: .*name", p.log())
