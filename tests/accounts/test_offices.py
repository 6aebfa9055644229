"""How the offices are printed: kept by the city office, each wrong field named, each change recorded."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.commands.offices import OfficeInput, office_change
from accounts.errors import Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from tests.clients import PortalClient
from tests.factories import AppointmentFactory, region

LIST, EDIT = reverse("accounts:offices"), reverse("accounts:office_edit", args=["dinghai"])
GOOD = {
    "office_name": "定海区住房和城乡建设局",
    "address": "演示路1号",
    "phone": "0580-0000000",
    "email": "a@example.com",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> User:
    return AppointmentFactory(city=True).user


def test_the_city_office_changes_how_an_office_is_printed(client: PortalClient, city: User) -> None:
    client.force_login(city)
    shown = client.post(EDIT, GOOD, follow=True).content.decode()
    assert "演示路1号" in shown
    assert Event.objects.get(action="office.change").data == {
        "region": "dinghai",
        "changed": ["office_name", "address", "phone", "email"],
    }
    client.post(EDIT, GOOD)
    assert Event.objects.filter(action="office.change").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"office_name": " "}, "office_name"),
        ({"office_name": "长" * 61}, "office_name"),
        ({"address": "长" * 121}, "address"),
        ({"address": "a\u200bb"}, "address"),
        ({"phone": "1" * 41}, "phone"),
        ({"phone": "1\n2"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"email": f"{'a' * 250}@example.com"}, "email"),
    ],
)
def test_a_wrong_field_is_named_by_the_command_and_the_page(
    client: PortalClient,
    city: User,
    change: dict[str, str],
    field: str,
) -> None:
    with pytest.raises(InputError) as refused:
        office_change(actor=city, region=region(), data=OfficeInput(**{**GOOD, **change}))
    assert refused.value.field == field
    client.force_login(city)
    page = client.post(EDIT, {**GOOD, **change})
    assert (page.status_code, field in page.context["form"].errors) == (422, True)


@pytest.mark.parametrize("role", [{}, {"auditor": True}, {"sysadmin": True}, {"employer_admin": True}])
def test_nobody_else_keeps_them(client: PortalClient, role: dict[str, Any]) -> None:
    user = AppointmentFactory(**role).user
    with pytest.raises(Forbidden):
        office_change(actor=user, region=region(), data=OfficeInput(**GOOD))
    client.force_login(user)
    assert [client.get(address).status_code for address in (LIST, EDIT)] == [404, 404]
