"""What somebody does with a unit's invitation: shows that the phone is theirs, signs up or signs in, and accepts.

The unit has named the person already, so with the same name and the invited phone confirmed by a code the link to the
unit is confirmed at once; without either it waits to be confirmed, as if the person had asked for the unit themselves.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from accounts.commands.attempts import attempt_check, attempt_note
from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Organisation, User
from office.audit.commands import record
from office.messages.commands.codes import check_code, send_code
from registry.commands.joining import join_phone_confirmed, sign_up
from registry.commands.link_moves import confirm, lock_with_units, tell
from registry.commands.links import link_ask
from registry.commands.people import PersonInput
from registry.models import Invitation, JoinRequest, Practitioner, UnitLink
from registry.queries.invitations import opened_by, token_hash_of
from registry.queries.links import open_links
from registry.queries.people import practitioner_of
from registry.states import InvitationState, UnitLinkState, move_invitation

PURPOSE = "invitation"
WRONG_LINKS, WITHIN = 20, timedelta(minutes=15)  # from one address
GONE = "邀请已失效：可能已使用、已撤回或已过期，请联系单位重新邀请。"


def invitation_open(*, token: str, whence: str = "") -> Invitation | None:
    """The invitation of a link, None when it works no more or never did; TooOften for who tries out links."""
    attempt_check(kind=PURPOSE, who=whence, most=WRONG_LINKS, within=WITHIN)
    invitation = opened_by(token_hash_of(token))
    if invitation is None:
        attempt_note(kind=PURPOSE, who=whence, most=WRONG_LINKS, within=WITHIN)
    return invitation


def invitation_code_send(*, invitation: Invitation, whence: str = "") -> None:
    """Send a code to the invited phone, which the page does not tell. Raises what `send_code` raises."""
    send_code(phone=invitation.phone, purpose=PURPOSE, whence=whence)


def invitation_code_confirm(*, invitation: Invitation, code: str) -> str:
    """The code given back: answers a proof for `invited_sign_up` and `invitation_accept`, kept as a hash alone.

    Raises InputError as `check_code` does, which counts a wrong one in any case, and `invitation_gone`.
    """
    check_code(phone=invitation.phone, code=code, purpose=PURPOSE)
    proof = secrets.token_urlsafe(24)
    with transaction.atomic():
        invitation = _locked(invitation)
        invitation.proof_hash = _kept(proof)
        invitation.save(update_fields=["proof_hash"])
        record(actor=None, action="invitation.phone_confirm", obj=invitation)
    return proof


@transaction.atomic
def invitation_accept(*, actor: User, practitioner: Practitioner, invitation: Invitation, proof: str = "") -> UnitLink:
    """Accept as somebody with an account; the link is confirmed at once when name and phone are the invited ones.

    Whoever is confirmed at another unit leaves it on that day. Raises Forbidden, InputError `invitation_gone`.
    """
    require(actor, "registry.link_ask", practitioner)
    person = lock_with_units(practitioner, invitation.organisation)
    invitation = _locked(invitation)
    unit = invitation.organisation
    link = open_links(person).get(UnitLinkState.CONFIRMED)
    if link is None or link.organisation_id != unit.pk:
        link = link_ask(actor=actor, practitioner=person, organisation=unit)
        if _proves(invitation, proof) and person.name == invitation.name:
            _confirm(actor, person, link, invitation)
    _settle(actor, invitation, link)
    return link


@transaction.atomic
def invited_sign_up(
    *,
    invitation: Invitation,
    person: PersonInput,
    username: str,
    password: str,
    email: str = "",
    proof: str = "",
) -> tuple[User, JoinRequest | None]:
    """Sign up into the inviting unit and accept. With the proof the account's phone is the invited one, whatever
    `person` says, and a person whom a roster brought in is joined without being asked for a code again.

    Answers as `joining.sign_up` does, and raises what it raises, and `invitation_gone`.
    """
    list(Organisation.objects.select_for_update(no_key=True).filter(pk=invitation.organisation_id).values_list("pk"))
    invitation = _locked(invitation)  # after its unit, as everywhere
    proven = _proves(invitation, proof)
    person = replace(person, organisation=invitation.organisation, region=None)
    if proven:
        person = replace(person, phone=invitation.phone)
    user, join = sign_up(person=person, username=username, password=password, email=email)
    if join is not None and proven:
        join = join_phone_confirmed(actor=user, join=join)
    practitioner = practitioner_of(User.objects.get(pk=user.pk))
    if practitioner is None:  # to be checked first; the unit was named in the sign-up
        _settle(user, invitation, None)
    else:
        invitation_accept(actor=user, practitioner=practitioner, invitation=invitation, proof=proof)
        join = None
    return user, join


def _confirm(actor: User, person: Practitioner, link: UnitLink, invitation: Invitation) -> None:
    """The unit decided when it invited; the person has just agreed."""
    link = UnitLink.objects.select_for_update(of=("self",)).select_related("organisation__region").get(pk=link.pk)
    link.practitioner = person
    confirm(link, by=invitation.invited_by, reason="单位邀请，本人接受")
    record(
        actor=actor,
        action="practitioner.link_invited",
        obj=person,
        before=UnitLinkState.PENDING,
        after=link.state,
        organisation=link.organisation_id,
    )
    tell(link, "unit.link_confirmed", office=link.organisation.region.office_name)


def _settle(actor: User, invitation: Invitation, link: UnitLink | None) -> None:
    invitation.user, invitation.link = actor, link
    move_invitation(invitation, InvitationState.ACCEPTED)
    record(
        actor=actor,
        action="invitation.accept",
        obj=invitation,
        before=InvitationState.SENT,
        after=invitation.state,
        organisation=invitation.organisation_id,
    )


def _locked(invitation: Invitation) -> Invitation:
    """The invitation as it stands, locked; a link sent anew meanwhile has taken the place of the one opened."""
    Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    found = opened_by(bytes(invitation.token_hash))
    if found is None:
        raise InputError("invitation_gone", GONE)
    return found


def _kept(proof: str) -> bytes:
    return blind_index("invitation_proof", proof)


def _proves(invitation: Invitation, proof: str) -> bool:
    if invitation.proof_hash is None or not proof:
        return False
    return hmac.compare_digest(bytes(invitation.proof_hash), _kept(proof))
