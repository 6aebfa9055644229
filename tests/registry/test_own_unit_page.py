"""我的单位: where one belongs, and asking for another unit or leaving."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Organisation, User
from registry.models import LinkState, Practitioner
from registry.states import UnitLinkState
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.test_unit_links import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(db: None) -> Organisation:
    """A unit in 普陀."""
    return OrganisationFactory(region=region("putuo"))


@pytest.fixture
def city(db: None) -> User:
    """市学时办."""
    return AppointmentFactory(city=True).user


def test_the_page_of_ones_unit(engineer: Client, person: Practitioner, far: Organisation, city: User) -> None:
    old = person.organisation
    text = engineer.get("/my-unit/").content.decode()
    assert old is not None
    assert old.name in text
    assert "我的单位" in engineer.get("/").content.decode()
    for typed, code in {"": "required", "查无此公司": "unit_unknown", old.name: "already_there"}.items():
        response = engineer.post("/my-unit/ask/", {"organisation": typed})
        (error,) = response.context["ask"].errors.as_data()["organisation"]
        assert (response.status_code, error.code) == (422, code)
    assert engineer.post("/my-unit/ask/", {"organisation": far.uscc}).status_code == 302
    assert "正在申请" in engineer.get("/my-unit/").content.decode()
    engineer.post("/my-unit/withdraw/")
    assert person.links.get(organisation=far).state == UnitLinkState.WITHDRAWN
    response = engineer.post("/my-unit/leave/", {"region": ""})
    assert (response.status_code, "region" in response.context["leave"].errors) == (422, True)
    assert engineer.post("/my-unit/leave/", {"region": region("shengsi").pk}).status_code == 302
    assert now(person) == (None, LinkState.NONE, "shengsi")
    assert "已离开" in engineer.get("/my-unit/").content.decode()
    assert engineer.post("/my-unit/leave/", {"region": region().pk}).status_code == 422


def test_who_is_no_practitioner_has_no_such_page(client: Client, city: User) -> None:
    client.force_login(city)
    assert client.get("/my-unit/").status_code == 404
    assert "我的单位" not in client.get("/").content.decode()
