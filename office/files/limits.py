"""What a file may hold, and what opening it may cost: the installation's are in settings.py (FILES_…)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from office.limited.bounds import Bounds


@dataclass(frozen=True, kw_only=True)
class FileLimits:
    """Bounds of one file. `pixels`: a phone's largest picture, with room; a bomb of a few KB claims far more."""

    pixels: int = 100_000_000
    entries: int = 2_000  # parts of an OFD
    unpacked_bytes: int = 200 * 1024 * 1024  # of an OFD
    ratio: int = 200  # unpacked : packed, of any part of an OFD above 1 MiB
    stream_bytes: int = 64 * 1024 * 1024  # to which one stream of a PDF may unfold while it is opened
    memory_bytes: int = 640 * 1024 * 1024  # the largest picture takes 400 MB
    cpu_seconds: int = 20
    wall_seconds: int = 40

    def as_dict(self) -> dict[str, Any]:
        """For the wire to the child."""
        return asdict(self)

    @property
    def bounds(self) -> Bounds:
        """What the child process may use."""
        return Bounds(memory_bytes=self.memory_bytes, cpu_seconds=self.cpu_seconds, wall_seconds=self.wall_seconds)
