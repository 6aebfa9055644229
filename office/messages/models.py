"""Messages and how they go out: the row in the portal, the outbox of e-mail and SMS, wishes, and codes for phones."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.sealed import SealedModel, SealedTextField
from office.messages.states import DeliveryState


class Channel(models.TextChoices):
    """The ways out of the portal."""

    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信"


class Message(models.Model):
    """What one person was told in the portal. `key` makes telling twice one message; `link` is a path of the portal."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=100)
    body = models.CharField(max_length=1500)
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "消息"
        indexes = [
            models.Index(fields=["recipient", "created_at", "id"], name="message_list"),
            models.Index(
                fields=["recipient", "created_at", "id"], name="message_unread", condition=models.Q(read_at=None)
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="message_once")]

    def __str__(self) -> str:
        return self.title


class Delivery(SealedModel):
    """One text on its way out: a row of the outbox, written in the transaction that tells.

    `target` and `text` (SMS alone; an e-mail is composed from its message) are sealed, and emptied once it is finished.
    `worker` is the fencing token of the attempt under way; nothing is sent after `expires_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="deliveries")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    target = SealedTextField(aad="office_messages.delivery.target")
    text = SealedTextField(aad="office_messages.delivery.text")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    worker = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "外发消息"
        indexes = [
            models.Index(fields=["next_at"], name="delivery_queued", condition=models.Q(state=DeliveryState.QUEUED)),
            models.Index(
                fields=["lease_until"], name="delivery_sending", condition=models.Q(state=DeliveryState.SENDING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.kind} {self.get_state_display()}"


class Preference(models.Model):
    """A person's wish. Without a row e-mails are sent; messages in the portal and of security cannot be refused."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+")
    email = models.BooleanField("接收电子邮件", default=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "消息设置"

    def __str__(self) -> str:
        return f"{self.user}"


class PhoneCode(models.Model):
    """A code sent to a phone that shall be confirmed. Neither phone nor code is kept, only keyed hashes of both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20)
    phone_hash = models.BinaryField(max_length=40)
    code_hash = models.BinaryField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "手机验证码"
        indexes = [models.Index(fields=["phone_hash", "created_at"], name="phone_code_latest")]
