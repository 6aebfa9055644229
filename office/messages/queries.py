"""Messages as their recipient sees them."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from office.messages.models import Message, Preference

ORDER = ("-created_at", "-pk")
MANY = 99  # more unread messages than this are not counted to the end


def visible_to(user: User) -> QuerySet[Message]:
    """One's own."""
    return Message.objects.filter(recipient=user)


def unread_count(user: User) -> int:
    """How many unread messages wait for the user, counted to MANY + 1 at the most: every page shows it."""
    return visible_to(user).filter(read_at=None)[: MANY + 1].count()


def wants_mail(user: User) -> bool:
    """Whether the user takes e-mails."""
    wish = Preference.objects.filter(user=user).first()
    return wish is None or wish.email
