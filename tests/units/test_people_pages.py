"""The people of units: who waits, decided one by one or several at once, by the unit or an office."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation, User
from office.audit.models import Event
from office.messages.models import Message
from registry.commands.links import link_ask
from registry.models import LinkState, UnitLink
from registry.states import UnitLinkState
from tests.factories import AppointmentFactory, OrganisationFactory, make_id_number, region
from tests.public.counting import asked
from tests.registry.people import PractitionerFactory
from tests.units.test_application_pages import client_of, errors_of

pytestmark = pytest.mark.django_db
PEOPLE, DECIDE = "/units/people/", "/units/people/decide/"


def waiting(unit: Organisation, number: int = 1, **more: Any) -> list[UnitLink]:
    """Links of people who wait at the unit."""
    people = PractitionerFactory.create_batch(number, organisation=unit, link_state=LinkState.PENDING, **more)
    return [person.links.get() for person in people]


def shown(response: Any) -> list[UnitLink]:
    """Links on the page, in its order."""
    return [link for link, _ in response.context["lines"]]


def test_the_administrator_sees_the_own_unit_those_who_wait_first(
    client: Client, unit: Organisation, admin: User
) -> None:
    confirmed = PractitionerFactory(organisation=unit).links.get()
    pending = waiting(unit)[0]
    waiting(OrganisationFactory())
    page = client_of(admin, client).get(PEOPLE)
    assert shown(page) == [pending, confirmed]
    assert pending.practitioner.id_number not in page.content.decode()


def test_several_are_confirmed_at_once_and_told(client: Client, unit: Organisation, admin: User) -> None:
    links = waiting(unit, 3)
    client_of(admin, client)
    chosen = [link.pk for link in links[:2]]
    response = client.post(DECIDE, {"decision": "confirm", "link": chosen, "here": f"{PEOPLE}?sort=name"})
    assert response.headers["Location"] == f"{PEOPLE}?sort=name"
    states = UnitLink.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [UnitLinkState.CONFIRMED, UnitLinkState.CONFIRMED, UnitLinkState.PENDING]
    assert Message.objects.filter(kind="unit.link_confirmed").count() == 2
    assert "已确认2人" in client.get(PEOPLE).content.decode()


@pytest.mark.parametrize(("decision", "state"), [("decline", UnitLinkState.DECLINED), ("end", UnitLinkState.ENDED)])
def test_declining_and_ending_want_a_reason(
    client: Client, unit: Organisation, admin: User, decision: str, state: UnitLinkState
) -> None:
    person = PractitionerFactory(
        organisation=unit, link_state=LinkState.PENDING if decision == "decline" else LinkState.CONFIRMED
    )
    client_of(admin, client)
    link = person.links.get()
    response = client.post(DECIDE, {"decision": decision, "link": [link.pk], "reason": " "})
    assert (response.status_code, errors_of(response)) == (422, {"reason": ["reason_missing"]})
    assert f'value="{link.pk}" aria-label="选择{person.name}" checked' in response.content.decode()
    client.post(DECIDE, {"decision": decision, "link": [link.pk], "reason": "非本单位人员"})
    link.refresh_from_db()
    person.refresh_from_db()
    assert (link.state, link.reason, person.organisation) == (state, "非本单位人员", None)


@pytest.mark.parametrize("form", [{"decision": "marry"}, {}, {"decision": "decline", "reason": "电话13905801234"}])
def test_a_decision_that_is_none_changes_nothing(
    client: Client, unit: Organisation, admin: User, form: dict[str, str]
) -> None:
    (link,) = waiting(unit)
    response = client_of(admin, client).post(DECIDE, {"link": [link.pk], **form})
    assert response.status_code == 422
    link.refresh_from_db()
    assert link.state == UnitLinkState.PENDING


def test_what_cannot_be_decided_says_why_and_the_rest_is_done(client: Client, unit: Organisation, admin: User) -> None:
    first, second = waiting(unit, 2)
    elsewhere = waiting(OrganisationFactory())[0]
    own = PractitionerFactory(organisation=unit, link_state=LinkState.PENDING, user=admin).links.get()
    link_ask(actor=first.practitioner.user, practitioner=first.practitioner, organisation=OrganisationFactory())
    ticked = [first.pk, second.pk, elsewhere.pk, own.pk, "x", 10**30]
    response = client_of(admin, client).post(DECIDE, {"decision": "confirm", "link": ticked}, follow=True)
    text = response.content.decode()
    assert f"{first.practitioner.name}：" in text
    assert "已撤回" in text
    assert "已确认1人" in text
    states = {link.pk: link.state for link in UnitLink.objects.all()}
    assert (states[second.pk], states[elsewhere.pk], states[own.pk]) == ("confirmed", "pending", "pending")


def test_without_anybody_ticked_it_says_so(client: Client, unit: Organisation, admin: User) -> None:
    waiting(unit)
    response = client_of(admin, client).post(
        DECIDE, {"decision": "confirm", "here": "https://evil.example/"}, follow=True
    )
    assert response.redirect_chain == [(PEOPLE, 302)]
    assert "请先勾选" in response.content.decode()


def test_offices_see_who_waits_for_them_and_the_people_of_a_unit(
    client: Client, unit: Organisation, county: User, city: User
) -> None:
    PractitionerFactory(organisation=unit)
    near = waiting(unit)[0]
    far = waiting(OrganisationFactory(region=region("putuo")))[0]
    client_of(county, client)
    assert shown(client.get(PEOPLE)) == [near]
    assert len(shown(client.get(PEOPLE, {"unit": unit.pk}))) == 2
    assert client.get(PEOPLE, {"unit": far.organisation_id}).status_code == 404
    assert client.get(PEOPLE, {"unit": "x"}).status_code == 404
    client.post(DECIDE, {"decision": "confirm", "link": [far.pk]})
    client_of(city, client)
    assert set(shown(client.get(PEOPLE))) == {near, far}


FILTERS = {
    "a name": {"q": "沈虚构"},
    "pinyin": {"q": "shen xu"},
    "confirmed": {"state": "confirmed"},
    "ended": {"state": "ended"},
}


@pytest.mark.parametrize("case", FILTERS)
def test_the_list_is_filtered(client: Client, unit: Organisation, admin: User, case: str) -> None:
    from registry.commands.surnames import sort_key

    waiting(unit)
    named = PractitionerFactory(organisation=unit, name="沈虚构", name_sort=sort_key("沈虚构")).links.get()
    gone = PractitionerFactory(organisation=unit).links.get()
    client_of(admin, client)
    client.post(DECIDE, {"decision": "end", "link": [gone.pk], "reason": "已离职"})
    assert shown(client.get(PEOPLE, FILTERS[case])) == [gone if case == "ended" else named]


@pytest.mark.parametrize("text", ["13905801234", make_id_number()])
def test_a_persons_whole_number_is_no_search(client: Client, admin: User, text: str) -> None:
    response = client_of(admin, client).get(PEOPLE, {"q": text})
    assert response.status_code == 422
    assert text not in response.content.decode()


def test_the_export_is_what_is_listed_and_leaves_a_trace(client: Client, unit: Organisation, admin: User) -> None:
    waiting(unit)
    person = PractitionerFactory(organisation=unit)
    body = b"".join(client_of(admin, client).get("/units/people/export/", {"state": "confirmed"}).streaming_content)
    (row,) = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    assert (row["姓名"], row["身份证号后四位"]) == (person.name, f"{'*' * 14}{person.id_last4}")
    assert person.id_number not in body.decode()
    assert Event.objects.get(action="unit.people_export").data == {"rows": 1, "filters": ["state"]}


@pytest.mark.parametrize("who", ["admin", "county"])
def test_the_number_at_home_is_the_length_of_the_list(
    client: Client, unit: Organisation, admin: User, county: User, who: str
) -> None:
    waiting(unit, 3)
    PractitionerFactory(organisation=unit, link_state=LinkState.PENDING, user={"admin": admin, "county": county}[who])
    waiting(OrganisationFactory(region=region("putuo")))
    client_of({"admin": admin, "county": county}[who], client)
    context = client.get("/").context
    tasks = context["units"]["tasks"] if who == "admin" else context["office"]["tasks"]
    task = next(task for task in tasks if task["title"] == "待确认的人员")
    assert task["count"] == len(shown(client.get(task["url"]))) == 3


@pytest.mark.parametrize(("who", "count"), [("admin", 8), ("county", 9)])
def test_the_list_asks_the_same_for_one_and_thirty(
    client: Client, unit: Organisation, admin: User, county: User, who: str, count: int
) -> None:
    client_of({"admin": admin, "county": county}[who], client)
    waiting(unit)
    few = asked(client, PEOPLE)
    waiting(unit, 29)
    assert len(asked(client, PEOPLE)) == len(few) == count, "\n".join(few)


def test_an_organiser_has_no_list_of_people(client: Client, unit: Organisation) -> None:
    organiser = AppointmentFactory(organiser=True, organisation=unit).user
    assert client_of(organiser, client).get(PEOPLE).status_code == 404
    home = client.get("/")
    assert unit.name in home.content.decode()
