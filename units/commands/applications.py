"""A unit asks to be registered; the office of its region, or the city office, decides.

Every command locks the application's row first, so that of two offices deciding at once one wins and the other is told
who and when; asking twice for the same thing answers the same thing.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.commands.organisations import OrganisationInput, organisation_create
from accounts.commands.unit_admins import first_admin_appoint
from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Organisation, User
from office.audit.commands import record
from office.messages.commands import send
from units.commands.application_input import AccountInput, checked_unit, input_of, new_account
from units.commands.proofs import one_at_a_time
from units.commands.reasons import checked_reason
from units.models import UnitApplication, UnitChange
from units.states import ApplicationState, check_move, move

_TOLD = {
    ApplicationState.ACCEPTED: "unit.accepted",
    ApplicationState.RETURNED: "unit.returned",
    ApplicationState.REFUSED: "unit.refused",
}
_FIELDS = ("name", "uscc", "old_code", "kind", "business", "region", "address", "contact_name", "phone")


@transaction.atomic
def application_submit(
    *, actor: User | None, data: OrganisationInput, token: UUID, account: AccountInput | None = None
) -> UnitApplication:
    """Apply for a unit; a visitor (`actor` None) gets the `account` in the same breath. Gives it its 受理编号.

    The same `token` (one per form shown) answers the same application. Raises InputError naming the field: those of
    `user_create` and `organisation_checked`, `address_missing` and the like, `unit_registered` when the unit is there
    already, `application_open` when the applicant already waits for this unit.
    """
    one_at_a_time(token)
    existing = UnitApplication.objects.select_related("applicant").filter(token=token).first()
    if existing is not None and _is_same_person(existing, actor, account):
        return existing
    unit = checked_unit(data)
    applicant = actor or new_account(account)
    _check_not_waiting(applicant, unit)
    now = timezone.now()
    application = UnitApplication(token=token, number=_next_number(), applicant=applicant, submitted_at=now)
    application.state_at = now
    _fill(application, unit)
    application.save(force_insert=True)
    application.steps.create(actor=applicant, actor_name=applicant.display_name, after=application.state)
    record(actor=applicant, action="application.submit", obj=application, after=application.state)
    return application


@transaction.atomic
def application_resubmit(*, actor: User, application: UnitApplication, data: OrganisationInput) -> UnitApplication:
    """Hand a returned application in again, mended. It keeps its number and goes to the region that it names."""
    application = _locked(actor, "units.application_own", application)
    check_move(application, ApplicationState.SUBMITTED)
    _fill(application, checked_unit(data))
    application.submitted_at = timezone.now()
    move(application, ApplicationState.SUBMITTED, actor=actor)
    record(
        actor=actor,
        action="application.resubmit",
        obj=application,
        before=ApplicationState.RETURNED,
        after=application.state,
    )
    return application


@transaction.atomic
def application_withdraw(*, actor: User, application: UnitApplication) -> UnitApplication:
    """Take back an application that is not decided yet."""
    application = _locked(actor, "units.application_own", application)
    if application.state == ApplicationState.WITHDRAWN:
        return application
    before = application.state
    move(application, ApplicationState.WITHDRAWN, actor=actor)
    record(actor=actor, action="application.withdraw", obj=application, before=before, after=application.state)
    return application


@transaction.atomic
def application_accept(*, actor: User, application: UnitApplication, reason: str = "") -> UnitApplication:
    """Register the unit and make the applicant its first 单位管理员, both or neither.

    Raises Forbidden, Conflict `state_moved`, InputError `unit_registered` when name or code was registered meanwhile.
    """
    application = _locked(actor, "units.application_decide", application)
    said = checked_reason(reason, needed=False)
    if _decided_before(application, ApplicationState.ACCEPTED, actor):
        return application
    check_move(application, ApplicationState.ACCEPTED)
    data = input_of(application)
    checked_unit(data)
    unit = organisation_create(actor=actor, data=data)
    application.organisation = unit
    first_admin_appoint(actor=actor, user=application.applicant, organisation=unit)
    UnitChange.objects.create(
        organisation=unit,
        what=UnitChange.What.REGISTERED,
        actor=actor,
        actor_name=actor.display_name,
        details=[["受理编号", "", application.number]],
        reason=said,
    )
    _decide(actor, application, ApplicationState.ACCEPTED, said)
    record(
        actor=actor,
        action="application.accept",
        obj=application,
        before=ApplicationState.SUBMITTED,
        after=application.state,
        reason=said,
        organisation=unit.pk,
    )
    return application


@transaction.atomic
def application_return(*, actor: User, application: UnitApplication, reason: str) -> UnitApplication:
    """Send an application back to be mended; the reason tells the applicant what to do."""
    return _turn_down(actor, application, ApplicationState.RETURNED, "application.return", reason)


@transaction.atomic
def application_refuse(*, actor: User, application: UnitApplication, reason: str) -> UnitApplication:
    """Refuse an application (不予登记) for a reason."""
    return _turn_down(actor, application, ApplicationState.REFUSED, "application.refuse", reason)


def _turn_down(
    actor: User, application: UnitApplication, to: ApplicationState, action: str, reason: str
) -> UnitApplication:
    application = _locked(actor, "units.application_decide", application)
    said = checked_reason(reason)
    if _decided_before(application, to, actor):
        return application
    before = application.state
    _decide(actor, application, to, said)
    record(actor=actor, action=action, obj=application, before=before, after=to, reason=said)
    return application


def _decide(actor: User, application: UnitApplication, to: ApplicationState, reason: str) -> None:
    """Move it and tell the applicant."""
    move(application, to, actor=actor, reason=reason)
    step = application.steps.order_by("-id").values_list("pk", flat=True)[0]
    send(
        to=application.applicant,
        kind=_TOLD[to],
        key=f"unit-application:{application.pk}:{step}",
        link=reverse("units:application_detail", args=[application.pk]),
        number=application.number,
        unit=application.name,
        office=application.region.office_name,
        **({} if to == ApplicationState.ACCEPTED else {"reason": reason}),
    )


def _locked(actor: User, permission: str, application: UnitApplication) -> UnitApplication:
    """The application's row as it stands now, locked, guarded before and after the wait."""
    require(actor, permission, application)
    rows = UnitApplication.objects.select_for_update(of=("self",)).select_related("region", "applicant", "organisation")
    locked = rows.get(pk=application.pk)
    require(actor, permission, locked)
    return locked


def _decided_before(application: UnitApplication, to: ApplicationState, actor: User) -> bool:
    """Whether this very decision was already made by this very person, so that asking twice answers the same."""
    if application.state != to:
        return False
    last = application.steps.order_by("-id").first()
    return last is not None and last.actor_id == actor.pk


def _is_same_person(existing: UnitApplication, actor: User | None, account: AccountInput | None) -> bool:
    """Whoever posts the form again is who posted it first: signed in as them, or giving their password again."""
    if actor is not None:
        return existing.applicant_id == actor.pk
    return account is not None and existing.applicant.check_password(account.password)


def _check_not_waiting(applicant: User, unit: Organisation) -> None:
    waiting = UnitApplication.objects.filter(
        applicant=applicant, state__in=[ApplicationState.SUBMITTED, ApplicationState.RETURNED]
    )
    for other in waiting:
        if other.name == unit.name or unit.uscc and other.uscc == unit.uscc:
            raise InputError(
                "application_open", f"您已为该单位提交过申请（{other.number}），请在该申请中办理。", "name"
            )


def _fill(application: UnitApplication, unit: Organisation) -> None:
    for field in _FIELDS:
        setattr(application, field, getattr(unit, field))


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('units_application_number')")
        (serial,) = cursor.fetchone()
    return f"DW{timezone.localdate().year}{serial:07d}"
