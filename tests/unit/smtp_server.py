"""A mail server for unit tests: smtp_server.py MODE.

MODE: accept, later, refuse (RCPT), refuse-data, login, silent (not even a
greeting), silent-quit, silent-data, busy (421 at once), tls (STARTTLS,
snakeoil in the current folder), tls-login, inject, web, endless,
endless-lines, hang-up.  Prints its port, then each accepted message as:
sender, recipients, the message as it came, and a line "--".
"""

import asyncio
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, mode):
        self.mode = mode

    async def handle_RCPT(self, _server, _session, envelope, address, _opts):
        if self.mode == "later":
            return "450 4.2.1 not \x1b[31mnow"
        if self.mode == "refuse" or address.startswith("nobody"):
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if self.mode == "silent-data":
            await asyncio.sleep(60)
        if self.mode == "refuse-data":
            return "554 5.7.1 not such a message"
        print(envelope.mail_from, ",".join(envelope.rcpt_tos))
        print(envelope.content.decode())
        print("--", flush=True)
        return "250 taken"


class Silent(asyncio.Protocol):
    pass


SAYINGS = {  # what a server says at once, and to anything it hears
    "busy": (b"421 4.3.2 too busy\r\n", b""),
    "web": (b"HTTP/1.1 400 Bad request\r\n\r\n", b""),
    "endless": (b"220-" + b"x" * 100000, b""),
    "endless-lines": (b"220-more\r\n" * 20000, b""),
    "inject": (b"220 hello\r\n",
               b"250-here\r\n250 STARTTLS\r\n220 go\r\n250 injected\r\n"),
    "hang-up": (b"220 hello\r\n", None),
}


class Says(asyncio.Protocol):
    def __init__(self, saying):
        self.first, self.then = saying

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.first)

    def data_received(self, _data):
        if self.then is None:
            self.transport.close()
        else:
            self.transport.write(self.then)


class SilentQuit(SMTP):
    async def smtp_QUIT(self, arg):
        await asyncio.sleep(30)


def authenticate(_server, _session, _envelope, _mechanism, data):
    good = data.login == b"user" and data.password == b"right"
    return AuthResult(success=good, handled=good)


def protocol(mode):
    handler = Handler(mode)
    if mode == "silent":
        return Silent()
    if mode in SAYINGS:
        return Says(SAYINGS[mode])
    if mode == "silent-quit":
        return SilentQuit(handler)
    if mode == "login":
        return SMTP(handler, authenticator=authenticate, auth_required=True,
                    auth_require_tls=False)
    if mode.startswith("tls"):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain("self.pem", "self.key")
        return SMTP(handler, tls_context=context, require_starttls=True,
                    authenticator=authenticate,
                    auth_required=mode == "tls-login")
    return SMTP(handler)


async def main(mode):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: protocol(mode), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main(sys.argv[1]))
