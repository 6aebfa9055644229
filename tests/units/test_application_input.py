"""What an application states: what can be kept, and which unit is registered already."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from accounts.errors import InputError
from accounts.models import Organisation, User
from tests.factories import OrganisationFactory, UserFactory, make_org_code, make_uscc
from tests.units.made import application_in, applied, stated
from units.commands.applications import (
    AccountInput,
    application_resubmit,
    application_submit,
)
from units.models import UnitApplication
from units.states import ApplicationState


@pytest.fixture
def applicant() -> User:
    """Somebody with an account and no role."""
    return UserFactory()


pytestmark = pytest.mark.django_db


KNOWN: dict[str, tuple[Callable[[], Organisation], dict[str, Any], str, str]] = {
    "same code": (lambda: OrganisationFactory(uscc=stated().uscc), {}, "uscc", "请勿重复登记"),
    "same name": (lambda: OrganisationFactory(name=stated().name), {}, "name", "请勿重复登记"),
    "same name in other brackets": (
        lambda: OrganisationFactory(name="虚构（定海）公司"),
        {"name": "虚构(定海)公司"},
        "name",
        "请勿重复登记",
    ),
    "same old code": (
        lambda: OrganisationFactory(uscc=None, old_code=make_org_code(7)),
        {"uscc": "", "old_code": make_org_code(7)},
        "old_code",
        "请勿重复登记",
    ),
    "a closed unit": (lambda: OrganisationFactory(uscc=stated().uscc, is_active=False), {}, "uscc", "现已停用"),
    "a merged unit": (
        lambda: OrganisationFactory(
            uscc=stated().uscc, is_active=False, merged_into=OrganisationFactory(name="虚构总公司")
        ),
        {},
        "uscc",
        "已并入“虚构总公司”",
    ),
}


@pytest.mark.parametrize("case", KNOWN)
def test_a_registered_unit_is_named_and_not_registered_again(applicant: User, case: str) -> None:
    make, changes, field, words = KNOWN[case]
    known = make()
    with pytest.raises(InputError) as refusal:
        applied(applicant, **changes)
    assert (refusal.value.code, refusal.value.field) == ("unit_registered", field)
    assert known.name in refusal.value.message
    assert words in refusal.value.message
    assert not UnitApplication.objects.exists()


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no name": ({"name": "  "}, "name_missing", "name"),
    "a name too long": ({"name": "舟" * 101}, "too_long", "name"),
    "a phone in the name": ({"name": "公司13905801234"}, "personal", "name"),
    "an unseen character": ({"name": "公司\u200b"}, "bad_characters", "name"),
    "no code": ({"uscc": ""}, "code_missing", "uscc"),
    "a wrong check digit": ({"uscc": make_uscc(1)[:-1] + "?"}, "uscc_invalid", "uscc"),
    "a wrong old code": ({"uscc": "", "old_code": "123456789"}, "org_code_invalid", "old_code"),
    "no address": ({"address": " "}, "address_missing", "address"),
    "an address too long": ({"address": "路" * 121}, "too_long", "address"),
    "no contact": ({"contact_name": ""}, "contact_name_missing", "contact_name"),
    "no telephone": ({"phone": ""}, "phone_missing", "phone"),
    "no telephone number": ({"phone": "打我电话"}, "telephone_invalid", "phone"),
    "an ID number as telephone": ({"phone": "330902198506150018"}, "telephone_invalid", "phone"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_kept_is_refused_by_its_field(applicant: User, city: User, case: str) -> None:
    changes, code, field = WRONG[case]
    returned = application_in(ApplicationState.RETURNED, applicant, city, n=2)
    with pytest.raises(InputError) as refusal:
        applied(applicant, **changes)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    with pytest.raises(InputError) as refusal:
        application_resubmit(actor=applicant, application=returned, data=replace(stated(2), **changes))
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_a_visitor_gets_an_account_that_only_the_same_visitor_gets_again() -> None:
    account = AccountInput("林海", "13905801234", "linhai", "Sea-Bridge-2021")
    token = uuid.uuid4()
    first = application_submit(actor=None, data=stated(), token=token, account=account)
    assert (first.applicant.display_name, first.applicant.phone) == ("林海", "13905801234")
    assert application_submit(actor=None, data=stated(), token=token, account=account) == first
    with pytest.raises(InputError) as refusal:
        application_submit(actor=None, data=stated(2), token=token, account=replace(account, password="Another-Pass-1"))
    assert refusal.value.code == "username_taken"
    assert (UnitApplication.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": " "}, "name_missing", "applicant_name"),
        ({"name": "林海1"}, "name_characters", "applicant_name"),
        ({"phone": "123"}, "phone_invalid", "mobile"),
        ({"username": "1"}, "username_invalid", "username"),
        ({"password": "1234567890"}, "password_weak", "password1"),
    ],
)
def test_an_account_that_cannot_be_made_leaves_no_application(changes: Any, code: str, field: str) -> None:
    account = replace(AccountInput("林海", "13905801234", "linhai", "Sea-Bridge-2021"), **changes)
    with pytest.raises(InputError) as refusal:
        application_submit(actor=None, data=stated(), token=uuid.uuid4(), account=account)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert (UnitApplication.objects.count(), User.objects.count()) == (0, 0)
