"""`python -m bench [--size 10k|100k|1m] [--only part]`: a JSON line per row, then a table; 1 when a bar is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence

from bench import annual_check, crediting, database, offices, platform_import, report, reports, roster, sharing
from bench.pairs import PAIRS, Context, Measure, Row

MEASURES: dict[str, Measure] = {
    **crediting.MEASURES,
    **annual_check.MEASURES,
    **sharing.MEASURES,
    **offices.MEASURES,
    **platform_import.MEASURES,
    **roster.MEASURES,
    **reports.MEASURES,
}


def people(text: str) -> int:
    """10k, 100k, 1m, or a plain number."""
    lower = text.lower()
    for suffix, times in (("k", 1_000), ("m", 1_000_000)):
        if lower.endswith(suffix):
            return int(lower.removesuffix(suffix)) * times
    return int(lower)


def main(arguments: Sequence[str], measures: Mapping[str, Measure] = MEASURES) -> int:
    """Measure the rows asked for; each is printed as soon as it is known, the table at the end."""
    parser = argparse.ArgumentParser(prog="bench", description="ratios against limits and peers, in one run")
    parser.add_argument("--size", type=people, default="100k", help="people where n matters: 10k, 100k, 1m")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="pairs per row")
    given = parser.parse_args(arguments)
    chosen = {name: measure for name, measure in measures.items() if given.only.lower() in name.lower()}
    if not chosen:
        parser.error(f"no row is named {given.only}; there are: {'; '.join(measures)}")
    try:
        rows = list(_measured(chosen, Context(given.size, given.pairs)))
    finally:
        database.drop()
    print(f"\n{report.machine()}\n\n{report.table(rows)}")
    return 1 if len(rows) < len(chosen) or any(row.ok is False for row in rows) else 0


def _measured(chosen: Mapping[str, Measure], context: Context) -> Iterator[Row]:
    """The rows one by one; a row whose peer is not installed is told, and the others go on."""
    for name, measure in chosen.items():
        print(f"bench: {name}", file=sys.stderr, flush=True)
        try:
            row = measure(context)
        except ModuleNotFoundError as missing:
            print(f"bench: not measured, {missing.name} is missing; `make bench` installs it", file=sys.stderr)
            continue
        print(row.as_json(), flush=True)
        yield row


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
