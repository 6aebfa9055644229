"""What reaches the web server's socket and is no request: refused, and the next one is served as ever."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.security.live import Portal

HOST = b"Host: localhost\r\n"
RAW = {
    "no request at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xff" * 300 + b"\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "an unknown version": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "a line of 20,000 characters": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a header of 20,000 characters": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 20_000 + b"\r\n\r\n",
    "200 headers": b"GET / HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
    "a length that is no number": b"POST /sign-up/ HTTP/1.1\r\n" + HOST + b"Content-Length: -5x\r\n\r\n",
    "two lengths": b"POST /sign-up/ HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    "a length and chunks": b"POST /sign-up/ HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks of rubbish": b"POST /sign-up/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "an unknown encoding": b"POST /sign-up/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: klingon\r\n\r\nabc",
    "a script's own header names": b"GET / HTTP/1.1\r\n"
    + HOST
    + b"REMOTE_USER: root\r\nX_Forwarded_Proto: https\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n\r\n",
    "a whole address": b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "a line break in the path": b"GET /%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\n" + HOST + b"\r\n",
}


@pytest.fixture
def portal(transactional_db: None, tmp_path: Path) -> Iterator[Portal]:
    """A real gunicorn."""
    running = Portal(tmp_path)
    running.start()
    yield running
    running.stop()


def answer(port: int, request: bytes) -> bytes:
    """What the server says, until it closes or has said nothing more for a second."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as way:
        way.sendall(request)
        way.shutdown(socket.SHUT_WR)
        try:
            while part := way.recv(65_536):
                said += part
                way.settimeout(1)
        except OSError:
            pass
    return said


def test_what_is_no_request_is_refused_and_the_next_one_is_served(portal: Portal, subtests: Any) -> None:
    for name, request in RAW.items():
        with subtests.test(name):
            said = answer(portal.port, request)
            status = said.split(b" ", 2)[1] if said.startswith(b"HTTP/") else b"closed"
            assert status in (b"closed", b"501") or status[:1] in (b"2", b"3", b"4"), said[:200]
            assert b"Traceback" not in said
            assert b"evil" not in said
            assert b"\r\nSet-Cookie: a=b" not in said
            assert portal.browser().get("/healthz").status == 200
