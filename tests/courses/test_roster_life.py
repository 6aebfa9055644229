"""The life of a roster: uploaded, checked, mended, handed in, confirmed, returned, reversed; once, whole, in time."""

from __future__ import annotations

import os
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import Organisation, User
from courses.commands.rosters.deciding import paper_received, roster_confirm, roster_return, roster_reverse
from courses.commands.rosters.files import roster_files_clean_up
from courses.commands.rosters.mending import row_add, row_delete, row_mend
from courses.commands.rosters.rechecking import values_of
from courses.commands.rosters.submitting import roster_submit
from courses.commands.rosters.uploads import roster_check_again, roster_upload
from courses.models import Roster, TrainingClass
from courses.states import RosterState
from office.audit.models import Event
from office.jobs.models import Job
from office.messages.models import Message
from registry.models import ActivitySpan, AnnualStanding, HourEntry, LinkState, Practitioner
from tests.courses.made import training_class
from tests.courses.rosters import checked, confirmed, fresh, hand_in_data, handed_in, known, new, upload, work, xlsx
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory
from tests.registry.rosters import ID_NUMBER, NAME, PHONE, confirm_phone, sign_up

pytestmark = pytest.mark.django_db
AFTER = "2021-10-13T09:00:00+08:00"


@pytest.fixture(autouse=True)
def after_the_class() -> Any:
    with time_machine.travel(AFTER, tick=False) as moment:
        yield moment


@pytest.fixture
def held(unit: Organisation) -> TrainingClass:
    """Two days of eight hours in October 2021, of a training school."""
    return training_class(organisation=unit, planned_number=3)


@pytest.fixture
def people() -> list[Practitioner]:
    return [PractitionerFactory(name=name) for name in ("王海一", "李海二")]


@pytest.fixture
def rows(held: TrainingClass, people: list[Practitioner]) -> list[list[Any]]:
    """Two who are registered, one who is not."""
    return [*(known(held, person) for person in people), new(held, 1)]


def test_from_the_file_to_the_ledger(
    held: TrainingClass, organiser: User, city: User, people: list[Practitioner], rows: list[list[Any]]
) -> None:
    roster = checked(held, organiser, rows)
    assert (roster.state, roster.counts["rows"], roster.counts["error"]) == ("ready", 3, 0)
    assert not HourEntry.objects.exists() and Practitioner.objects.count() == 2
    roster_submit(actor=organiser, roster=roster, data=hand_in_data())
    roster = fresh(roster)
    assert roster.state == "submitted" and roster.number.startswith("HZ2021") and not roster.is_late
    assert ActivitySpan.objects.count() == 4  # two people known, two days
    roster_confirm(actor=city, roster=roster)
    work()
    roster = fresh(roster)
    assert (roster.state, roster.confirmed_by, roster.counts["created"]) == ("confirmed", city, 1)
    lines = HourEntry.objects.order_by("pk")
    assert [line.hours for line in lines] == [Decimal(16)] * 3
    assert {line.clause for line in lines} == {"二（二）2(3)"} and {line.year for line in lines} == {2021}
    assert lines[0].facts["title"] == held.title and lines[0].facts["days"] == "2"
    assert lines[0].facts["number"] == roster.number and lines[0].facts["organiser"] == held.organisation.name
    assert set(lines.values_list("source_id", flat=True)) == set(roster.rows.values_list("pk", flat=True))
    assert sorted(ActivitySpan.objects.values_list("hours", flat=True)) == [Decimal(8)] * 6
    assert AnnualStanding.objects.filter(year=2021, recorded_professional=16).count() == 3
    made = Practitioner.objects.get(user=None)
    assert (made.specialty, made.title, made.title_level, made.link_state) == ("water", "工程师", "middle", "none")
    assert made.region == held.organisation.region and made.phone == new(held, 1)[11]
    assert Message.objects.filter(kind="roster.credited").count() == 2
    assert Message.objects.filter(kind="roster.confirmed", recipient=organiser).count() == 1


def test_a_file_that_is_no_workbook_is_refused_and_one_that_cannot_be_read_says_why(
    held: TrainingClass, organiser: User, rows: list[list[Any]]
) -> None:
    with pytest.raises(InputError) as refused:
        roster_upload(actor=organiser, roster=held.roster, upload=upload(b"no workbook"))
    assert refused.value.field == "file" and fresh(held.roster).state == "awaited"
    roster = checked(held, organiser, [line[:-3] for line in rows], headings=("姓名", "性别"))
    assert roster.state == "in_error" and "身份证号" in roster.file_problem and roster.counts == {}
    roster = checked(held, organiser, rows)
    assert (roster.state, roster.file_problem) == ("ready", "")


def test_the_same_file_again_changes_nothing(
    held: TrainingClass, organiser: User, city: User, rows: list[list[Any]]
) -> None:
    for bring in (checked, handed_in, None):
        if bring is not None:
            bring(held, organiser, rows)
        else:
            roster_confirm(actor=city, roster=held.roster)
            work()
        before = (fresh(held.roster).state, held.roster.steps.count(), Event.objects.count(), Job.objects.count())
        file = fresh(held.roster).file.name
        roster_upload(actor=organiser, roster=held.roster, upload=upload(xlsx(rows), name="又一份.xlsx"))
        roster = fresh(held.roster)
        assert (roster.state, roster.steps.count(), Event.objects.count(), Job.objects.count()) == before
        assert roster.file.name == file
    assert HourEntry.objects.count() == 3
    with pytest.raises(Conflict):
        roster_upload(actor=organiser, roster=held.roster, upload=upload(xlsx(rows[:2])))


def test_the_file_lies_sealed_and_the_one_before_is_gone(
    held: TrainingClass, organiser: User, rows: list[list[Any]], django_capture_on_commit_callbacks: Any
) -> None:
    roster = checked(held, organiser, rows)
    first = roster.file.name
    with roster.file.storage.open(first) as file:
        assert not file.read().startswith(b"PK")
    with django_capture_on_commit_callbacks(execute=True):
        roster = checked(held, organiser, rows[:2])
    assert roster.file.name != first and not roster.file.storage.exists(first)
    assert roster.counts["rows"] == 2


WRONG = {
    "hours above the approved figure": ({"认定学时": "17"}, "hours_above", {"hours": "16"}),
    "sex": ({"性别": "女"}, "sex_differs", {"sex": "男"}),
    "phone": ({"手机号码": "123"}, "phone_wrong", {"phone": "13800000009"}),
    "ID number": ({"身份证号": "330902198506150011"}, "id_check_digit", {"id_number": None}),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_row_is_mended_in_the_browser(name: str, held: TrainingClass, organiser: User) -> None:
    changed, code, mended = WRONG[name]
    right = new(held, 5)
    roster = checked(held, organiser, [new(held, 4), new(held, 5, **changed), new(held, 6)])
    row = roster.rows.get(verdict="error")
    assert (roster.state, row.row, code in str(row.problems)) == ("in_error", 5, True)  # as numbered in the sheet
    with pytest.raises(Conflict):
        roster_submit(actor=organiser, roster=roster, data=hand_in_data())
    values = values_of(roster, row) | {key: value or right[6] for key, value in mended.items()}
    saved = row_mend(actor=organiser, roster=roster, row=row.row, values=values)
    roster = fresh(roster)
    assert (saved.verdict, saved.mended, roster.state) == ("ready", True, "ready")
    assert roster.counts["ready"] == 3 and roster.counts["codes"] == {}
    assert [step.after for step in roster.steps.all()] == ["awaited", "checking", "in_error", "checking", "ready"]
    with pytest.raises(Conflict) as refused:
        roster_check_again(actor=organiser, roster=roster)
    assert refused.value.code == "rows_mended"


def test_a_mended_row_can_still_be_wrong(held: TrainingClass, organiser: User) -> None:
    roster = checked(held, organiser, [new(held, 4, 认定学时="17")])
    row = roster.rows.get()
    saved = row_mend(
        actor=organiser, roster=roster, row=row.row, values=values_of(roster, row) | {"level": "", "hours": "17"}
    )
    assert {problem["code"] for problem in saved.problems} == {"hours_above", "level_missing"}
    assert fresh(roster).state == "in_error"


def test_taking_one_of_twins_out_clears_the_other_and_rows_can_be_added(held: TrainingClass, organiser: User) -> None:
    roster = checked(held, organiser, [new(held, 4), new(held, 4, 手机号码="13800000009"), new(held, 5)])
    assert roster.counts["codes"] == {"person_twice": 1}
    row_delete(actor=organiser, roster=roster, row=4)
    roster = fresh(roster)
    assert (roster.state, roster.counts["rows"]) == ("ready", 2)
    values = {"name": "陈新", "sex": "男", "employer": "无单位", "level": "无职称", "hours": "8", "municipal": "否"}
    added = row_add(
        actor=organiser, roster=roster, values={**values, "id_number": new(held, 9)[6], "phone": "13800000010"}
    )
    assert (added.row, added.verdict, fresh(roster).counts["rows"]) == (7, "ready", 3)
    assert row_delete(actor=organiser, roster=roster, row=99).counts["rows"] == 3  # gone already


MOMENTS = {
    "while the class lasts": ("2021-10-12T16:29:00+08:00", "too_early", False),
    "when it is over": ("2021-10-12T16:30:00+08:00", None, False),
    "in the last second of the seventh day": ("2021-10-19T23:59:59+08:00", None, False),
    "a second later": ("2021-10-20T00:00:00+08:00", "late_reason_missing", True),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_handing_in_takes_place_in_time_or_says_why_not(
    name: str, held: TrainingClass, organiser: User, rows: list[list[Any]], after_the_class: Any
) -> None:
    moment, code, late = MOMENTS[name]
    after_the_class.move_to(moment)
    roster = checked(held, organiser, rows)
    if code is None:
        roster_submit(actor=organiser, roster=roster, data=hand_in_data())
    else:
        with pytest.raises(InputError) as refused:
            roster_submit(actor=organiser, roster=roster, data=hand_in_data())
        assert refused.value.code == code
    if late:
        roster_submit(actor=organiser, roster=roster, data=hand_in_data(late_reason="公章外借"))
        assert fresh(roster).late_reason == "公章外借"
    assert fresh(roster).is_late is late


def test_what_was_in_time_once_stays_in_time(
    held: TrainingClass, organiser: User, city: User, rows: list[list[Any]], after_the_class: Any
) -> None:
    roster = handed_in(held, organiser, rows)
    after_the_class.move_to("2021-10-22T09:00:00+08:00")
    roster_return(actor=city, roster=roster, reason="缺两人")
    roster = handed_in(held, organiser, rows[:2])
    assert (roster.state, roster.is_late) == ("submitted", False)
    assert ActivitySpan.objects.count() == 4


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no 填报人": ({"filler": " "}, "filler"),
    "an ID number for 填报人": ({"filler": "330902198506150019"}, "filler"),
    "no telephone": ({"phone": "12"}, "phone"),
    "a day to come": ({"filled_on": date(2021, 10, 14)}, "filled_on"),
    "before the class": ({"filled_on": date(2021, 10, 10)}, "filled_on"),
    "warnings not looked at": ({"acknowledged": False}, "acknowledged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hand_in_is_refused_by_field(name: str, held: TrainingClass, organiser: User, rows: list[list[Any]]) -> None:
    changes, field = REFUSED[name]
    roster = checked(held, organiser, rows[:2])  # two of three planned: a warning
    with pytest.raises(InputError) as refused:
        roster_submit(actor=organiser, roster=roster, data=hand_in_data(**changes))
    assert refused.value.field == field
    assert (fresh(roster).state, fresh(roster).number, ActivitySpan.objects.count()) == ("ready", None, 0)


def test_what_changed_since_the_check_is_found_at_the_hand_in(
    held: TrainingClass, organiser: User, people: list[Practitioner], rows: list[list[Any]]
) -> None:
    roster = checked(held, organiser, rows)
    Practitioner.objects.filter(pk=people[0].pk).update(name="王海云")
    with pytest.raises(InputError) as refused:
        roster_submit(actor=organiser, roster=roster, data=hand_in_data())
    roster = fresh(roster)
    assert (refused.value.code, roster.state, roster.counts["codes"]) == (
        "rows_changed",
        "in_error",
        {"name_differs": 1},
    )


def test_two_classes_on_one_day_never_both_count(
    held: TrainingClass, organiser: User, city: User, rows: list[list[Any]]
) -> None:
    other = training_class(organisation=held.organisation, title="同日另一班", planned_number=3)
    second = [known(other, Practitioner.objects.get(id_last4=rows[0][6][-4:])), new(other, 1), new(other, 2)]
    late_one = checked(other, organiser, second)
    assert late_one.state == "ready"
    confirmed(held, organiser, city, rows)
    with pytest.raises(InputError):
        roster_submit(actor=organiser, roster=late_one, data=hand_in_data())
    assert fresh(late_one).counts["codes"]["class_overlap"] == 2  # the one created meanwhile, too


def test_what_changed_since_the_hand_in_stops_the_confirmation_whole(
    held: TrainingClass, organiser: User, city: User, people: list[Practitioner], rows: list[list[Any]]
) -> None:
    roster = handed_in(held, organiser, rows)
    Practitioner.objects.filter(pk=people[1].pk).update(name="李海云")
    roster_confirm(actor=city, roster=roster)
    work(fails=True)
    roster = fresh(roster)
    assert roster.state == "submitted" and not HourEntry.objects.exists() and Practitioner.objects.count() == 2
    assert "第5行" in Job.objects.get(pk=roster.job_id).error
    Practitioner.objects.filter(pk=people[1].pk).update(name="李海二")
    roster_confirm(actor=city, roster=roster)
    work()
    assert fresh(roster).state == "confirmed" and HourEntry.objects.count() == 3


def test_confirming_again_answers_the_same_and_returning_meanwhile_is_refused(
    held: TrainingClass, organiser: User, city: User, rows: list[list[Any]]
) -> None:
    roster = handed_in(held, organiser, rows)
    for _ in range(3):
        roster_confirm(actor=city, roster=roster)
    assert Job.objects.filter(kind="roster_confirm").count() == 1
    with pytest.raises(Conflict) as refused:
        roster_return(actor=city, roster=roster, reason="等一等")
    assert refused.value.code == "confirming"
    work()
    roster_confirm(actor=city, roster=roster)
    assert Job.objects.filter(kind="roster_confirm").count() == 1 and HourEntry.objects.count() == 3


def test_returned_rosters_free_their_days_and_tell_the_unit(
    held: TrainingClass, organiser: User, city: User, rows: list[list[Any]]
) -> None:
    roster = handed_in(held, organiser, rows)
    with pytest.raises(InputError):
        roster_return(actor=city, roster=roster, reason=" ")
    roster_return(actor=city, roster=roster, reason="培训班名称有误")
    roster_return(actor=city, roster=roster, reason="又一次")
    assert fresh(roster).state == "returned" and not ActivitySpan.objects.exists()
    told = Message.objects.get(kind="roster.returned", recipient=organiser)
    assert "培训班名称有误" in told.body and told.link == f"/classes/{held.pk}/roster/"
    number = roster.number
    assert handed_in(held, organiser, rows).number == number  # the same file is looked at anew


def test_reversed_rosters_leave_lines_that_cancel_and_may_come_again(
    held: TrainingClass, organiser: User, city: User, rows: list[list[Any]]
) -> None:
    roster = confirmed(held, organiser, city, rows)
    roster_reverse(actor=city, roster=roster, reason="有人代学")
    roster_reverse(actor=city, roster=roster, reason="又一次")
    roster = fresh(roster)
    assert (roster.state, roster.revision, HourEntry.objects.count()) == ("reversed", 1, 6)
    assert sum(HourEntry.objects.values_list("hours", flat=True)) == 0 and not ActivitySpan.objects.exists()
    assert not AnnualStanding.objects.filter(year=2021, recorded_total__gt=0).exists()
    assert Message.objects.filter(kind="roster.taken_back").count() == 2
    again = confirmed(held, organiser, city, rows[:2])
    assert (again.state, again.revision, again.rows.count()) == ("confirmed", 2, 5)
    assert HourEntry.objects.count() == 8 and ActivitySpan.objects.count() == 4


def test_mending_a_reversed_roster_leaves_the_rows_of_the_ledger_alone(
    held: TrainingClass, organiser: User, city: User, rows: list[list[Any]]
) -> None:
    roster = confirmed(held, organiser, city, rows)
    before = set(roster.rows.values_list("pk", flat=True))
    roster_reverse(actor=city, roster=roster, reason="有人代学")
    row_delete(actor=organiser, roster=roster, row=6)
    roster = fresh(roster)
    assert (roster.state, roster.revision, roster.counts["rows"]) == ("ready", 2, 2)
    assert before <= set(roster.rows.values_list("pk", flat=True)) and roster.rows.count() == 5


def test_who_may_not(held: TrainingClass, organiser: User, city: User, county: User, rows: list[list[Any]]) -> None:
    stranger = AppointmentFactory(organiser=True).user
    for actor in (stranger, county, city):
        with pytest.raises(Forbidden):
            roster_upload(actor=actor, roster=held.roster, upload=upload(xlsx(rows)))
    roster = handed_in(held, organiser, rows)
    for actor in (stranger, county, organiser):
        for decide in (roster_confirm, lambda **given: roster_return(**given, reason="退回")):
            with pytest.raises(Forbidden):
                decide(actor=actor, roster=roster)
    both = AppointmentFactory(city=True).user
    AppointmentFactory(organiser=True, organisation=held.organisation, user=both)
    with pytest.raises(Forbidden):  # of the own unit
        roster_confirm(actor=both, roster=roster)


def test_an_officer_on_the_roster_does_not_confirm_it(held: TrainingClass, organiser: User, city: User) -> None:
    officer = PractitionerFactory(user=city, name="钱海生")
    roster = handed_in(held, organiser, [known(held, officer)])
    roster_confirm(actor=city, roster=roster)
    work(fails=True)
    assert fresh(roster).state == "submitted" and "本人" in Job.objects.get(pk=fresh(roster).job_id).error


def test_the_paper_copy_is_ticked_off_and_back(
    held: TrainingClass, organiser: User, city: User, rows: list[list[Any]]
) -> None:
    with pytest.raises(InputError):
        paper_received(actor=city, roster=held.roster, received_on=date(2021, 10, 13))
    roster = handed_in(held, organiser, rows)
    for day in (date(2021, 10, 14), date(2021, 10, 11)):
        with pytest.raises(InputError) as refused:
            paper_received(actor=city, roster=roster, received_on=day)
        assert refused.value.field == "received_on"
    for _ in range(2):
        paper_received(actor=city, roster=roster, received_on=date(2021, 10, 13))
    assert Event.objects.filter(action="roster.paper").count() == 1
    paper_received(actor=city, roster=roster, received_on=None)
    assert fresh(roster).paper_received_on is None and Event.objects.filter(action="roster.paper_undo").count() == 1


HOMES = {
    "a registered unit's region": ({"unit": "putuo", "市属": "否"}, "putuo", LinkState.PENDING),
    "是市属 without a registered unit": ({"unit": None, "市属": "是"}, "city", LinkState.NONE),
    "否 without one: the organiser's": ({"unit": None, "市属": "否"}, "dinghai", LinkState.NONE),
}


@pytest.mark.parametrize("name", HOMES)
def test_where_somebody_new_belongs(name: str, held: TrainingClass, organiser: User, city: User) -> None:
    facts, code, link = HOMES[name]
    unit = OrganisationFactory(region=region(facts["unit"])) if facts["unit"] else None
    named = {"企业名称": unit.name if unit else "未登记的单位", "是（否）市属单位人员": facts["市属"]}
    confirmed(held, organiser, city, [new(held, 1, **named)])
    made = Practitioner.objects.get()
    assert (made.region.code, made.link_state, made.organisation) == (code, link, unit)


def test_a_cancelled_class_has_no_roster(held: TrainingClass, organiser: User, rows: list[list[Any]]) -> None:
    held.application.state = "cancelled"
    held.application.save()
    with pytest.raises(Conflict) as refused:
        roster_upload(actor=organiser, roster=held.roster, upload=upload(xlsx(rows)))
    assert refused.value.code == "class_cancelled"


def test_states_of_every_roster_are_history(held: TrainingClass, organiser: User, city: User, rows: Any) -> None:
    roster = confirmed(held, organiser, city, rows)
    steps = [(step.before, step.after, step.actor) for step in roster.steps.all()]
    assert [after for _, after, _ in steps] == ["awaited", "checking", "ready", "submitted", "confirmed"]
    assert steps[-1][2] == city and roster.state == RosterState.CONFIRMED
    assert not any(isinstance(value, bytes) for value in Roster.objects.values_list("counts", flat=True))


def test_a_workbook_that_no_roster_names_is_cleared_away(
    held: TrainingClass, organiser: User, rows: list[list[Any]], settings: Any
) -> None:
    roster = checked(held, organiser, rows)
    left = Path(settings.MEDIA_ROOT) / "rosters" / "left.sealed"
    left.write_bytes(b"sealed")
    for file in left.parent.iterdir():
        os.utime(file, (0, 0))
    assert roster_files_clean_up(older_than=timedelta(0)) == 1
    assert not left.exists() and roster.file.storage.exists(roster.file.name)


def test_somebody_whom_a_roster_created_signs_up_and_is_joined(
    held: TrainingClass, organiser: User, city: User, client: Client, settings: Any
) -> None:
    settings.SMS_BACKEND = "office.messages.sms.FileBackend"
    line = [new(held, 1, 姓名=NAME, 身份证号=ID_NUMBER, 手机号码=PHONE)]
    confirmed(held, organiser, city, line)
    made = Practitioner.objects.get(name=NAME)
    sign_up(client)
    assert client.get("/ledger/").status_code == 404  # nothing is seen before the code
    confirm_phone(client)
    made.refresh_from_db()
    assert made.user is not None
    page = client.get("/ledger/2021/").content.decode()
    assert held.title in page
