"""Mail by submission: TLS by STARTTLS or at once, and a login (RFC 6409)."""

import ssl
import subprocess

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from helpers import ROOT, SmtpSink, free_port, http, wait_for
from pagers import Stage

PASSWORD = "correct horse battery"


class Submission(SmtpSink):
    """A server that takes mail only over TLS, from who is logged in."""

    def __init__(self, folder, certificate="good-chain", at_once=False):
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(
            folder / f"{certificate}.pem",
            folder / f"{certificate.removesuffix('-chain')}.key")
        self.at_once = at_once
        self.logins = []
        self.spoken = []
        super().__init__()

    def start(self):
        self.port = free_port()
        tls = {"ssl_context": self.context} if self.at_once else {
            "tls_context": self.context, "require_starttls": True}
        self.controller = Controller(
            self, hostname="127.0.0.1", port=self.port, auth_required=True,
            auth_require_tls=not self.at_once, authenticator=self.login, **tls)
        self.controller.start()

    def login(self, _server, _session, _envelope, mechanism, data):
        self.logins.append((mechanism, data.login, data.password))
        return AuthResult(handled=False,
                          success=data.password == PASSWORD.encode() and
                          data.login == b"pager")

    @property
    def url(self):
        return f"smtp{'s' if self.at_once else ''}://127.0.0.1:{self.port}"


class Submitted(Stage):
    def write(self, *args, **more):
        super().write(*args, **more)
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o600)
        text = self.conf.read_text()
        self.conf.write_text(text.replace(
            "from: sunwatch@kahu.example,",
            f"""from: sunwatch@kahu.example, user: pager,
      password: "file:{secret}", ca_file: "{self.folder}/{self.ca}.pem","""))

    password, ca = PASSWORD, "ca"


@pytest.fixture
def stage(tmp_path, program, redis):
    """make(password=, ca=, certificate=, at_once=) -> a stage."""
    subprocess.run([ROOT / "tests" / "make-certificates"], cwd=tmp_path,
                   check=True, capture_output=True)
    servers = []

    def make(password=PASSWORD, ca="ca", **server):
        servers.append(Submission(tmp_path, **server))
        kind = type("OfThisTest", (Submitted,),
                    {"password": password, "ca": ca})
        return kind(tmp_path, program, redis, servers[0])
    yield make
    for server in servers:
        server.stop()


def logs(stage):
    return "".join(f.read_text(errors="replace")
                   for f in stage.folder.glob("*.log"))


@pytest.mark.parametrize("at_once", [False, True])
def test_mail_goes_over_tls_to_who_knows_the_password(stage, at_once):
    stage = stage(at_once=at_once)
    pager = stage.start()
    stage.ready()
    stage.alarm()
    first = stage.wait_mail("aroha")[0]
    pager.wait_log(r"handed over: the mail server has it: 250 taken$")
    assert {(m, u, p) for m, u, p in stage.smtp.logins} == {
        ("PLAIN", b"pager", PASSWORD.encode())}
    assert first["Auto-Submitted"] == "auto-generated"
    # What follows about the incident is of the same thread.
    stage.wait_mail("tom")
    assert "You have it" in http(stage.link_of(first), {"do": "take"}).text
    told = stage.wait_mail("tom", "aroha has it")[0]
    assert told["References"] == first["References"]
    assert told["Message-ID"] != first["Message-ID"]
    assert PASSWORD not in logs(stage)


@pytest.mark.parametrize("wrong, said", [
    ({"password": "guessed"}, "the mail server says: 535"),
    ({"certificate": "expired"}, "the certificate has expired"),
    ({"certificate": "elsewhere"}, "the certificate is not for this host"),
    ({"ca": "other"}, "the certificate's issuer is unknown"),
])
def test_nobody_unverified_has_the_password_and_the_next_way_follows(
        stage, wrong, said):
    """The mail fails, whatever of it; the terminal has the page at once."""
    stage = stage(**wrong)
    pager = stage.start()
    stage.ready()
    stage.alarm()
    wait_for("the terminal's page", lambda: "PAGE for aroha" in stage.pages())
    pager.wait_log(rf"failed for (now|good): {said}")
    assert stage.smtp.messages == []
    if "password" not in wrong:
        assert stage.smtp.logins == []
    assert PASSWORD not in logs(stage)
