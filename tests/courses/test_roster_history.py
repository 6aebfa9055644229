"""Old ledgers: the same reader and check, a second person, credited by the year's notice or kept as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.errors import Forbidden, InputError
from accounts.models import Organisation, User
from courses.commands.rosters.deciding import paper_received, roster_confirm, roster_reverse
from courses.commands.rosters.submitting import roster_submit
from courses.commands.rosters.uploads import history_upload
from courses.models import Roster, TrainingClass
from hours_rules import Activity
from registry.commands import ledger
from registry.models import ActivitySpan, AnnualStanding, EntrySource, HourEntry, Practitioner
from registry.queries.notices import notice_of_year
from tests.clients import PortalClient
from tests.courses.made import training_class
from tests.courses.rosters import fresh, hand_in_data, known, new, upload, work, xlsx
from tests.factories import AppointmentFactory
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def later() -> Any:
    with time_machine.travel("2022-03-01T09:00:00+08:00", tick=False):
        yield


@pytest.fixture
def held(unit: Organisation) -> TrainingClass:
    """Only its name and unit stand in the ledgers."""
    return training_class(organisation=unit)


@pytest.fixture
def person() -> Practitioner:
    return PractitionerFactory(name="王海一")


@pytest.fixture
def colleague() -> User:
    return AppointmentFactory(city=True).user


def imported(city: User, colleague: User, year: int, rows: list[list[Any]]) -> Roster:
    """A ledger in the books."""
    found = history_upload(actor=city, year=year, upload=upload(xlsx(rows)))
    work()
    roster_submit(actor=city, roster=found, data=hand_in_data())
    roster_confirm(actor=colleague, roster=found)
    work()
    return fresh(found)


def test_before_the_first_notice_hours_are_kept_and_compose_nothing(
    city: User, colleague: User, held: TrainingClass, person: Practitioner, client: PortalClient
) -> None:
    rows = [known(held, person, 40), known(held, person, 7.5, 培训班名称="另一个班"), new(held, 1, 16)]
    found = imported(city, colleague, 2019, rows)
    assert found.state == "confirmed" and found.number and not found.is_late
    lines = HourEntry.objects.filter(practitioner=person).order_by("pk")
    assert [line.hours for line in lines] == [Decimal(40), Decimal("7.5")]
    assert {(line.notice_id, line.clause, line.activity, line.category, line.year) for line in lines} == {
        ("", "", 0, 0, 2019)
    }
    assert "未按本通知折算" in lines[0].facts["explanation"]
    assert not AnnualStanding.objects.filter(year=2019).exists() and not ActivitySpan.objects.exists()
    assert person.user is not None
    client.force_login(person.user)
    page = client.get("/ledger/2022/").content.decode()
    assert "未按本通知折算" in page and "另一个班" in page and "40" in page
    roster_reverse(actor=city, roster=found, reason="台账有误")
    assert sum(HourEntry.objects.values_list("hours", flat=True)) == 0 and HourEntry.objects.count() == 6
    assert "已冲销" in client.get("/ledger/2022/").content.decode()


def test_a_year_with_a_notice_is_credited_by_it(
    city: User, colleague: User, held: TrainingClass, person: Practitioner
) -> None:
    imported(city, colleague, 2021, [known(held, person, 20)])
    line = HourEntry.objects.get()
    assert (line.source, line.clause, line.notice_id) == ("history", "二（二）2(3)", notice_of_year(2021).id)
    assert line.facts["days"] == "3"  # the fewest that eight hours a day allow
    assert AnnualStanding.objects.get(practitioner=person, year=2021).counted_professional == 20


def test_the_same_person_in_the_same_class_stands_in_a_ledger_once(
    city: User, held: TrainingClass, person: Practitioner
) -> None:
    found = history_upload(
        actor=city, year=2019, upload=upload(xlsx([known(held, person, 8), known(held, person, 16)]))
    )
    work()
    assert (fresh(found).state, fresh(found).counts["codes"]) == ("in_error", {"person_twice": 1})


def test_the_same_ledger_again_is_the_one_there_is(
    city: User, colleague: User, held: TrainingClass, person: Practitioner
) -> None:
    found = imported(city, colleague, 2019, [known(held, person, 8)])
    again = history_upload(actor=colleague, year=2019, upload=upload(xlsx([known(held, person, 8)])))
    assert again == found and Roster.objects.filter(kind="history").count() == 1 and HourEntry.objects.count() == 1


def test_a_second_person_confirms(
    city: User, county: User, organiser: User, held: TrainingClass, person: Practitioner
) -> None:
    for stranger in (county, organiser):
        with pytest.raises(Forbidden):
            history_upload(actor=stranger, year=2019, upload=upload(xlsx([known(held, person)])))
    found = history_upload(actor=city, year=2019, upload=upload(xlsx([known(held, person)])))
    work()
    roster_submit(actor=city, roster=found, data=hand_in_data())
    with pytest.raises(Forbidden):
        roster_confirm(actor=city, roster=fresh(found))
    with pytest.raises(InputError):
        paper_received(actor=city, roster=fresh(found), received_on=hand_in_data().filled_on)


@pytest.mark.parametrize("year", [1979, 2023])
def test_a_year_that_cannot_be(city: User, year: int) -> None:
    with pytest.raises(InputError) as refused:
        history_upload(actor=city, year=year, upload=upload(xlsx([])))
    assert refused.value.field == "year" and not Roster.objects.exists()


@pytest.mark.parametrize(("source", "year"), [(EntrySource.ROSTER, 2019), (EntrySource.HISTORY, 2021)])
def test_nothing_else_is_credited_without_a_notice(city: User, person: Practitioner, source: str, year: int) -> None:
    entry = ledger.NewEntry(
        person, year, Activity("training_class", hours=Decimal(8)), None, EntrySource(source), 1, {"title": "班"}
    )
    with pytest.raises(ValueError, match="history"):
        ledger.post(actor=city, entries=[entry])
    assert not HourEntry.objects.exists()
