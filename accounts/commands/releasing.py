"""A sign-up that came to nothing: the account is closed, phone and user name are free for whoever they belong to."""

from __future__ import annotations

import secrets

from django.db import transaction

from accounts import trail
from accounts.guard import require
from accounts.models import Session, User


@transaction.atomic
def account_release(*, actor: User | None, user: User, reason: str) -> bool:
    """Close the account of a sign-up that was refused or taken back; whether it was done.

    An account that acts for a unit or an office is left as it is: only the sign-up came to nothing. `actor` None is the
    portal itself, when another sign-up proved to be the person. Raises Forbidden.
    """
    if actor is not None:
        require(actor, "accounts.account_release", user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active or user.appointments.exists():
        return False
    user.is_active, user.phone_hash, user.phone = False, None, ""
    user.username = f"closed.{user.pk}.{secrets.token_hex(3)}"
    user.save(update_fields=["is_active", "phone_hash", "phone", "username"])
    Session.objects.filter(user=user).delete()
    trail.record(actor=actor, action="user.release", obj=user, reason=reason)
    return True
