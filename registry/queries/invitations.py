"""Invitations as the unit sees them, and the one that a link opens."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from accounts.crypto import blind_index
from accounts.models import Role, User
from accounts.queries import organisations_run
from registry.models import Invitation
from registry.models.invitations import EXPIRED
from registry.states import InvitationState


def visible_to(user: User) -> QuerySet[Invitation]:
    """Invitations of the units that the user administers."""
    units = organisations_run(user, Role.EMPLOYER_ADMIN)
    return Invitation.objects.filter(organisation__in=units).select_related("organisation", "invited_by", "link")


def in_state(rows: QuerySet[Invitation], state: str) -> QuerySet[Invitation]:
    """Those that stand so today, `expired` included."""
    now = timezone.now()
    if state == EXPIRED:
        return rows.filter(state=InvitationState.SENT, expires_at__lte=now)
    if state == InvitationState.SENT:
        return rows.filter(state=state, expires_at__gt=now)
    return rows.filter(state=state)


def token_hash_of(token: str) -> bytes:
    """What is kept of the secret in a link."""
    return blind_index("invitation", token)


def opened_by(token_hash: bytes) -> Invitation | None:
    """The invitation whose link this is, while it is good and its unit in use."""
    found = Invitation.objects.filter(token_hash=token_hash, organisation__is_active=True)
    return in_state(found, InvitationState.SENT).select_related("organisation__region", "invited_by").first()
