"""What the launcher says, and how it gives up."""

from __future__ import annotations

import sys
import time
from typing import NoReturn

_started = time.monotonic()


def say(text: str) -> None:
    """One line, with the seconds since the start, so that a long first start shows what it is doing."""
    print(f"[{time.monotonic() - _started:6.1f}s] {text}", flush=True)


def give_up(text: str) -> NoReturn:
    """One line that names what is missing and the command that mends it; exit status 1."""
    print(f"portal: {text}", file=sys.stderr, flush=True)
    raise SystemExit(1)
