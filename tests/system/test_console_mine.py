"""What people see of watches in the console, and change of their own."""

import datetime
import zoneinfo

import pytest

import console
from helpers import wait_for
from pagers import now_ms


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    s = console.ConsoleStage(tmp_path, program, redis, smtp)
    s.write(more=console.ROTAS)
    s.start()
    s.ready()
    return s


def wall(zone, **ahead):
    """What a browser sends of an instant so far ahead."""
    at = datetime.datetime.now(zoneinfo.ZoneInfo(zone)) + \
        datetime.timedelta(**ahead)
    return at.strftime("%Y-%m-%dT%H:%M")


def test_who_is_on_watch_and_who_will_be(stage):
    page = stage.browser("tom").get("/watches")
    assert page.status == 200
    for part in ('<th scope="row">Auckland</th>', " (support) until ",
                 " (support) from ", '<rect class="bar" x="0"',
                 "Hours and days are those of Europe/London",
                 "The same as a table"):
        assert part in page.text, part
    assert stage.browser().get("/watches").status == 401


def test_hours_of_mine_are_covered_and_taken_back(stage):
    b = stage.browser("aroha")
    page = b.get("/me")
    assert "My watches</h1>" in page.text
    # Somewhere in the next day she is on watch; Moana has it then.
    times = {"from": wall("Pacific/Auckland", hours=1),
             "to": wall("Pacific/Auckland", hours=27)}
    done = b.press(page, "cover", **{"for": "moana", **times})
    assert done.status == 200 and "o-1: moana has support" in done.text
    assert done.text.index('id="notice"') > done.text.index(
        "Hours that others have")
    # The same press again is the same; anew it is refused at the form.
    page = b.get("/me")
    assert "moana has support instead of aroha, by aroha" in page.text
    again = b.press(page, "cover", **{"for": "tom", **times})
    assert again.status == 409 and "overlaps o-1 of moana" in again.text
    assert f'value="{times["from"]}"' in again.text
    bad = b.press(page, "cover", **{"for": "tom", "from": "x", "to": "y"})
    assert bad.status == 400 and "Say from when" in bad.text
    assert '<rect class="bar over"' in b.get("/watches").text
    # Tom only looks, and Moana's page has it as well.
    toms = stage.browser("tom")
    refused = toms.press(toms.get("/me"), "cover",
                         **{"for": "moana", **times})
    assert refused.status == 403 and "needs the role" in refused.text
    moanas = stage.browser("moana")
    gone = moanas.press(moanas.get("/me"), "remove")
    assert gone.status == 200 and "o-1 is removed" in gone.text
    assert "o-1" not in b.get("/me").text


def test_a_way_is_tested_and_a_calendar_renewed(stage):
    b = stage.browser("tom")  # of one's own, whoever looks
    page = b.get("/me")
    sent = b.press(page, "test")
    assert sent.status == 200
    assert "1 test message is on the way to tom" in sent.text
    stage.wait_mail("tom")
    wait_for("what became of it to be shown",
             lambda: 'Last handed over"><time' in b.get("/me").text)
    old = page.text.split("<code>")[1].split("</code>")[0]
    assert b.get(old[len(stage.links):]).status in (401, 404)
    renewed = b.press(b.get("/me"), "renew")
    assert renewed.status == 200
    now = b.get("/me").text.split("<code>")[1].split("</code>")[0]
    assert now.startswith(stage.links) and now != old
    # Nobody sees another's.
    assert now not in stage.browser("moana").get("/me").text


def test_the_load_is_reckoned_when_it_is_asked_for(stage):
    since = now_ms() - 3000
    stage.alarm(since_ms=since)
    stage.wait_mail("aroha")
    stage.ask(command="take", incident=1, **{"as": "tom"})
    b = stage.browser("tom")  # who looks sees it
    page = b.get("/load")
    assert page.status == 200 and "being reckoned" in page.text

    def reckoned():
        text = b.get("/load").text
        return text if "What began from" in text else None
    text = wait_for("the load", reckoned)
    assert '<th scope="row">aroha</th><td data-of="Pages">1</td>' in text
    assert '<th scope="row">acme/learn</th>' in text
    # Read again within five minutes: the same, of then.
    first = stage.ask(command="load")
    assert first["load"]["severities"][0]["detect"]["known"] == 1
    assert stage.ask(command="load")["as_of_ms"] == first["as_of_ms"]
