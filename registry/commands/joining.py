"""Signing up as somebody whom a roster has brought in before (**D**, domain.md): an ID number is no secret.

The account is made at once and sees nothing of the person. It is joined to them when name and phone are those on record
*and* the phone is confirmed by a code; otherwise the unit or an office says whether it is the same person. The page is
the same in both cases, so that nobody learns by trying which name or phone belongs to an ID number.
"""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.commands.releasing import account_release
from accounts.commands.users import user_create
from accounts.crypto import blind_index
from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.identity import check_id_number
from accounts.models import User
from accounts.texts import check_text
from office.audit.commands import record
from office.messages.commands import send
from office.messages.commands.codes import check_code, send_code
from registry.commands.link_moves import lock_with_units
from registry.commands.links import link_ask
from registry.commands.people import PersonInput, check_person, practitioner_register
from registry.commands.surnames import sort_key
from registry.models import JoinRequest, Practitioner
from registry.states import JoinState, move_join

PURPOSE = "join"
OTHER_JOINED = "该人员档案已与另一账号核对关联"


@transaction.atomic
def sign_up(
    *, person: PersonInput, username: str, password: str | None, email: str = ""
) -> tuple[User, JoinRequest | None]:
    """Register a person (`practitioner_register`), or ask to be joined to the one a roster created.

    Answers the account, and the request when it has to be checked first. Raises what `practitioner_register` raises.
    """
    check_person(person)
    known = Practitioner.objects.filter(id_hash=blind_index("id", check_id_number(person.id_number).number)).first()
    if known is None or known.user_id is not None:
        made = practitioner_register(person=person, username=username, password=password, email=email)
        if made.user is None:
            raise LookupError("a sign-up makes an account")
        return made.user, None
    user = user_create(
        actor=None, username=username, password=password, display_name=person.name, phone=person.phone, email=email
    )
    join = JoinRequest.objects.create(
        practitioner=known,
        user=user,
        asked_at=timezone.now(),
        specialty=person.specialty,
        specialty_other=person.specialty_other,
        title=person.title,
        title_level=person.title_level,
        organisation=person.organisation,
    )
    record(actor=user, action="join.ask", obj=join, after=join.state, practitioner=known.pk)
    return user, join


def join_code_send(*, actor: User, join: JoinRequest, whence: str = "") -> None:
    """Send a code to the phone of the account. Raises Forbidden, and InputError as `send_code` does."""
    require(actor, "registry.join_own", join)
    send_code(phone=actor.phone, purpose=PURPOSE, whence=whence)


def join_code_confirm(*, actor: User, join: JoinRequest, code: str) -> JoinRequest:
    """Confirm the phone by the code sent to it; with name and phone as on record the account is joined at once.

    Raises Forbidden, and InputError as `check_code` does (field `code`), which counts a wrong one in any case.
    """
    require(actor, "registry.join_own", join)
    check_code(phone=actor.phone, code=code, purpose=PURPOSE)
    return join_phone_confirmed(actor=actor, join=join)


@transaction.atomic
def join_phone_confirmed(*, actor: User, join: JoinRequest) -> JoinRequest:
    """What follows from a code given back: the phone is confirmed, and with name and phone on record all is joined.

    For commands that have judged the code themselves. Raises Forbidden.
    """
    require(actor, "registry.join_own", join)
    join = _locked(join)
    if join.state != JoinState.PENDING:
        return join
    join.phone_confirmed_at = timezone.now()
    join.save(update_fields=["phone_confirmed_at"])
    record(actor=actor, action="join.phone_confirm", obj=join)
    if join.name_fits and join.phone_fits and join.practitioner.user_id is None:
        _join(actor, join)
    return join


@transaction.atomic
def join_accept(*, actor: User, join: JoinRequest) -> JoinRequest:
    """Say, for the unit or as an office, that the sign-up is this person. Asked for twice, the first answer stands.

    Raises Forbidden, Conflict `state_moved`.
    """
    join = _guarded(actor, join)
    if join.state != JoinState.JOINED:
        _join(actor, join)
    return join


@transaction.atomic
def join_decline(*, actor: User, join: JoinRequest, reason: str) -> JoinRequest:
    """Say that it is not, and why; the account is closed and its phone free for whoever it belongs to."""
    join = _guarded(actor, join)
    said = reason.strip()
    if not said:
        raise InputError("reason_missing", "请写明理由。", "reason")
    check_text(said, "reason", "理由", 300, lines=True)
    if join.state != JoinState.DECLINED:
        _give_up(actor, join, JoinState.DECLINED, "join.decline", said)
    return join


@transaction.atomic
def join_withdraw(*, actor: User, join: JoinRequest) -> JoinRequest:
    """Take one's sign-up back, for instance because of a mistyped ID number; then one may sign up again."""
    require(actor, "registry.join_own", join)
    join = _locked(join)
    if join.state != JoinState.WITHDRAWN:
        _give_up(actor, join, JoinState.WITHDRAWN, "join.withdraw", "")
    return join


def _guarded(actor: User, join: JoinRequest) -> JoinRequest:
    require(actor, "registry.join_decide", join)
    join = _locked(join)
    require(actor, "registry.join_decide", join)
    return join


def _locked(join: JoinRequest) -> JoinRequest:
    """The request as it stands. The person's lock comes first: of two sign-ups for one person one is joined."""
    lock_with_units(join.practitioner, *([join.organisation] if join.organisation else []))
    joins = JoinRequest.objects.select_for_update(of=("self",))
    return joins.select_related("practitioner__region", "user", "organisation", "decided_by").get(pk=join.pk)


def _join(actor: User, join: JoinRequest) -> None:
    """Give the person their account, and let what they said of themselves at sign-up count."""
    person, user = join.practitioner, join.user
    if person.user_id is not None and join.state == JoinState.PENDING:
        raise Conflict("person_taken", "该人员已有账号，不能再关联。")
    move_join(join, JoinState.JOINED, actor=actor)
    person.user, person.name, person.name_sort = user, user.display_name, sort_key(user.display_name)
    person.phone, person.phone_hash = user.phone, user.phone_hash
    person.specialty, person.specialty_other = join.specialty, join.specialty_other
    person.title, person.title_level = join.title, join.title_level
    person.save()
    record(actor=actor, action="join.accept", obj=join, before=JoinState.PENDING, after=join.state, person=person.pk)
    send(to=user, kind="unit.joined", key=f"unit.joined:{join.pk}", link=reverse("home"))
    unit = join.organisation
    if unit is not None and unit.is_active and unit.pk != person.organisation_id:
        link_ask(actor=user, practitioner=person, organisation=unit)
    for other in JoinRequest.objects.filter(practitioner=person, state=JoinState.PENDING).exclude(pk=join.pk):
        _give_up(None, _locked(other), JoinState.DECLINED, "join.decline", OTHER_JOINED)


def _give_up(actor: User | None, join: JoinRequest, to: JoinState, action: str, reason: str) -> None:
    move_join(join, to, actor=actor, reason=reason)
    record(actor=actor, action=action, obj=join, before=JoinState.PENDING, after=to, reason=reason)
    if to == JoinState.DECLINED:
        send(to=join.user, kind="unit.join_declined", key=f"unit.join_declined:{join.pk}", reason=reason)
    account_release(actor=actor, user=join.user, reason=reason)
