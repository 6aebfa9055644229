"""The child: `python -m office.limited.child MODULE` opens files with MODULE's `answer`, within limits set beforehand.

Each request on standard input: a line of JSON (`size`, `bounds`, `keep`, `task`), then that many bytes. Each answer: a
line of JSON (`outcome`, `size`, …), then bytes; or, from a module whose `answer` is an iterator, `outcome` "pieces",
then each piece behind its length, a length of zero, and a last line with the outcome.

Whatever a library does to this process — abort, loop, eat memory —
ends here. A child that was kept serves the next file only after one that it found nothing wrong with.
"""

from __future__ import annotations

import gc
import json
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, BinaryIO

from office.limited.bounds import LENGTH, PIECES, Bounds
from office.limited.refused import Refused

_FILES = 16
_GRACE_SECONDS = 5  # the parent's clock comes first; this one is for a child whose parent has died
_IDLE_SECONDS = 60  # a kept child that is asked nothing goes home

Answer = Callable[[dict[str, Any], bytes], bytes | Iterator[bytes]]


def main() -> None:
    """Serve until the input ends, a file is refused, or `keep` says that this was the only one."""
    source, out = sys.stdin.buffer, sys.stdout.buffer
    answer: Answer = import_module(sys.argv[1]).answer
    confined, keep = False, True
    while keep and (line := source.readline()):
        request = json.loads(line)
        bounds = Bounds(**request["bounds"])
        keep = request["keep"]
        if not keep:
            gc.disable()  # one file and the end: collecting would only look through its rows again and again
        if not confined:
            _confine(bounds)
            confined = True
        _start_clocks(bounds, last=not keep)
        data = source.read(request["size"])
        if len(data) < request["size"]:
            return  # whoever asked is gone
        head, body = _answered(answer, request["task"], data)
        if not isinstance(body, bytes):
            head, body = _send_pieces(out, body), b""
        keep = keep and head["outcome"] == "done"
        _send(out, head, body)
        signal.alarm(_IDLE_SECONDS)


def _answered(answer: Answer, task: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes | Iterator[bytes]]:
    """What the reader says."""
    try:
        return {"outcome": "done"}, answer(task, data)
    except BaseException as error:
        return _outcome(error), b""


def _outcome(error: BaseException) -> dict[str, Any]:
    """What an error means; a fault of any kind in one of the reader's libraries means a damaged file."""
    if isinstance(error, Refused):
        return {"outcome": "refused", "code": error.code, "details": error.details}
    if isinstance(error, MemoryError):
        return {"outcome": "refused", "code": "file_memory", "details": {}}
    if isinstance(error, NameError | ImportError):  # ours, whatever the file
        return {"outcome": "fault", "remark": "".join(traceback.format_exception(error))[-1000:]}
    remark = f"{type(error).__module__}.{type(error).__name__}"
    return {"outcome": "refused", "code": "file_damaged", "details": {}, "remark": remark}


def _send_pieces(out: BinaryIO, pieces: Iterator[bytes]) -> dict[str, Any]:
    """Each piece as soon as it is made; how it ended."""
    _send(out, {"outcome": PIECES}, b"")
    outcome: dict[str, Any] = {"outcome": "done"}
    try:
        for piece in pieces:
            out.write(len(piece).to_bytes(LENGTH, "big"))
            out.write(piece)
            out.flush()
    except BaseException as error:
        outcome = _outcome(error)
    out.write(bytes(LENGTH))
    return outcome


def _send(out: BinaryIO, head: dict[str, Any], body: bytes) -> None:
    out.write(json.dumps({**head, "size": len(body)}).encode() + b"\n")
    out.write(body)
    out.flush()


def _confine(bounds: Bounds) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))


def _start_clocks(bounds: Bounds, *, last: bool) -> None:
    """So many seconds for this file: of the processor, from what earlier ones took, and of the clock."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = int(used.ru_utime + used.ru_stime) + bounds.cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (end, end + 1 if last else resource.RLIM_INFINITY))
    signal.alarm(bounds.wall_seconds + _GRACE_SECONDS)


if __name__ == "__main__":
    main()
