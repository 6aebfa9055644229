"""The parent's side: it starts the child, hands it the file, keeps the clock, and says what became of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import structlog

from office.limited.bounds import LENGTH, PIECES, Bounds
from office.limited.refused import Refused

log = structlog.get_logger(__name__)
Child = subprocess.Popen[bytes]
_KEPT = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}  # no keys, no passwords
_ROOT = Path(__file__).resolve().parent.parent.parent
# Rust and C++ abort when they get no memory; the kernel kills when the machine has none.
_OUT_OF_MEMORY = {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGKILL}
_OUT_OF_TIME = {-signal.SIGXCPU, -signal.SIGALRM}


class Reader:
    """Asks children that read with one module. Threads and workers may share it: nothing is forked, a child is a fresh
    interpreter.

    `keep`: how many children wait for the next file once they have opened one without complaint; starting an
    interpreter and its libraries would otherwise be most of a small file's time. `at_once`: how many may run side by
    side in this process, so that hostile files cannot take the machine's memory together.
    """

    def __init__(self, module: str, *, keep: int = 0, at_once: int = 16) -> None:
        self._module, self._most_kept, self._at_once = module, keep, at_once
        self._forget()
        os.register_at_fork(after_in_child=self._forget)  # a child belongs to the process that started it

    def ask(self, task: dict[str, Any], data: bytes, bounds: Bounds) -> bytes:
        """The reader's answer about these bytes; raises Refused."""
        keep = self._most_kept > 0
        request = json.dumps({"size": len(data), "bounds": asdict(bounds), "keep": keep, "task": task}).encode()
        with self._turns:
            while True:
                waiting = self._take()
                child = waiting or self._start()
                head, body, timed_out = _converse(child, request + b"\n", data, bounds.wall_seconds)
                if head is None and waiting is not None and not timed_out and child.poll() == -signal.SIGALRM:
                    continue  # it had gone home in the meantime
                return self._concluded(child, head, body, timed_out)

    def pieces(self, task: dict[str, Any], data: bytes, bounds: Bounds) -> Generator[bytes]:
        """The reader's answer in pieces, as the child makes them; raises Refused, at first or after some of them.

        A thread takes them from the child at once, so that the clock runs for the child's work alone and whoever asked
        may be slow. To be read to its end or closed.
        """
        arrived: SimpleQueue[bytes | BaseException | None] = SimpleQueue()
        with self._turns:
            child = self._start()
            request = json.dumps({"size": len(data), "bounds": asdict(bounds), "keep": False, "task": task}).encode()

            def take() -> None:
                try:
                    head, timed_out = _converse_in_pieces(child, request + b"\n", data, bounds, arrived.put)
                    self._concluded(child, head, b"", timed_out)
                    arrived.put(None)
                except BaseException as error:
                    arrived.put(error)

            taking = threading.Thread(target=take, daemon=True)
            taking.start()
            try:
                while (piece := arrived.get()) is not None:
                    if isinstance(piece, BaseException):
                        raise piece
                    yield piece
            finally:
                child.kill()
                taking.join()

    def _concluded(self, child: Child, head: dict[str, Any] | None, body: bytes, timed_out: bool) -> bytes:
        outcome = head["outcome"] if head else ""
        if head is None:
            raise _ended(self._module, child, timed_out)
        if outcome == "done" and self._put(child):
            return body
        _end(child)
        if outcome == "done":
            return body
        if remark := head.get("remark"):
            log.info("file_refused", reader=self._module, reason=remark)
        if outcome == "fault":
            raise RuntimeError(f"the reader {self._module} failed: {remark}")
        raise Refused(head["code"], **head["details"])

    def _start(self) -> Child:
        return subprocess.Popen(
            [sys.executable, "-E", "-s", "-m", "office.limited.child", self._module],
            cwd=_ROOT,
            env={**_KEPT, "LANG": "C.UTF-8", "RUST_BACKTRACE": "0", "MALLOC_ARENA_MAX": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _take(self) -> Child | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _put(self, child: Child) -> bool:
        with self._lock:
            room = len(self._idle) < self._most_kept
            if room:
                self._idle.append(child)
        return room

    def _forget(self) -> None:
        self._idle: list[Child] = []
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(self._at_once)


def _converse(child: Child, request: bytes, data: bytes, seconds: int) -> tuple[dict[str, Any] | None, bytes, bool]:
    """Head and body of the child's answer (no head: it died), and whether the clock ran out."""
    source, out = _pipes(child)
    with _clock(child, seconds) as ran_out:
        with suppress(BrokenPipeError):
            source.write(request)
            source.write(data)
            source.flush()
        head = _line(out)
        body = out.read(head["size"]) if head else b""
    if head is None or len(body) < head["size"]:
        _end(child)
        return None, b"", ran_out.is_set()
    return head, body, False


def _converse_in_pieces(
    child: Child, request: bytes, data: bytes, bounds: Bounds, take: Callable[[bytes], None]
) -> tuple[dict[str, Any] | None, bool]:
    """Hands each piece of the answer on; its last line (None: the child died), and whether the clock ran out."""
    source, out = _pipes(child)
    with _clock(child, bounds.wall_seconds) as ran_out:
        with suppress(BrokenPipeError):
            source.write(request)
            source.write(data)
            source.flush()
        head = _line(out)
        if head and head["outcome"] == PIECES:
            while length := int.from_bytes(out.read(LENGTH), "big"):
                piece = out.read(length)
                if len(piece) < length:
                    break
                take(piece)
            head = _line(out)
    if head is None:
        _end(child)
    return head, ran_out.is_set()


def _line(out: IO[bytes]) -> dict[str, Any] | None:
    """A line of JSON; None when the child died before its end."""
    line = out.readline()
    found: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
    return found


@contextmanager
def _clock(child: Child, seconds: int) -> Iterator[threading.Event]:
    """Kills the child after so many seconds, and when whoever waits for it is interrupted, as by a worker's limit."""
    ran_out = threading.Event()

    def ring() -> None:
        ran_out.set()
        child.kill()

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield ran_out
    except BaseException:
        child.kill()
        _end(child)
        raise
    finally:
        timer.cancel()


def _end(child: Child) -> None:
    for pipe in _pipes(child):
        with suppress(OSError):
            pipe.close()
    child.wait()


def _pipes(child: Child) -> tuple[IO[bytes], IO[bytes]]:
    assert child.stdin is not None and child.stdout is not None  # noqa: S101 - asked for in _start
    return child.stdin, child.stdout


def _ended(module: str, child: Child, timed_out: bool) -> Exception:
    """What the end of a child without an answer means for its file."""
    status = -signal.SIGALRM if timed_out else child.returncode
    log.warning("reader_ended", reader=module, status=status)
    if status >= 0:
        return RuntimeError(f"the reader {module} ended with {status}")
    if status in _OUT_OF_MEMORY:
        return Refused("file_memory")
    return Refused("file_time" if status in _OUT_OF_TIME else "file_damaged")
