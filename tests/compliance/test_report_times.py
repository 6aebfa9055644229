"""Reports of months, of how long decisions took, and of classes: small sets whose figures were worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from accounts.models import User
from compliance.commands.reviews import review_open, review_pass
from compliance.queries.reports.asked import Asked, Scope, scope_of
from compliance.queries.reports.classes import classes
from compliance.queries.reports.months import months
from compliance.queries.reports.waits import waits
from courses.models import Roster, RosterRow
from courses.states import ApplicationState, RosterState
from office.calendars.models import CalendarYear, SpecialDay
from registry.commands import ledger
from registry.commands.claims import claim_submit
from registry.commands.decisions import claim_accept, claim_return
from registry.models import RegistrationWindow
from tests.clients import PortalClient
from tests.compliance.signing import GENERAL, INDUSTRY, MORE, WHOLE, meeting, post
from tests.courses.made import course_unit, training_class
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory, submitted

pytestmark = pytest.mark.django_db
ALL = Scope(whole=True)
IN_2021 = Asked(2021)


def on(day: str) -> Any:
    """That morning in Shanghai."""
    return time_machine.travel(f"{day}T10:00:00+08:00", tick=False)


def rows(report: Any) -> list[str]:
    """The table as text, a line a row, hours and days as they are read."""
    lines = [line.cells for line in report.lines] + ([report.whole] if report.whole else [])
    return [
        " ".join("—" if cell is None else f"{cell:g}" if not isinstance(cell, str) else cell for cell in line)
        for line in lines
    ]


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


def test_months_hold_what_was_written_and_taken_back_in_each(county: User) -> None:
    person, far = PractitionerFactory(), PractitionerFactory(organisation=OrganisationFactory(region=region("putuo")))
    with on("2021-09-30"):
        written = post(person, county, *WHOLE)
    with time_machine.travel("2021-11-30T23:59:59+08:00", tick=False):  # 15:59:59 in UTC
        ledger.reverse(actor=county, entry=written[0], reason="重复")
        post(far, county, INDUSTRY)
    with time_machine.travel("2021-12-01T00:00:00+08:00", tick=False):  # 30 November in UTC
        post(far, county, GENERAL, MORE)
    assert rows(months(ALL, IN_2021)) == [
        "2021-09 3 0 60 12 18 90",
        "2021-10 0 0 0 0 0 0",
        "2021-11 1 1 0 12 -18 -6",
        "2021-12 2 0 6 0 18 24",
        "合计 6 1 66 24 18 108",
    ]
    assert rows(months(scope_of(county), IN_2021))[-1] == "合计 3 1 60 12 0 72"
    assert rows(months(ALL, Asked(2021, region=region("putuo"))))[-1] == "合计 3 0 6 12 18 36"
    assert rows(months(Scope(units=(far.organisation_id,)), IN_2021))[-1] == "合计 3 0 6 12 18 36"
    assert rows(months(ALL, Asked(2021, specialty="gas"))) == []


def test_claims_are_counted_from_the_hand_in_that_was_decided_on(county: User) -> None:
    far = AppointmentFactory(region=region("putuo")).user
    with on("2021-09-01"):  # a Wednesday
        claims = [submitted(PractitionerFactory()) for _ in range(3)]
        there = submitted(PractitionerFactory(organisation=OrganisationFactory(region=region("putuo"))))
        claim_return(actor=county, claim=claims[0], reason="请补充证书")
    with on("2021-09-03"):
        claim_accept(actor=county, claim=claims[1])
    with on("2021-09-06"):
        claim_accept(actor=county, claim=claims[2])
        claims[0].refresh_from_db()
        claim_submit(actor=claims[0].practitioner.user, claim=claims[0])
    with on("2021-09-08"):
        claim_accept(actor=county, claim=claims[0])
        claim_accept(actor=far, claim=there)
        # 定海: 0 and 2, 2, 5 days, of them 0 and 2, 2, 3 working days; 普陀: 7 days, of them 5
        assert rows(waits(ALL, IN_2021)) == [
            "学时申报（全部） 5 2 7 2 5",
            "学时申报·定海区 4 2 5 2 3",
            "学时申报·普陀区 1 7 7 5 5",
        ]
        assert rows(waits(scope_of(far), IN_2021)) == ["学时申报·普陀区 1 7 7 5 5"]
        assert rows(waits(ALL, Asked(2021, region=region("dinghai")))) == ["学时申报·定海区 4 2 5 2 3"]
        assert rows(waits(ALL, Asked(2022))) == []


def test_without_a_calendar_working_days_are_left_open(county: User) -> None:
    with on("2021-09-01"):
        claim = submitted(PractitionerFactory())
    with on("2021-09-03"):
        claim_accept(actor=county, claim=claim)
    SpecialDay.objects.filter(year=2021).delete()
    CalendarYear.objects.filter(year=2021).delete()
    assert rows(waits(ALL, IN_2021)) == ["学时申报·定海区 1 2 2 — —"]


def test_an_annual_review_waits_from_the_end_of_its_window_or_from_falling_open(county: User) -> None:
    RegistrationWindow.objects.create(year=2021, opens_on=date(2021, 1, 1), closes_on=date(2021, 9, 10), reason="测试")
    early, late = meeting(county), meeting(county)
    with on("2021-09-02"):  # the window is open still: it took no time
        review_pass(actor=county, practitioner=early, year=2021)
    with on("2021-09-14"):  # a Tuesday: 11 September to 14 September, a Saturday, a Sunday and two days
        review_pass(actor=county, practitioner=late, year=2021)
        review_open(actor=county, practitioner=late, year=2021, reason="发现材料有误")
    with on("2021-09-15"):
        review_pass(actor=county, practitioner=late, year=2021)
    assert rows(waits(ALL, IN_2021)) == ["年度审核·定海区 3 1 3 1 2"]


def test_classes_rosters_and_their_organisers(city: User) -> None:
    school, other = course_unit(name="舟山甲培训学校"), course_unit(name="舟山乙培训学校")
    with on("2021-09-20"):  # asked for and approved at once
        first = training_class(organisation=school, office=city, planned_number=30)
        training_class(organisation=school, office=city, planned_number=20)
        training_class(organisation=other, office=city, planned_number=40)
        training_class(organisation=other, office=city, state=ApplicationState.CANCELLED)
    roster = first.roster
    RosterRow.objects.bulk_create(
        RosterRow(roster=roster, revision=revision, row=row, verdict="ready", hours=16)
        for revision, row in ((1, 4), (1, 5), (1, 6), (2, 4), (2, 5))
    )
    Roster.objects.filter(pk=roster.pk).update(state=RosterState.CONFIRMED, revision=2)
    assert rows(classes(ALL, IN_2021)) == [
        "舟山甲培训学校 2 50 1 2 32",  # the rows of the revision that stands
        "舟山乙培训学校 1 40 0 0 0",
        "合计 3 90 1 2 32",
    ]
    assert rows(classes(ALL, Asked(2021, unit="乙培训"))) == ["舟山乙培训学校 1 40 0 0 0"]
    assert rows(classes(Scope(units=(school.pk,)), IN_2021)) == ["舟山甲培训学校 2 50 1 2 32"]
    assert rows(classes(Scope(regions=(region("dinghai").pk,)), IN_2021)) == []  # a school's classes are the city's
    assert rows(classes(ALL, Asked(2022))) == []
    # What was cancelled had been approved; the roster's state was set by no step.
    assert rows(waits(ALL, IN_2021)) == ["培训班申请·市本级 4 0 0 0 0"]


def test_how_long_reviews_take_is_for_offices_and_auditors(client: PortalClient, city: User) -> None:
    backend = "accounts.backends.PhoneOrUsernameBackend"
    for user, answer in (
        (AppointmentFactory(employer_admin=True).user, 404),
        (city, 200),
        (AppointmentFactory(auditor=True).user, 200),
    ):
        client.force_login(user, backend=backend)
        assert client.get("/compliance/reports/waits/").status_code == answer
        assert client.get("/compliance/reports/months/").status_code == 200
        assert client.get("/compliance/reports/classes/").status_code == 200
