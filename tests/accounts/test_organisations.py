"""Entering a unit: by whom, with which code, and never twice."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.commands.organisations import OrganisationInput, organisation_create
from accounts.errors import Forbidden, InputError
from accounts.models import Organisation, OrganisationKind
from office.audit.models import Event
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, make_org_code, make_uscc, region

pytestmark = pytest.mark.django_db


def unit(**given: Any) -> OrganisationInput:
    """A unit of 定海."""
    stated = {"name": " 虚构海塘工程有限公司 ", "kind": OrganisationKind.ENTERPRISE, "uscc": make_uscc(41)}
    return OrganisationInput(**{**stated, "region": region(), **given})


@pytest.mark.parametrize(
    ("actor", "where", "allowed"),
    [
        ("county", "dinghai", True),
        ("county", "putuo", False),
        ("county", "city", False),
        ("city", "city", True),
        ("city", "putuo", True),
        ("sysadmin", "dinghai", False),
        ("nobody", "dinghai", False),
    ],
)
def test_a_county_enters_units_of_its_own_and_the_city_office_all(actor: str, where: str, allowed: bool) -> None:
    user = UserFactory() if actor == "nobody" else AppointmentFactory(**{} if actor == "county" else {actor: True}).user
    if allowed:
        made = organisation_create(actor=user, data=unit(region=region(where)))
        assert (made.name, made.region.code) == ("虚构海塘工程有限公司", where)
        assert Event.objects.get(action="organisation.create").object_id == str(made.pk)
    else:
        with pytest.raises(Forbidden):
            organisation_create(actor=user, data=unit(region=region(where)))
    assert Organisation.objects.exists() is allowed


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, (make_uscc(41), None)),
        ({"uscc": "", "old_code": make_org_code(7)}, (None, make_org_code(7))),
        ({"old_code": make_org_code(7)}, (make_uscc(41), make_org_code(7))),
    ],
)
def test_a_unit_has_its_uscc_or_its_old_code_or_both(
    given: dict[str, str], kept: tuple[str | None, str | None]
) -> None:
    made = organisation_create(actor=AppointmentFactory().user, data=unit(**given))
    assert (made.uscc, made.old_code) == kept


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": " "}, "name_missing", "name"),
        ({"uscc": ""}, "code_missing", "uscc"),
        ({"uscc": make_uscc(41)[:-1] + "I"}, "uscc_invalid", "uscc"),
        ({"old_code": "12345678A"}, "org_code_invalid", "old_code"),
        ({"name": "已登记的虚构单位"}, "organisation_taken", "name"),
        ({"uscc": make_uscc(3)}, "organisation_taken", "name"),
    ],
)
def test_a_unit_is_refused_with_the_field_to_mend(given: dict[str, str], code: str, field: str) -> None:
    OrganisationFactory(name="已登记的虚构单位", uscc=make_uscc(3))
    with pytest.raises(InputError) as refusal:
        organisation_create(actor=AppointmentFactory().user, data=unit(**given))
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert Organisation.objects.filter(name__contains="海塘").count() == 0
