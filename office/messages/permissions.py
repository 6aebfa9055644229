"""Whose a message is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.permissions import add_perm
from rules.predicates import predicate

if TYPE_CHECKING:
    from accounts.models import User
    from office.messages.models import Message


@predicate
def is_recipient(user: User, message: Message) -> bool:
    """The message was written to the user."""
    return message.recipient_id == user.pk


add_perm("messages.read", is_recipient)
