"""A roster (附件2) of 5,000 and of 50,000 rows: file → every check → stored, against its limit and a plain importer.

The limit reads the same workbook with calamine and does nothing else. The peer reads it with openpyxl, does the same
checks with the same rules row by row, and stores the rows with `bulk_create`: what one writes without measuring.
What hashing and sealing take, and how much memory the reading child uses, are rows of their own.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from accounts.crypto import blind_index, new_data_key, seal, sealer
from accounts.models import Organisation
from bench.pairs import Bar, Context, Measure, Row, at_least, at_most, compare, seconds
from bench.platform_stage import id_number
from bench.roster_stage import FACTS, LIMITS, Stage, stage, workbook
from courses.commands.roster_check import read_and_stage
from courses.commands.roster_rows import ID_AAD, PHONE_AAD, problems_of
from courses.models import RosterRow, RowVerdict
from courses.roster import people
from courses.roster.columns import KEYS
from courses.roster.findings import Finding
from courses.roster.people import Identity
from courses.roster.rules import Judged, Rules, Stated
from courses.roster.units import units_named
from registry.models import Practitioner
from registry.queries.identities import Known
from registry.queries.notices import remember_for_request

SIZES = (5_000, 50_000)
BINDS = 50_000
MOST_MEGABYTES = 250


def _name(rows: int, part: str) -> str:
    return f"roster {rows:,}, {part}"


def _ours(stage: Stage) -> float:
    """Seconds from the file to the stored rows, none of which may have a finding."""
    RosterRow.objects.all().delete()

    def check() -> None:
        with transaction.atomic():
            read_and_stage(roster=stage.roster, data=stage.data, name="bench.xlsx", facts=FACTS, limits=LIMITS)

    taken = seconds(check)
    _must_be_ready(stage)
    return taken


def _calamine(stage: Stage) -> float:
    """Seconds of reading every cell, and nothing else."""

    def read() -> None:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(stage.data)).get_sheet_by_index(0)
        if len(sheet.to_python()) < stage.rows:
            raise AssertionError("calamine did not read all rows")

    return seconds(read)


def _plain_importer(stage: Stage) -> float:
    """Seconds of openpyxl, the same checks row by row, and `bulk_create`."""
    RosterRow.objects.all().delete()
    with remember_for_request():
        taken = seconds(lambda: _import_plainly(stage))
    _must_be_ready(stage)
    return taken


def _import_plainly(stage: Stage) -> None:
    sheet = load_workbook(io.BytesIO(stage.data), read_only=True).active
    stage.roster.data_key = stage.roster.data_key or new_data_key()
    known = {
        bytes(id_hash): Known(pk, name, user)
        for id_hash, pk, name, user in Practitioner.objects.values_list("id_hash", "pk", "name", "user_id")
    }
    held = people.days_held([person.pk for person in known.values()], FACTS)
    rules = Rules(FACTS, units_named(Organisation.objects.values_list("name", flat=True)))
    seen: dict[bytes, int] = {}
    rows = []
    for number, cells in enumerate(sheet.iter_rows(min_row=4, values_only=True), 4):  # type: ignore[union-attr]
        given = dict(zip(KEYS, ("" if cell is None else str(cell).strip() for cell in cells), strict=False))
        identity, judged = (
            people.identity_of(given["id_number"]),
            rules.judge(Stated(*(given[key] for key in Stated._fields))),
        )
        name, wrong_name = people.name_of(given["name"])
        phone, wrong_phone = people.phone_of(given["phone"])
        person = known.get(identity.id_hash)
        wrong = [*identity.findings, *judged.findings, *filter(None, (wrong_name, wrong_phone))]
        wrong += filter(None, [people.sex_finding(judged.sex, identity)])
        if person is not None:
            wrong += [*held.get(person.pk, ()), *filter(None, [people.name_finding(name, person)])]
        if seen.setdefault(identity.id_hash, number) != number:
            raise AssertionError("nobody stands twice in the bench's roster")
        rows.append(_row(stage, number, identity, phone, name, person, judged, wrong))
    with transaction.atomic():
        RosterRow.objects.bulk_create(rows, batch_size=1000)


def _row(
    stage: Stage,
    number: int,
    identity: Identity,
    phone: str,
    name: str,
    person: Known | None,
    judged: Judged,
    wrong: list[Finding],
) -> RosterRow:
    key = bytes(stage.roster.data_key)
    return RosterRow(
        roster=stage.roster,
        revision=stage.roster.revision,
        row=number,
        verdict=RowVerdict.ERROR if wrong else RowVerdict.READY,
        problems=problems_of(wrong),
        practitioner_id=person.pk if person else None,
        training_unit=judged.organiser,
        class_title=judged.class_name,
        name=name,
        sex=judged.sex,
        employer_name=judged.employer,
        employer_id=judged.unit.pk if judged.unit else None,
        id_number=seal(key, identity.number, ID_AAD),
        id_hash=identity.id_hash,
        id_last4=identity.number[-4:],
        phone=seal(key, phone, PHONE_AAD),
        series=judged.series,
        title_level=judged.level,
        title=judged.title,
        hours=Decimal(judged.tenths or 0) / 10,  # type: ignore[misc]  # the stubs know no Decimal there
        is_municipal=judged.is_municipal,
    )


def _must_be_ready(stage: Stage) -> None:
    ready = RosterRow.objects.filter(verdict=RowVerdict.READY).count()
    if ready != stage.rows:
        raise AssertionError(f"{ready} of {stage.rows} rows are ready")


def _against(
    rows: int, part: str, ours: Callable[[Stage], float], limit: Callable[[Stage], float], peer: str, must: Bar
) -> Measure:
    """A row of the report: one side against another, on a roster of so many rows."""

    def measure(context: Context) -> Row:
        with stage(context, rows) as there:
            return compare(
                context,
                name=_name(rows, part),
                n=there.rows,
                unit="rows/s",
                ours=lambda: ours(there),
                limit=lambda: limit(there),
                peer=peer,
                must=must,
                binds=there.rows == BINDS,
            )

    return measure


def _crypto(stage: Stage) -> float:
    """Seconds of hashing every ID number and sealing it and the phone, as a check does."""
    numbers = [(id_number(n), f"138{n:08d}") for n in range(1, stage.rows + 1)]
    key = new_data_key()

    def work() -> None:
        seal_id, seal_phone = sealer(key, ID_AAD), sealer(key, PHONE_AAD)
        for number, phone in numbers:
            blind_index("id", number)
            seal_id(number)
            seal_phone(phone)

    return seconds(work)


def _memory(rows: int) -> Measure:
    def measure(context: Context) -> Row:
        many = min(context.size, rows)
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            Path(file.name).write_bytes(workbook(many))
            done = subprocess.run(
                [sys.executable, "-c", MEASURE_CHILD, file.name], capture_output=True, text=True, check=True
            )
        used = int(done.stdout) / 1024
        share = used / MOST_MEGABYTES
        return Row(
            name=_name(rows, MEMORY),
            n=many,
            unit="MB",
            ours=used,
            limit=MOST_MEGABYTES,
            peer="allowed",
            ratio=share,
            quartiles=(share, share),
            must=str(at_most(1)),
            ok=share <= 1 if many == BINDS else None,
        )

    return measure


# A process of its own: what a child is said to have used includes what its parent held when it was started.
MEASURE_CHILD = """
import resource, sys
from pathlib import Path
import django
django.setup()
from office.sheets.limits import Limits
from office.sheets.coming import coming
limits = Limits(file_bytes=30 * 2**20, rows=60_000, unpacked_bytes=300 * 2**20, cpu_seconds=60, wall_seconds=120)
with coming(Path(sys.argv[1]).read_bytes(), name="bench.xlsx", limits=limits) as book:
    for row in book.sheets[0].rows:
        pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
CALAMINE, PLAIN, CRYPTO, MEMORY = (
    "calamine alone",
    "openpyxl and bulk_create",
    "share of hashing and sealing",
    "reading child",
)
MEASURES: dict[str, Measure] = {
    name: measure
    for rows in SIZES
    for name, measure in (
        (_name(rows, CALAMINE), _against(rows, CALAMINE, _ours, _calamine, "calamine alone", at_least(0.4))),
        (_name(rows, PLAIN), _against(rows, PLAIN, _ours, _plain_importer, "openpyxl + bulk_create", at_least(6))),
        (_name(rows, CRYPTO), _against(rows, CRYPTO, _crypto, _ours, "the whole check", at_most(0.25))),
        (_name(rows, MEMORY), _memory(rows)),
    )
}
