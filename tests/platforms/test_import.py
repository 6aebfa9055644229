"""A platform's file from its arrival to the ledger and back: what is credited, once, and what is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from office.messages.models import Message
from registry.commands.platforms.imports import (
    check_again,
    import_abandon,
    import_confirm,
    import_reverse,
    import_upload,
)
from registry.commands.platforms.undo import result_reverse
from registry.commands.yearly import CourseInput, course_add
from registry.models import (
    AnnualStanding,
    HourEntry,
    ImportProfile,
    PlatformImport,
    PlatformResult,
    PlatformRow,
    Practitioner,
)
from tests.factories import AppointmentFactory, make_id_number
from tests.platforms.made import (
    ETHICS,
    LABELLED,
    OFF_LIST,
    SAFETY,
    checked,
    imported,
    row,
    upload,
    uploaded,
    work,
    xlsx,
)
from tests.registry.people import PractitionerFactory

Rows = list[list[Any]]
pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(people: list[Practitioner]) -> Rows:
    """Three people: the two public courses each, and a professional one of the first."""
    return [row(person, course) for person in people for course in (SAFETY, ETHICS)] + [row(people[0], LABELLED)]


def test_what_is_checked_and_confirmed_is_credited_with_its_clause(
    city: User, people: list[Practitioner], rows: Rows
) -> None:
    done = imported(city, rows)
    assert (done.state, done.counts["import"]) == (
        "done",
        {"imported": 7, "known": 0, "skipped": 0, "years": {"2021": [7, 960]}},
    )
    lines = HourEntry.objects.filter(practitioner=people[0]).order_by("id")
    assert [(line.hours, line.clause, line.source) for line in lines] == [
        (Decimal(12), "二（一）", "platform"),
        (Decimal(18), "二（一）", "platform"),
        (Decimal(6), "二（二）3", "platform"),
    ]
    assert lines[0].facts["title"] == "工程质量安全"
    assert lines[0].facts["number"] == done.number
    standing = AnnualStanding.objects.get(practitioner=people[0], year=2021)
    assert (standing.counted_industry_public, standing.counted_general_public) == (12, 18)
    assert standing.counted_professional == 6


def test_the_first_file_asks_for_its_columns_and_the_next_does_not(city: User, rows: Rows) -> None:
    first = uploaded(city, rows)
    assert (first.state, first.guess["columns"]["id_number"]) == ("unmapped", "身份证号")
    assert first.guess["words"]["general_public"] == ["一般公需科目"]
    import_abandon(actor=city, row=first)
    assert checked(city, rows).state == "ready"
    next_one = uploaded(city, rows[:-1])
    assert (next_one.state, next_one.profile) == ("ready", ImportProfile.objects.get())


def test_the_same_file_again_changes_nothing(city: User, rows: Rows) -> None:
    imported(city, rows)
    before = list(HourEntry.objects.values_list("pk", flat=True))
    again = checked(city, rows)
    assert (again.state, again.counts["known"], again.counts["ready"]) == ("in_error", 7, 0)
    with pytest.raises(Conflict):
        import_confirm(actor=city, row=again, with_warnings=True, reason="再导入")
    assert list(HourEntry.objects.values_list("pk", flat=True)) == before


def test_the_same_file_handed_in_twice_is_one_import(city: User, rows: Rows) -> None:
    data = xlsx(rows)
    first = import_upload(actor=city, platform="zhoushan", upload=upload(data))
    again = import_upload(actor=city, platform="zhoushan", upload=upload(data, "副本.xlsx"))
    assert (first.pk, PlatformImport.objects.count()) == (again.pk, 1)
    assert len(default_storage.listdir("platform")[1]) == 1


def test_rows_with_findings_wait_for_a_reason(city: User, people: list[Practitioner]) -> None:
    found = checked(city, [row(people[0]), row(people[1], OFF_LIST)])
    assert (found.counts["ready"], found.counts["warned"]) == (1, 1)
    with pytest.raises(InputError) as refused:
        import_confirm(actor=city, row=found, with_warnings=True, reason=" ")
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")
    import_confirm(actor=city, row=found, with_warnings=False, reason="")
    work()
    assert list(PlatformResult.objects.values_list("course_code", flat=True)) == ["HG-01"]
    kept = PlatformRow.objects.get()  # why it was not imported
    assert (kept.verdict, kept.code) == ("warned", "course_off_list")


def test_with_the_reason_they_are_credited(city: User, people: list[Practitioner]) -> None:
    done = imported(city, [row(people[0]), row(people[1], OFF_LIST)], with_warnings=True)
    assert done.counts["import"]["imported"] == 2
    assert (done.with_warnings, done.reason) == (True, "课程由省厅统一组织")
    assert Event.objects.get(action="platform_import.confirm").reason == "课程由省厅统一组织"
    assert not PlatformRow.objects.exists()


def test_a_course_list_changed_since_the_check_asks_for_another_check(city: User, people: list[Practitioner]) -> None:
    found = checked(city, [row(people[0], OFF_LIST)])
    data = CourseInput("HG-99", "不在名单", "industry_public", Decimal(4), "zhoushan")
    course_add(actor=city, year=2021, data=data)
    with pytest.raises(Conflict) as refused:
        import_confirm(actor=city, row=found, with_warnings=True, reason="已核实")
    assert refused.value.code == "checked_by_other_rules"
    check_again(actor=city, row=found)
    work()
    found.refresh_from_db()
    assert (found.counts["ready"], found.counts["warned"]) == (1, 0)


def test_file_and_rows_go_when_the_import_is_over(
    city: User, rows: Rows, django_capture_on_commit_callbacks: Any
) -> None:
    found = checked(city, rows)
    assert PlatformRow.objects.count() == 7
    with django_capture_on_commit_callbacks(execute=True):
        import_abandon(actor=city, row=found)
        import_abandon(actor=city, row=found)
    found.refresh_from_db()
    assert (found.state, found.file, bytes(found.data_key)) == ("abandoned", "", b"")
    assert default_storage.listdir("platform")[1] == []
    assert not PlatformRow.objects.exists()


def test_the_stored_file_holds_nobody_in_clear(city: User, people: list[Practitioner]) -> None:
    found = checked(city, [row(people[0])])
    with default_storage.open(found.file) as file:
        blob = file.read()
    assert not blob.startswith(b"PK")
    staged = PlatformRow.objects.get()
    assert staged.id_masked == people[0].id_masked
    assert people[0].id_number not in str(PlatformRow.objects.values().get())


def test_no_number_of_the_file_stands_in_any_table_or_log(
    city: User, people: list[Practitioner], capfd: pytest.CaptureFixture[str]
) -> None:
    stranger = make_id_number(serial=88)
    odd = [row(people[0], id_number=stranger), row(people[1], name=stranger), row(people[2], course_name=stranger)]
    found = imported(city, [row(people[0]), *odd, row(people[1], id_number="", category=stranger)])
    assert found.counts["import"]["imported"] == 1
    holding: list[str] = []
    numbers = [f"%{number}%" for number in (stranger, people[0].id_number)]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE ANY(%s)', [numbers])
            holding += [table] * cursor.fetchone()[0]
    assert holding == []
    out = "".join(capfd.readouterr())
    assert (stranger in out, people[0].id_number in out) == (False, False)


def test_everybody_is_told_once_of_all_their_courses(city: User, people: list[Practitioner], rows: Rows) -> None:
    imported(city, rows)
    told = Message.objects.get(recipient=people[0].user)
    assert "舟山市专业技术人员继续教育平台学习的3门课程已登记36学时（2021年度）" in told.body
    assert Message.objects.count() == 3


def test_an_import_is_undone_by_reversing_lines(city: User, people: list[Practitioner], rows: Rows) -> None:
    done = imported(city, rows)
    with pytest.raises(InputError, match="理由"):
        import_reverse(actor=city, row=done, reason=" ")
    import_reverse(actor=city, row=done, reason="平台来函更正")
    work()
    done.refresh_from_db()
    assert (done.state, done.counts["undone"]["years"]) == ("reversed", {"2021": [7, 960]})
    assert HourEntry.objects.count() == 14
    assert set(AnnualStanding.objects.values_list("recorded_total", flat=True)) == {Decimal(0)}
    assert "理由：平台来函更正" in Message.objects.get(recipient=people[0].user, kind="platform.reversed").body
    again = imported(city, rows)
    assert again.counts["import"]["imported"] == 7
    assert AnnualStanding.objects.get(practitioner=people[0]).recorded_total == Decimal(36)


def test_one_result_is_undone_alone(city: User, people: list[Practitioner], rows: Rows) -> None:
    done = imported(city, rows)
    result = PlatformResult.objects.get(practitioner=people[0], course_code="HG-01")
    result_reverse(actor=city, result=result, reason="代学")
    with pytest.raises(Conflict):
        result_reverse(actor=city, result=result, reason="代学")
    assert AnnualStanding.objects.get(practitioner=people[0], year=2021).counted_industry_public == 0
    import_reverse(actor=city, row=done, reason="整批撤销")
    work()
    assert HourEntry.objects.count() == 14


def test_nobody_credits_themselves(people: list[Practitioner], city: User) -> None:
    clerk = PractitionerFactory(user=city)
    found = checked(city, [row(clerk), row(people[0])])
    assert found.counts["codes"] == {"own_row": 1}
    colleague = AppointmentFactory(city=True, user=people[0].user).user  # confirms what somebody else had checked
    import_confirm(actor=colleague, row=found, with_warnings=False, reason="")
    work()
    assert not HourEntry.objects.exists()
    found.refresh_from_db()
    assert found.counts["import"]["imported"] == 0


@pytest.mark.parametrize("role", [{}, {"auditor": True}, {"sysadmin": True}, {"employer_admin": True}])
def test_nobody_else_imports(role: dict[str, bool], city: User, rows: Rows) -> None:
    user = AppointmentFactory(**role).user
    found = checked(city, rows)
    for command in (
        lambda: import_upload(actor=user, platform="zhoushan", upload=upload(xlsx(rows))),
        lambda: import_confirm(actor=user, row=found, with_warnings=False, reason=""),
        lambda: import_abandon(actor=user, row=found),
        lambda: import_reverse(actor=user, row=found, reason="越权"),
        lambda: check_again(actor=user, row=found),
    ):
        with pytest.raises(Forbidden):
            command()
