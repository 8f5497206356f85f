"""Pages by text messages, through a carrier that is not well."""

import signal
import subprocess
import urllib.parse
import xml.etree.ElementTree

import pytest

import hooks
import twilios
from helpers import http, wait_for
from twilios import AROHA, OURS, TOKEN, TOM


@pytest.fixture
def carrier():
    c = twilios.Carrier()
    yield c
    c.stop()


@pytest.fixture
def stage(tmp_path, program, redis, smtp, carrier):
    return twilios.Texts(tmp_path, program, redis, smtp, carrier)


@pytest.fixture
def called(stage, carrier):
    """aroha was called, and the outcome is known."""
    stage.pager = stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the page", carrier.calls)
    stage.pager.wait_log("handed over: answered 201")
    return carrier.calls()[0]


def said(answer):
    """What a reply is answered with; None: nothing."""
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/xml")
    root = xml.etree.ElementTree.fromstring(answer.text)
    assert root.tag == "Response"
    return root.findtext("Message")


def test_a_page_by_text_message_is_taken_by_a_reply(stage, carrier, called):
    post = called.post
    assert post.path == f"/api/2010-04-01/Accounts/{twilios.ACCOUNT}" \
        "/Messages.json"
    assert post.headers["content-type"] == "application/x-www-form-urlencoded"
    assert post.headers["authorization"].startswith("Basic ")
    assert called.form["To"] == AROHA and called.form["From"] == OURS
    assert called.form["ValidityPeriod"] == "300"
    first, how, link = called.text.splitlines()
    assert first.startswith("Acme University: learn") and len(first) <= 140
    assert link.startswith(stage.links + "/l/")
    stage.pager.wait_log("handed over: answered 201: SM0+1 queued")
    text = said(stage.reply(AROHA, f"{called.code} take"))
    assert text.startswith("INC-000001: You have it, since ")
    assert stage.page()["owner"] == "aroha"
    assert "aroha by sms" in http(link).text
    # Twice is harmless, and somebody else hears who has it.
    assert "You have it" in said(stage.reply(AROHA, called.code))
    assert len(carrier.calls()) == 1
    command_lines = subprocess.run(["ps", "axww", "-o", "args"],
                                   capture_output=True, text=True,
                                   check=True).stdout
    assert TOKEN not in stage.pager.log() and TOKEN not in command_lines


def test_declined_by_a_reply_the_next_one_is_called(stage, called):
    assert "The next one is called now" in said(
        stage.reply(AROHA, f"{called.code} no"))
    stage.wait_mail("tom")


def test_who_is_not_known_hears_nothing(stage, carrier, called):
    assert said(stage.reply("+15550000000", f"{called.code} take")) is None
    assert "No page of yours" in said(
        stage.reply(TOM, f"{called.code} take"))
    assert stage.page()["state"] == "calling"
    assert said(stage.reply(AROHA, "STOP")) is None
    stage.wait_mail("aroha", "You cannot be reached by sms")


def test_what_is_not_signed_changes_nothing(stage, carrier, called):
    answer = stage.reply(AROHA, f"{called.code} take", token="another")
    assert answer.status == 403
    assert stage.reply(AROHA, called.code, forge="x" * 28).status == 403
    url = f"{stage.links}/twilio/sms/sms"
    form = {"From": AROHA, "Body": called.code}
    assert http(url, form).status == 403
    assert http(url, form, headers={"X-Twilio-Signature": ""}).status == 403
    good = twilios.signature(url, list(form.items()))
    for body in (b"From=%zz", b"From=" + b"x" * 20000,
                 urllib.parse.urlencode({**form, "Body": "no"}).encode()):
        assert http(url, body=body, headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": good}).status in (403, 413)
    assert carrier.status(called, "undelivered", 30003,
                          token="another").status == 403
    assert http(url).status == 405
    for path in ("sms", "sms/", "owl/sms", "mail/sms", "sms/owl", "",
                 "sms/sms/more", "sms/status/", "sms/status/INC~a~b~c"):
        assert carrier.tell(f"{stage.links}/twilio/{path}",
                            form).status in (403, 404)
    # A link's own token is none to tell of a message by.
    token = called.text.splitlines()[2].split("/l/")[1]
    assert carrier.tell(f"{stage.links}/twilio/sms/status/{token}",
                        {"MessageStatus": "failed"}).status == 404
    token = called.form["StatusCallback"].split("/status/")[1]
    assert http(f"{stage.links}/l/{token}", {"do": "take"}).status == 410
    assert stage.page()["state"] == "calling"
    assert stage.mails_to("aroha") == [] and stage.mails_to("tom") == []
    assert "turned away" in stage.pager.log()


def test_undelivered_after_it_was_taken_in_it_goes_on(stage, carrier, called):
    """Complaint 4, in any order and twice."""
    for status in ("sent", "queued", "delivered"):
        assert carrier.status(called, status).status == 200
    assert stage.mails_to("aroha") == []
    assert carrier.status(called, "undelivered", 30003).status == 200
    stage.wait_mail("aroha")
    assert carrier.status(called, "undelivered", 30003).status == 200
    assert carrier.status(called, "delivered").status == 200
    assert stage.mails_to("tom") == []
    assert len(stage.mails_to("aroha")) == 1
    assert "failed" in [c["outcome"] for c in stage.incident()["called"]]


def test_a_number_that_is_broken_is_told_to_its_owner(stage, carrier, called):
    assert carrier.status(called, "undelivered", 30006).status == 200
    stage.wait_mail("aroha", "You cannot be reached by sms")
    stage.wait_mail("aroha", "INC-000001")
    stage.ask(command="page-test", channel="sms", **{"for": "aroha"})
    wait_for("the test", lambda: len(carrier.messages()) > 1)
    assert carrier.status(carrier.messages()[1], "failed", 30006).status == 200
    assert len(stage.mails_to("aroha", "cannot be reached")) == 1
    contacts = stage.ask(command="contacts")["contacts"]
    assert "30006" in [c["broken"] for c in contacts if "broken" in c][0]


def test_word_of_what_is_forgotten(stage, carrier, called):
    """A late callback, and one of a person who has left."""
    stage.reply(AROHA, called.code + " resolve")
    for _ in range(2):
        assert carrier.status(called, "undelivered", 30003).status == 200
    text = stage.conf.read_text()
    stage.conf.write_text(text.replace(f'phone: "{AROHA}", reach: [sms 0s, ',
                                       "reach: ["))
    stage.pager.signal(signal.SIGHUP)
    wait_for("the tree", lambda: said(stage.reply(AROHA, "status")) is None)
    assert carrier.status(called, "delivered").status == 200


@pytest.mark.parametrize("manner, log", [
    (hooks.says(500), "answered 500: as the test wants"),
    (hooks.says(429, ("Retry-After", "5")), "answered 429"),
    (hooks.hangs, "no first byte of an answer within 1000 ms"),
    (hooks.resets, "the connection was closed without an answer"),
    (hooks.never_ends, "no end of the answer within 1000 ms"),
    (hooks.says(200, body=b"<html>Log in here</html>"),
     "answered 200: no id, so nobody has it"),
])
def test_what_fails_for_now_holds_up_nobody(stage, carrier, manner, log):
    carrier.manner = manner
    stage.write(patience="2s")
    pager = stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("aroha")  # her next way, long before its hour
    stage.wait_mail("tom")
    pager.wait_log(f"failed for now: {log}")
    assert TOKEN not in pager.log()


@pytest.mark.parametrize("manner, log, broken", [
    (twilios.refuses(400, 21211), "answered 400: 21211", True),
    (twilios.refuses(400, 21610), "answered 400: 21610", True),
    (twilios.refuses(401, 20003), "answered 401: 20003", False),
])
def test_what_fails_for_good_is_followed_at_once(stage, carrier, manner, log,
                                                 broken):
    carrier.manner = manner
    pager = stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("aroha", "INC-000001")
    assert f"failed for good: {log}" in pager.log()
    assert stage.mails_to("tom") == []
    if broken:
        stage.wait_mail("aroha", "You cannot be reached by sms")
    else:
        assert stage.mails_to("aroha", "cannot be reached") == []


def test_accepted_and_never_delivered_is_no_human(stage, carrier):
    stage.write(patience="2s")
    stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the page", carrier.calls)
    stage.wait_mail("tom")


def test_the_next_provider_has_what_one_refuses(stage, carrier):
    stage.spare = twilios.Carrier()
    try:
        carrier.manner = hooks.says(500)
        stage.write()
        pager = stage.start()
        stage.ready()
        stage.alarm()
        wait_for("the spare to have it", stage.spare.calls)
        message = stage.spare.calls()[0]
        assert message.text.startswith("(repeat?) ")
        pager.wait_log("handed over: sms-2: answered 201: SM0+1 queued; "
                       "before that sms: answered 500")
        assert "/twilio/sms-2/status/" in message.form["StatusCallback"]
        assert stage.spare.status(message, "undelivered").status == 200
        stage.wait_mail("aroha")
    finally:
        stage.spare.stop()


@pytest.mark.parametrize("when", ["pager-before-send", "pager-while-sending",
                                  "pager-after-send"])
def test_a_pager_that_dies_repeats_it_and_says_so(stage, carrier, when):
    pager = stage.start(SUNWATCH_CRASH=when)
    stage.ready()
    stage.alarm()
    pager.wait()
    again = stage.start("again")
    again.wait_log("handed over: answered 201")
    last = carrier.calls()[-1]
    assert last.text.startswith("(repeat?) ")
    assert len({m.form["StatusCallback"] for m in carrier.calls()}) == 1
    assert "You have it" in said(stage.reply(AROHA, last.code))


def test_a_pager_that_dies_before_it_answers_has_it_all_the_same(stage,
                                                                 carrier):
    """The reply is committed and never confirmed: written again, it says who
    has it, and nobody is called."""
    pager = stage.start(SUNWATCH_CRASH="pager-before-heard")
    stage.ready()
    stage.alarm()
    wait_for("the page", carrier.calls)
    pager.wait_log("handed over: answered 201")
    code = carrier.calls()[0].code
    with pytest.raises(OSError):
        stage.reply(AROHA, code)
    pager.wait()
    stage.start("again")
    stage.ready()
    assert "You have it" in said(stage.reply(AROHA, code))
    assert len(carrier.calls()) == 1


def test_a_test_page_says_whether_it_arrived(stage, carrier):
    stage.start()
    stage.ready()
    stage.ask(command="page-test", channel="sms", **{"for": "aroha"})
    wait_for("the test", carrier.messages)
    message = carrier.messages()[0]
    assert message.text == "Sunwatch test for aroha by sms"
    assert carrier.status(message, "undelivered", 30008).status == 200
    contact = stage.ask(command="contacts")["contacts"][0]
    assert contact["failed_ms"] > 0 and "broken" not in contact
