"""Clients as bad as they can be, of one kind: nuisance.py KIND ARGUMENT...

	handshakes PORT COUNT      TLS that is begun and goes no further
	garbage PORT TLS TOKEN     what no agent says, where agents report
	streams PORT TLS TOKEN...  server-sent events, every other one unread
	control PATH...            too many, half lines, answers that nobody reads

Whoever is cut off comes again.  The first line says that it has begun; at
SIGTERM one line of JSON: how often what happened.  A program of its own, so
that what it costs is not taken from the test that measures.
"""

import asyncio
import collections
import json
import os
import signal
import socket
import ssl
import sys

from tls import any_certificate

STREAMS = 12  # of each reader: two more than it may have
CONTROL = 16  # of each kind: together more than a socket takes
AGAIN_S = 0.1
said = collections.Counter()


async def connect(port, tls, room=None):
    s = socket.socket()
    if room:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    s.setblocking(False)
    await asyncio.get_running_loop().sock_connect(s, ("127.0.0.1", port))
    return await asyncio.open_connection(
        sock=s, limit=room or 65536, ssl=tls,
        server_hostname="localhost" if tls else None)


async def again(kind, once, *args):
    """For ever; what breaks a connection is no surprise."""
    while True:
        said[kind] += 1
        writer = None
        try:
            writer = await once(*args)
        except (OSError, EOFError, ValueError):
            pass
        if writer is not None:
            writer.close()
        await asyncio.sleep(AGAIN_S)


async def cut_off(reader):
    try:
        while await reader.read(65536):
            pass
    except ConnectionError:
        pass
    said["cut off"] += 1


# ---- handshakes ----

def hello():
    """What a client says first."""
    out = ssl.MemoryBIO()
    client = any_certificate().wrap_bio(
        ssl.MemoryBIO(), out, server_hostname="localhost")
    try:
        client.do_handshake()
    except OSError:
        return out.read()
    raise AssertionError("nobody answered")


async def begin(port, first, drip):
    """first at once, then drip a byte at a time, then silence."""
    reader, writer = await connect(port, None)
    writer.write(first)
    for byte in drip:
        await asyncio.sleep(0.1)
        writer.write(bytes([byte]))
        await writer.drain()
    await cut_off(reader)
    return writer


async def silent(port):
    """The whole of it, and no request."""
    reader, writer = await connect(port, any_certificate())
    await cut_off(reader)
    return writer


def handshakes(port, count):
    port, whole = int(port), hello()
    half = len(whole) // 2
    for _ in range(int(count)):
        yield again("half", begin, port, whole[:half], b"")
        yield again("dripping", begin, port, whole[:half], whole[half:])
        yield again("unanswered", begin, port, whole, b"")
        yield again("no handshake", begin, port, os.urandom(2000), b"")
        yield again("silent", silent, port)


# ---- garbage ----

def post(path, token, body, length=None):
    return (f"POST /agent/v1/{path} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: "
            f"{len(body) if length is None else length}\r\n\r\n"
            ).encode() + body


async def throw(port, tls, what):
    reader, writer = await connect(port, tls)
    writer.write(what)
    line = await asyncio.wait_for(reader.readline(), 5)
    said[line[9:12].decode(errors="replace") or "no answer"] += 1
    return writer


def garbage(port, tls, token):
    port, tls = int(port), any_certificate() if int(tls) else None
    mebibyte = 1 << 20
    for what in (
            os.urandom(4000),
            b"GET /agent/v1/plan HTTP/1.1\r\n" + b"x: y\r\n" * 2000 + b"\r\n",
            post("results", token, os.urandom(3000)),
            post("results", token, b"\x93\x01\x02\x91\xc4\x04abcd"),
            post("results", token, b"\x93\x01" + b"\xff" * 100_000),
            post("results", token, b"\x91" * 60_000),
            post("results", token, b"x", 2 * mebibyte),
            post("results", "nobody's", b"x" * 1000, mebibyte),
            post("hello", token, b"{" * 4096),
            post("hello", token, b'{"version":' + b"9" * 400 + b"}"),
            post("plan", token, b""), post("nothing", token, b"")):
        yield again("garbage", throw, port, tls, what)


# ---- streams ----

async def listen(port, tls, token, deaf):
    reader, writer = await connect(port, tls, 2048 if deaf else None)
    writer.write(f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: "
                 f"Bearer {token}\r\n\r\n".encode())
    status = (await reader.readline())[9:12].decode()
    said[f"streams {status}"] += 1
    if status != "200":
        await asyncio.sleep(1)
    while status == "200" and deaf:
        await asyncio.sleep(1)
    while status == "200" and (line := await reader.readline()):
        if line.startswith(b"event: "):
            said[line.decode().strip()] += 1
    return writer


def streams(port, tls, *tokens):
    port, tls = int(port), any_certificate() if int(tls) else None
    for token in tokens:
        for n in range(STREAMS):
            yield again("streams", listen, port, tls, token, n % 2)


# ---- control sockets ----

async def hold(path, text):
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(text)
    await cut_off(reader)
    return writer


async def ask_and_never_read(path):
    _, writer = await asyncio.open_unix_connection(path, limit=1024)
    while True:
        writer.write(b'{"command":"incidents","all":true}\n' * 8)
        await asyncio.wait_for(writer.drain(), 30)
        await asyncio.sleep(0.1)


async def talk(path, text):
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(text)
    line = await asyncio.wait_for(reader.readline(), 30)
    said["refused" if b'"ok":false' in line else "answered"] += 1
    return writer


def control(*paths):
    for path in paths:
        for _ in range(CONTROL):
            yield again("nothing said", hold, path, b"")
            yield again("half a line", hold, path, b'{"command":"inc')
        for _ in range(CONTROL // 4):
            yield again("nothing read", ask_and_never_read, path)
            for text in (os.urandom(500) + b"\n", b"\n" * 100, b"x" * 70_000,
                         b'{"command":"nothing"}\n', b'{"command":' * 99):
                yield again("garbage", talk, path, text)


async def main():
    kinds = {k.__name__: k for k in (handshakes, garbage, streams, control)}
    asyncio.get_running_loop().add_signal_handler(
        signal.SIGTERM, lambda: (print(json.dumps(said), flush=True),
                                 os._exit(0)))
    tasks = [asyncio.ensure_future(one)
             for one in kinds[sys.argv[1]](*sys.argv[2:])]
    print(f"{len(tasks)} at it", flush=True)
    await asyncio.gather(*tasks)


asyncio.run(main())
