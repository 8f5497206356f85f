"""Who carries text messages, by Twilio's documented interface, and does it
badly as a test wants; and a pager whose people are called by it."""

import base64
import hashlib
import hmac
import json
import urllib.parse

import hooks
from helpers import http
from pagers import Stage

ACCOUNT = "AC" + "5" * 32
TOKEN = "token-that-nobody-may-see"
AROHA = "+64211234567"
TOM = "+447700900002"
OURS = "+15005550006"


def signature(url, form, token=TOKEN):
    """As the interface documents it, counted again."""
    text = url + "".join(
        name + value for name, value in sorted(set(form)))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class Message:
    """One that was handed in."""

    def __init__(self, post):
        self.post = post
        self.form = dict(urllib.parse.parse_qsl(post.body.decode(),
                                                strict_parsing=True))

    @property
    def text(self):
        return self.form["Body"]

    @property
    def code(self):
        line = next(x for x in self.text.splitlines()
                    if x.startswith("Reply "))
        return line.split()[1]


def takes(request):
    """Has it, with an id."""
    count = len(request.server.hook.posts)
    request.answer(201, json.dumps({
        "sid": f"SM{count:032x}", "status": "queued", "error_code": None,
        "filler": "x" * 2000}).encode())


def refuses(status, code, message="as the test wants"):
    return lambda request: request.answer(status, json.dumps({
        "code": code, "message": message, "status": status}).encode())


class Carrier(hooks.Hook):
    """What it was given, and what it says of it later."""

    def __init__(self):
        super().__init__()
        self.manner = takes

    def messages(self, to=None):
        return [m for m in map(Message, self.posts)
                if to is None or m.form["To"] == to]

    def calls(self, to=None):
        return [m for m in self.messages(to) if "\nReply " in m.text]

    def tell(self, url, fields, token=TOKEN, forge=None):
        """POST to a place of the pager's, signed."""
        form = list(fields.items()) if isinstance(fields, dict) else fields
        return http(url, headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": forge or signature(url, form, token),
        }, body=urllib.parse.urlencode(form).encode())

    def status(self, message, status, code=None, **how):
        fields = {"MessageSid": "SM1", "MessageStatus": status,
                  "To": message.form["To"], "From": OURS,
                  "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01"}
        if code is not None:
            fields["ErrorCode"] = str(code)
        return self.tell(message.form["StatusCallback"], fields, **how)


class Texts(Stage):
    """aroha and tom are called by text messages at once; aroha by mail in an
    hour, too."""

    more_of_it = ""
    spare = None

    def __init__(self, folder, program, redis, smtp, carrier):
        self.carrier = carrier
        (folder / "token").write_text(TOKEN + "\n")
        (folder / "token").chmod(0o600)
        super().__init__(folder, program, redis, smtp)

    def write(self, patience="60s", silence="90s", more=""):
        super().write(patience, silence, more)
        text = self.conf.read_text()
        text = text.replace("reach: [mail 0s, terminal 0s]",
                            f'phone: "{AROHA}", reach: [sms 0s, mail 1h]')
        text = text.replace("""email: tom@kahu.example,
      reach: [mail 0s]""", f"""email: tom@kahu.example,
      phone: "{TOM}", reach: [mail 0s]""")
        spare = "" if self.spare is None else self.channel(self.spare)
        text = text.replace("channels:\n", "channels:\n" +
                            self.channel(self.carrier) + spare)
        self.conf.write_text(text)

    def channel(self, carrier):
        return f"""\
  - {{ kind: sms, url: "{carrier.url}/api", account: {ACCOUNT}, timeout: 1s,
      token: "file:{self.folder}/token", from: "{OURS}" {self.more_of_it} }}
"""

    def page(self):
        """The one page's record."""
        for value in self.redis.client.hgetall("sw:{p}:pages").values():
            return json.loads(value)
        return None

    def reply(self, who, text, sid="SM77", **how):
        """What somebody writes; what is said to it, or None."""
        answer = self.carrier.tell(f"{self.links}/twilio/sms/sms", {
            "MessageSid": sid, "From": who, "To": OURS, "Body": text,
            "NumMedia": "0", "AccountSid": ACCOUNT}, **how)
        return answer
