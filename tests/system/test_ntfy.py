"""Pages by ntfy, to a server that is not always well."""

import urllib.parse

import pytest

import hooks
from helpers import http, wait_for
from hooks import hook  # a fixture
from pagers import Stage

assert hook

TOKEN = "tk_that_nobody_may_see"


class Ntfy(Stage):
    """aroha is called by ntfy at once, by mail in an hour."""

    def __init__(self, folder, program, redis, smtp, hook):
        self.hook = hook
        hooks.keep_secret(folder, "token", TOKEN)
        super().__init__(folder, program, redis, smtp)

    def write(self, patience="60s", silence="90s", more=""):
        super().write(patience, silence, more)
        text = self.conf.read_text()
        text = text.replace("reach: [mail 0s, terminal 0s]",
                            "ntfy: aroha-7, reach: [ntfy 0s, mail 1h]")
        text = text.replace("channels:\n", f"""channels:
  - {{ kind: ntfy, url: "{self.hook.url}", timeout: 1s,
      token: "file:{self.folder}/token" }}
""")
        self.conf.write_text(text)


@pytest.fixture
def stage(tmp_path, program, redis, smtp, hook):
    hook.manner = hooks.says(200, body=b'{"id":"sPs71M8A2T"}')
    return Ntfy(tmp_path, program, redis, smtp, hook)


def press(action):
    """What the app does when its button is pressed."""
    assert action["action"] == "http" and action["method"] == "POST"
    assert (action["headers"]["Content-Type"] ==
            "application/x-www-form-urlencoded")
    return http(action["url"], dict(urllib.parse.parse_qsl(action["body"])))


def test_a_page_is_taken_by_its_button_and_not_by_looking(stage, hook):
    pager = stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the page", lambda: hook.posts)
    post = hook.posts[0]
    page = post.json
    assert post.path == "/"
    assert post.headers["authorization"] == f"Bearer {TOKEN}"
    assert page["topic"] == "aroha-7"
    assert page["priority"] == 5
    assert "answered 503" in page["message"]
    pager.wait_log(r'handed over: answered 200: {"id":"sPs71M8A2T"}')
    assert http(page["click"]).status == 200
    assert stage.incident().get("owner") is None
    assert "You have it" in press(page["actions"][0]).text
    assert TOKEN not in pager.log()


def test_declined_by_its_button_it_goes_on_at_once(stage, hook):
    stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the page", lambda: hook.posts)
    press(hook.posts[0].json["actions"][1])
    stage.wait_mail("tom")


@pytest.mark.parametrize("manner, said", [
    (hooks.says(500), "answered 500"),
    (hooks.says(429), "answered 429"),
    (hooks.hangs, "no first byte of an answer within 1000 ms"),
    (hooks.resets, "the connection was closed without an answer"),
])
def test_what_fails_for_now_holds_up_nobody(stage, hook, manner, said):
    hook.manner = manner
    stage.write(patience="2s")
    pager = stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("tom")
    pager.wait_log(f"failed for now: {said}")


@pytest.mark.parametrize("status", [401, 403, 413])
def test_what_fails_for_good_is_followed_at_once(stage, hook, status):
    hook.manner = hooks.says(status)
    pager = stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("aroha")
    assert f"failed for good: answered {status}" in pager.log()
    assert stage.mails_to("tom") == []


def test_a_pager_that_dies_repeats_it_and_says_so(stage, hook):
    pager = stage.start(SUNWATCH_CRASH="pager-after-send")
    stage.ready()
    stage.alarm()
    pager.wait()
    stage.start("again")
    wait_for("a repeat", lambda: len(hook.posts) > 1)
    assert hook.posts[1].json["title"].startswith("[possible repeat]")
