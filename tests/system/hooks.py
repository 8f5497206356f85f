"""A server that pages are POSTed to, and that misbehaves as a test wants."""

import http.server
import json
import os
import socket
import ssl
import struct
import threading
import time

import pytest


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def do_POST(self):
        hook = self.server.hook
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hook.posts.append(Post(self.path, dict(self.headers.items()), body))
        hook.manner(self)

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Post:
    def __init__(self, path, headers, body):
        self.path = path
        self.headers = {k.lower(): v for k, v in headers.items()}
        self.body = body
        self.at = time.monotonic()

    @property
    def json(self):
        return json.loads(self.body)


def taken(request):
    request.answer(200, b"queued as 7\n")


def says(status, *headers, body=b"as the test wants\n"):
    return lambda request: request.answer(status, body, headers)


def hangs(request):
    """Has it, and never says so."""
    request.server.hook.over.wait(60)
    request.close_connection = True


def resets(request):
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  struct.pack("ii", 1, 0))
    request.connection.close()
    request.close_connection = True
    request.wfile = open(os.devnull, "wb")


def never_ends(request):
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    try:
        while not request.server.hook.over.wait(0.001):
            request.wfile.write(b"e00\r\n" + b"\x1b[31m x" * 512 + b"\r\n")
    except OSError:
        pass
    request.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args):
        pass


class Hook:
    """posts: what it has got so far; manner: what it does about one."""

    def __init__(self, certificate=None):
        self.posts = []
        self.manner = taken
        self.over = threading.Event()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.hook = self
        self.port = self.server.server_address[1]
        self.scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{certificate}.pem",
                                    f"{certificate}.key")
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True,
                do_handshake_on_connect=False)
            self.scheme = "https"
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       args=(0.05,))
        self.thread.start()

    @property
    def url(self):
        return f"{self.scheme}://localhost:{self.port}"

    def calls(self):
        """Posts of pages that call, as JSON."""
        return [p for p in self.posts if p.json.get("kind") == "call"]

    def stop(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def hook():
    h = Hook()
    yield h
    h.stop()


def keep_secret(folder, name, text):
    (folder / name).write_text(text)
    (folder / name).chmod(0o600)
