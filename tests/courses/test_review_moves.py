"""The offices' decisions: who may make which move on which route, the figure of hours, conflict of interest, news."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import CityOffice, Organisation, User
from courses.commands.decisions import class_approve, class_cancel, class_endorse, class_refuse, class_return
from courses.models import ClassApplication, Roster, TrainingClass
from courses.states import APPLICATION_MOVES, ApplicationState, RosterState, Route
from office.audit.models import Event
from office.messages.models import Message
from tests.courses.made import REASON, TWO_DAYS, WAYS, class_application, course_unit, firm
from tests.factories import AppointmentFactory, UserFactory, region
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db
S = ApplicationState
Command = Callable[[User, ClassApplication], object]
COMMANDS: dict[ApplicationState, Command] = {
    S.ENDORSED: lambda actor, a: class_endorse(actor=actor, application=a),
    S.APPROVED: lambda actor, a: class_approve(actor=actor, application=a, hours=Decimal(16)),
    S.RETURNED: lambda actor, a: class_return(actor=actor, application=a, reason=REASON),
    S.REFUSED: lambda actor, a: class_refuse(actor=actor, application=a, reason=REASON),
    S.CANCELLED: lambda actor, a: class_cancel(actor=actor, application=a, reason=REASON),
}
STARTS = [(route, state) for route, ways in WAYS.items() for state in ways]
ACTIONS = {
    S.ENDORSED: "class.endorse",
    S.APPROVED: "class.approve",
    S.RETURNED: "class.return",
    S.REFUSED: "class.refuse",
    S.CANCELLED: "class.cancel",
}


def _whose_turn(application: ClassApplication, county: User, city: User) -> User:
    by_county = application.route == Route.B and application.state == S.SUBMITTED
    return county if by_county else city


@pytest.mark.parametrize("to", COMMANDS)
@pytest.mark.parametrize(("route", "start"), STARTS)
def test_only_the_moves_of_the_table_can_be_made(
    route: Route, start: ApplicationState, to: ApplicationState, county: User, city: User
) -> None:
    application = class_application(start, route)
    steps = application.steps.count()
    decides = {S.ENDORSED: county, S.APPROVED: city, S.CANCELLED: city}
    actor = decides.get(to) or _whose_turn(application, county, city)
    if to in APPLICATION_MOVES[route][start]:
        COMMANDS[to](actor, application)
        application.refresh_from_db()
        last = application.steps.last()
        assert (application.state, application.steps.count(), last.before, last.actor) == (to, steps + 1, start, actor)
        event = Event.objects.get(action=ACTIONS[to], actor=actor)
        assert (event.before, event.after, event.object_id) == (start, to, str(application.pk))
        return
    with pytest.raises((Conflict, Forbidden)) as refusal:
        COMMANDS[to](actor, application)
    if (route, to) != (Route.A, S.ENDORSED):  # which nobody may
        assert isinstance(refusal.value, Conflict)
        assert application.steps.last().actor_name in refusal.value.message
    application.refresh_from_db()
    assert (application.state, application.steps.count()) == (start, steps)


# Which decisions somebody may make on an application that waits, by route and by whose turn it is.
B_FIRST, B_SECOND, A_FIRST = (Route.B, S.SUBMITTED), (Route.B, S.ENDORSED), (Route.A, S.SUBMITTED)
MAY: dict[str, dict[tuple[Route, ApplicationState], set[ApplicationState]]] = {
    "county": {A_FIRST: set(), B_FIRST: {S.ENDORSED, S.RETURNED, S.REFUSED}, B_SECOND: set()},
    "city": {
        A_FIRST: {S.APPROVED, S.RETURNED, S.REFUSED},
        B_FIRST: set(),
        B_SECOND: {S.APPROVED, S.RETURNED, S.REFUSED},
    },
    "other_county": {A_FIRST: set(), B_FIRST: set(), B_SECOND: set()},
    "auditor": {A_FIRST: set(), B_FIRST: set(), B_SECOND: set()},
    "sysadmin": {A_FIRST: set(), B_FIRST: set(), B_SECOND: set()},
    "organiser": {A_FIRST: set(), B_FIRST: set(), B_SECOND: set()},
    "nobody": {A_FIRST: set(), B_FIRST: set(), B_SECOND: set()},
}
ROLES: dict[str, Callable[[Organisation], User]] = {
    "county": lambda _: AppointmentFactory().user,
    "city": lambda _: AppointmentFactory(city=True).user,
    "other_county": lambda _: AppointmentFactory(region=region("putuo")).user,
    "auditor": lambda _: AppointmentFactory(auditor=True).user,
    "sysadmin": lambda _: AppointmentFactory(sysadmin=True).user,
    "organiser": lambda unit: AppointmentFactory(organiser=True, organisation=unit).user,
    "nobody": lambda _: UserFactory(),
}


@pytest.mark.parametrize("to", [S.ENDORSED, S.APPROVED, S.RETURNED, S.REFUSED])
@pytest.mark.parametrize("turn", [A_FIRST, B_FIRST, B_SECOND])
@pytest.mark.parametrize("role", ROLES)
def test_each_role_decides_what_is_its_own(
    role: str, turn: tuple[Route, ApplicationState], to: ApplicationState
) -> None:
    route, state = turn
    application = class_application(state, route)
    actor = ROLES[role](application.organisation)
    if to in MAY[role][turn]:
        COMMANDS[to](actor, application)
        application.refresh_from_db()
        assert application.state == to
    else:
        with pytest.raises((Forbidden, Conflict)):
            COMMANDS[to](actor, application)
        application.refresh_from_db()
        assert application.state == state


def test_a_municipal_enterprise_has_the_city_office_for_its_county(city: User) -> None:
    application = class_application(route=Route.B, organisation=firm(region=region("city")))
    application = class_endorse(actor=city, application=application)
    assert class_approve(actor=city, application=application, hours=Decimal(16)).hours == Decimal(16)


def test_a_county_too_late_is_told_who_was_first(county: User) -> None:
    application = class_application(S.ENDORSED, Route.B, county=AppointmentFactory(user__display_name="周同事").user)
    for decide in (class_return, class_refuse):
        with pytest.raises(Conflict, match="周同事于2021年9月1日 10:00变更为“属地已审查同意”"):
            decide(actor=county, application=application, reason=REASON)


OWN: dict[str, Callable[[Organisation], User]] = {
    "organiser": lambda unit: AppointmentFactory(organiser=True, organisation=unit).user,
    "administrator": lambda unit: AppointmentFactory(employer_admin=True, organisation=unit).user,
    "works there": lambda unit: PractitionerFactory(organisation=unit).user,
}


@pytest.mark.parametrize("to", COMMANDS)
@pytest.mark.parametrize("tie", OWN)
def test_nobody_decides_on_the_own_units_class(tie: str, to: ApplicationState) -> None:
    """Neither of the city office nor of the county, whatever ties them to the unit."""
    unit = firm()
    start = {S.ENDORSED: S.SUBMITTED, S.CANCELLED: S.APPROVED}.get(to, S.ENDORSED)
    application = class_application(start, Route.B, organisation=unit)
    user = OWN[tie](unit)
    AppointmentFactory(user=user)
    AppointmentFactory(user=user, city=True)
    with pytest.raises(Forbidden):
        COMMANDS[to](user, application)
    application.refresh_from_db()
    assert application.state == start


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        ("0", "not_positive"),
        ("-8", "not_positive"),
        ("0.05", "too_many_places"),
        ("7.55", "too_many_places"),
        ("16.1", "above_daily_cap"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("1E+30", "too_large"),
    ],
)
def test_a_figure_that_the_notice_does_not_allow(hours: str, code: str, city: User) -> None:
    application = class_application(days=TWO_DAYS)
    with pytest.raises(InputError) as refusal:
        class_approve(actor=city, application=application, hours=Decimal(hours))
    assert (refusal.value.code, refusal.value.field) == (code, "hours")
    assert not TrainingClass.objects.exists()
    assert not Roster.objects.exists()


@pytest.mark.parametrize("hours", ["16", "15.5", "0.1"])
def test_the_offices_own_figure_makes_the_class(hours: str, city: User) -> None:
    application = class_application(days=TWO_DAYS)
    made = class_approve(actor=city, application=application, hours=Decimal(hours))
    made = TrainingClass.objects.get(pk=made.pk)
    assert (made.hours, made.day_count, made.first_day, made.last_day) == (Decimal(hours), 2, *TWO_DAYS)
    assert (made.title, made.organisation, made.approved_by) == (application.title, application.organisation, city)
    assert (made.roster.state, made.roster.kind) == (RosterState.AWAITED, "class")


@pytest.mark.parametrize("office", CityOffice)
def test_the_office_that_decided_is_kept(office: CityOffice) -> None:
    actor = AppointmentFactory(city=True, office=office).user
    made = class_approve(actor=actor, application=class_application(), hours=Decimal(8))
    assert made.office == office
    message = Message.objects.get(kind="class.approved")
    assert message.body.startswith(f"{office.label}同意培训班")


def test_asked_for_twice_it_happens_once(city: User) -> None:
    application = class_application()
    first = class_approve(actor=city, application=application, hours=Decimal(12))
    assert class_approve(actor=city, application=application, hours=Decimal(12)) == first
    with pytest.raises(Conflict):
        class_approve(actor=city, application=application, hours=Decimal(8))
    for _ in range(2):
        class_cancel(actor=city, application=application, reason=REASON)
    assert application.steps.count() == 3
    assert Message.objects.filter(kind__startswith="class.").count() == 2


@pytest.mark.parametrize("decide", [class_return, class_refuse, class_cancel])
@pytest.mark.parametrize(
    ("reason", "code"), [(" ", "reason_missing"), ("字" * 501, "too_long"), ("a\x00", "bad_characters")]
)
def test_a_reason_is_needed(decide: Callable[..., object], reason: str, code: str, city: User) -> None:
    application = class_application(S.APPROVED if decide is class_cancel else S.SUBMITTED)
    with pytest.raises(InputError) as refusal:
        decide(actor=city, application=application, reason=reason)
    assert (refusal.value.code, refusal.value.field) == (code, "reason")


@pytest.mark.parametrize(
    ("state", "cancels"),
    [
        (RosterState.AWAITED, True),
        (RosterState.IN_ERROR, True),
        (RosterState.RETURNED, True),
        (RosterState.REVERSED, True),
        (RosterState.SUBMITTED, False),
        (RosterState.CONFIRMED, False),
    ],
)
def test_a_class_whose_roster_was_handed_in_is_not_cancelled(state: RosterState, cancels: bool, city: User) -> None:
    application = class_application(S.APPROVED)
    Roster.objects.update(state=state)
    if cancels:
        assert class_cancel(actor=city, application=application, reason=REASON).state == S.CANCELLED
        return
    with pytest.raises(Conflict) as refusal:
        class_cancel(actor=city, application=application, reason=REASON)
    assert refusal.value.code == "roster_handed_in"


@pytest.mark.parametrize("to", COMMANDS)
def test_everybody_who_acts_for_the_unit_is_told(to: ApplicationState, county: User, city: User) -> None:
    unit = firm()
    people = [AppointmentFactory(organiser=True, organisation=unit).user for _ in range(2)]
    people.append(AppointmentFactory(employer_admin=True, organisation=unit).user)
    PractitionerFactory(organisation=unit)
    start = {S.ENDORSED: S.SUBMITTED, S.CANCELLED: S.APPROVED}.get(to, S.ENDORSED)
    application = class_application(start, Route.B, organisation=unit, applicant=people[0])
    COMMANDS[to](county if to == S.ENDORSED else city, application)
    told = Message.objects.filter(kind=f"class.{to}")
    assert {message.recipient for message in told} == set(people)
    said = told[0].body
    assert application.number in said
    if to in (S.RETURNED, S.REFUSED, S.CANCELLED):
        assert REASON in said


def test_a_former_organiser_is_not_told(city: User) -> None:
    unit = course_unit()
    left = AppointmentFactory(organiser=True, organisation=unit)
    application = class_application(organisation=unit, applicant=left.user)
    left.valid_to = left.valid_from
    left.save()
    class_return(actor=city, application=application, reason=REASON)
    assert not Message.objects.filter(kind="class.returned").exists()
