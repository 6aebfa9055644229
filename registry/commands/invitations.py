"""A unit invites people to join it: sent, sent again, taken back. What the invited person does is in `invited`.

The link's secret is answered to whoever sent it, once, and kept as a keyed hash alone, as a password is.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Organisation, User
from office.audit.commands import record
from office.messages.commands.sending import KEEP_TRYING, send_alone
from registry.commands.invitees import Invitee, checked, problems
from registry.commands.surnames import sort_key
from registry.models import Invitation
from registry.queries.invitations import token_hash_of
from registry.states import InvitationState, check_invitation, move_invitation

VALID_DAYS = 14
PAUSE = timedelta(minutes=10)
MOST_SENDS = 5
SECRET_BYTES = 16  # 128 bits, short enough for an SMS


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation with its secret, which is shown now and never again."""

    invitation: Invitation
    token: str

    @property
    def path(self) -> str:
        """The portal's address that the link leads to."""
        return reverse("registry:invitation_open", args=[self.token])


@transaction.atomic
def people_invite(*, actor: User, organisation: Organisation, invitees: Sequence[Invitee]) -> list[Sent]:
    """Invite all of a list or nobody. Whoever let an earlier invitation of the unit expire is invited anew.

    Raises Forbidden, and the first InputError of `invitees.problems`, or `unit_inactive`.
    """
    require(actor, "registry.people_invite", organisation)
    # Of two lists at once the second one sees whom the first invited.
    unit = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not unit.is_active:
        raise InputError("unit_inactive", f"“{unit.name}”已停用，不能再邀请人员。", "people")
    for problem in problems(unit, invitees):
        raise problem
    people = [checked(invitee) for invitee in invitees]
    hashes = [invitee.phone_hash for invitee in people]
    for old in Invitation.objects.select_for_update().filter(
        organisation=unit, phone_hash__in=hashes, state=InvitationState.SENT
    ):
        move_invitation(old, InvitationState.WITHDRAWN)  # expired, or it would be among the problems
    return [_invite(actor, unit, invitee) for invitee in people]


@transaction.atomic
def invitation_resend(*, actor: User, invitation: Invitation) -> Sent:
    """Send it again with a new link, good for another fortnight; the old link works no more.

    Raises Forbidden, Conflict `state_moved`, InputError `sent_too_soon`, `sent_too_often`, `unit_inactive`.
    """
    invitation = _locked(actor, invitation)
    check_invitation(invitation)
    if not invitation.organisation.is_active:
        raise InputError("unit_inactive", f"“{invitation.organisation.name}”已停用，不能再邀请人员。")
    if invitation.sends >= MOST_SENDS:
        raise InputError("sent_too_often", f"给{invitation.name}的邀请已发出{MOST_SENDS}次，请撤回后核对号码再邀请。")
    if timezone.now() - invitation.sent_at < PAUSE:
        raise InputError("sent_too_soon", f"给{invitation.name}的邀请刚刚发出，请10分钟后再发。")
    invitation.sends += 1
    sent = _with_link(invitation)
    record(actor=actor, action="invitation.resend", obj=invitation, organisation=invitation.organisation_id)
    return sent


@transaction.atomic
def invitation_withdraw(*, actor: User, invitation: Invitation) -> Invitation:
    """Take an invitation back; its link works no more. Asked for twice, the first answer stands."""
    invitation = _locked(actor, invitation)
    if invitation.state != InvitationState.WITHDRAWN:
        before = invitation.state
        move_invitation(invitation, InvitationState.WITHDRAWN)
        record(actor=actor, action="invitation.withdraw", obj=invitation, before=before, after=invitation.state)
    return invitation


@transaction.atomic
def invitations_exported(*, actor: User, rows: int, filters: Sequence[str]) -> None:
    """Record that somebody took the list of invitations away."""
    require(actor, "registry.invitations")
    record(actor=actor, action="invitation.export", rows=rows, filters=sorted(filters))


def invitations_move(*, actor: User, from_unit: Organisation, to_unit: Organisation) -> int:
    """Let open invitations follow a merge of units, whose locks the caller holds; of two for one phone one stays."""
    rows = Invitation.objects.select_for_update().filter(organisation=from_unit, state=InvitationState.SENT)
    kept = Invitation.objects.filter(organisation=to_unit, state=InvitationState.SENT)
    there = {bytes(value) for value in kept.values_list("phone_hash", flat=True)}
    moved = 0
    for invitation in rows.order_by("pk"):
        if bytes(invitation.phone_hash) in there:
            move_invitation(invitation, InvitationState.WITHDRAWN)
            continue
        invitation.organisation = to_unit
        invitation.save(update_fields=["organisation"])
        moved += 1
    if moved:
        record(actor=actor, action="invitation.moved", obj=to_unit, invitations=moved, from_organisation=from_unit.pk)
    return moved


def _invite(actor: User, unit: Organisation, invitee: Invitee) -> Sent:
    invitation = Invitation(
        organisation=unit,
        name=invitee.name,
        name_sort=sort_key(invitee.name),
        phone_hash=invitee.phone_hash,
        invited_by=actor,
    )
    invitation.phone, invitation.email = invitee.phone, invitee.email
    sent = _with_link(invitation)
    record(actor=actor, action="invitation.send", obj=invitation, after=invitation.state, organisation=unit.pk)
    return sent


def _with_link(invitation: Invitation) -> Sent:
    """A new link for the invitation, sent to the phone where the installation can."""
    token = secrets.token_urlsafe(SECRET_BYTES)
    now = timezone.now()
    invitation.token_hash, invitation.proof_hash = token_hash_of(token), None
    invitation.sent_at, invitation.expires_at = now, now + timedelta(days=VALID_DAYS)
    invitation.save()
    sent = Sent(invitation, token)
    if settings.PORTAL_URL:
        send_alone(
            kind="invitation",
            phone=invitation.phone,
            email=invitation.email,
            expires_at=now + KEEP_TRYING,
            unit=invitation.organisation.name,
            link=f"{settings.PORTAL_URL}{sent.path}",
            days=VALID_DAYS,
        )
    return sent


def _locked(actor: User, invitation: Invitation) -> Invitation:
    require(actor, "registry.people_invite", invitation.organisation)
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("organisation")
    invitation = rows.get(pk=invitation.pk)
    require(actor, "registry.people_invite", invitation.organisation)
    return invitation
