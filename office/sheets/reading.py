"""`read`: the parent's side. It starts the child, keeps the clock, and says in Chinese what went wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import structlog
from django.conf import settings

from accounts.errors import InputError
from office.sheets.limits import Limits
from office.sheets.refusals import Refusal
from office.sheets.sheet import Workbook
from office.sheets.wire import unpack

log = structlog.get_logger(__name__)
_KEPT = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}  # no keys, no passwords
_ROOT = Path(__file__).resolve().parent.parent.parent
# Rust aborts when it gets no memory; the kernel kills when the machine has none.
_OUT_OF_MEMORY = {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGKILL}
_OUT_OF_TIME = {-signal.SIGXCPU, -signal.SIGALRM}


def read(source: bytes | Path, *, name: str, limits: Limits | None = None) -> Workbook:
    """The visible worksheets of a workbook; `name` is the file's name as its sender calls it.

    Raises InputError with field "file" and one of the codes of refusals.py. Safe to call from threads and workers: the
    child is a fresh interpreter, nothing is forked.
    """
    limits = limits or configured()
    try:
        return _answer(source, name, limits)
    except Refusal as refusal:
        raise as_input_error(refusal) from None


def configured() -> Limits:
    """The limits of this installation."""
    return Limits(**settings.SHEETS_LIMITS)


def as_input_error(refusal: Refusal) -> InputError:
    """A refusal as every door of the portal knows it."""
    return InputError(refusal.code, refusal.message, field="file")


def _answer(source: bytes | Path, name: str, limits: Limits) -> Workbook:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size == 0:
        raise Refusal("file_empty")
    if size > limits.file_bytes:
        raise Refusal("file_too_big", size=-(-size // 2**20), limit=limits.file_bytes // 2**20)
    data = source if isinstance(source, bytes) else source.read_bytes()
    task = json.dumps({"name": name, "limits": limits.as_dict()}).encode()
    status, answer, remark = _run(task + b"\n" + data, limits.wall_seconds)
    if status == 0:
        try:
            return unpack(answer)
        finally:
            if remark:
                log.info("workbook_refused", reason=remark)
    log.warning("workbook_reader_ended", status=status, remark=remark)
    if status > 0:
        raise RuntimeError(f"the reader of workbooks ended with {status}: {remark}")
    if status in _OUT_OF_MEMORY:
        raise Refusal("file_memory")
    raise Refusal("file_time" if status in _OUT_OF_TIME else "file_damaged")


def _run(task: bytes, seconds: int) -> tuple[int, bytes, str]:
    """The child's exit status (negative: the signal that ended it), its answer and its remark for the log."""
    with subprocess.Popen(
        [sys.executable, "-E", "-s", "-m", "office.sheets.child"],
        cwd=_ROOT,
        env={**_KEPT, "LANG": "C.UTF-8", "RUST_BACKTRACE": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        try:
            answer, remark = child.communicate(task, timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return -signal.SIGALRM, b"", ""
        except BaseException:  # such as a worker's own time limit
            child.kill()
            raise
    return child.returncode, answer, remark.decode(errors="replace")[-200:].strip()
