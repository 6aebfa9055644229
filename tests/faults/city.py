"""Thousands of made-up people with a year of entries each, spread over many buckets of the annual check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, models

from hours_rules import Activity, notice_for
from registry.commands import ledger
from registry.commands.standing import BUCKET_SIZE
from registry.models import EntrySource, HourEntry, Practitioner
from tests.factories import UserFactory
from tests.registry.people import PractitionerFactory

YEAR = 2021
ENTRIES = 12
WRONG = """
SELECT count(*) FROM registry_practitioner p
LEFT JOIN registry_annualstanding s ON s.practitioner_id = p.id AND s.year = %s
LEFT JOIN (SELECT practitioner_id, sum(tenths) AS tenths FROM registry_hourentry WHERE year = %s GROUP BY 1) e
    ON e.practitioner_id = p.id
WHERE s.id IS NULL OR s.recorded_total <> coalesce(e.tenths, 0) OR s.counted_total <> coalesce(e.tenths, 0)
"""


@dataclass(frozen=True)
class City:
    """How many people there are, in how many buckets."""

    people: int
    buckets: int

    def wrong(self) -> int:
        """People whose standing is missing or does not equal a plain recount of their (uncapped) entries."""
        with connection.cursor() as cursor:
            cursor.execute(WRONG, [YEAR, YEAR])
            return int(cursor.fetchone()[0])


def fill(buckets: int, each: int) -> City:
    """So many people in each of so many buckets; the first of them is made by command, the others are its copies."""
    person, posted = _first()
    with connection.cursor() as cursor:
        copies(
            cursor,
            person,
            f"generate_series(1, {buckets - 1}) AS bucket, generate_series(1, {each}) AS n",
            id=f"bucket * {BUCKET_SIZE} + n",
            id_hash="decode(md5(bucket || '/' || n), 'hex')",
            phone_hash="NULL",
        )
        copies(
            cursor,
            posted,
            f"registry_practitioner p, generate_series(1, {ENTRIES}) AS n WHERE p.id <> {person.pk}",
            id="nextval(pg_get_serial_sequence('registry_hourentry', 'id'))",
            practitioner_id="p.id",
            source_id="n",
        )
        cursor.execute("ANALYZE registry_practitioner, registry_hourentry, registry_annualstanding")
    assert HourEntry.objects.count() == (buckets - 1) * each * ENTRIES + 1
    return City(Practitioner.objects.count(), buckets)


def _first() -> tuple[Practitioner, HourEntry]:
    person = PractitionerFactory(user=None)
    entry = ledger.NewEntry(
        practitioner=person,
        year=YEAR,
        activity=Activity("licence_exam", tier="national", quantity=1),
        notice=notice_for(date(YEAR, 6, 1)),
        source=EntrySource.CLAIM,
        source_id=1,
    )
    [posted] = ledger.post(actor=UserFactory(), entries=[entry])
    return person, posted


def tamper(every: int) -> int:
    """Change the standing of every n-th person behind the portal's back; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_annualstanding SET counted_total = counted_total + 1 WHERE practitioner_id %% %s = 0",
            [every],
        )
        return int(cursor.rowcount)


def copies(cursor: object, row: models.Model, rows: str, **changed: str) -> None:
    """INSERT … SELECT of one row's columns over a set of rows, some of them given as SQL."""
    table = row._meta.db_table
    columns = [field.column for field in row._meta.concrete_fields]
    values = ", ".join(changed.get(column, f'o."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(  # type: ignore[attr-defined]
        f"WITH o AS (SELECT * FROM {table} WHERE id = %s) INSERT INTO {table} ({names}) SELECT {values} FROM o, {rows}",
        [row.pk],
    )
