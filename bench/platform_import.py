"""A platform's file of 50,000 lines: sealed file → every check → staged rows, against its limit and a plain importer.

The limit reads the same workbook with calamine and does nothing else. The peer reads it with openpyxl and does the same
checks with the same rules, row by row, and stores the rows with `bulk_create`: what one writes without measuring.
What hashing ID numbers takes, and how much memory the reading child uses, are rows of their own.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from accounts.crypto import blind_index
from accounts.identity import normalise
from accounts.masks import mask_id
from bench.pairs import Bar, Context, Measure, Row, at_least, at_most, compare, seconds
from bench.platform_stage import COLUMNS, EACH, HEADINGS, LINES, YEAR, Stage, id_number, stage, workbook
from registry.commands.platforms.columns import Reading
from registry.commands.platforms.earlier import earlier_of
from registry.commands.platforms.reading import import_check
from registry.commands.platforms.rules import Rules, Stated
from registry.models import (
    PlatformImport,
    PlatformRow,
    Practitioner,
    RowVerdict,
)
from registry.platform_states import ImportState
from registry.queries.notices import remember_for_request

NAME = "platform import of 50,000 lines"
MOST_MEGABYTES = 250


def _ours(stage: Stage) -> float:
    """Seconds from the sealed file to the staged rows, none of which may have a problem."""
    PlatformRow.objects.all().delete()
    PlatformImport.objects.filter(pk=stage.row.pk).update(state=ImportState.CHECKING)
    taken = seconds(lambda: import_check(pk=stage.row.pk, progress=lambda *_: None))
    _must_be_ready(stage)
    return taken


def _calamine(stage: Stage) -> float:
    """Seconds of reading every cell, and nothing else."""

    def read() -> None:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(stage.data)).get_sheet_by_index(0)
        if len(sheet.to_python()) != stage.lines + 1:
            raise AssertionError("calamine did not read all rows")

    return seconds(read)


def _plain_importer(stage: Stage) -> float:
    """Seconds of openpyxl, the same checks row by row, and `bulk_create`."""
    PlatformRow.objects.all().delete()
    with remember_for_request():
        taken = seconds(lambda: _import_plainly(stage))
    _must_be_ready(stage)
    return taken


def _import_plainly(stage: Stage) -> None:
    sheet = load_workbook(io.BytesIO(stage.data), read_only=True).active
    people = {
        bytes(id_hash): (pk, name, user)
        for pk, name, id_hash, user in Practitioner.objects.values_list("pk", "name", "id_hash", "user_id")
    }
    earlier = earlier_of("zhoushan", [YEAR], [pk for pk, _, _ in people.values()])
    rules = Rules("zhoushan", Reading.of(stage.profile))
    seen, rows = set(), []
    for number, cells in enumerate(sheet.iter_rows(min_row=2, values_only=True), 2):  # type: ignore[union-attr]
        given = dict(zip(COLUMNS, ("" if cell is None else str(cell).strip() for cell in cells), strict=True))
        name, id_text, *stated = (given[heading] for heading in HEADINGS.values())
        code, course, category, hours, day, passed = stated
        id_text = normalise(id_text)
        pk, known_as, user = people[blind_index("id", id_text)]
        judged = rules.judge(Stated(code, course, category, hours, passed, day))
        key = (pk, judged.code)
        wrong = known_as != name or user == stage.clerk.pk or bool(judged.problems) or key in seen
        wrong = wrong or earlier.known(pk, judged) is not None
        seen.add(key)
        rows.append(
            PlatformRow(
                platform_import=stage.row,
                row=number,
                verdict=RowVerdict.ERROR if wrong else RowVerdict.READY,
                practitioner_id=pk,
                name=name,
                id_masked=mask_id(id_text),
                activity=judged.activity,
                course_code=judged.code,
                course_name=judged.name,
                hours=Decimal(judged.tenths or 0) / 10,  # type: ignore[misc]  # the stubs know no Decimal there
                completed_on=judged.day,
            )
        )
    PlatformRow.objects.bulk_create(rows, batch_size=1000)


def _must_be_ready(stage: Stage) -> None:
    ready = PlatformRow.objects.filter(verdict=RowVerdict.READY).count()
    if ready != stage.lines:
        raise AssertionError(f"{ready} of {stage.lines} rows are ready")


def _against(name: str, limit: Callable[[Stage], float], peer: str, must: Bar, context: Context) -> Row:
    with stage(context) as there:
        return compare(
            context,
            name=name,
            n=there.lines,
            unit="rows/s",
            ours=lambda: _ours(there),
            limit=lambda: limit(there),
            peer=peer,
            must=must,
            binds=there.lines == LINES,
        )


def against_calamine(context: Context) -> Row:
    """At least 40 % of the speed at which calamine alone reads the workbook."""
    return _against(CALAMINE, _calamine, "calamine alone", at_least(0.4), context)


def against_plain_importer(context: Context) -> Row:
    """At least 6 times as fast as openpyxl, the same checks, and bulk_create."""
    return _against(PLAIN, _plain_importer, "openpyxl + bulk_create", at_least(6), context)


def hashing(context: Context) -> Row:
    """Hashing every different ID number takes at most a quarter of the whole."""
    with stage(context) as there:
        numbers = [id_number(n) for n in range(1, -(-there.lines // EACH) + 1)]

        def hash_all() -> float:
            return seconds(lambda: [blind_index("id", number) for number in numbers])

        return compare(
            context,
            name=HASHING,
            n=there.lines,
            unit="rows/s",
            ours=hash_all,
            limit=lambda: _ours(there),
            peer="the whole check",
            must=at_most(0.25),
            binds=there.lines == LINES,
        )


def memory(context: Context) -> Row:
    """The reading child holds at most 250 MB at its peak."""
    lines = min(context.size, LINES)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        Path(file.name).write_bytes(workbook(lines))
        done = subprocess.run(
            [sys.executable, "-c", MEASURE_CHILD, file.name], capture_output=True, text=True, check=True
        )
    used = int(done.stdout) / 1024
    return Row(
        name=MEMORY,
        n=lines,
        unit="MB",
        ours=used,
        limit=MOST_MEGABYTES,
        peer="allowed",
        ratio=used / MOST_MEGABYTES,
        quartiles=(used / MOST_MEGABYTES, used / MOST_MEGABYTES),
        must=str(at_most(1)),
        ok=used <= MOST_MEGABYTES if lines == LINES else None,
    )


# A process of its own: what a child is said to have used includes what its parent held when it was started.
MEASURE_CHILD = """
import resource, sys
from pathlib import Path
import django
django.setup()
from office.sheets.reading import read
from registry.commands.platforms.files import limits
read(Path(sys.argv[1]), name="bench.xlsx", limits=limits())
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
CALAMINE, PLAIN, HASHING, MEMORY = (
    f"{NAME}, {part}" for part in ("calamine alone", "openpyxl and bulk_create", "share of hashing", "reading child")
)
MEASURES: dict[str, Measure] = {
    CALAMINE: against_calamine,
    PLAIN: against_plain_importer,
    HASHING: hashing,
    MEMORY: memory,
}
