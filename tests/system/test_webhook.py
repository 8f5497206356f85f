"""Pages by webhook, to servers that are not well."""

import base64
import hashlib
import hmac
import subprocess
import time

import pytest

import hooks
from helpers import ROOT, http, wait_for
from hooks import hook  # a fixture
from pagers import Stage

assert hook

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
TOKEN = "token-that-nobody-may-see"


class Webhooks(Stage):
    """aroha is called by a webhook at once, by mail in an hour."""

    more_of_it = ""
    spare = None

    def __init__(self, folder, program, redis, smtp, hook):
        self.hook = hook
        hooks.keep_secret(folder, "secret", SECRET + "\n")
        hooks.keep_secret(folder, "token", TOKEN + "\n")
        super().__init__(folder, program, redis, smtp)

    def write(self, patience="60s", silence="90s", more=""):
        super().write(patience, silence, more)
        text = self.conf.read_text()
        text = text.replace("reach: [mail 0s, terminal 0s]",
                            "reach: [webhook 0s, mail 1h]")
        spare = "" if self.spare is None else f"""\
  - {{ kind: webhook, url: "{self.spare.url}/spare", timeout: 1s }}
"""
        text = text.replace("channels:\n", f"""channels:
  - {{ kind: webhook, url: "{self.hook.url}/page", timeout: 1s,
      secret: "file:{self.folder}/secret", token: "file:{self.folder}/token"
      {self.more_of_it} }}
{spare}""")
        self.conf.write_text(text)


@pytest.fixture
def stage(tmp_path, program, redis, smtp, hook):
    return Webhooks(tmp_path, program, redis, smtp, hook)


def signature(post, key=KEY):
    """By Standard Webhooks, counted again."""
    text = b".".join([post.headers["webhook-id"].encode(),
                      post.headers["webhook-timestamp"].encode(), post.body])
    digest = hmac.new(key, text, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def is_signed(post):
    return post.headers["webhook-signature"] == signature(post)


def test_a_page_by_webhook_is_signed_and_taken_by_its_link(stage, hook):
    pager = stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the page", hook.calls)
    post = hook.posts[0]
    page = post.json
    assert post.path == "/page"
    assert post.headers["content-type"] == "application/json"
    assert post.headers["authorization"] == f"Bearer {TOKEN}"
    assert post.headers["webhook-id"] == page["intent"]
    assert abs(int(post.headers["webhook-timestamp"]) - time.time()) < 300
    assert is_signed(post)
    assert page["person"]["name"] == "aroha"
    assert page["severity"] == 1
    wait_for("its outcome", lambda: "aroha by webhook: handed over" in
             http(page["link"]).text)
    assert "handed over: answered 200: queued as 7" in pager.log()
    assert "You have it" in http(page["link"], {"do": "take"}).text
    assert len(hook.calls()) == 1
    assert TOKEN not in pager.log() and SECRET not in pager.log()


def test_while_its_secret_changes_a_receiver_may_have_either(stage, hook):
    new = bytes(range(100, 132))
    (stage.folder / "old").write_text(SECRET + "\n")
    (stage.folder / "old").chmod(0o600)
    (stage.folder / "secret").write_text(
        "whsec_" + base64.b64encode(new).decode())
    stage.more_of_it = f', old_secret: "file:{stage.folder}/old"'
    stage.write()
    stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the page", hook.calls)
    assert hook.posts[0].headers["webhook-signature"].split(" ") == [
        signature(hook.posts[0], new), signature(hook.posts[0])]


def test_a_body_of_the_operators_own(stage, hook):
    stage.more_of_it = """, body: '{"text": "{{subject}}", "who": "{{person}}",
      "n": {{severity}}, "again": {{possible_repeat}}}'"""
    stage.write()
    stage.start()
    stage.ready()
    stage.alarm(text='is "down":\n answered 503')
    wait_for("the page", lambda: hook.posts)
    post = hook.posts[0]
    assert post.json["who"] == "aroha"
    assert post.json["n"] == 1 and post.json["again"] is False
    assert "INC-000001" in post.json["text"]
    assert is_signed(post)


def test_page_test_by_webhook(stage, hook):
    stage.start()
    stage.ready()
    answer = stage.ask(command="page-test", channel="webhook",
                       **{"for": "aroha"})
    assert answer["ok"], answer
    wait_for("the test", lambda: hook.posts)
    assert hook.posts[0].json["kind"] == "test"
    assert "severity" not in hook.posts[0].json


@pytest.mark.parametrize("manner, said", [
    (hooks.says(500), "answered 500: as the test wants"),
    (hooks.says(503), "answered 503"),
    (hooks.says(408), "answered 408"),
    (hooks.hangs, "no first byte of an answer within 1000 ms"),
    (hooks.resets, "the connection was closed without an answer"),
    (hooks.never_ends, "no end of the answer within 1000 ms"),
    (hooks.says(500, body=b"\x1b[2J" + b"x" * 5000), r"answered 500: \x1b[2J"),
])
def test_what_fails_for_now_holds_up_nobody(stage, hook, manner, said):
    hook.manner = manner
    stage.write(patience="2s")
    pager = stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("tom")  # the ladder climbs all the same
    wait_for(said, lambda: f"failed for now: {said}" in pager.log())
    assert "\x1b" not in pager.log()
    assert len(max(pager.log().splitlines(), key=len)) < 500


@pytest.mark.parametrize("manner, said", [
    (hooks.says(410), "answered 410"),
    (hooks.says(400), "answered 400"),
    (hooks.says(302, ("Location", "http://localhost:1/")), "answered 302"),
])
def test_what_fails_for_good_is_followed_at_once(stage, hook, manner, said):
    hook.manner = manner
    pager = stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("aroha")  # long before its hour, and before tom
    assert f"failed for good: {said}" in pager.log()
    assert stage.mails_to("tom") == []
    assert len(hook.posts) == 1


def test_who_asks_for_rest_is_not_called_until_then(stage, hook):
    hook.manner = hooks.says(429, ("Retry-After", "10"))
    pager = stage.start()
    stage.ready()
    stage.alarm()
    pager.wait_log("failed for now: answered 429")
    hook.manner = hooks.taken
    stage.ask(command="page-test", channel="webhook", **{"for": "aroha"})
    pager.wait_log("failed for now: not called: it has asked for [0-9]+ s "
                   "of rest")
    assert len(hook.posts) == 1
    wait_for("the page", lambda: len(hook.posts) > 1, 60)
    assert hook.posts[1].at - hook.posts[0].at >= 10


def test_the_next_provider_has_what_one_refuses(stage, hook):
    stage.spare = hooks.Hook()
    try:
        hook.manner = hooks.says(429, ("Retry-After", "3600"))
        stage.write()
        pager = stage.start()
        stage.ready()
        stage.alarm()
        wait_for("the spare to have it", lambda: stage.spare.posts)
        assert stage.spare.posts[0].json["possible_repeat"] is True
        assert (stage.spare.posts[0].json["intent"] ==
                hook.posts[0].json["intent"])
        pager.wait_log(r"handed over: webhook-2: answered 200: queued as 7; "
                       r"before that webhook: answered 429")
    finally:
        stage.spare.stop()


def test_accepted_and_never_delivered_is_no_human(stage, hook):
    """200 is handed over, and the ladder climbs."""
    stage.write(patience="2s")
    stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the page", hook.calls)
    stage.wait_mail("tom")


@pytest.mark.parametrize("when", ["pager-before-send", "pager-while-sending",
                                  "pager-after-send"])
def test_a_pager_that_dies_repeats_it_and_says_so(stage, hook, when):
    pager = stage.start(SUNWATCH_CRASH=when)
    stage.ready()
    stage.alarm()
    pager.wait()
    stage.start("again")
    wait_for("the page", hook.calls)
    wait_for("its outcome", lambda: "handed over" in
             (stage.folder / "again.log").read_text())
    pages = [p.json for p in hook.calls()]
    assert len({p["intent"] for p in pages}) == 1
    assert pages[-1]["possible_repeat"] is True


def test_only_a_good_certificate_is_told(stage, hook, tmp_path):
    folder = tmp_path / "tls"
    folder.mkdir()
    subprocess.run([ROOT / "tests/make-certificates"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name, said in (("self", "signed by itself"), ("elsewhere", "host"),
                       ("good-chain", None)):
        if name == "good-chain":
            (folder / "good-chain.key").write_bytes(
                (folder / "good.key").read_bytes())
        stage.hook = hooks.Hook(folder / name)
        try:
            stage.more_of_it = f', ca_file: "{folder}/ca.pem"'
            stage.write()
            pager = stage.start(name)
            stage.ready()
            stage.ask(command="page-test", channel="webhook",
                      **{"for": "aroha"})
            if said is not None:
                pager.wait_log(f"failed for now: .*{said}")
                assert stage.hook.posts == []
            else:
                pager.wait_log("handed over: answered 200")
            pager.stop()
        finally:
            stage.hook.stop()
