"""Two providers of one channel: who has the message when the first fails."""

import pytest

from helpers import SmtpSink, wait_for
from pagers import Stage


class TwoMails(Stage):
    """Mail by two servers; the second one is called "spare"."""

    def __init__(self, folder, program, redis, smtp, spare):
        self.spare = spare
        super().__init__(folder, program, redis, smtp)

    def write(self, patience="60s", silence="90s", more="", spare=True):
        super().write(patience, silence, more)
        if spare:
            text = self.conf.read_text()
            self.conf.write_text(text.replace("  - { kind: terminal", f"""\
  - {{ kind: mail, name: spare, server: "{self.spare.url}",
      from: sunwatch@kahu.example, timeout: 2s }}
  - {{ kind: terminal"""))

    def spare_to(self, person):
        return self.spare.to(f"{person}@kahu.example")


@pytest.fixture
def stage(tmp_path, program, redis, smtp):
    spare = SmtpSink()
    try:
        yield TwoMails(tmp_path, program, redis, smtp, spare)
    finally:
        spare.stop()


def test_the_first_has_it_and_its_answer_is_recorded(stage):
    pager = stage.start()
    stage.ready()
    stage.alarm()
    stage.wait_mail("aroha")
    pager.wait_log(r"handed over: mail: the mail server has it: 250 taken$")
    assert stage.spare_to("aroha") == []
    journal = str(stage.redis.client.xrange("sw:{p}:journal"))
    assert ("to aroha by mail: mail: the mail server has it: 250 taken"
            in journal)


@pytest.mark.parametrize("say, outcome, repeat", [
    ("550 no such person", "the mail server says: 550 no such person", False),
    ("450 not now", "the mail server says: 450 not now", True),
    (None, "connection refused", True),
])
def test_the_next_has_what_the_first_does_not_take(stage, say, outcome,
                                                   repeat):
    if say is None:
        stage.smtp.stop()
    stage.smtp.say = say
    pager = stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the spare to have it", lambda: stage.spare_to("aroha"))
    subject = stage.spare_to("aroha")[0]["Subject"]
    assert ("[possible repeat]" in subject) == repeat
    pager.wait_log(r"handed over: spare: the mail server has it: 250 taken; "
                   f"before that mail: {outcome}$")
    # What failed a moment ago is asked last; tom's page shows it.
    refused = stage.smtp.refused
    stage.ask(command="page-test", channel="mail", **{"for": "tom"})
    wait_for("the test", lambda: stage.spare_to("tom"))
    pager.wait_log(r"handed over: spare: the mail server has it: 250 taken$")
    assert stage.smtp.refused == refused


def test_all_have_failed_for_good_and_the_next_way_follows(stage):
    stage.smtp.say = stage.spare.say = "550 no such person"
    pager = stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the terminal's page", lambda: "PAGE for aroha" in stage.pages())
    pager.wait_log(r"failed for good: spare: the mail server says: 550 .*; "
                   r"before that mail: the mail server says: 550 ")


def test_a_pager_that_dies_between_two_providers_repeats_it(stage):
    """Killed after the first failed: it begins anew, and says so."""
    stage.smtp.say = "450 not now"
    stage.spare.say = "450 not now"
    pager = stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the first to refuse", lambda: stage.smtp.refused)
    pager.kill()
    stage.smtp.say = None
    stage.start("again")
    mail = stage.wait_mail("aroha")[0]
    assert "[possible repeat]" in mail["Subject"]


def test_a_reload_without_the_spare_goes_on_by_the_first(stage):
    stage.smtp.say = "450 not now"
    stage.spare.say = "450 not now"
    pager = stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the spare to refuse", lambda: stage.spare.refused)
    stage.write(spare=False)
    pager.signal(1)
    pager.wait_log("yaml: taken hash=(?!.*started)")
    stage.smtp.say = None
    stage.wait_mail("aroha", seconds=60)
    assert stage.spare_to("aroha") == []
