"""Which office reviews a year: that of the unit on 31 December, whatever happened before and after."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.errors import Forbidden
from accounts.models import Organisation, User
from compliance.commands.review_changes import reviews_follow
from compliance.commands.reviews import review_open, review_pass
from compliance.models import AnnualReview
from compliance.queries import reviews
from compliance.queries.reviews import office_of, progress, to_review
from compliance.states import ReviewState
from registry.commands.changes import Change
from registry.commands.links import link_ask, link_confirm, link_leave
from registry.models import Practitioner
from tests.compliance.signing import MORE, meeting, post, review, signed
from tests.factories import AppointmentFactory, OrganisationFactory, region

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrUsernameBackend"


@pytest.fixture
def far(db: None) -> Organisation:
    """A unit in 普陀."""
    return OrganisationFactory(region=region("putuo"))


@pytest.fixture
def city(db: None) -> User:
    """市学时办."""
    return AppointmentFactory(city=True).user


def move(person: Practitioner, unit: Organisation, city: User, on: str) -> None:
    """The person asks for a unit and is confirmed there, on a day."""
    with time_machine.travel(f"{on}T10:00:00+08:00", tick=False):
        link_confirm(actor=city, link=link_ask(actor=person.user, practitioner=person, organisation=unit))


def listed(user: User, year: int = 2021) -> set[int]:
    return set(to_review(user, year).values_list("practitioner", flat=True))


@pytest.mark.parametrize(
    ("moves", "office"),
    [
        ([], "dinghai"),
        (["2021-12-30"], "putuo"),
        (["2021-12-31"], "putuo"),
        (["2022-01-01"], "dinghai"),
        (["2022-05-01"], "dinghai"),
    ],
)
def test_the_unit_of_31_december_decides(
    county: User, far: Organisation, city: User, moves: list[str], office: str
) -> None:
    person = meeting(county)
    for day in moves:
        move(person, far, city, day)
    offices = {"dinghai": county, "putuo": AppointmentFactory(region=region("putuo")).user}
    right, wrong = offices.pop(office), *offices.values()
    with time_machine.travel("2022-06-01T10:00:00+08:00", tick=False):
        person.refresh_from_db()
        assert office_of(person, 2021)[0].code == office
        assert (listed(right), listed(wrong)) == ({person.pk}, set())
        with pytest.raises(Forbidden):
            review_pass(actor=wrong, practitioner=person, year=2021)
        done = review_pass(actor=right, practitioner=person, year=2021)
    assert (done.region.code, done.organisation.region.code) == (office, office)


def test_while_the_year_lasts_it_goes_with_the_person(county: User, far: Organisation, city: User) -> None:
    person = meeting(county)
    islands = AppointmentFactory(region=region("putuo")).user
    move(person, far, city, "2021-10-08")
    assert (listed(county), listed(islands)) == (set(), {person.pk})


def test_a_signed_year_stays_and_once_open_it_follows(county: User, far: Organisation, city: User) -> None:
    person = signed(county)
    islands = AppointmentFactory(region=region("putuo")).user
    move(person, far, city, "2021-10-08")
    assert (review(person).region.code, listed(county)) == ("dinghai", {person.pk})
    with time_machine.travel("2021-10-09T10:00:00+08:00", tick=False):
        post(person, islands, MORE)
    assert (review(person).state, review(person).region.code) == (ReviewState.OPEN, "putuo")
    assert (listed(county), listed(islands)) == (set(), {person.pk})


def test_who_left_every_unit_before_the_years_end_is_where_they_belong_now(county: User, city: User) -> None:
    person = meeting(county)
    link_leave(actor=person.user, practitioner=person, region=region("daishan"))
    with time_machine.travel("2022-06-01T10:00:00+08:00", tick=False):
        person.refresh_from_db()
        assert office_of(person, 2021) == (region("daishan"), None)
        assert listed(AppointmentFactory(region=region("daishan")).user) == {person.pk}


def test_the_old_office_still_sees_the_year_it_reviews_and_no_other(
    client: Client, county: User, far: Organisation, city: User
) -> None:
    person = meeting(county)
    move(person, far, city, "2022-03-01")
    with time_machine.travel("2022-06-01T10:00:00+08:00", tick=False):
        client.force_login(county, backend=BACKEND)
        answers = [client.get(reverse("compliance:person_year", args=[person.pk, year])) for year in (2021, 2022)]
        assert [answer.status_code for answer in answers] == [200, 404]
        text = answers[0].content.decode()
        assert "现已转往其他属地" in text
        assert far.name not in text
        assert "审核通过</button>" in text


def test_coming_back_and_being_opened_again_change_no_office(county: User, far: Organisation, city: User) -> None:
    person = meeting(county)
    home: Any = person.organisation
    move(person, far, city, "2022-02-01")
    assert review(person).region.code == "dinghai"
    with time_machine.travel("2022-02-02T10:00:00+08:00", tick=False):
        review_pass(actor=county, practitioner=person, year=2021)
        review_open(actor=county, practitioner=person, year=2021, reason="再核一次")
    move(person, home, city, "2022-03-01")
    move(person, far, city, "2022-04-01")
    assert (review(person).region.code, listed(county)) == ("dinghai", {person.pk})


def test_progress_counts_each_year_at_the_office_that_reviews_it(county: User, far: Organisation, city: User) -> None:
    signed(county)
    signed(county, ReviewState.FAILED)
    fallen = signed(county)
    post(fallen, county, MORE)
    moved = meeting(county)
    meeting(county, organisation=far)
    move(moved, far, city, "2022-02-01")
    with time_machine.travel("2022-06-01T10:00:00+08:00", tick=False):
        lines = {line["region"].code: line for line in progress(city, 2021)}
        own = progress(county, 2021)
    names = ("all", "met", "passed", "failed", "waiting", "changed", "share")
    assert [lines["dinghai"][name] for name in names] == [4, 4, 1, 1, 2, 1, 50]
    assert [lines["putuo"][name] for name in names] == [1, 1, 0, 0, 1, 0, 0]
    assert [lines["city"][name] for name in names] == [0] * 6 + [None]
    assert [line["region"].code for line in own] == ["dinghai"]


def test_thousands_at_once_are_looked_at_as_a_range(
    county: User, far: Organisation, city: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a whole bucket is: who lies between the first and the last and is not of them stays untouched."""
    monkeypatch.setattr(reviews, "FEW", 2)
    first, between, last = (meeting(county) for _ in range(3))
    for person in (first, between, last):
        move(person, far, city, "2022-02-01")
    AnnualReview.objects.all().delete()
    with time_machine.travel("2022-06-01T10:00:00+08:00", tick=False):
        reviews_follow(Change(2021, (first.pk, last.pk), (), ()))
        assert listed(county) == {first.pk, last.pk}
