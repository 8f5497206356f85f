"""A pager with a console, and people who look at it."""

import hashlib
import hmac
import http.client
import time
import html.parser
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request

import helpers
import pagers

PASSWORDS = {"aroha": "aroha-knows-this", "tom": "tom-knows-this",
             "moana": "moana-knows-this"}
ROLES = {"aroha": "responder", "tom": "viewer", "moana": "lead"}

ROTAS = """
rotas:
  - name: support
    max_watch: 24h
    watches:
      - { zone: Pacific/Auckland, takes_over: "00:00", people: [aroha] }
      - { zone: Europe/London, takes_over: "00:00", people: [tom] }
"""


def password_hash(password, log_n=14):
    salt = hashlib.sha256(password.encode()).digest()[:16]
    derived = hashlib.scrypt(password.encode(), salt=salt, n=1 << log_n, r=8,
                             p=1, dklen=32, maxmem=256 << 20)
    return f"scrypt:{log_n}:8:1:{salt.hex()}:{derived.hex()}"


class ConsoleStage(pagers.Stage):
    """Aroha may act, Tom may look, Moana leads."""

    console_settings = ""
    listen_more = ""

    def write(self, *args, **fields):
        if not hasattr(self, "console_port"):
            self.console_port = helpers.free_port()
        super().write(*args, **fields)
        text = self.conf.read_text().replace(
            "listen:\n", "listen:\n  console: { address: "
            f"\"127.0.0.1:{self.console_port}\"{self.listen_more} }}\n")
        for name, password in PASSWORDS.items():
            text = text.replace(
                f"email: {name}@kahu.example",
                f"email: {name}@kahu.example, role: {ROLES[name]}, "
                f"password_scrypt: \"{password_hash(password)}\"", 1)
        self.conf.write_text(text + self.console_settings)

    @property
    def console(self):
        return f"http://127.0.0.1:{self.console_port}"

    def browser(self, name=None, **fields):
        b = Browser(self.console, **fields)
        if name is not None:
            page = b.login(name)
            assert page.status == 200, page.text
        return b


class Forms(html.parser.HTMLParser):
    """The forms of a page: where they go, and what is filled in."""

    def __init__(self, text):
        super().__init__()
        self.all, self.now, self.area, self.choice = [], None, None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.now = {"action": a.get("action"), "fields": {}, "do": [],
                        "options": {}}
            self.all.append(self.now)
        elif self.now is None:
            return
        elif tag == "button" and a.get("name") == "do":
            self.now["do"].append(a["value"])
        elif tag == "input" and "name" in a and \
                (a.get("type") != "checkbox" or "checked" in a):
            self.now["fields"][a["name"]] = a.get("value", "")
        elif tag == "textarea":
            self.area = a["name"]
            self.now["fields"][self.area] = ""
        elif tag == "select":
            self.choice = a["name"]
            self.now["options"][self.choice] = []
        elif tag == "option":
            self.now["options"][self.choice].append(a.get("value"))
            if "selected" in a or self.choice not in self.now["fields"]:
                self.now["fields"][self.choice] = a.get("value")

    def handle_data(self, data):
        if self.now is not None and self.area is not None:
            self.now["fields"][self.area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.now = None
        elif tag == "textarea":
            self.area = None


class Page:
    def __init__(self, status, headers, text, url):
        self.status, self.headers, self.text = status, headers, text
        self.url = url
        self.forms = Forms(text).all

    def form(self, do):
        found = [f for f in self.forms if do in f["do"]]
        assert found, f"no button {do!r} in {self.text}"
        return found[0]

    def has(self, do):
        return any(do in f["do"] for f in self.forms)


class Browser:
    """Keeps cookies, says where it comes from, follows answers."""

    def __init__(self, base, headers=None, context=None):
        self.base, self.headers = base, headers or {}
        self.jar = http.cookiejar.CookieJar()
        handlers = [urllib.request.HTTPCookieProcessor(self.jar)]
        if context is not None:
            handlers.append(urllib.request.HTTPSHandler(context=context))
        self.opener = urllib.request.build_opener(*handlers)

    def ask(self, path, form=None, **headers):
        body = None if form is None else \
            urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.base + path, data=body)
        if body is not None:
            request.add_header("Origin", self.base)
        for key, value in {**self.headers, **headers}.items():
            if value is None:
                request.remove_header(key)
            else:
                request.add_header(key, value)
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as e:
            answer = e
        with answer:
            return Page(answer.status, answer.headers,
                        answer.read().decode(), answer.url)

    def get(self, path="/", **headers):
        return self.ask(path, **headers)

    def stream(self, path):
        return self.opener.open(self.base + path, timeout=30)

    def login(self, name, password=None, **headers):
        return self.ask("/login", {
            "name": name, "password": password or PASSWORDS[name],
            "next": "/"}, **headers)

    def press(self, page, do, headers=None, **fields):
        """The button of a page, with what is filled in besides."""
        form = page.form(do)
        return self.ask(form["action"],
                        {**form["fields"], **fields, "do": do},
                        **(headers or {}))

    def logout(self, page):
        form = [f for f in page.forms if f["action"] == "/logout"][0]
        return self.ask("/logout", form["fields"])


def forge(redis, person, id="0" * 64, age_s=0, ahead_s=0):
    """A session as the pager would write it, by who knows its secret."""
    now = int(time.time() + ahead_s) * 1000
    parts = f"1~w~{person}~{now - age_s * 1000}~{now - age_s * 1000}~{id}~"
    signed = "sunwatch console session 1\n" + \
        password_hash(PASSWORDS.get(person, "none")) + "\n" + parts
    secret = redis.client.hget("sw:{p}:meta", "secret")
    return parts + hmac.new(secret.encode(), signed.encode(),
                            "sha256").hexdigest()


def from_address(address, port, path, form, headers):
    """One request from this loopback address; a list is sent as several
    header fields."""
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=30,
                                   source_address=(address, 0))
    body = None
    if form is not None:
        body = urllib.parse.urlencode(form)
        headers = {**headers,
                   "Content-Type": "application/x-www-form-urlencoded"}
    c.putrequest("GET" if form is None else "POST", path)
    if body is not None:
        c.putheader("Content-Length", str(len(body)))
    for name, value in headers.items():
        for one in value if isinstance(value, list) else [value]:
            c.putheader(name, one)
    c.endheaders(body.encode() if body is not None else None)
    answer = c.getresponse()
    page = Page(answer.status, answer.headers, answer.read().decode(), path)
    c.close()
    return page
