"""What a recipient does with messages. Having read something changes nobody's affairs, so it leaves no audit event."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from office.messages.models import Message, Preference


@transaction.atomic
def message_read(*, actor: User, message: Message) -> None:
    """Mark one of the own messages as read; the first time counts. Raises Forbidden."""
    require(actor, "messages.read", message)
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=timezone.now())


@transaction.atomic
def messages_read(*, actor: User) -> int:
    """Mark all own messages as read; how many there were."""
    return Message.objects.filter(recipient=actor, read_at=None).update(read_at=timezone.now())


@transaction.atomic
def email_wish(*, actor: User, wanted: bool) -> Preference:
    """Take e-mails or leave them. Messages in the portal and those of security come all the same."""
    wish, _ = Preference.objects.select_for_update().get_or_create(user=actor)
    if wish.email != wanted:
        before, wish.email = wish.email, wanted
        wish.save()
        words = {True: "on", False: "off"}
        record(actor=actor, action="messages.email_wish", obj=wish, before=words[before], after=words[wanted])
    return wish
