"""The console with the real pager: who gets in, and what they can do."""

import pytest

import console


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    s = console.ConsoleStage(tmp_path, program, redis, smtp)
    s.start()
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
