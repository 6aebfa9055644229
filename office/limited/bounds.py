"""What opening one file may cost, and how an answer in pieces is told from a whole one."""

from __future__ import annotations

from dataclasses import dataclass

PIECES = "pieces"
LENGTH = 4  # bytes before each piece that say how long it is


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Of the child: bytes of its address space, seconds of processor and of the clock for one file."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
