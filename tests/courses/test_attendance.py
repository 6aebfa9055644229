"""Attendance on the spot: a code that changes, confirmed on the phone, mended by the unit for a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from courses.commands.attendance import attend, attendance_remove, check_in_close, check_in_open
from courses.commands.rosters.mending import row_add
from courses.models import Attendance, CheckIn, TrainingClass
from courses.queries.attendance import attendees_of, code_of, is_current
from courses.queries.rosters import rows_of
from courses.states import ApplicationState, RosterState
from hours_rules.attendance import hours_attended
from office.audit.models import Event
from tests.clients import PortalClient
from tests.courses.made import TWO_DAYS, course_unit, decided, training_class
from tests.courses.rosters import checked, fresh, handed_in, new, work
from tests.factories import AppointmentFactory
from tests.registry.people import PractitionerFactory

FIRST, SECOND = TWO_DAYS
MORNING = f"{FIRST}T08:20:00+08:00"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """The morning of the class's first day; a test may turn it."""
    with time_machine.travel(MORNING, tick=False) as moved:
        yield moved


@pytest.fixture
def organiser() -> User:
    """Somebody of a training school."""
    return AppointmentFactory(organiser=True, organisation=course_unit()).user


@pytest.fixture
def course(organiser: User) -> TrainingClass:
    """Its approved class of two days with eight hours each."""
    [unit] = [appointment.organisation for appointment in organiser.appointments.all()]
    return training_class(organisation=unit, applicant=organiser)


@pytest.fixture
def opened(organiser: User, course: TrainingClass) -> CheckIn:
    """Today's check-in."""
    return check_in_open(actor=organiser, training_class=course)


def scan(check_in: CheckIn, code: str = "") -> str:
    """The address that the code on the screen holds now."""
    return reverse("courses:check_in", args=[check_in.pk, code or code_of(check_in, timezone.now())])


def signed_in(user: User) -> PortalClient:
    browser = PortalClient()
    browser.force_login(user)
    return browser


def test_one_scans_signs_in_confirms_and_is_there(opened: CheckIn, client: PortalClient) -> None:
    person = PractitionerFactory()
    answer = client.get(scan(opened))
    confirm = reverse("courses:check_in_confirm", args=[opened.pk])
    assert answer.url == confirm
    assert client.get(confirm).url == f"{reverse('accounts:sign_in')}?next={confirm}"
    client.force_login(person.user)
    assert "确认签到" in client.get(confirm).content.decode()
    assert client.post(confirm).url == confirm
    assert "签到成功" in client.get(confirm).content.decode()
    client.post(confirm)
    assert [row.practitioner for row in Attendance.objects.all()] == [person]
    assert Event.objects.filter(action="check_in.attend").count() == 1


@pytest.mark.parametrize(
    ("seconds", "current"), [(0, True), (29, True), (30, True), (59, True), (60, False), (86_400, False)]
)
def test_a_code_is_good_while_shown_and_for_the_turn_after(opened: CheckIn, seconds: int, current: bool) -> None:
    start = timezone.now()
    code = code_of(opened, start)
    assert is_current(opened, code, start + timedelta(seconds=seconds)) is current


def test_codes_of_two_check_ins_differ(opened: CheckIn) -> None:
    other = check_in_open_elsewhere()
    assert code_of(opened, timezone.now()) != code_of(other, timezone.now())
    assert not is_current(other, code_of(opened, timezone.now()), timezone.now())


def check_in_open_elsewhere() -> CheckIn:
    unit = course_unit()
    actor = AppointmentFactory(organiser=True, organisation=unit).user
    return check_in_open(actor=actor, training_class=training_class(organisation=unit, applicant=actor))


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("old code", "二维码已更换"),
        ("made-up code", "二维码已更换"),
        ("closed", "签到已结束"),
        ("next day", "签到已结束"),
    ],
)
def test_a_scan_that_is_not_of_now_says_so(
    opened: CheckIn, organiser: User, clock: Any, client: PortalClient, what: str, says: str
) -> None:
    address = scan(opened, "a" * 16 if what == "made-up code" else "")
    if what == "old code":
        clock.shift(60)
    elif what == "closed":
        check_in_close(actor=organiser, check_in=opened)
    elif what == "next day":
        clock.move_to(f"{SECOND}T00:00:00+08:00")
        address = scan(opened)
    answer = client.get(address)
    assert (answer.status_code, says in answer.content.decode()) == (410, True)
    assert not client.session.keys()


def test_who_did_not_scan_finds_no_page_to_confirm(opened: CheckIn) -> None:
    browser = signed_in(PractitionerFactory().user)
    address = reverse("courses:check_in_confirm", args=[opened.pk])
    assert browser.get(address).status_code == 404
    assert browser.post(address).status_code == 404
    assert not Attendance.objects.exists()


def test_ten_minutes_after_the_scan_one_scans_again(opened: CheckIn, clock: Any) -> None:
    browser = signed_in(PractitionerFactory().user)
    browser.get(scan(opened))
    clock.shift(601)
    answer = browser.post(reverse("courses:check_in_confirm", args=[opened.pk]))
    assert (answer.status_code, "请重新扫描" in answer.content.decode()) == (409, True)
    assert not Attendance.objects.exists()


def test_an_account_without_a_person_is_told_so(opened: CheckIn, organiser: User) -> None:
    browser = signed_in(organiser)
    browser.get(scan(opened))
    answer = browser.get(reverse("courses:check_in_confirm", args=[opened.pk]))
    assert "没有登记专业技术人员信息" in answer.content.decode()
    with pytest.raises(Forbidden):
        attend(actor=organiser, check_in=opened, scanned_at=timezone.now())


def test_only_on_a_day_of_the_class(organiser: User, course: TrainingClass, clock: Any) -> None:
    clock.move_to("2021-10-10T08:20:00+08:00")
    with pytest.raises(InputError) as refused:
        check_in_open(actor=organiser, training_class=course)
    assert refused.value.code == "not_a_class_day"


def test_opened_twice_it_is_one_and_closed_it_opens_again(organiser: User, course: TrainingClass) -> None:
    first = check_in_open(actor=organiser, training_class=course)
    assert check_in_open(actor=organiser, training_class=course) == first
    check_in_close(actor=organiser, check_in=first)
    check_in_close(actor=organiser, check_in=first)
    again = check_in_open(actor=organiser, training_class=course)
    assert (again, again.closed_at, bytes(again.secret)) == (first, None, bytes(first.secret))
    actions = list(Event.objects.filter(object_type="courses.checkin").order_by("pk").values_list("action", flat=True))
    assert actions == ["check_in.open", "check_in.close", "check_in.open"]


def test_a_cancelled_class_takes_no_attendance(organiser: User) -> None:
    [unit] = [appointment.organisation for appointment in organiser.appointments.all()]
    cancelled = training_class(state=ApplicationState.CANCELLED, organisation=unit, applicant=organiser)
    with pytest.raises(Conflict):
        check_in_open(actor=organiser, training_class=cancelled)


def test_another_unit_opens_nothing(course: TrainingClass) -> None:
    stranger = AppointmentFactory(organiser=True, organisation=course_unit()).user
    with pytest.raises(Forbidden):
        check_in_open(actor=stranger, training_class=course)


def test_taken_back_for_a_reason_it_counts_no_longer_and_one_may_check_in_again(
    opened: CheckIn, organiser: User
) -> None:
    person = PractitionerFactory()
    row = attend(actor=person.user, check_in=opened, scanned_at=timezone.now())
    with pytest.raises(InputError):
        attendance_remove(actor=organiser, attendance=row, reason=" ")
    attendance_remove(actor=organiser, attendance=row, reason="代为签到")
    assert attendees_of(opened.training_class) == []
    attend(actor=person.user, check_in=opened, scanned_at=timezone.now())
    assert [one.practitioner for one in attendees_of(opened.training_class)] == [person]
    assert Attendance.objects.count() == 2


def test_who_missed_a_day_earns_the_share_of_the_days_attended(
    opened: CheckIn, organiser: User, course: TrainingClass, clock: Any
) -> None:
    whole, half = PractitionerFactory(name="甲全勤"), PractitionerFactory(name="乙半勤")
    for person in (whole, half):
        attend(actor=person.user, check_in=opened, scanned_at=timezone.now())
    clock.move_to(f"{SECOND}T08:20:00+08:00")
    second = check_in_open(actor=organiser, training_class=course)
    attend(actor=whole.user, check_in=second, scanned_at=timezone.now())
    found = {one.practitioner: (sorted(one.days), one.hours) for one in attendees_of(course)}
    assert found == {
        whole: ([FIRST, SECOND], course.hours),
        half: ([FIRST], course.hours / 2),
    }


@given(
    days=st.dictionaries(st.dates(date(2021, 1, 1), date(2021, 3, 1)), st.decimals("0.5", "8", places=1), max_size=8),
    skipped=st.integers(0, 255),
    approved=st.decimals("0.5", "64", places=1),
)
def test_hours_attended_never_pass_the_approved_figure_and_grow_with_the_days(
    days: dict[date, Decimal], skipped: int, approved: Decimal
) -> None:
    there = [day for place, day in enumerate(sorted(days)) if not skipped >> place & 1]
    hours = hours_attended(days, there, approved)
    assert 0 <= hours <= approved
    assert hours == hours.quantize(Decimal("0.1"))
    assert (hours == approved) or len(there) < len(days) or not days
    assert hours_attended(days, there[:-1], approved) <= hours


def attended(opened: CheckIn, organiser: User, clock: Any, people: int = 2) -> None:
    """So many people on both days, and one on the first alone; then the last lesson is over."""
    everybody = [PractitionerFactory(name=f"陈海{'甲乙丙丁'[n]}") for n in range(people)]
    for person in (*everybody, PractitionerFactory(name="乙半勤")):
        attend(actor=person.user, check_in=opened, scanned_at=timezone.now())
    clock.move_to(f"{SECOND}T08:20:00+08:00")
    second = check_in_open(actor=organiser, training_class=opened.training_class)
    for person in everybody:
        attend(actor=person.user, check_in=second, scanned_at=timezone.now())
    clock.move_to(f"{SECOND}T17:00:00+08:00")


def test_the_roster_is_made_from_attendance_and_checked_like_any_other(
    opened: CheckIn, organiser: User, course: TrainingClass, clock: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    attended(opened, organiser, clock)
    browser = signed_in(organiser)
    assert "用签到生成汇总表" in browser.get(reverse("courses:attendance", args=[course.pk])).content.decode()
    answer = browser.post(reverse("courses:attendance_roster", args=[course.pk]))
    assert answer.url == reverse("courses:roster", args=[course.pk])
    work()
    roster = fresh(course.roster)
    assert [problem["code"] for problem in roster.counts["file"]] == ["people_count"]
    assert [(row.name, row.hours, row.verdict) for row in rows_of(roster)] == [
        ("陈海甲", course.hours, "ready"),
        ("陈海乙", course.hours, "ready"),
        ("乙半勤", course.hours / 2, "ready"),
    ]
    assert roster.state == RosterState.READY
    assert Event.objects.get(action="check_in.export").data == {"rows": 3, "form": "xlsx"}


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("nobody", "还没有人签到"),
        ("not over", "2021年10月12日 16:30结束，结束后方可用签到生成汇总表"),
        ("handed in", "变更为“待确认”，不能再上传文件"),
        ("mended", "已有在线更正的行，重新生成会丢失更正"),
        ("cancelled", "该培训班已取消"),
    ],
)
def test_where_no_roster_can_be_made_the_page_says_why(
    opened: CheckIn,
    organiser: User,
    course: TrainingClass,
    clock: Any,
    settings: Any,
    tmp_path: Path,
    case: str,
    says: str,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    if case != "nobody":
        attended(opened, organiser, clock)
    if case == "not over":
        clock.move_to(f"{SECOND}T16:29:59+08:00")
    elif case == "handed in":
        handed_in(course, organiser, [new(course, 1)])
    elif case == "mended":
        checked(course, organiser, [new(course, 1)])
        row_add(actor=organiser, roster=course.roster, values={"name": "陈海丙"})
    elif case == "cancelled":
        decided(ApplicationState.CANCELLED, course.application)
    browser, before = signed_in(organiser), fresh(course.roster).state
    address = reverse("courses:attendance", args=[course.pk])
    answer = browser.post(reverse("courses:attendance_roster", args=[course.pk]))
    assert answer.url == address
    assert says in browser.get(address).content.decode()
    assert fresh(course.roster).state == before
    assert not Event.objects.filter(action="check_in.export").exists()


@pytest.mark.parametrize("people", [1, 6])
def test_the_list_asks_as_much_for_six_as_for_one(
    opened: CheckIn, organiser: User, people: int, django_assert_num_queries: Any
) -> None:
    for _ in range(people):
        attend(actor=PractitionerFactory().user, check_in=opened, scanned_at=timezone.now())
    browser = signed_in(organiser)
    with django_assert_num_queries(QUERIES):
        answer = browser.get(reverse("courses:attendance", args=[opened.training_class_id]))
    assert answer.content.decode().count("尾号") == people


QUERIES = 15
