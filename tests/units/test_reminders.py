"""单位提醒: who lacks something is told once a day, in words that name what is lacking."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from accounts.errors import Forbidden, InputError
from accounts.models import Organisation, User
from office.audit.models import Event
from office.messages.models import Message
from registry.commands.links import link_end
from registry.models import Practitioner, UnitLink
from tests.factories import AppointmentFactory, OrganisationFactory
from tests.registry.people import PractitionerFactory, accepted, cpd
from tests.units.made import REASON
from tests.units.test_application_pages import client_of
from tests.units.test_people_year import YEAR, met
from units.commands.reminders import person_remind

pytestmark = pytest.mark.django_db
REMIND = "/units/people/year/remind/"


def test_the_message_names_what_is_lacking_and_comes_once_a_day(unit: Organisation, admin: User, county: User) -> None:
    person = PractitionerFactory(organisation=unit)
    accepted(person, county, cpd("50"), kind="training_certificate")
    link = person.links.get()
    assert person_remind(actor=admin, link=link, year=2021) is True
    message = Message.objects.get(kind="unit.year_reminder")
    assert message.title == "单位提醒：您2021年度学时尚未达标"
    assert "专业科目24学时、行业公需科目12学时、一般公需科目18学时" in message.body
    assert "2022年1月31日前" in message.body
    assert unit.name in message.body
    assert (message.recipient, message.link) == (person.user, "/ledger/2021/")
    assert person_remind(actor=admin, link=link, year=2021) is False
    with time_machine.travel("2021-09-02T00:10:00+08:00", tick=False):
        assert person_remind(actor=admin, link=link, year=2021) is True
    assert Message.objects.filter(kind="unit.year_reminder").count() == 2
    assert Event.objects.filter(action="unit.year_reminder", actor=admin, object_id=str(person.pk)).count() == 2


def _met(person: Practitioner, admin: User) -> None:
    met(person)


def _without_account(person: Practitioner, admin: User) -> None:
    Practitioner.objects.filter(pk=person.pk).update(user=None)


def _gone(person: Practitioner, admin: User) -> None:
    link_end(actor=admin, link=person.links.get(), reason=REASON)


REFUSALS: dict[str, Callable[[Practitioner, User], None]] = {
    "nothing_lacking": _met,
    "no_account": _without_account,
    "not_there": _gone,
}


@pytest.mark.parametrize("code", REFUSALS)
def test_who_cannot_be_reminded_is_named(unit: Organisation, admin: User, code: str) -> None:
    person = PractitionerFactory(organisation=unit)
    REFUSALS[code](person, admin)
    with pytest.raises(InputError) as refusal:
        person_remind(actor=admin, link=person.links.get(), year=2021)
    assert refusal.value.code == code
    assert person.name in refusal.value.message
    assert not Message.objects.filter(kind="unit.year_reminder").exists()


def test_only_the_units_own_administrator_reminds(unit: Organisation, county: User, city: User) -> None:
    link = PractitionerFactory(organisation=unit).links.get()
    stranger = AppointmentFactory(employer_admin=True, organisation=OrganisationFactory()).user
    for actor in (stranger, county, city, link.practitioner.user):
        with pytest.raises(Forbidden):
            person_remind(actor=actor, link=link, year=2021)


def test_those_ticked_are_reminded_or_all_of_the_page(client: Client, unit: Organisation, admin: User) -> None:
    links = [PractitionerFactory(organisation=unit).links.get() for _ in range(3)]
    nobody = PractitionerFactory(organisation=unit, user=None).links.get()
    elsewhere = PractitionerFactory().links.get()
    client_of(admin, client)
    page = client.get(YEAR).content.decode()
    assert page.count('name="link"') == page.count('name="short"') == 4
    form = {"year": "2021", "link": [links[0].pk, elsewhere.pk, "x"], "here": f"{YEAR}?verdict=short"}
    response = client.post(REMIND, form)
    assert response.headers["Location"] == f"{YEAR}?verdict=short"
    assert told() == {links[0].practitioner.user_id}
    form |= {"everybody": "1", "short": [link.pk for link in (*links, nobody)]}
    text = client.post(REMIND, form, follow=True).content.decode()
    assert told() == {link.practitioner.user_id for link in links}
    for said in ("已提醒2人", "1人今天已提醒过", f"{nobody.practitioner.name}：还没有注册账号"):
        assert said in text


@pytest.mark.parametrize("form", [{"year": "1999", "link": ["1"]}, {"link": ["1"]}, {"year": "2021"}])
def test_a_form_that_says_nothing_reminds_nobody(client: Client, unit: Organisation, admin: User, form: dict) -> None:
    PractitionerFactory(organisation=unit)
    response = client_of(admin, client).post(REMIND, form, follow=True)
    assert response.redirect_chain == [(YEAR, 302)]
    assert "请" in str(next(iter(response.context["messages"])))
    assert told() == set()


def told() -> set[int]:
    """Accounts that were reminded."""
    return set(Message.objects.filter(kind="unit.year_reminder").values_list("recipient", flat=True))


def test_links_of_others_are_passed_over(client: Client, unit: Organisation, admin: User) -> None:
    assert UnitLink.objects.count() == 0
    client_of(admin, client).post(REMIND, {"year": "2021", "link": [PractitionerFactory().links.get().pk]})
    assert told() == set()
