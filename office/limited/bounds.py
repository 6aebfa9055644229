"""What opening one file may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Of the child: bytes of its address space, seconds of processor and of the clock for one file."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
