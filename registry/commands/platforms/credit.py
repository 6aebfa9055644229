"""The job of a confirmed import: what was checked becomes results and ledger lines, chunk by chunk.

Each chunk is one transaction that also writes the job's checkpoint. A chunk done twice changes nothing: the database
holds each result once, and only results that are new are posted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from hours_rules import Activity
from office.audit.commands import record
from registry.commands import ledger
from registry.commands.platforms import files, staging
from registry.commands.platforms.telling import tell_credited
from registry.commands.standing import lock_people
from registry.models import EntrySource, PlatformImport, PlatformResult, PlatformRow, Practitioner, RowVerdict
from registry.models.fields import to_hours
from registry.platform_states import ImportState, ResultState, move_import
from registry.queries.notices import notice_on, remember_for_request
from registry.queries.platforms import platform_names, sums_of
from registry.states import ClaimState

# `done` rows of `total` are behind the row numbered `after`; called in the transaction of the chunk.
Progress = Callable[[int, int, int], None]
INSERT_SQL = """
INSERT INTO registry_platformresult (platform_import_id, practitioner_id, platform, year, course_code, course_name,
    activity, tenths, completed_on, state)
SELECT r.platform_import_id, r.practitioner_id, %(platform)s, extract(year FROM r.completed_on), r.course_code,
    r.course_name, r.activity, r.tenths, r.completed_on, %(recorded)s
FROM registry_platformrow r JOIN registry_practitioner p ON p.id = r.practitioner_id
WHERE r.platform_import_id = %(import)s AND r.verdict = ANY(%(verdicts)s) AND r.row = ANY(%(rows)s)
    AND p.user_id IS DISTINCT FROM %(actor)s
    AND NOT EXISTS (
        SELECT 1 FROM registry_claim c
        WHERE c.practitioner_id = r.practitioner_id AND c.year = extract(year FROM r.completed_on)
            AND c.activity = r.activity AND c.title = r.course_name AND c.state = %(accepted)s
    )
ORDER BY r.row
ON CONFLICT DO NOTHING
RETURNING id, practitioner_id, year, course_code, course_name, activity, tenths, completed_on
"""


class Recorded(NamedTuple):
    """A result that a chunk brought in."""

    pk: int
    practitioner: int
    year: int
    code: str
    name: str
    activity: str
    tenths: int
    completed_on: date


def import_credit(*, pk: int, after: int, progress: Progress) -> dict[str, Any]:
    """Credit a confirmed import from the row behind `after` on; the figures of all attempts together."""
    row = PlatformImport.objects.select_related("confirmed_by").get(pk=pk)
    if row.state != ImportState.IMPORTING or row.confirmed_by is None:
        return dict(row.counts.get("import", {}))
    chosen = PlatformRow.objects.filter(platform_import=row, verdict__in=_verdicts(row)).order_by("row")
    total, done = chosen.count(), chosen.filter(row__lte=after).count()
    while numbers := list(chosen.filter(row__gt=after).values_list("row", flat=True)[: settings.PLATFORM_CHUNK]):
        after, done = numbers[-1], done + len(numbers)
        with transaction.atomic(), remember_for_request():  # the notices in force are asked for once a chunk
            _chunk(row, row.confirmed_by, numbers)
            progress(done, total, after)
    tell_credited(row)
    return _finished(row, total)


def _chunk(row: PlatformImport, actor: User, numbers: list[int]) -> None:
    """Bring in the results of these rows that are new, and post them (§二（一）)."""
    staged = PlatformRow.objects.filter(platform_import=row, row__in=numbers, verdict__in=_verdicts(row))
    lock_people(pk for pk in staged.values_list("practitioner_id", flat=True) if pk is not None)
    values: dict[str, Any] = {
        "import": row.pk,
        "platform": row.platform,
        "verdicts": _verdicts(row),
        "rows": numbers,
        "actor": actor.pk,
        "recorded": ResultState.RECORDED,
        "accepted": ClaimState.ACCEPTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT_SQL, values)
        results = [Recorded(*line) for line in cursor.fetchall()]
    people = Practitioner.objects.only("pk").in_bulk({result.practitioner for result in results})
    platform = platform_names().get(row.platform, row.platform)
    ledger.post(
        actor=actor,
        entries=[_entry(result, people[result.practitioner], row, platform) for result in results],
    )


def _entry(result: Recorded, practitioner: Practitioner, row: PlatformImport, platform: str) -> ledger.NewEntry:
    return ledger.NewEntry(
        practitioner=practitioner,
        year=result.year,
        activity=Activity(result.activity, hours=to_hours(result.tenths)),
        notice=notice_on(result.completed_on),
        source=EntrySource.PLATFORM,
        source_id=result.pk,
        facts={
            "title": result.name,
            "number": row.number,
            "ended_on": result.completed_on.isoformat(),
            "platform": platform,
            "course": result.code,
        },
    )


@transaction.atomic
def _finished(row: PlatformImport, chosen: int) -> dict[str, Any]:
    """Close the import: what came in, what was there already; file and staged rows go, reasons stay."""
    locked = PlatformImport.objects.select_for_update().get(pk=row.pk)
    if locked.state != ImportState.IMPORTING:
        return dict(locked.counts.get("import", {}))
    move_import(locked, ImportState.DONE)
    years = sums_of(PlatformResult.objects.filter(platform_import=row))
    imported = sum(courses for courses, _ in years.values())
    found = {
        "imported": imported,
        "known": locked.counts["known"] + chosen - imported,
        "skipped": locked.counts["rows"] - locked.counts["known"] - chosen,
        "years": years,
    }
    locked.counts = locked.counts | {"import": found}
    locked.finished_at = timezone.now()
    files.forget(locked)
    staging.unstage(locked, keep_reasons=True)
    locked.save()
    record(
        actor=locked.confirmed_by,
        action="platform_import.done",
        obj=locked,
        before=ImportState.IMPORTING,
        after=locked.state,
        imported=imported,
        known=found["known"],
        skipped=found["skipped"],
    )
    return found


def _verdicts(row: PlatformImport) -> list[str]:
    return [RowVerdict.READY.value, *([RowVerdict.WARNED.value] if row.with_warnings else [])]
