"""The pages of applications and of classes ask the database the same number of questions for one row and for thirty."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from courses.models import ClassApplication
from courses.states import Route
from tests.courses.made import class_application, course_unit, firm, training_class
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrUsernameBackend"
# session, user, appointments, second step, own record (menu), unread messages, notices; counts of the tabs; rows
COUNTY_QUEUE = 9
# … and the regions of the filter
CITY_QUEUE = 10
# session … notices (7); the application; lecturers, lessons and theirs, files, steps (5); the conditions: papers
# of the unit, working days; whether one is of the unit (twice asked by the guard); the roster; the next one
CLASS = 21
# the months of the filter, rows, regions, notices
PUBLIC = 4
REGISTER = 11
ROWS = [1, 30]
Asks = Callable[[User | None, str, int], None]


@pytest.fixture
def queries(
    client: Client, django_assert_num_queries: Callable[..., object]
) -> Callable[[User | None, str, int], None]:
    """Open a page as this user, or as a visitor; it must ask so many questions."""

    def ask(user: User | None, url: str, number: int) -> None:
        if user is not None:
            client.force_login(user, backend=BACKEND)
        client.get(url)  # what a process reads once is not the page's
        with django_assert_num_queries(number):
            assert client.get(url).status_code == 200

    return ask


@pytest.mark.parametrize("rows", ROWS)
def test_the_countys_queue(rows: int, county: User, queries: Asks) -> None:
    unit, actor = _unit_b()
    for _ in range(rows):
        class_application(route=Route.B, organisation=unit, applicant=actor)
    queries(county, "/classes/review/", COUNTY_QUEUE)


@pytest.mark.parametrize("rows", ROWS)
def test_the_citys_queue(rows: int, city: User, queries: Asks) -> None:
    unit, actor = _unit_a()
    for _ in range(rows):
        class_application(organisation=unit, applicant=actor)
    queries(city, "/classes/review/?tab=all", CITY_QUEUE)


@pytest.mark.parametrize("rows", ROWS)
def test_an_application(rows: int, county: User, queries: Asks) -> None:
    unit, actor = _unit_b()
    made = [class_application(route=Route.B, organisation=unit, applicant=actor) for _ in range(rows + 1)]
    _grow(made[0], rows)
    queries(county, f"/classes/review/{made[0].pk}/", CLASS)


@pytest.mark.parametrize("rows", ROWS)
def test_the_public_list(rows: int, city: User, queries: Asks) -> None:
    unit, actor = _unit_a()
    for _ in range(rows):
        training_class(organisation=unit, applicant=actor, office=city)
    queries(None, "/classes/", PUBLIC)


@pytest.mark.parametrize("rows", ROWS)
def test_the_register(rows: int, city: User, queries: Asks) -> None:
    unit, actor = _unit_a()
    for _ in range(rows):
        training_class(organisation=unit, applicant=actor, office=city)
    queries(city, "/classes/review/classes/", REGISTER)


def _unit_a() -> tuple[object, User]:
    unit = course_unit()
    return unit, AppointmentFactory(organiser=True, organisation=unit).user


def _unit_b() -> tuple[object, User]:
    unit = firm()
    return unit, AppointmentFactory(organiser=True, organisation=unit).user


def _grow(application: ClassApplication, rows: int) -> None:
    """More lecturers and lessons."""
    day = application.sessions.first().day
    for number in range(rows):
        lecturer = application.lecturers.create(name="王讲师", unit="虚构学院", title="高级工程师", order=number)
        application.sessions.create(day=day, hours="0.1", topic="答疑", lecturer=lecturer)
