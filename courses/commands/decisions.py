"""The offices' decisions on class applications (§三（一）（二）): endorse, approve, return, refuse, cancel.

Every command locks the application's row first, so that of two people deciding at once one wins and the other is told
who and when; asking twice for the same thing answers the same thing. Nobody decides on the own unit's class.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InputError
from accounts.guard import may, require
from accounts.models import CityOffice, User
from accounts.queries import city_office_of
from accounts.texts import check_text
from courses.commands.application_moves import locked
from courses.commands.decision_messages import tell_unit
from courses.commands.rosters import roster_open
from courses.models import ApplicationPart, ClassApplication, ClassApplicationStep, Roster, TrainingClass
from courses.states import ApplicationState, RosterState, Route, check_application, move_application, refuse_moved
from hours_rules import Activity, RuleError, credit
from office.audit.commands import record
from registry.queries.notices import notice_on

_S = ApplicationState
ACTIVITY = "training_class"


@transaction.atomic
def class_endorse(*, actor: User, application: ClassApplication, reason: str = "") -> ClassApplication:
    """The county bureau examines route B and agrees (属地审查同意, §三（二）); for 市本级 the city office does (**D**).

    Raises Forbidden, Conflict `state_moved`, and InputError of `check_text` for what it writes.
    """
    application = locked(actor, "courses.application_endorse", application)
    said = checked_reason(reason, needed=False)
    if _decided_before(application, _S.ENDORSED, actor):
        return application
    _move(actor, application, _S.ENDORSED, said, office=application.region.office_name)
    return application


@transaction.atomic
def class_approve(*, actor: User, application: ClassApplication, hours: Decimal, reason: str = "") -> TrainingClass:
    """Approve a class with the office's own figure of hours (同意该培训班按 N 学时认定), and let it await its roster.

    `hours` may be less than asked for, never above the notice's cap for a day × the timetable's days (二（二）2(3)).
    Raises Forbidden, Conflict `state_moved`, InputError (field `hours`) as `checked_figure`.
    """
    application = locked(actor, "courses.application_approve", application)
    said = checked_reason(reason, needed=False)
    again = _decided_before(application, _S.APPROVED, actor)
    if not again:
        check_application(application, _S.APPROVED)
    figure = checked_figure(application, hours)
    if again and application.training_class.hours == figure:
        return application.training_class
    check_application(application, _S.APPROVED)
    office = city_office_of(actor) or CityOffice.HOURS
    made = _class_of(actor, application, figure, office)
    roster_open(actor=actor, training_class=made)
    _move(
        actor,
        application,
        _S.APPROVED,
        said,
        office=office.label,
        told={"hours": f"{figure.normalize():f}"},
    )
    return made


@transaction.atomic
def class_return(
    *, actor: User, application: ClassApplication, reason: str, parts: Sequence[ApplicationPart] = ()
) -> ClassApplication:
    """Send an application back to be mended; the reason tells the unit what to do, `parts` where."""
    return _turn_down(actor, application, _S.RETURNED, reason, parts)


@transaction.atomic
def class_refuse(*, actor: User, application: ClassApplication, reason: str) -> ClassApplication:
    """Refuse an application (不予核准) for a reason."""
    return _turn_down(actor, application, _S.REFUSED, reason)


@transaction.atomic
def class_cancel(*, actor: User, application: ClassApplication, reason: str) -> ClassApplication:
    """Cancel an approved class for a reason, while no roster of it waits for confirmation or is confirmed.

    Locks the roster after the application: whoever hands a roster in must look at the application's state after
    locking the roster. Raises Forbidden, Conflict `state_moved` and `roster_handed_in`, InputError `reason_missing`.
    """
    application = locked(actor, "courses.application_approve", application)
    said = checked_reason(reason)
    if _decided_before(application, _S.CANCELLED, actor):
        return application
    check_application(application, _S.CANCELLED)
    roster = Roster.objects.select_for_update().filter(training_class__application=application).first()
    if roster is not None and roster.state in (RosterState.SUBMITTED, RosterState.CONFIRMED):
        raise Conflict(
            "roster_handed_in",
            f"该班的学时登记信息汇总表{roster.get_state_display()}，不能取消；请先退回或撤销汇总表。",
        )
    _move(actor, application, _S.CANCELLED, said, office=_office_name(actor, application))
    return application


def checked_figure(application: ClassApplication, hours: Decimal) -> Decimal:
    """The office's figure as it is kept: above zero, one decimal place, within the notice's cap for the class's days.

    InputError (field `hours`) with the codes of `hours_rules.credit`: `not_positive`, `too_many_places`,
    `above_daily_cap`, `too_large`, `not_a_number`.
    """
    activity = Activity(ACTIVITY, hours=hours, days=application.day_count)
    try:
        granted = credit(activity, notice_on(last_day_of(application)))
    except RuleError as error:
        raise InputError(error.code, str(error), "hours") from error
    return granted.hours


def last_day_of(application: ClassApplication) -> date:
    """The day the class ends, by which a notice is chosen. InputError (field `timetable`) without a timetable."""
    if application.last_day is None:
        raise InputError("timetable_missing", "申请没有课程安排，不能核定学时。", "timetable")
    return application.last_day


def checked_reason(reason: str, *, needed: bool = True) -> str:
    """A reason as it is kept. InputError (field `reason`): `reason_missing` and those of `check_text`."""
    said = reason.strip()
    if needed and not said:
        raise InputError("reason_missing", "请写明理由。", "reason")
    most = ClassApplicationStep._meta.get_field("reason").max_length
    check_text(said, "reason", "审核意见", most, lines=True)
    return said


def _turn_down(
    actor: User,
    application: ClassApplication,
    to: ApplicationState,
    reason: str,
    parts: Sequence[ApplicationPart] = (),
) -> ClassApplication:
    application = locked(actor, "courses.application_turn_down", application)
    said = checked_reason(reason)
    if _decided_before(application, to, actor):
        return application
    check_application(application, to)
    _check_turn(actor, application)
    _move(actor, application, to, said, office=_office_name(actor, application), parts=parts)
    return application


def _check_turn(actor: User, application: ClassApplication) -> None:
    """Whose turn it is: of route B first the county's, then the city office's. Who comes too late is told of whom."""
    if application.route == Route.B and application.state == _S.SUBMITTED:
        require(actor, "courses.application_endorse", application)
    elif not may(actor, "courses.application_approve", application):
        refuse_moved(application)


def _class_of(actor: User, application: ClassApplication, hours: Decimal, office: CityOffice) -> TrainingClass:
    return TrainingClass.objects.create(
        application=application,
        organisation=application.organisation,
        title=application.title,
        first_day=application.first_day or last_day_of(application),
        last_day=last_day_of(application),
        day_count=application.day_count,
        hours=hours,  # type: ignore[misc]  # the stubs know no Decimal behind an integer
        office=office,
        approved_by=actor,
        approved_by_name=actor.display_name,
        approved_at=timezone.now(),
    )


def _move(
    actor: User,
    application: ClassApplication,
    to: ApplicationState,
    reason: str,
    *,
    office: str,
    told: dict[str, str] | None = None,
    parts: Sequence[ApplicationPart] = (),
) -> None:
    """Move a locked application, record it, and tell the unit."""
    before = application.state
    move_application(application, to, actor=actor, reason=reason, parts=[part.value for part in parts])
    record(
        actor=actor,
        action={
            _S.ENDORSED: "class.endorse",
            _S.APPROVED: "class.approve",
            _S.RETURNED: "class.return",
            _S.REFUSED: "class.refuse",
            _S.CANCELLED: "class.cancel",
        }[to],
        obj=application,
        before=before,
        after=to,
        reason=reason,
        office=office,
        **(told or {}),
        **({"parts": [part.label for part in parts]} if parts else {}),
    )
    tell_unit(application, office=office, reason=reason, **(told or {}))


def _office_name(actor: User, application: ClassApplication) -> str:
    """The office that the actor decides for."""
    office = city_office_of(actor)
    return office.label if office else application.region.office_name


def _decided_before(application: ClassApplication, to: ApplicationState, actor: User) -> bool:
    """Whether this very decision was already made by this very person, so that asking twice answers the same."""
    if application.state != to:
        return False
    last = application.steps.order_by("-id").first()
    return last is not None and last.actor_id == actor.pk
