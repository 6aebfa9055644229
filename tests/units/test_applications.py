"""A unit's application: who may what in which state, and what accepting it makes, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import Appointment, Organisation, Role, User
from office.audit.models import Event
from office.messages.models import Message
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.units.made import REASON, application_in, applied, stated
from units.commands.applications import (
    application_accept,
    application_refuse,
    application_resubmit,
    application_return,
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
