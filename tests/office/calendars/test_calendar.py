"""Working days: as announced, refused for years without data, entered and corrected by the city office."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from office.calendars.commands import calendar_seed, calendar_year_enter, special_day_set
from office.calendars.models import CalendarYear, SpecialDay
from office.calendars.queries import (
    YearMissing,
    is_working_day,
    latest_with_working_days_before,
    working_days_between,
    years_wanted,
)
from tests.factories import AppointmentFactory

LIST, NEW = reverse("calendars:list"), reverse("calendars:new")
OF_2027 = "2027-01-01 放假 元旦\n2027年1月9日 上班 调休\n\n2027.2.8 放假"
pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> User:
    return AppointmentFactory(city=True).user


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2021-04-26", True),
        ("2021-05-01", False),
        ("2021-05-03", False),
        ("2021-05-08", True),
        ("2021-10-09", True),
        ("2021-10-10", False),
        ("2024-02-29", True),
        ("2024-02-04", True),
        ("2025-01-28", False),
        ("2026-10-10", True),
    ],
)
def test_days_are_as_the_state_council_announced(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) == works


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ("2021-04-26", "2021-04-27", 0),
        ("2021-04-26", "2021-04-26", 0),
        ("2021-04-26", "2021-04-28", 1),
        ("2021-04-23", "2021-04-26", 1),  # Sunday 25 April was a make-up day
        ("2021-04-30", "2021-05-06", 0),
        ("2021-04-26", "2021-05-13", 10),
        ("2021-12-31", "2022-01-05", 1),
        ("2021-05-14", "2021-04-26", 0),
    ],
)
def test_working_days_lie_strictly_between(first: str, second: str, days: int) -> None:
    assert working_days_between(date.fromisoformat(first), date.fromisoformat(second)) == days


@pytest.mark.parametrize("opens", [date(2021, 5, 14), date(2021, 10, 11), date(2022, 1, 10), date(2024, 3, 1)])
def test_the_latest_day_to_hand_in_has_ten_and_the_next_has_not(opens: date) -> None:
    latest = latest_with_working_days_before(opens, 10)
    assert working_days_between(latest, opens) == 10
    assert working_days_between(latest + timedelta(days=1), opens) == 9


def test_a_year_without_data_is_named_and_never_guessed() -> None:
    with pytest.raises(YearMissing, match="2027年"):
        is_working_day(date(2027, 6, 1))
    with pytest.raises(YearMissing, match="2027年"):
        working_days_between(date(2026, 12, 30), date(2027, 1, 5))
    assert working_days_between(date(2026, 12, 1), date(2027, 1, 1)) == 22  # only the days counted need data


@pytest.mark.parametrize(("today", "wanted"), [("2026-10-31", []), ("2026-11-01", [2027]), ("2027-03-01", [2027])])
def test_years_without_data_are_named_from_november_on(today: str, wanted: list[int]) -> None:
    assert years_wanted(date.fromisoformat(today)) == wanted


def test_seeding_again_leaves_what_the_office_entered_alone(city: User) -> None:
    special_day_set(actor=city, day=date(2026, 6, 1), is_working=False, name="停电", reason="市府通知")
    assert calendar_seed() == []
    assert not is_working_day(date(2026, 6, 1))


def test_the_office_enters_a_year(city: User) -> None:
    calendar_year_enter(actor=city, year=2027, source="国办发明电〔2026〕1号", text=OF_2027)
    assert [is_working_day(date(2027, *day)) for day in ((1, 1), (1, 4), (1, 9), (1, 10), (2, 8))] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert Event.objects.get(action="calendar.year_enter").data["days"] == 3
    with pytest.raises(Conflict):
        calendar_year_enter(actor=city, year=2027, source="再录一次", text=OF_2027)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("明天 放假", "应为“日期 放假或上班 说明”"),
        ("2027-02-30 放假", "日期不存在"),
        ("2026-10-01 放假", "不是2027年"),
        ("2027-01-02 放假 元旦", "本来就放假"),
        ("2027-01-04 上班", "本来就上班"),
        ("2027-01-01 休息", "应为"),
        ("2027-01-01 放假\n2027-01-01 放假", "日期重复"),
        ("2027-01-01 放假 元旦\n坏行", "第2行"),
        ("  \n ", "请逐行填写"),
    ],
)
def test_every_wrong_line_is_named_and_nothing_is_kept(city: User, line: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        calendar_year_enter(actor=city, year=2027, source="通知", text=line)
    assert refused.value.field == "text"
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_a_day_is_set_and_set_back(city: User) -> None:
    day = date(2026, 6, 1)
    special_day_set(actor=city, day=day, is_working=False, name="", reason="台风停工")
    assert not is_working_day(day)
    special_day_set(actor=city, day=day, is_working=True, name="", reason="改期")
    assert is_working_day(day)
    assert not SpecialDay.objects.filter(date=day).exists()
    assert list(Event.objects.filter(action="calendar.day_set").values_list("before", "after")) == [
        ("上班", "放假"),
        ("放假", "上班"),
    ]


def test_the_database_keeps_only_days_that_differ_and_belong_to_their_year() -> None:
    year = CalendarYear.objects.get(year=2026)
    for day, works in ((date(2026, 6, 1), True), (date(2026, 6, 6), False), (date(2025, 6, 2), False)):
        with pytest.raises(IntegrityError), transaction.atomic():
            SpecialDay.objects.create(date=day, year=year, is_working=works, name="错")


@pytest.mark.parametrize("role", [{}, {"auditor": True}, {"sysadmin": True}, {"organiser": True}])
def test_nobody_else_keeps_or_sees_them(client: Client, role: dict[str, bool]) -> None:
    user = AppointmentFactory(**role).user
    with pytest.raises(Forbidden):
        special_day_set(actor=user, day=date(2026, 6, 1), is_working=False, name="", reason="通知")
    with pytest.raises(Forbidden):
        calendar_year_enter(actor=user, year=2027, source="通知", text=OF_2027)
    client.force_login(user)
    for address in (LIST, NEW, reverse("calendars:year", args=[2026])):
        assert client.get(address).status_code == 404


def test_the_pages_name_the_missing_year_and_take_it_in(client: Client, city: User) -> None:
    client.force_login(city)
    with time_machine.travel("2026-11-25T10:00:00+08:00", tick=False):
        assert "2027年的工作日数据还没有录入" in client.get(LIST).content.decode()
        bad = client.post(NEW, {"year": "2027", "source": "通知", "text": "2027-01-01 休息"})
        assert bad.status_code == 422
        assert "第1行" in bad.content.decode()
        done = client.post(NEW, {"year": "2027", "source": "通知", "text": OF_2027}, follow=True)
        assert "1月1日" in done.content.decode()
        assert "还没有录入" not in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"day": "2025-01-01", "is_working": "1", "reason": "通知"}, "day"),
        ({"day": "", "is_working": "1", "reason": "通知"}, "day"),
        ({"day": "2026-06-01", "is_working": "0", "reason": ""}, "reason"),
        ({"day": "2026-06-01", "is_working": "2", "reason": "通知"}, "is_working"),
    ],
)
def test_a_bad_correction_names_its_field(client: Client, city: User, data: dict[str, str], field: str) -> None:
    client.force_login(city)
    page = client.post(reverse("calendars:year", args=[2026]), data)
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_the_list_asks_the_same_for_any_number_of_years(
    client: Client, city: User, django_assert_num_queries: Any
) -> None:
    client.force_login(city)
    client.get(LIST)
    for more in (0, 30):
        for year in range(2040, 2040 + more):
            calendar_year_enter(
                actor=city,
                year=year,
                source="通知",
                text=f"{year}-01-01 放假" if date(year, 1, 1).weekday() < 5 else f"{year}-01-01 上班",
            )
        # session, user, appointments, second step, own record (menu), notices (footer); years known; years
        with django_assert_num_queries(9):
            assert client.get(LIST).status_code == 200
