"""How much of a workbook is read, and how much the reading may cost: all settings, each overridable per call."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

HEADROOM_ROWS = 50  # title, header, filler and notes around a table of `rows` rows


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one reading; this installation's are in settings.py (SHEETS_…), see `reading.configured`."""

    file_bytes: int = 10 * 1024 * 1024
    entries: int = 200  # files inside the archive
    unpacked_bytes: int = 100 * 1024 * 1024
    ratio: int = 100  # unpacked : packed, of any file of the archive above 1 MiB
    rows: int = 5_000  # with content, in one sheet; HEADROOM_ROWS more for what stands around the table
    columns: int = 50
    memory_bytes: int = 768 * 1024 * 1024  # address space of the child, of which it uses a third
    cpu_seconds: int = 20
    wall_seconds: int = 60

    def as_dict(self) -> dict[str, Any]:
        """For the wire to the child."""
        return asdict(self)

    @property
    def all_rows(self) -> int:
        """Rows with content that one sheet may have, title and notes included."""
        return self.rows + HEADROOM_ROWS
