"""How a run is told: the machine and its versions, and a table of the rows."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.database import server_version
from bench.pairs import Row

HEADINGS = ("job", "n", "ours", "limit or peer", "", "ratio", "quartiles", "must", "ok")
PEERS = ("Django", "zen-engine", "business-rules", "openpyxl", "pandas", "polars", "duckdb")


def machine() -> str:
    """Processor, cores and the versions of everything that a ratio depends on."""
    parts = [f"{_processor()}, {os.cpu_count()} cores", f"Python {platform.python_version()}"]
    parts.append(f"PostgreSQL {server_version()}")
    parts.extend(f"{name} {_version(name)}" for name in PEERS)
    return " · ".join(parts)


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text."""
    lines = [HEADINGS, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    lower, upper = row.quartiles
    if row.must is None:
        verdict = "reported"
    elif row.ok is None:
        verdict = "not binding"
    else:
        verdict = "yes" if row.ok else "MISSED"
    return (
        row.name,
        f"{row.n:,}",
        f"{row.ours:,.0f} {row.unit}",
        f"{row.limit:,.0f} {row.unit}",
        row.peer,
        f"{row.ratio:.2f}",
        f"{lower:.2f}–{upper:.2f}",
        row.must or "",
        verdict,
    )


def _processor() -> str:
    """The processor's name as Linux gives it; elsewhere what Python knows."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
