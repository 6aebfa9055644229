"""A year's registration window and prescribed courses: kept by the city office, held against the year's notice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from registry.commands.yearly import CourseInput, course_add, course_change, courses_copy, window_set
from registry.models import PrescribedCourse, RegistrationWindow
from registry.queries.yearly import courses_of, window_of
from tests.factories import AppointmentFactory

YEAR = reverse("registry:yearly", args=[2021])
NEW = reverse("registry:course_new", args=[2021])
SAFETY = CourseInput("HG-01", "工程质量安全", "industry_public", Decimal("12"), "zhoushan")
pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> User:
    return AppointmentFactory(city=True).user


@pytest.fixture
def desk(client: Client, city: User) -> Client:
    client.force_login(city)
    return client


def test_a_year_nobody_set_is_open_to_the_end_of_january() -> None:
    window = window_of(2021)
    assert (window.opens_on, window.closes_on, window.default) == (date(2021, 1, 1), date(2022, 1, 31), True)
    assert [
        window.is_open(day) for day in (date(2020, 12, 31), date(2021, 1, 1), date(2022, 1, 31), date(2022, 2, 1))
    ] == [
        False,
        True,
        True,
        False,
    ]


def test_the_window_is_set_with_its_reason(city: User) -> None:
    window_set(actor=city, year=2021, opens_on=date(2021, 3, 1), closes_on=date(2022, 2, 28), reason="年度通知")
    assert window_of(2021).closes_on == date(2022, 2, 28)
    event = Event.objects.get(action="window.set")
    assert (event.before, event.after) == ("2021-01-01至2022-01-31", "2021-03-01至2022-02-28")
    window_set(actor=city, year=2021, opens_on=date(2021, 3, 1), closes_on=date(2022, 3, 31), reason="延长")
    assert RegistrationWindow.objects.count() == 1


@pytest.mark.parametrize(
    ("year", "opens", "closes", "reason", "code"),
    [
        (2020, date(2020, 1, 1), date(2020, 12, 31), "通知", "year_without_notice"),
        (2021, date(2021, 5, 1), date(2021, 4, 30), "通知", "dates_out_of_order"),
        (2021, date(2020, 5, 1), date(2021, 4, 30), "通知", "window_far_off"),
        (2021, date(2021, 5, 1), date(2023, 4, 30), "通知", "window_far_off"),
        (2021, date(2021, 5, 1), date(2021, 6, 30), "  ", "reason_missing"),
    ],
)
def test_a_wrong_window_is_refused(city: User, year: int, opens: date, closes: date, reason: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        window_set(actor=city, year=year, opens_on=opens, closes_on=closes, reason=reason)
    assert refused.value.code == code
    assert not RegistrationWindow.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": " "}, "code"),
        ({"name": ""}, "name"),
        ({"category": "none"}, "category"),
        ({"category": "general_public", "platform": "zjjsrc"}, "platform"),
        ({"platform": "elsewhere"}, "platform"),
        ({"hours": Decimal(0)}, "hours"),
        ({"hours": Decimal("1.25")}, "hours"),
        ({"hours": Decimal(201)}, "hours"),
        ({"hours": Decimal("NaN")}, "hours"),
        ({"hours": Decimal(-1)}, "hours"),
    ],
)
def test_a_wrong_course_names_its_field(city: User, change: dict[str, Any], field: str) -> None:
    good = {name: getattr(SAFETY, name) for name in ("code", "name", "category", "hours", "platform")}
    with pytest.raises(InputError) as refused:
        course_add(actor=city, year=2021, data=CourseInput(**{**good, **change}))
    assert refused.value.field == field
    assert not PrescribedCourse.objects.exists()


def test_the_same_code_twice_in_a_year_is_refused_in_another_year_not(city: User) -> None:
    course_add(actor=city, year=2021, data=SAFETY)
    with pytest.raises(InputError, match="HG-01"):
        course_add(actor=city, year=2021, data=SAFETY)
    course_add(actor=city, year=2022, data=SAFETY)


def test_a_list_starts_from_the_year_before_without_what_was_stopped(city: User) -> None:
    course_add(actor=city, year=2021, data=SAFETY)
    stopped = course_add(
        actor=city, year=2021, data=CourseInput("HG-02", "旧课", "industry_public", Decimal(6), "zjjsrc")
    )
    course_change(
        actor=city,
        course=stopped,
        data=CourseInput("HG-02", "旧课", "industry_public", Decimal(6), "zjjsrc", is_active=False),
    )
    assert courses_copy(actor=city, from_year=2021, to_year=2022) == 1
    assert [course.code for course in courses_of(2022)] == ["HG-01"]
    with pytest.raises(Conflict):
        courses_copy(actor=city, from_year=2021, to_year=2022)


def test_a_course_keeps_its_code(city: User) -> None:
    course = course_add(actor=city, year=2021, data=SAFETY)
    with pytest.raises(InputError, match="编号不能更改"):
        course_change(
            actor=city, course=course, data=CourseInput("HG-9", "新", "industry_public", Decimal(6), "zhoushan")
        )


@pytest.mark.parametrize("role", [{}, {"auditor": True}, {"sysadmin": True}, {"employer_admin": True}])
def test_nobody_else_keeps_or_sees_the_settings(client: Client, city: User, role: dict[str, bool]) -> None:
    user = AppointmentFactory(**role).user
    course = course_add(actor=city, year=2021, data=SAFETY)
    with pytest.raises(Forbidden):
        course_add(actor=user, year=2021, data=SAFETY)
    with pytest.raises(Forbidden):
        window_set(actor=user, year=2021, opens_on=date(2021, 1, 1), closes_on=date(2021, 2, 1), reason="通知")
    client.force_login(user)
    for address in (YEAR, NEW, reverse("registry:course_edit", args=[2021, course.pk])):
        assert client.get(address).status_code == 404


def test_the_pages_set_window_and_courses(desk: Client) -> None:
    desk.post(YEAR, {"opens_on": "2021-02-01", "closes_on": "2022-01-15", "reason": "年度通知"})
    assert window_of(2021).opens_on == date(2021, 2, 1)
    data = {
        "code": "YB-1",
        "name": "职业道德",
        "category": "general_public",
        "hours": "4.5",
        "platform": "zhoushan",
        "is_active": "on",
    }
    desk.post(NEW, data)
    course = PrescribedCourse.objects.get()
    assert course.hours == Decimal("4.5")
    wrong = desk.post(NEW, {**data, "code": "YB-2", "platform": "zjjsrc"})
    assert wrong.status_code == 422
    assert "只能来自" in wrong.content.decode()
    desk.post(reverse("registry:course_edit", args=[2021, course.pk]), {**data, "is_active": ""})
    assert "已停用" in desk.get(YEAR).content.decode()
    bad = desk.post(YEAR, {"opens_on": "2021-02-01", "closes_on": "2021-01-15", "reason": "年度通知"})
    assert (bad.status_code, "closes_on" in bad.context["form"].errors) == (422, True)


@pytest.mark.parametrize("year", [1999, 2020, 2024, 99999])
def test_a_year_without_settings_is_not_there(desk: Client, year: int) -> None:
    assert desk.get(reverse("registry:yearly", args=[year])).status_code == 404


def test_the_page_asks_the_same_for_one_course_and_thirty(
    desk: Client, city: User, django_assert_num_queries: Any
) -> None:
    desk.get(YEAR)
    for number in (1, 30):
        for serial in range(courses_of(2021).count(), number):
            course_add(
                actor=city, year=2021, data=CourseInput(f"K{serial}", "课", "industry_public", Decimal(1), "zhoushan")
            )
        # session, user, appointments, second step, own record (menu), notices; window, courses
        with django_assert_num_queries(9):
            assert desk.get(YEAR).status_code == 200
