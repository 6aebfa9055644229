"""What the conditions of §三 are told of an application: working days by the calendar, papers, timetable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import time_machine

from accounts.errors import InputError
from accounts.models import Organisation, User
from courses.queries.conditions import conditions_of, facts_of
from courses.states import Route
from hours_rules.classes import MET, UNKNOWN, UNMET, Condition
from office.calendars.commands import special_day_set
from office.calendars.models import CalendarYear, SpecialDay
from tests.courses.applied import ROUTE_B_FILES, begun, file_with_both, filled, handed_in, qualify
from tests.courses.made import course_unit
from tests.factories import OrganisationFactory, region

pytestmark = pytest.mark.django_db


@contextmanager
def on(day: str) -> Iterator[None]:
    """Ten in the morning of that day."""
    with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
        yield


def state_of(unit: Organisation, code: str, **how: object) -> Condition:
    """One condition of a draft filled in for the unit."""
    found = {condition.code: condition for condition in conditions_of(filled(unit, **how))}  # type: ignore[arg-type]
    return found[code]


@pytest.mark.parametrize(
    ("handed", "first", "days", "latest"),
    [
        # Spring Festival 2021: off from 11 to 17 February, at work on Sunday 7 and Saturday 20 February.
        ("2021-01-29", date(2021, 2, 18), 9, date(2021, 1, 28)),
        ("2021-01-28", date(2021, 2, 18), 10, date(2021, 1, 28)),
        ("2021-02-05", date(2021, 2, 22), 7, date(2021, 2, 2)),
        ("2021-02-02", date(2021, 2, 22), 10, date(2021, 2, 2)),
        # Mid-Autumn 2021: off from 19 to 21 September, at work on Saturday 18. National Day: off from 1 to 7 October,
        # at work on Sunday 26 September and Saturday 9 October.
        ("2021-09-17", date(2021, 10, 8), 9, date(2021, 9, 16)),
        ("2021-09-16", date(2021, 10, 8), 10, date(2021, 9, 16)),
        ("2021-09-26", date(2021, 10, 15), 10, date(2021, 9, 26)),
        # An ordinary stretch with two weekends.
        ("2021-09-01", date(2021, 9, 16), 10, date(2021, 9, 1)),
        ("2021-09-02", date(2021, 9, 16), 9, date(2021, 9, 1)),
    ],
)
def test_working_days_lie_strictly_between(
    unit: Organisation, handed: str, first: date, days: int, latest: date
) -> None:
    with on(handed):
        facts = facts_of(filled(unit, days=[first]))
        assert (facts.working_days, facts.latest) == (days, latest)


def test_a_day_that_the_office_sets_right_counts(unit: Organisation, city: User) -> None:
    with on("2021-09-01"):
        assert state_of(unit, "working_days", days=[date(2021, 9, 16)]).state == MET
        special_day_set(actor=city, day=date(2021, 9, 13), is_working=False, name="台风停工", reason="防台")
        assert state_of(unit, "working_days", days=[date(2021, 9, 16)]).state == UNMET


def test_a_year_without_data_is_named_and_holds_up_only_where_it_is_counted(unit: Organisation) -> None:
    with on("2021-12-01"):
        SpecialDay.objects.filter(year=2022).delete()
        CalendarYear.objects.filter(year=2022).delete()
        enough = filled(unit, days=[date(2022, 1, 20)])  # ten days lie in December already
        facts = facts_of(enough)
        assert (facts.working_days, facts.latest) == (10, None)
        assert handed_in(enough).is_late is False
    with on("2021-12-24"):
        draft = filled(unit, days=[date(2022, 1, 20)])
        found = next(condition for condition in conditions_of(draft) if condition.code == "working_days")
        assert (found.state, found.holds_up) == (UNKNOWN, True)
        with pytest.raises(InputError) as error:
            handed_in(draft)
        assert "系统还没有2022年的工作日数据" in error.value.message


@pytest.mark.parametrize("first", [date(2021, 9, 1), date(2021, 8, 31)])
def test_a_class_that_has_begun_is_not_applied_for(unit: Organisation, first: date) -> None:
    with on("2021-09-01"), pytest.raises(InputError) as error:
        handed_in(filled(unit, days=[first]), late_reason="来不及")
    assert error.value.code == "conditions_unmet"


def test_days_are_counted_from_the_first_hand_in(unit: Organisation) -> None:
    with on("2021-09-01"):
        handed = handed_in(filled(unit, days=[date(2021, 9, 16)]))
    with on("2021-09-14"):
        found = next(condition for condition in conditions_of(handed) if condition.code == "working_days")
        assert found.state == MET


def test_a_hand_in_late_in_the_evening_is_of_that_day(unit: Organisation) -> None:
    with time_machine.travel("2021-09-01T23:59:59+08:00", tick=False):
        assert handed_in(filled(unit, days=[date(2021, 9, 16)])).is_late is False
    with time_machine.travel("2021-09-02T00:00:00+08:00", tick=False):
        late = handed_in(filled(unit, days=[date(2021, 9, 16)]), late_reason="场地临时变更")
        assert late.is_late is True


@pytest.mark.parametrize(
    ("business", "code", "route"),
    [
        ("construction", "dinghai", Route.B),
        ("design", "putuo", Route.B),
        ("design", "city", Route.B),
        ("other", "dinghai", Route.A),
        ("other", "city", Route.A),
    ],
)
def test_the_route_of_a_draft_follows_its_unit_and_is_fixed_at_hand_in(business: str, code: str, route: Route) -> None:
    unit = OrganisationFactory(business=business, region=region(code))
    qualify(unit)
    draft = filled(unit, kinds=ROUTE_B_FILES)
    assert (draft.route, draft.region.code) == (route, code)
    handed = handed_in(draft)
    unit.business = "other" if route == Route.B else "design"
    unit.save()
    handed.refresh_from_db()
    assert handed.route == route
    asked = {condition.code for condition in conditions_of(handed)}
    assert ("letter" in asked) == (route == Route.B)


@pytest.mark.parametrize(
    ("grade", "valid_to", "state"),
    [
        ("一级", date(2021, 10, 11), MET),
        ("一级", date(2021, 10, 10), UNMET),  # run out on the day before the class
        ("甲级", None, MET),
        ("二级", None, UNMET),
        ("乙级", None, UNMET),
    ],
)
def test_the_grade_is_that_of_the_first_day(
    builder: Organisation, grade: str, valid_to: date | None, state: str
) -> None:
    qualify(builder, grade=grade, valid_to=valid_to)
    assert state_of(builder, "grade").state == state


def test_face_to_face_needs_the_filing_with_both_bureaus(unit: Organisation) -> None:
    assert state_of(unit, "provider_filed", delivery="face_to_face").state == UNMET
    file_with_both(unit)
    draft = filled(unit, delivery="face_to_face")
    assert {condition.state for condition in conditions_of(draft)} == {MET}
    assert handed_in(draft).delivery == "face_to_face"


def test_face_to_face_is_sixteen_hours_at_least(unit: Organisation) -> None:
    file_with_both(unit)
    with pytest.raises(InputError) as error:
        handed_in(filled(unit, delivery="face_to_face", days=[date(2021, 10, 11)]))
    assert "还差8学时" in error.value.message


def test_an_empty_draft_is_told_everything_that_is_not_known(organiser: User, unit: Organisation) -> None:
    found = {condition.code: condition.state for condition in conditions_of(begun(organiser, unit))}
    assert found == {"working_days": UNKNOWN, "daily_hours": UNKNOWN, "class_plan": UNMET}


def test_the_same_of_route_b() -> None:
    unit = course_unit(business="design")
    draft = begun(filled(unit).created_by, unit)
    found = {condition.code: condition.state for condition in conditions_of(draft)}
    assert (found["grade"], found["lecturer_titles"], found["letter"]) == (UNMET, UNKNOWN, UNMET)
