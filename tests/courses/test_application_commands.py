"""An application of a class from its draft to its hand-in, and handed in again when it came back."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import Organisation, User
from courses.commands.application_files import FOLDER, attachment_add, attachment_remove
from courses.commands.application_input import LecturerInput, UnitInput
from courses.commands.application_parts import lecturers_save, unit_part_save
from courses.commands.applications import (
    application_copy,
    application_delete,
    application_draft,
    application_submit,
)
from courses.models import ApplicationPart, AttachmentKind, ClassApplication
from courses.queries.parts import stamp_of
from courses.states import ApplicationState, Route, move_application
from office.audit.models import Event
from office.messages.models import Message
from tests.courses.applied import LECTURERS, ROUTE_B_FILES, UNIT, begun, filled, handed_in, qualify
from tests.factories import AppointmentFactory
from tests.registry.people import upload

pytestmark = pytest.mark.django_db


def test_the_same_token_is_the_same_draft(unit: Organisation, organiser: User) -> None:
    token = uuid.uuid4()
    first = application_draft(actor=organiser, unit=unit, token=token)
    assert application_draft(actor=organiser, unit=unit, token=token) == first
    assert ClassApplication.objects.count() == 1


def test_nobody_applies_for_a_unit_of_others(unit: Organisation) -> None:
    stranger = AppointmentFactory(organiser=True).user
    with pytest.raises(Forbidden):
        begun(stranger, unit)


@pytest.mark.parametrize("merged", [False, True])
def test_a_closed_or_merged_unit_applies_for_nothing(
    unit: Organisation, builder: Organisation, organiser: User, merged: bool
) -> None:
    draft = filled(unit, organiser)
    unit.is_active, unit.merged_into = False, builder if merged else None
    unit.save()
    for refused in (lambda: begun(organiser, unit), lambda: handed_in(draft)):
        with pytest.raises(InputError) as error:
            refused()
        assert error.value.code == "unit_closed"


def test_handed_in_it_has_a_number_its_unit_as_printed_and_a_receipt(unit: Organisation, organiser: User) -> None:
    handed = handed_in(filled(unit, organiser))
    assert handed.number.startswith("PX2021")
    assert (handed.state, handed.route, handed.is_late) == (ApplicationState.SUBMITTED, Route.A, False)
    assert (handed.unit_name, handed.unit_code, handed.region) == (unit.name, unit.uscc, unit.region)
    assert (handed.first_day, handed.last_day) == (date(2021, 10, 11), date(2021, 10, 12))
    assert (handed.day_count, handed.asked_hours) == (2, Decimal(16))
    receipt = Message.objects.get(recipient=organiser, kind="class.submitted")
    assert receipt.title == f"培训班申请{handed.number}已提交"
    assert Event.objects.filter(action="class.submit").count() == 1


def test_asked_for_twice_it_is_handed_in_once(unit: Organisation) -> None:
    draft = filled(unit)
    assert handed_in(draft).number == handed_in(draft).number
    assert draft.steps.count() == 1
    assert Message.objects.filter(kind="class.submitted").count() == 1


def test_what_is_not_filled_in_is_named(unit: Organisation, organiser: User) -> None:
    draft = begun(organiser, unit)
    lecturers_save(actor=organiser, application=draft, rows=[LecturerInput("郑远航")])
    with pytest.raises(InputError) as error:
        application_submit(actor=organiser, application=draft)
    assert error.value.code == "incomplete"
    for words in ("联系人", "培训名称", "第1名教师的单位", "第1名教师的职称", "课程安排"):
        assert words in error.value.message
    assert ClassApplication.objects.get().number is None


def test_a_late_one_needs_its_reason_and_is_marked(unit: Organisation, organiser: User) -> None:
    draft = filled(unit, organiser, days=[date(2021, 9, 10)])
    with pytest.raises(InputError) as error:
        handed_in(draft)
    assert (error.value.code, error.value.field) == ("late_reason_missing", "late_reason")
    late = handed_in(draft, late_reason="授课专家时间临时调整")
    assert (late.is_late, late.late_reason) == (True, "授课专家时间临时调整")


def test_route_b_needs_its_papers_and_goes_to_the_county(builder: Organisation) -> None:
    draft = filled(builder, kinds=ROUTE_B_FILES)
    with pytest.raises(InputError) as error:
        handed_in(draft)
    assert error.value.code == "conditions_unmet"
    assert "资质一级或甲级以上" in error.value.message
    qualify(builder)
    handed = handed_in(draft)
    assert handed.route == Route.B
    assert builder.region.office_name in Message.objects.get(kind="class.submitted").body


def test_a_returned_one_keeps_number_route_and_day(unit: Organisation, organiser: User, city: User) -> None:
    handed = handed_in(filled(unit, organiser))
    first = handed.handed_in_at
    move_application(handed, ApplicationState.RETURNED, actor=city, reason="联系人有误", parts=[ApplicationPart.UNIT])
    unit.business = "construction"
    unit.save()
    data = UnitInput("定海区虚构路9号", "林洋", "0580-2000002")
    mended = unit_part_save(actor=organiser, application=handed, data=data)
    assert mended.mended_parts == [ApplicationPart.UNIT]
    again = handed_in(ClassApplication.objects.get(pk=handed.pk))
    assert (again.number, again.route, again.handed_in_at) == (handed.number, Route.A, first)
    assert (again.contact_name, again.mended_parts) == ("林洋", [])
    assert [step.after for step in again.steps.all()] == ["submitted", "returned", "submitted"]


def test_of_two_pages_the_later_one_does_not_wipe_out_the_first(unit: Organisation, organiser: User) -> None:
    draft = begun(organiser, unit)
    shown = stamp_of(draft, ApplicationPart.UNIT)
    unit_part_save(actor=organiser, application=draft, data=UNIT, stamp=shown)
    with pytest.raises(Conflict) as error:
        unit_part_save(actor=organiser, application=draft, data=UnitInput("别处"), stamp=shown)
    assert error.value.code == "part_changed"
    draft.refresh_from_db()
    assert draft.unit_address == UNIT.address
    lecturers = stamp_of(draft, ApplicationPart.LECTURERS)  # another part is untouched by it
    lecturers_save(actor=organiser, application=draft, rows=LECTURERS, stamp=lecturers)


def test_saving_what_stands_there_leaves_no_trace(unit: Organisation, organiser: User) -> None:
    draft = begun(organiser, unit)
    unit_part_save(actor=organiser, application=draft, data=UNIT)
    unit_part_save(actor=organiser, application=draft, data=UNIT)
    assert Event.objects.filter(action="class.save").count() == 1


def test_lecturers_keep_their_lessons_when_the_list_changes(unit: Organisation, organiser: User) -> None:
    draft = filled(unit, organiser)
    first, second = draft.lecturers.all()
    lesson = draft.sessions.first()
    lesson.lecturer = second
    lesson.save()
    rows = [LecturerInput(second.name, second.unit, "正高级工程师", pk=second.pk)]
    lecturers_save(actor=organiser, application=draft, rows=rows)
    lesson.refresh_from_db()
    assert (lesson.lecturer, lesson.lecturer.title) == (second, "正高级工程师")
    assert list(draft.lecturers.all()) == [second]
    assert not draft.lecturers.filter(pk=first.pk)


@pytest.mark.parametrize("first_day", [None, date(2021, 11, 1)])
def test_a_copy_has_what_was_stated_and_moves_the_timetable(unit: Organisation, first_day: date | None) -> None:
    handed = handed_in(filled(unit))
    copy = application_copy(actor=handed.created_by, application=handed, token=uuid.uuid4(), first_day=first_day)
    assert (copy.state, copy.number, copy.title) == (ApplicationState.DRAFT, None, handed.title)
    assert [lecturer.name for lecturer in copy.lecturers.all()] == ["郑远航", "方知微"]
    assert copy.first_day == first_day
    assert copy.sessions.count() == (4 if first_day else 0)
    assert not copy.attachments.exists()
    handed.refresh_from_db()
    assert handed.lecturers.count() == 2


def test_a_draft_goes_with_its_files_and_a_handed_in_one_stays(
    unit: Organisation, django_capture_on_commit_callbacks: object
) -> None:
    draft, handed = filled(unit), handed_in(filled(unit))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        application_delete(actor=draft.created_by, application=draft)
    assert not ClassApplication.objects.filter(pk=draft.pk).exists()
    assert len(default_storage.listdir(FOLDER)[1]) == 1  # the handed-in one's
    with pytest.raises(InputError) as error:
        application_delete(actor=handed.created_by, application=handed)
    assert error.value.code == "not_editable"


def test_a_handed_in_one_is_not_changed(unit: Organisation) -> None:
    handed = handed_in(filled(unit))
    actor = handed.created_by
    for attempt in (
        lambda: unit_part_save(actor=actor, application=handed, data=UnitInput("别处")),
        lambda: attachment_remove(actor=actor, attachment=handed.attachments.get()),
        lambda: attachment_add(
            actor=actor, application=handed, kind=AttachmentKind.OTHER, upload=upload("其他.png", 9)
        ),
    ):
        with pytest.raises(InputError) as error:
            attempt()
        assert error.value.code == "not_editable"
    assert handed.attachments.count() == 1


def test_the_same_file_twice_is_one(unit: Organisation, organiser: User) -> None:
    draft = begun(organiser, unit)
    for _ in range(2):
        attachment_add(actor=organiser, application=draft, kind="class_plan", upload=upload("办班方案.png", 3))
    assert draft.attachments.count() == len(default_storage.listdir(FOLDER)[1]) == 1
