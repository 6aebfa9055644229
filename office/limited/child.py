"""The child: `python -m office.limited.child MODULE` opens files with MODULE's `answer`, within limits set beforehand.

Each request on standard input: a line of JSON (`size`, `bounds`, `keep`, `task`), then that many bytes. Each answer: a
line of JSON (`outcome`, `size`, …), then bytes. Whatever a library does to this process — abort, loop, eat memory —
ends here. A child that was kept serves the next file only after one that it found nothing wrong with.
"""

from __future__ import annotations

import gc
import json
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

from office.limited.bounds import Bounds
from office.limited.refused import Refused

_FILES = 16
_GRACE_SECONDS = 5  # the parent's clock comes first; this one is for a child whose parent has died
_IDLE_SECONDS = 60  # a kept child that is asked nothing goes home

Answer = Callable[[dict[str, Any], bytes], bytes]


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
        keep = keep and head["outcome"] == "done"
        _send(out, head, body)
        signal.alarm(_IDLE_SECONDS)


def _answered(answer: Answer, task: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """What the reader says; a fault of any kind in one of its libraries means a damaged file."""
    try:
        return {"outcome": "done"}, answer(task, data)
    except Refused as refused:
        return {"outcome": "refused", "code": refused.code, "details": refused.details}, b""
    except MemoryError:
        return {"outcome": "refused", "code": "file_memory", "details": {}}, b""
    except (NameError, ImportError):  # ours, whatever the file
        return {"outcome": "fault", "remark": traceback.format_exc()[-1000:]}, b""
    except BaseException as error:
        remark = f"{type(error).__module__}.{type(error).__name__}"
        return {"outcome": "refused", "code": "file_damaged", "details": {}, "remark": remark}, b""


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
