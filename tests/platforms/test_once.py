"""Whatever happens on the way (the same file again, a crash between chunks), each result is credited exactly once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from compliance.commands.annual_check import annual_check_run
from office.jobs import commands as jobs
from office.jobs.models import Job
from office.messages.models import Message
from registry.commands.platforms.credit import import_credit
from registry.commands.platforms.imports import import_confirm, import_reverse
from registry.commands.platforms.undo import import_undo
from registry.models import HourEntry, PlatformImport, PlatformResult, Practitioner
from registry.platform_states import IMPORT_MOVES, ImportState
from tests.platforms.made import ETHICS, LABELLED, SAFETY, checked, imported, row, work

COURSES = (SAFETY, ETHICS, LABELLED)
pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What kill -9 is to a chunk: nothing after it happens, what was committed stays."""


def confirmed(city: User, lines: list[Any]) -> PlatformImport:
    """An import whose crediting has been asked for, but not begun."""
    found = checked(city, lines)
    if ImportState.IMPORTING in IMPORT_MOVES[found.state]:
        import_confirm(actor=city, row=found, with_warnings=False, reason="")
        Job.objects.filter(kind="platform_credit").delete()
    return found


def credited(found: PlatformImport, dies_at: int | None, checkpoint: bool) -> None:
    """Run the job; die in chunk `dies_at` before or after its checkpoint is written, then run it again."""
    after, chunks = [0], [0]

    def progress(_done: int, _total: int, last: int) -> None:
        chunks[0] += 1
        if chunks[0] == dies_at:
            raise Killed
        if checkpoint:
            after[0] = last

    try:
        import_credit(pk=found.pk, after=0, progress=progress)
    except Killed:
        import_credit(pk=found.pk, after=after[0], progress=lambda *_: None)


def nothing_drifted() -> None:
    """Every standing equals a recount of the ledger."""
    outcome = annual_check_run(year=2021)
    assert outcome.drift == 0


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=8),
    again=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=4),
    dies_at=st.one_of(st.none(), st.integers(1, 3)),
    checkpoint=st.booleans(),
)
def test_each_result_is_one_entry_whatever_crashes_and_comes_again(
    city: User, people: list[Practitioner], wanted: list[Any], again: list[Any], dies_at: int | None, checkpoint: bool
) -> None:
    def lines(pairs: list[Any]) -> list[Any]:
        return [row(people[person], COURSES[course]) for person, course in pairs]

    before = set(PlatformResult.objects.values_list("practitioner", "course_code"))
    credited(confirmed(city, lines(wanted)), dies_at, checkpoint)
    credited(confirmed(city, lines(wanted + again)), dies_at, checkpoint)
    expected = before | {(people[person].pk, COURSES[course][0]) for person, course in wanted + again}
    results = list(PlatformResult.objects.values_list("practitioner", "course_code"))
    assert sorted(results) == sorted(expected)
    assert HourEntry.objects.filter(source="platform", reverses=None).count() == len(expected)
    nothing_drifted()


def test_a_crash_in_the_middle_of_undoing_reverses_each_line_once(city: User, people: list[Practitioner]) -> None:
    found = imported(city, [row(person, course) for person in people for course in COURSES])
    import_reverse(actor=city, row=found, reason="平台来函")

    def dies(done: int, _total: int) -> None:
        if done > 3:
            raise Killed

    with pytest.raises(Killed):
        import_undo(pk=found.pk, actor=city, progress=dies)
    assert HourEntry.objects.filter(reverses__isnull=False).count() == 2  # the chunk that died never was
    work()
    found.refresh_from_db()
    assert (found.state, HourEntry.objects.count()) == ("reversed", 18)
    nothing_drifted()


def test_two_imports_of_one_file_credit_it_once(city: User, people: list[Practitioner]) -> None:
    """Both were checked before either was confirmed."""
    first = checked(city, [row(people[0])])
    second = checked(city, [row(people[0]), row(people[1])])
    for found in (first, second):
        import_confirm(actor=city, row=found, with_warnings=False, reason="")
    work()
    second.refresh_from_db()
    assert second.counts["import"] == {"imported": 1, "known": 1, "skipped": 0, "years": {"2021": [1, 120]}}
    assert HourEntry.objects.count() == 2
    assert Message.objects.count() == 2


def test_a_chunk_asks_the_same_for_two_rows_and_for_sixty(
    city: User, people: list[Practitioner], settings: Any
) -> None:
    settings.PLATFORM_CHUNK = 1000
    asked = []
    for many in (3, 2, 60):  # after the first everybody has a year that may change
        lines = [row(people[n % 3], (f"{many}-{n}", f"课件{n}", "专业科目", 1, "2021-05-20", "")) for n in range(many)]
        found = confirmed(city, lines)
        with CaptureQueriesContext(connection) as queries:
            import_credit(pk=found.pk, after=0, progress=lambda *_: None)
        asked.append(len(queries))
    assert asked[1] == asked[2] <= 40


def test_the_job_goes_on_from_its_checkpoint(city: User, people: list[Practitioner]) -> None:
    found = checked(city, [row(person, course) for person in people for course in COURSES])
    import_confirm(actor=city, row=found, with_warnings=False, reason="")
    job = Job.objects.get(kind="platform_credit")
    Job.objects.filter(pk=job.pk).update(checkpoint={"after": 5})  # as after two chunks
    jobs.run(str(job.pk))
    assert PlatformResult.objects.count() == 5
