"""A year recounted as an office does it today: from the year's workbook, from a CSV export, a person at a time.

Each peer reads the same lines (person, activity, tenths of hours), works out under the same notice what counts of
everybody's year, and writes the result where such an office keeps it: a workbook, a file, the person's row. Ours is the
annual check that fills the year's standings. Every peer's answer is compared with the portal's before it is timed.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from openpyxl import Workbook, load_workbook

from bench import database
from bench.annual_check import ENTRIES_PER_PERSON, YEAR, fill_once
from bench.pairs import BINDING_SIZE, REPORTED_SPEED, Bar, Context, Measure, Row, at_least, compare, seconds
from bench.peers.frames import Numbers, by_duckdb, by_pandas, by_polars
from hours_rules import Entry, compose
from registry.models import AnnualStanding, HourEntry
from registry.queries.notices import notice_of_year

SHEET_PEOPLE, LOOP_PEOPLE = 10_000, 1_000
Verdicts = dict[int, tuple[int, bool]]  # person → counted tenths and whether the year is met
Peer = Callable[[Path, Path, Numbers], None]


def lines() -> Iterator[tuple[int, int, int]]:
    """The year's ledger as an office would export it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT practitioner_id, activity, tenths FROM registry_hourentry WHERE year = %s", [YEAR])
        yield from cursor.fetchall()


def by_openpyxl(given: Path, answer: Path, numbers: Numbers) -> None:
    """Read the year's workbook row by row, sum in dictionaries, write a workbook."""
    sums: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    sheet = load_workbook(given, read_only=True).active
    assert sheet is not None
    for person, activity, tenths in sheet.iter_rows(min_row=2, values_only=True):
        sums[person][activity] += tenths  # type: ignore[index, operator]
    book = Workbook(write_only=True)
    out = book.create_sheet()
    for person, done in sums.items():
        counted = dict.fromkeys(numbers.minimums, 0)
        for activity, tenths in done.items():
            worth = min(tenths, numbers.caps.get(activity, tenths))
            counted[numbers.categories[activity]] += worth
            counted["total"] += worth
        meets = all(counted[name] >= least for name, least in numbers.minimums.items())
        out.append([person, *counted.values(), int(meets)])
    book.save(answer)


def write_sheet(given: Path) -> None:
    """The year's workbook: a line per activity."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in (("person", "activity", "tenths"), *lines()):
        sheet.append(line)
    book.save(given)


def write_csv(given: Path) -> None:
    """The year's CSV export."""
    with given.open("w", newline="") as file:
        csv.writer(file).writerows((("person", "activity", "tenths"), *lines()))


def read_sheet(answer: Path) -> Verdicts:
    """What the openpyxl recount wrote."""
    sheet = load_workbook(answer, read_only=True).active
    assert sheet is not None
    return {row[0]: (row[1], bool(row[-1])) for row in sheet.iter_rows(values_only=True)}  # type: ignore[misc]


def read_csv(answer: Path) -> Verdicts:
    """What a frame wrote."""
    with answer.open(newline="") as file:
        return {
            int(row["person"]): (int(row["total"]), row["meets"] in ("1", "True", "true"))
            for row in csv.DictReader(file)
        }


def ours_in_the_table() -> Verdicts:
    """What the annual check wrote."""
    rows = AnnualStanding.objects.filter(year=YEAR).values_list("practitioner_id", "counted_total", "meets")
    return {pk: (int(hours * 10), meets) for pk, hours, meets in rows}


def _over_file(
    context: Context,
    *,
    name: str,
    peer: Peer,
    write: Callable[[Path], None],
    read: Callable[[Path], Verdicts],
    must: Bar,
    most: int,
) -> Row:
    people = min(context.size, most)
    database.use(people, YEAR, ENTRIES_PER_PERSON)
    numbers = Numbers.of(notice_of_year(YEAR))
    with TemporaryDirectory() as folder:
        given, answer = Path(folder) / "given.xlsx", Path(folder) / "answer.xlsx"
        write(given)
        fill_once(people)
        peer(given, answer, numbers)
        if read(answer) != ours_in_the_table():
            raise AssertionError(f"{name}: another answer than the portal's")
        return compare(
            context,
            name=name,
            n=people,
            unit="people/s",
            ours=partial(fill_once, people),
            limit=lambda: seconds(lambda: peer(given, answer, numbers)),
            peer=peer.__name__.removeprefix("by_"),
            must=must,
            binds=context.size >= BINDING_SIZE,
        )


def sheet(context: Context) -> Row:
    """At least 25 times as fast as openpyxl over the year's workbook."""
    told = {"peer": by_openpyxl, "write": write_sheet, "read": read_sheet, "most": SHEET_PEOPLE}
    return _over_file(context, name=SHEET, must=at_least(25), **told)  # type: ignore[arg-type]


def frame(name: str, peer: Peer, must: Bar, context: Context) -> Row:
    """A data frame's library, or a database in the process, over a CSV export."""
    return _over_file(
        context, name=name, peer=peer, write=write_csv, read=read_csv, must=must, most=max(context.size, 1)
    )


def loop(context: Context) -> Row:
    """At least 250 times as fast as a loop that composes and saves a person at a time; 1,000 of them, extrapolated."""
    database.use(context.size, YEAR, ENTRIES_PER_PERSON)
    some = min(context.size, LOOP_PEOPLE)

    def limit() -> float:
        return seconds(lambda: _one_by_one(range(1, some + 1))) * context.size / some

    fill_once(context.size)
    before = ours_in_the_table()
    _one_by_one(range(1, some + 1))
    if ours_in_the_table() != before:
        raise AssertionError("the loop composes another year than the check")
    return compare(
        context,
        name=LOOP,
        n=context.size,
        unit="people/s",
        ours=partial(fill_once, context.size),
        limit=limit,
        peer=f"ORM loop, extrapolated from {some:,}",
        must=at_least(250),
        binds=context.size >= BINDING_SIZE,
    )


def _one_by_one(people: Iterable[int]) -> None:
    notice = notice_of_year(YEAR)
    codes = {rule.number: rule.code for rule in notice.activities.values()}
    for person in people:
        entries = HourEntry.objects.filter(practitioner_id=person, year=YEAR)
        year = compose([Entry(codes[entry.activity], entry.hours) for entry in entries], notice)
        figures = {f"counted_{name}": hours for name, hours in year.counted.items()}
        figures |= {f"recorded_{name}": hours for name, hours in year.recorded.items()}
        figures |= {f"deficit_{name}": hours for name, hours in year.deficits.items()}
        standing = AnnualStanding.objects.get(practitioner_id=person, year=YEAR)
        for name, value in {**figures, "meets": year.meets}.items():
            setattr(standing, name, value)
        standing.save()


SHEET = "a year as an office does it, openpyxl"
PANDAS, POLARS, DUCKDB = (f"a year as an office does it, {name} over CSV" for name in ("pandas", "polars", "duckdb"))
LOOP = "a year as an office does it, ORM loop"
MEASURES: dict[str, Measure] = {
    SHEET: sheet,
    PANDAS: partial(frame, PANDAS, by_pandas, at_least(1.5)),
    POLARS: partial(frame, POLARS, by_polars, REPORTED_SPEED),
    DUCKDB: partial(frame, DUCKDB, by_duckdb, REPORTED_SPEED),
    LOOP: loop,
}
