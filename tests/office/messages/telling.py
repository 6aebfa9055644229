"""One message of each sort, as commands would send it."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.models import User
from office.messages.commands import send
from office.messages.models import Delivery, Message

RETURNED = {"number": "SB20210000001", "subject": "一级建造师考试", "office": "定海区住建局", "reason": "缺成绩单"}
ACCEPTED = {"number": "SB20210000001", "subject": "一级建造师考试", "office": "定海区住建局", "year": 2021}
PASSWORD = {"username": "engineer", "when": "2021年9月1日 10:00"}


@transaction.atomic
def returned(to: User, key: str = "", link: str = "/claims/1/", **params: object) -> Message:
    """E-mail and SMS beside the portal."""
    return send(to=to, kind="claim.returned", key=key or str(uuid.uuid4()), link=link, **(RETURNED | params))


@transaction.atomic
def accepted(to: User) -> Message:
    """E-mail beside the portal."""
    return send(to=to, kind="claim.accepted", key=str(uuid.uuid4()), **ACCEPTED)


@transaction.atomic
def warned(to: User) -> Message:
    """E-mail and SMS, whatever the person wished."""
    return send(to=to, kind="account.password_changed", key=str(uuid.uuid4()), **PASSWORD)


def delivery(message: Message, channel: str) -> Delivery:
    """The delivery of a message on one way out."""
    return message.deliveries.get(channel=channel)
