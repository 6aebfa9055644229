"""Self-registration: what is taken, what each refusal says and on which field."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from office.audit.models import Event
from registry.models import LinkState, Practitioner
from tests.factories import OrganisationFactory, UserFactory, make_id_number, region

ID_NUMBER = make_id_number(serial=3)
PHONE = "13905800001"
URL = "/sign-up/"


def form(**changes: Any) -> dict[str, Any]:
    """A sign-up of somebody without a unit, with these fields changed."""
    given = {
        "name": "陈 海生",
        "id_number": ID_NUMBER,
        "phone": "139 0580 0001",
        "email": "",
        "username": "",
        "password1": "Sea-Bridge-2021",
        "password2": "Sea-Bridge-2021",
        "specialty": "structure",
        "specialty_other": "",
        "title_level": "middle",
        "title": "工程师",
        "organisation": "",
        "region": region("putuo").pk,
        "agree": "on",
    }
    return given | changes


@pytest.mark.django_db
def test_a_person_signs_up_and_is_signed_in(client: Client) -> None:
    unit = OrganisationFactory(name="舟山虚构设计院（普陀）", region=region("putuo"))
    response = client.post(URL, form(organisation="舟山虚构设计院(普陀)", region=""), follow=True)
    assert response.redirect_chain == [("/", 302)]
    person = Practitioner.objects.get()
    assert (person.name, person.organisation, person.link_state) == ("陈海生", unit, LinkState.PENDING)
    assert (person.id_number, person.phone, person.region.code) == (ID_NUMBER, PHONE, "putuo")
    assert int(client.session["_auth_user_id"]) == person.user_id
    text = response.content.decode()
    assert "待确认" in text
    assert ID_NUMBER not in text
    assert PHONE not in text
    assert Event.objects.filter(action="practitioner.register", actor=person.user).count() == 1
    client.logout()
    again = client.post(reverse("accounts:sign_in"), {"username": PHONE, "password": "Sea-Bridge-2021"})
    assert again.status_code == 302


@pytest.mark.django_db
def test_a_person_without_a_unit_picks_a_region(client: Client) -> None:
    assert client.post(URL, form()).status_code == 302
    person = Practitioner.objects.get()
    assert (person.organisation, person.link_state, person.region.code) == (None, LinkState.NONE, "putuo")
    assert PHONE not in person.user.username


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"id_number": ""}, "id_number", "required"),
        ({"id_number": ID_NUMBER[:-1]}, "id_number", "id_length"),
        ({"id_number": ID_NUMBER[:6] + "19851301" + ID_NUMBER[14:]}, "id_number", "id_birth"),
        ({"id_number": ID_NUMBER[:-1] + ("0" if ID_NUMBER[-1] != "0" else "1")}, "id_number", "id_check_digit"),
        ({"phone": "12345"}, "phone", "phone_invalid"),
        ({"email": "nobody"}, "email", "invalid"),
        ({"username": "139-0580-0001"}, "username", "username_personal"),
        ({"username": "ab"}, "username", "username_invalid"),
        ({"username": "Taken"}, "username", "username_taken"),
        ({"password1": "1234567890123", "password2": "1234567890123"}, "password1", "password_weak"),
        ({"password2": "Sea-Bridge-2022"}, "password2", "password_mismatch"),
        ({"specialty": ""}, "specialty", "required"),
        ({"specialty": "other"}, "specialty_other", "specialty_other_missing"),
        ({"title_level": "emperor"}, "title_level", "invalid_choice"),
        ({"region": ""}, "region", "region_missing"),
        ({"region": "999999"}, "region", "invalid_choice"),
        ({"organisation": "查无此公司"}, "organisation", "unit_unknown"),
        ({"organisation": "舟山虚构"}, "organisation", "unit_ambiguous"),
        ({"agree": ""}, "agree", "required"),
        ({"name": "陈\x00海"}, "name", "bad_characters"),
    ],
)
def test_every_error_names_its_field(client: Client, changes: dict[str, Any], field: str, code: str) -> None:
    UserFactory(username="taken")
    OrganisationFactory.create_batch(2)
    response = client.post(URL, form(**changes))
    errors = response.context["form"].errors.as_data()
    assert response.status_code == 422
    assert {name: [error.code for error in found] for name, found in errors.items()} == {field: [code]}
    assert f"#id_{field}" in response.content.decode()
    assert not Practitioner.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [({"phone": "13905800002"}, "id_number"), ({"id_number": make_id_number(serial=4)}, "phone")],
)
def test_nobody_signs_up_twice(client: Client, changes: dict[str, Any], field: str) -> None:
    client.post(URL, form())
    client.logout()
    response = client.post(URL, form(**changes))
    assert list(response.context["form"].errors) == [field]
    assert (Practitioner.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_an_unknown_county_is_a_warning_only(client: Client) -> None:
    number = make_id_number(region="339999", serial=5)
    response = client.post(URL, form(id_number=number), follow=True)
    assert "前6位地区代码" in response.content.decode()
    assert Practitioner.objects.get().id_number == number


@pytest.mark.django_db
def test_units_are_offered_while_one_types_and_found_by_code(client: Client) -> None:
    unit = OrganisationFactory(name="岱山虚构建筑公司")
    OrganisationFactory(name="岱山虚构已注销公司", is_active=False)
    offered = client.get(reverse("registry:sign_up_units"), {"organisation": "岱山"}).content.decode()
    assert offered.count("<option") == 1
    assert unit.name in offered
    client.post(URL, form(organisation=f" {unit.uscc} ", region=""))
    assert Practitioner.objects.get().organisation == unit


@pytest.mark.django_db
def test_who_is_signed_in_needs_no_sign_up(engineer: Client) -> None:
    assert engineer.get(URL).headers["Location"] == "/"
