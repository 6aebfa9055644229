"""A unit's application: who may what in which state, and what accepting it makes, all of it or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from accounts.errors import Conflict, DomainError, Forbidden, InputError
from accounts.models import Appointment, Organisation, Role, User
from office.audit.models import Event
from office.messages.models import Message
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, make_org_code, make_uscc, region
from tests.units.made import REASON, application_in, applied, stated
from units.commands.applications import (
    AccountInput,
    application_accept,
    application_refuse,
    application_resubmit,
    application_return,
    application_submit,
    application_withdraw,
)
from units.models import UnitApplication, UnitChange
from units.states import APPLICATION_MOVES, ApplicationState

pytestmark = pytest.mark.django_db
Command = Callable[[User, UnitApplication], UnitApplication]

COMMANDS: dict[ApplicationState, Command] = {
    ApplicationState.ACCEPTED: lambda actor, a: application_accept(actor=actor, application=a),
    ApplicationState.RETURNED: lambda actor, a: application_return(actor=actor, application=a, reason=REASON),
    ApplicationState.REFUSED: lambda actor, a: application_refuse(actor=actor, application=a, reason=REASON),
    ApplicationState.WITHDRAWN: lambda actor, a: application_withdraw(actor=actor, application=a),
    ApplicationState.SUBMITTED: lambda actor, a: application_resubmit(actor=actor, application=a, data=stated()),
}
OWNERS = (ApplicationState.WITHDRAWN, ApplicationState.SUBMITTED)


@pytest.fixture
def applicant() -> User:
    """Somebody with an account and no role."""
    return UserFactory()


@pytest.mark.parametrize("to", COMMANDS)
@pytest.mark.parametrize("start", ApplicationState)
def test_only_the_moves_of_the_table_can_be_made(
    start: ApplicationState, to: ApplicationState, applicant: User, city: User
) -> None:
    application = application_in(start, applicant, city)
    steps = application.steps.count()
    actor = applicant if to in OWNERS else AppointmentFactory(city=True).user
    if to in APPLICATION_MOVES[start]:
        moved = COMMANDS[to](actor, application)
        assert (moved.state, moved.steps.count()) == (to, steps + 1)
        last = moved.steps.last()
        assert (last.before, last.after, last.actor) == (start, to, actor)
    elif start == to == ApplicationState.WITHDRAWN:
        assert COMMANDS[to](actor, application).steps.count() == steps
    else:
        with pytest.raises(Conflict) as refusal:
            COMMANDS[to](actor, application)
        assert refusal.value.code == "state_moved"
        application.refresh_from_db()
        assert (application.state, application.steps.count()) == (start, steps)


MAY = {
    "county of the region": lambda _: AppointmentFactory().user,
    "city office": lambda _: AppointmentFactory(city=True).user,
}
MAY_NOT = {
    "another county": lambda _: AppointmentFactory(region=region("putuo")).user,
    "system administrator": lambda _: AppointmentFactory(sysadmin=True).user,
    "auditor": lambda _: AppointmentFactory(auditor=True).user,
    "some unit's administrator": lambda _: AppointmentFactory(employer_admin=True).user,
    "the applicant": lambda a: a.applicant,
    "the applicant, being the county": lambda a: AppointmentFactory(user=a.applicant).user,
    "the applicant, being the city office": lambda a: AppointmentFactory(city=True, user=a.applicant).user,
}
DECISIONS = [state for state in COMMANDS if state not in OWNERS]


@pytest.mark.parametrize("to", DECISIONS)
@pytest.mark.parametrize("who", MAY)
def test_the_offices_decide_and_asking_twice_is_asking_once(applicant: User, who: str, to: ApplicationState) -> None:
    application = applied(applicant)
    actor = MAY[who](application)
    for _ in range(2):
        assert COMMANDS[to](actor, application).state == to
    assert application.steps.count() == 2
    assert Event.objects.filter(action__startswith="application.", actor=actor).count() == 1
    assert Message.objects.filter(recipient=applicant, kind=f"unit.{to}").count() == 1


@pytest.mark.parametrize("to", DECISIONS)
@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_decides(applicant: User, who: str, to: ApplicationState) -> None:
    application = applied(applicant)
    actor = User.objects.get(pk=MAY_NOT[who](application).pk)
    with pytest.raises(Forbidden):
        COMMANDS[to](actor, application)
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert not Organisation.objects.filter(name=application.name).exists()


@pytest.mark.parametrize("to", OWNERS)
def test_nobody_takes_back_or_mends_what_is_not_theirs(applicant: User, city: User, to: ApplicationState) -> None:
    application = application_in(ApplicationState.RETURNED, applicant, city)
    for actor in (city, UserFactory()):
        with pytest.raises(Forbidden):
            COMMANDS[to](actor, application)


def test_accepting_makes_the_unit_and_its_first_administrator(applicant: User, county: User) -> None:
    application = application_accept(actor=county, application=applied(applicant), reason="材料齐全")
    unit = Organisation.objects.get(name=application.name)
    data = stated()
    assert application.organisation == unit
    assert (unit.uscc, unit.kind, unit.business, unit.region) == (data.uscc, data.kind, data.business, data.region)
    assert (unit.address, unit.contact_name, unit.phone) == (data.address, data.contact_name, data.phone)
    held = Appointment.objects.get(user=applicant)
    assert (held.role, held.organisation, held.valid_to) == (Role.EMPLOYER_ADMIN, unit, None)
    change = UnitChange.objects.get(organisation=unit)
    assert (change.what, change.actor, change.reason) == ("registered", county, "材料齐全")
    made = Event.objects.filter(actor=county).values_list("action", flat=True)
    assert set(made) == {"organisation.create", "appointment.first_admin", "application.accept"}


def test_when_the_code_was_registered_meanwhile_nothing_comes_to_stand(applicant: User, county: User) -> None:
    application = applied(applicant)
    taken = OrganisationFactory(uscc=application.uscc)
    with pytest.raises(InputError) as refusal:
        application_accept(actor=county, application=application)
    assert (refusal.value.code, refusal.value.field) == ("unit_registered", "uscc")
    assert taken.name in refusal.value.message
    application.refresh_from_db()
    assert (application.state, application.organisation) == (ApplicationState.SUBMITTED, None)
    assert (Organisation.objects.count(), Appointment.objects.filter(user=applicant).count()) == (1, 0)


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


@pytest.mark.parametrize("reason", ["", "  ", "字" * 501, "请联系13905801234"])
def test_returning_and_refusing_want_a_reason_that_can_be_shown(applicant: User, county: User, reason: str) -> None:
    application = applied(applicant)
    for command in (application_return, application_refuse):
        with pytest.raises(InputError) as refusal:
            command(actor=county, application=application, reason=reason)
        assert refusal.value.field == "reason"
    assert application.steps.count() == 1


def test_a_returned_application_keeps_its_number_and_goes_where_it_says_now(
    applicant: User, county: User, far_county: User
) -> None:
    application = application_in(ApplicationState.RETURNED, applicant, county)
    number = application.number
    moved = application_resubmit(actor=applicant, application=application, data=stated(region=region("putuo")))
    assert (moved.number, moved.region.code) == (number, "putuo")
    with pytest.raises(Forbidden):
        application_accept(actor=county, application=moved)
    assert application_accept(actor=far_county, application=moved).state == ApplicationState.ACCEPTED


def test_numbers_are_in_order_and_carry_the_year(applicant: User) -> None:
    first, second = applied(applicant, 1).number, applied(applicant, 2).number
    assert first.startswith("DW2021")
    assert int(second[2:]) == int(first[2:]) + 1


def test_one_applicant_does_not_wait_twice_for_one_unit(applicant: User) -> None:
    first = applied(applicant)
    with pytest.raises(InputError) as refusal:
        applied(applicant)
    assert (refusal.value.code, refusal.value.field) == ("application_open", "name")
    assert first.number in refusal.value.message
    assert applied(UserFactory()).number != first.number  # somebody else may be the one whom the unit sends


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


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run the calls at the same time, each on a connection of its own; what each gave or raised."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_two_offices_at_once_make_one_unit() -> None:
    county, city = AppointmentFactory().user, AppointmentFactory(city=True).user
    for n in range(5):
        application = applied(UserFactory(), n)
        found = at_once(
            [lambda who=who, a=application: application_accept(actor=who, application=a) for who in (county, city)]
        )
        lost = [one for one in found if isinstance(one, Conflict)]
        assert len(lost) == 1
        winner = application.steps.last().actor
        assert winner.display_name in lost[0].message
        assert Organisation.objects.filter(name=application.name).count() == 1
        assert Appointment.objects.filter(user=application.applicant).count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_and_refusing_at_once_is_one_decision() -> None:
    county, city = AppointmentFactory().user, AppointmentFactory(city=True).user
    for n in range(5):
        application = applied(UserFactory(), n)
        found = at_once(
            [
                lambda a=application: application_accept(actor=county, application=a),
                lambda a=application: application_refuse(actor=city, application=a, reason=REASON),
            ]
        )
        assert sum(isinstance(one, Conflict) for one in found) == 1
        application.refresh_from_db()
        accepted = application.state == ApplicationState.ACCEPTED
        assert Organisation.objects.filter(name=application.name).exists() == accepted
        assert application.steps.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twenty_times_at_once_is_one_application() -> None:
    applicant, token = UserFactory(), uuid.uuid4()
    found = at_once([lambda: application_submit(actor=applicant, data=stated(), token=token)] * 20)
    assert {one.pk for one in found} == {UnitApplication.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_two_applications_for_one_unit_accepted_at_once_make_one() -> None:
    county, city = AppointmentFactory().user, AppointmentFactory(city=True).user
    first, second = applied(UserFactory()), applied(UserFactory())
    found = at_once(
        [
            lambda: application_accept(actor=county, application=first),
            lambda: application_accept(actor=city, application=second),
        ]
    )
    lost = [one for one in found if isinstance(one, InputError)]
    assert [one.code for one in lost] in (["unit_registered"], ["organisation_taken"])
    assert Organisation.objects.filter(name=first.name).count() == 1
    assert Appointment.objects.filter(role=Role.EMPLOYER_ADMIN).count() == 1
