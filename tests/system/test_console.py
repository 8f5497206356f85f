"""The console with the real pager: who gets in, and what they can do."""

import html
import json
import signal
import time

import pytest

import console
import helpers


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    s = console.ConsoleStage(tmp_path, program, redis, smtp)
    s.first = s.start()
    s.ready()
    return s


def test_a_person_logs_in_and_out(stage):
    b = stage.browser()
    page = b.get("/")
    assert page.status == 401
    assert 'name="password"' in page.text
    assert "Open incidents" not in page.text
    wrong = b.login("aroha", "not-this-one")
    assert wrong.status == 403
    assert "The name or the password is wrong." in wrong.text
    assert b.get("/").status == 401
    page = b.login("aroha")
    assert (page.status, page.url) == (200, stage.console + "/")
    assert "Nothing is open." in page.text
    assert "aroha, responder" in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    kept = list(b.jar)
    out = b.logout(page)
    assert "You are logged out." in out.text
    assert b.get("/").status == 401
    for cookie in kept:
        b.jar.set_cookie(cookie)  # kept by somebody: worth nothing
    assert b.get("/").status == 401


@pytest.fixture
def incident(stage):
    """One that calls Aroha, and then Tom."""
    stage.alarm()
    stage.wait_mail("aroha")
    return "/incidents/INC-000001"


def test_an_incident_is_taken_by_button_and_confirmed(stage, incident):
    stage.wait_mail("tom")  # who is called, too, hears who has it
    b = stage.browser("aroha")
    page = b.get("/")
    assert "INC-000001" in page.text and "Acme University" in page.text
    page = b.get(incident)
    for part in ("answered 503", "auckland", "Who was called",
                 "http://learn.acme.example/", "Pacific/Auckland", "Timeline",
                 "Called next"):
        assert part in page.text, part
    done = b.press(page, "take")
    assert done.status == 200
    assert "You have it, since" in done.text
    stage.wait_mail("tom", "aroha has it")
    journal = stage.redis.client.xrange("sw:{p}:journal")
    taken = [v for _, e in journal for v in e.values() if '"taken"' in v]
    assert len(taken) == 1 and json.loads(taken[0])["by"] == "aroha by console"
    again = b.press(page, "take")  # the same page, pressed twice
    assert again.status == 200 and "You have it, since" in again.text
    assert "aroha" in b.get("/").text


def test_a_double_submit_is_done_once(stage, incident):
    b = stage.browser("aroha")
    page = b.get(incident)
    for _ in range(3):
        done = b.press(page, "note", text="the database <is> down & out")
        assert (done.status, "Noted." in done.text) == (200, True)
    other = b.press(page, "note", text="it was the disk")
    assert other.status == 200
    text = b.get(incident).text
    assert text.count("the database &lt;is&gt; down &amp; out") == 1
    assert text.count("it was the disk") == 1


def test_taken_meanwhile_by_somebody_else(stage, incident):
    aroha, moana = stage.browser("aroha"), stage.browser("moana")
    page = aroha.get(incident)
    theirs = moana.press(moana.get(incident), "take")
    assert "You have it" in theirs.text
    assert page.has("decline")
    late = aroha.press(page, "decline")
    assert late.status == 409
    assert "neither called for INC-000001 now nor has it" in late.text
    assert "moana, since" in late.text
    now = aroha.get(incident)
    assert "I take it over from moana" in now.text
    over = aroha.press(now, "take")
    assert "You have it" in over.text
    stage.wait_mail("moana", "aroha has it")


def test_what_is_forged_changes_nothing(stage, incident):
    b = stage.browser("aroha")
    page = b.get(incident)
    form = page.form("take")
    good = {**form["fields"], "do": "take"}
    other = stage.browser("moana").get(incident).form("take")["fields"]["csrf"]
    for fields, headers in (
            ({**good, "csrf": "0" * 64}, {}),
            ({**good, "csrf": other}, {}),
            ({k: v for k, v in good.items() if k != "csrf"}, {}),
            (good, {"Origin": "https://evil.example"}),
            (good, {"Origin": "null"}),
            (good, {"Content-type": "text/plain"})):
        refused = b.ask(incident, fields, **headers)
        assert refused.status == 403, (fields, headers)
        assert "Nothing was changed" in refused.text
    assert "Nobody yet" in b.get(incident).text
    stranger = stage.browser().ask(incident, good)
    assert stranger.status == 401
    assert b.ask(incident, good).status == 200


def test_a_role_is_refused(stage, incident):
    tom = stage.browser("tom")
    page = tom.get(incident)
    assert page.status == 200
    assert not any(page.has(do) for do in ("take", "note", "preview",
                                           "severity", "resolve"))
    csrf = [f for f in page.forms if f["action"] == "/logout"][0]["fields"]
    refused = tom.ask(incident, {**csrf, "do": "take"})
    assert refused.status == 403
    assert "This needs the role responder, and yours is viewer." \
        in refused.text
    aroha = stage.browser("aroha")
    page = aroha.get(incident)
    assert page.has("take") and not page.has("severity")
    csrf = page.form("take")["fields"]
    for do, fields in (("severity", {"severity": "2"}),
                       ("preview", {"text": "All is well"}),
                       ("update", {"text": "x", "digest": "0" * 64})):
        refused = aroha.ask(incident, {**csrf, "do": do, **fields})
        assert refused.status == 403 and "lead" in refused.text, do
    assert "Nobody yet" in tom.get(incident).text


def test_a_lead_publishes_just_what_was_shown(stage, incident):
    b = stage.browser("moana")
    shown = b.press(b.get(incident), "preview", state="identified",
                    text="A disk is full & we clear it", next="120")
    assert "Nothing is published yet" in shown.text
    assert "What clients will read" in shown.text
    text = shown.text.split("<blockquote>")[1].split("</blockquote>")[0]
    assert text.startswith(
        "A disk is full &amp; we clear it. Next update by ")
    record = stage.redis.client.hget("sw:{p}:incidents", "INC-000001")
    assert "A disk is full" not in record
    form = shown.form("update")
    forged = b.ask(form["action"], {**form["fields"], "do": "update",
                                    "text": "Something else"})
    assert forged.status == 409
    assert "look at it again" in forged.text
    done = b.press(shown, "update")
    assert done.status == 200 and "Published, state identified." in done.text
    out = [v for _, e in stage.redis.client.xrange("sw:{p}:out")
           for v in e.values()]
    told = json.loads(out[-1])["updates"][-1]
    assert told["text"] == html.unescape(text)


def test_all_else_that_is_pressed(stage, incident):
    b = stage.browser("moana")
    said = b.press(b.get(incident), "severity", severity="2")
    assert said.status == 200, said.text
    assert "S2" in b.get("/").text
    said = b.press(b.get(incident), "snooze", minutes="60",
                   note="waiting for the hosting company")
    assert "Quiet until" in said.text
    assert "waiting for the hosting company" in b.get(incident).text
    said = b.press(b.get(incident), "hand-on", to="aroha", note="your turn")
    assert "aroha is called now, and has to take it." in said.text
    long = b.press(b.get(incident), "resolve", note="x" * 1501)
    assert long.status == 400
    assert "note: longer than 1500 bytes" in long.text
    said = b.press(b.get(incident), "resolve", note="the disk was full")
    assert said.status == 200
    assert "the disk was full" in b.get(incident).text
    assert "Nothing is open." in b.get("/").text
    assert b.get("/incidents/INC-000099").status == 404
    assert b.get("/nothing").status == 404


def test_a_session_outlives_the_pager_but_not_its_password(stage, incident):
    b = stage.browser("aroha")
    page = b.get(incident)
    stage.first.kill()
    second = stage.start(name="second")
    stage.ready()
    done = b.press(page, "take")
    assert done.status == 200 and "You have it" in done.text
    stage.conf.write_text(stage.conf.read_text().replace(
        console.password_hash(console.PASSWORDS["aroha"]),
        console.password_hash("another-password")))
    second.signal(signal.SIGHUP)
    helpers.wait_for("the session to be over",
                     lambda: b.get("/").status == 401)
    assert b.login("aroha").status == 403
    assert b.login("aroha", "another-password").status == 200
    assert "moana" not in b.get("/").text


def test_a_session_is_good_at_the_pager_that_took_over(stage):
    b = stage.browser("aroha")
    stage.first.signal(signal.SIGSTOP)
    try:
        port = helpers.free_port()
        conf = stage.conf.read_text()
        (stage.folder / "b").mkdir()
        other = stage.folder / "other.yaml"
        other.write_text(
            conf.replace(f"127.0.0.1:{stage.console_port}",
                         f"127.0.0.1:{port}")
            .replace(f"pager: 127.0.0.1:{stage.port}", "pager: 127.0.0.1:0")
            .replace(f"state_dir: {stage.state}",
                     f"state_dir: {stage.folder / 'b'}"))
        stage.program("sunwatch-pager", "-f", other, log="other",
                      SUNWATCH_LEASE_MS="2000")
        there = console.Browser(f"http://127.0.0.1:{port}")
        there.jar = b.jar
        there.opener = b.opener
        # It takes over, and the same cookie is good there.
        helpers.wait_for("the other pager to let Aroha in", lambda:
                         helpers.listens(port) and
                         there.get("/").status == 200)
    finally:
        stage.first.signal(signal.SIGCONT)
    # The first one stands by now: it says so, and shows nothing.
    helpers.wait_for("the first one to stand by",
                     lambda: b.get("/").status == 503)
    assert "not the active one" in b.get("/").text


def test_a_session_expires(tmp_path, program, redis, smtp):
    s = console.ConsoleStage(tmp_path, program, redis, smtp)
    s.conf.write_text(s.conf.read_text() +
                      "\nconsole: { idle: 1m, longest: 1m }\n")
    s.start()
    s.ready()
    s.alarm()
    s.wait_mail("aroha")
    b = s.browser("aroha")
    page = b.get("/incidents/INC-000001")
    cookie = list(b.jar)[0]
    assert cookie.expires - time.time() < 62
    old = console.forge(redis, "aroha", age_s=61)
    for value, status in ((old, 401), (console.forge(redis, "aroha"), 200),
                          (console.forge(redis, "aroha", id="1" * 63), 401),
                          (console.forge(redis, "nobody"), 401),
                          (console.forge(redis, "aroha", ahead_s=400), 401),
                          (old[:-1] + ("1" if old[-1] == "0" else "0"), 401),
                          ("~" * 300, 401), ("", 401)):
        cookie.value = value
        b.jar.set_cookie(cookie)
        assert b.get("/").status == status, value
    refused = b.press(page, "take")
    assert refused.status == 401
    assert '"taken"' not in str(redis.client.xrange("sw:{p}:journal"))


def test_a_proxy_says_who_is_in_and_nobody_else(tmp_path, program, redis,
                                                 smtp):
    s = console.ConsoleStage(tmp_path, program, redis, smtp)
    s.conf.write_text(s.conf.read_text() + """
console: { url: "https://console.kahu.example", proxy_header: X-Remote-User,
  proxies: [127.0.0.2] }
""")
    s.start()
    s.ready()
    s.alarm()
    s.wait_mail("aroha")
    stranger = s.browser()
    refused = stranger.get("/", **{"X-Remote-User": "moana"})
    assert refused.status == 403 and "does not come from a proxy" \
        in refused.text
    assert not list(stranger.jar)
    assert "127.0.0.1 sends X-Remote-User and is no proxy of ours" \
        in (s.folder / "pager.log").read_text()
    assert stranger.get("/").status == 401

    def proxied(path, user, form=None, cookie=None,
                origin="https://console.kahu.example"):
        return console.from_address(
            "127.0.0.2", s.console_port, path, form,
            {"X-Remote-User": user, "Origin": origin,
             **({"Cookie": cookie} if cookie else {})})

    page = proxied("/incidents/INC-000001", "aroha")
    assert page.status == 200 and "aroha, responder" in page.text
    set_cookie = page.headers["Set-Cookie"]
    for part in ("__Host-sunwatch=", "Secure", "HttpOnly", "SameSite=Strict",
                 "Path=/"):
        assert part in set_cookie
    cookie = set_cookie.split(";")[0]
    form = {**page.form("take")["fields"], "do": "take"}
    # Another person's word, no word, or another origin: nothing is done.
    assert proxied(page.url, "moana", form, cookie).status == 403
    assert console.from_address(
        "127.0.0.1", s.console_port, page.url, form,
        {"Cookie": cookie, "Origin": "https://console.kahu.example"}
    ).status == 401
    assert proxied(page.url, "aroha", form, cookie,
                   origin="http://127.0.0.1").status == 403
    assert proxied("/", "nobody").status == 403
    # The browser's own field, which the proxy has left before its own.
    assert proxied("/", ["moana", "aroha"]).status == 403
    assert proxied("/", ["aroha", "aroha"]).status == 403
    done = proxied(page.url, "aroha", form, cookie)
    assert done.status == 200 and "You have it" in done.text


def test_guessing_is_slowed_and_locks_nobody_out(stage):
    guesser = stage.browser()
    for _ in range(5):
        assert guesser.login("aroha", "a guess").status == 403
    began = time.monotonic()
    assert guesser.login("aroha", "a guess").status == 403
    assert time.monotonic() - began > 1
    began = time.monotonic()
    assert stage.browser().login("aroha").status == 200
    log = (stage.folder / "pager.log").read_text()
    assert "wrong name or password from=127.0.0.1 wrong=6" in log
    assert "a guess" not in log
    assert console.PASSWORDS["aroha"] not in log


def test_a_page_hears_of_changes(stage, incident):
    b = stage.browser("aroha")
    stream = b.stream("/live")
    assert b"retry" in stream.readline()
    stage.ask(command="note", **{"as": "moana"}, incident="INC-000001",
              text="news")
    lines = iter(stream.readline, b"")
    assert next(line for line in lines if b"event" in line) == \
        b"event: changed\n"
    more = [b.stream("/live") for _ in range(7)]
    assert b.get("/live").status == 503
    for s in [stream, *more]:
        s.close()
    assert stage.browser().get("/live").status == 401
