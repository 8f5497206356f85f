"""The training LMS: a login as a probe does it, and every kind of failure."""

import http.client
import json
import re
import socket

import pytest

import helpers


class Lms:
    def __init__(self, program):
        p = program("sunwatch", "demo", "lms", "--json", log="lms")
        p.wait_log(r"^}")
        told = json.loads(re.search(r"^{.*?^}", p.log(), re.M | re.S)[0])
        self.program = p
        self.told = told
        self.url = f"http://127.0.0.1:{told['port']}"
        self.switch = f"http://127.0.0.1:{told['switch_port']}/switch"

    def set(self, kind):
        return helpers.http(self.switch, form={"kind": kind})

    def refuses(self):
        try:
            socket.create_connection(("127.0.0.1", self.told["port"]),
                                     1).close()
            return False
        except ConnectionRefusedError:
            return True


@pytest.fixture
def lms(program):
    return Lms(program)


def cookie_of(answer):
    found = re.search(r"MoodleSession=([^;]+)",
                      answer.headers.get("Set-Cookie", ""))
    return found and found[1]


def token_of(answer):
    return re.search(r'name="logintoken"\s+value="([A-Za-z0-9]+)"',
                     answer.text)[1]


def log_in(lms, cookie, token, password="practice"):
    return helpers.http(
        lms.url + "/login/index.php",
        form={"anchor": "", "logintoken": token, "username": "learner",
              "password": password},
        headers={"Cookie": f"MoodleSession={cookie}"})


def test_the_whole_login(lms):
    form = helpers.http(lms.url + "/login/index.php")
    assert form.status == 200
    cookie = cookie_of(form)
    answer = log_in(lms, cookie, token_of(form))
    assert answer.status == 303
    assert answer.headers["Location"].startswith(
        "/login/index.php?testsession=")
    inside = cookie_of(answer)
    assert inside and inside != cookie
    headers = {"Cookie": f"a=b; MoodleSession={inside}"}
    answer = helpers.http(lms.url + answer.headers["Location"],
                          headers=headers)
    assert (answer.status, answer.headers["Location"]) == (303, "/my/")
    answer = helpers.http(lms.url + "/course/view.php?id=1", headers=headers)
    assert answer.status == 200
    assert "notloggedin" not in answer.text
    key = re.search(r"logout\.php\?sesskey=([A-Za-z0-9]+)", answer.text)[1]
    # A forged key logs nobody out; the right one does.
    helpers.http(lms.url + "/login/logout.php?sesskey=forged",
                 headers=headers)
    assert helpers.http(lms.url + "/my/", headers=headers).status == 200
    helpers.http(lms.url + f"/login/logout.php?sesskey={key}",
                 headers=headers)
    answer = helpers.http(lms.url + "/my/", headers=headers)
    assert (answer.status, answer.headers["Location"]) == (
        303, "/login/index.php")


def test_wrong_logins_look_the_same(lms):
    def fails(answer):
        return (answer.status == 303 and
                answer.headers["Location"] ==
                "/login/index.php?loginredirect=1")

    form = helpers.http(lms.url + "/login/index.php")
    cookie, token = cookie_of(form), token_of(form)
    assert fails(log_in(lms, cookie, token, password="guess"))
    # The token was consumed by that; another session's does not fit either.
    assert fails(log_in(lms, cookie, token))
    other = token_of(helpers.http(lms.url + "/login/index.php"))
    assert fails(log_in(lms, cookie, other))
    assert fails(log_in(lms, "nonsense", token))
    answer = helpers.http(lms.url + "/login/index.php?loginredirect=1")
    assert 'id="loginerrormessage"' in answer.text


@pytest.mark.parametrize("kind,status,text", [
    ("500", 500, "went wrong"),
    ("database-down", 500, "database"),
    ("maintenance", 503, "maintenance"),
    ("wrong-content", 200, "no site"),
])
def test_failures_that_answer(lms, kind, status, text):
    assert lms.set(kind).status == 303
    for path in "/", "/login/index.php", "/my/":
        answer = helpers.http(lms.url + path)
        assert answer.status == status
        assert text in answer.text
        assert "page-site-index" not in answer.text
    assert "checked> " + kind in helpers.http(lms.switch).text
    lms.set("none")
    answer = helpers.http(lms.url + "/")
    assert answer.status == 200 and "page-site-index" in answer.text


def test_truncated_announces_more_than_it_sends(lms):
    lms.set("truncated")
    with pytest.raises(http.client.IncompleteRead):
        helpers.http(lms.url + "/")


def test_hang_takes_the_request_and_says_nothing(lms):
    lms.set("hang")
    with pytest.raises((TimeoutError, socket.timeout)):
        helpers.http(lms.url + "/", seconds=0.5)
    # The switch still answers.
    assert lms.set("none").status == 303
    assert helpers.http(lms.url + "/").status == 200


def test_slow_is_right_but_late(lms):
    lms.set("slow")
    with pytest.raises((TimeoutError, socket.timeout)):
        helpers.http(lms.url + "/", seconds=0.4)
    answer = helpers.http(lms.url + "/")
    assert answer.status == 200 and "page-site-index" in answer.text


def test_refuse_closes_the_port_and_opens_it_again(lms):
    lms.set("refuse")
    helpers.wait_for("the port to be closed", lms.refuses)
    lms.set("none")
    helpers.wait_for("the port to be open", lambda: not lms.refuses())
    assert helpers.http(lms.url + "/").status == 200


def test_the_switch_refuses_nonsense(lms):
    answer = lms.set("explode")
    assert answer.status == 400 and "explode" in answer.text
    assert helpers.http(lms.switch, form={"other": "1"}).status == 400
    assert helpers.http(lms.url + "/").status == 200


def test_term_ends_it(lms):
    assert lms.program.stop() == 0
