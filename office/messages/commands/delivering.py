"""Delivering what waits in the outbox, each text once.

The attempt is committed as `sending` before anything leaves the portal. A worker that dies afterwards leaves open
whether the text left: an e-mail is sent again under the same Message-ID, which mailboxes show as one; an SMS is marked
`unknown` and never sent again by itself (decision 11).
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from office.messages.commands.waking import ring
from office.messages.mail import send_mail
from office.messages.models import Channel, Delivery, PhoneCode
from office.messages.sms import NotSent, sms_backend
from office.messages.states import DeliveryState, move
from office.messages.templates import templates

log = structlog.get_logger(__name__)
MAX_ATTEMPTS = 5
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
_KEEP_CODES = timedelta(days=2)
_AT_ONCE = 500


def deliver(delivery_id: UUID | str) -> DeliveryState | None:
    """One attempt at one delivery; where it stands afterwards, None when there was nothing to do."""
    token = uuid4()
    delivery = _take(delivery_id, token)
    if delivery is None:
        return None
    try:
        _hand_over(delivery)
    except NotSent as error:
        return _put_off(delivery, token, str(error), again=error.again)
    except Exception as error:
        log.warning("delivery_interrupted", delivery=str(delivery.pk), error=type(error).__name__)
        if delivery.channel == Channel.SMS:
            return _settle(delivery, token, DeliveryState.UNKNOWN, error=type(error).__name__)
        return _put_off(delivery, token, type(error).__name__)
    return _settle(delivery, token, DeliveryState.SENT, error="")


def sweep() -> int:
    """Settle what lost its worker or its time, and ring for what is due. How many were rung for."""
    now = timezone.now()
    for lost in Delivery.objects.filter(state=DeliveryState.SENDING, lease_until__lt=now)[:_AT_ONCE]:
        if lost.channel == Channel.SMS:
            _settle(lost, lost.worker, DeliveryState.UNKNOWN, error="worker_lost")
        else:
            _put_off(lost, lost.worker, "worker_lost")
    waiting = Delivery.objects.filter(state=DeliveryState.QUEUED, next_at__lte=now).order_by("next_at")
    due = list(waiting.values_list("pk", flat=True)[:_AT_ONCE])
    for start in range(0, len(due), 20):
        ring([str(pk) for pk in due[start : start + 20]])
    PhoneCode.objects.filter(created_at__lt=now - _KEEP_CODES).delete()
    return len(due)


@transaction.atomic
def _take(delivery_id: UUID | str, token: UUID) -> Delivery | None:
    """Ours from here on, until the lease runs out; None when it is not due, finished, or somebody else's."""
    now = timezone.now()
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("message")
    delivery = rows.filter(pk=delivery_id, state=DeliveryState.QUEUED, next_at__lte=now).first()
    if delivery is None:
        return None
    if delivery.expires_at <= now:
        move(delivery, DeliveryState.EXPIRED)
        return None
    lease = now + timedelta(seconds=settings.MESSAGE_LEASE_SECONDS)
    attempts = delivery.attempts + 1
    if not move(delivery, DeliveryState.SENDING, attempts=attempts, worker=token, lease_until=lease):
        return None
    delivery.state, delivery.attempts = DeliveryState.SENDING, attempts
    return delivery


def _hand_over(delivery: Delivery) -> None:
    if delivery.channel == Channel.EMAIL:
        template = templates().get(delivery.kind)
        send_mail(delivery, security=template is not None and template.security)
        return
    gateway = sms_backend()
    if gateway is None:
        raise NotSent("no_gateway")
    gateway.send(phone=delivery.target, text=delivery.text, reference=str(delivery.pk))


def _put_off(delivery: Delivery, token: UUID | None, error: str, *, again: bool = True) -> DeliveryState:
    """Try again later, a little later each time; give up after the last attempt."""
    if not again or delivery.attempts >= MAX_ATTEMPTS:
        return _settle(delivery, token, DeliveryState.FAILED, error=error)
    later = timezone.now() + BACK_OFF[delivery.attempts - 1]
    return _settle(delivery, token, DeliveryState.QUEUED, error=error, next_at=later)


def _settle(delivery: Delivery, token: UUID | None, to: DeliveryState, **fields: object) -> DeliveryState:
    ours = move(delivery, to, held_by=token, **fields)
    if to in (DeliveryState.FAILED, DeliveryState.UNKNOWN):
        log.error("delivery_failed", delivery=str(delivery.pk), kind=delivery.kind, state=to, **fields)
    elif not ours:
        log.warning("delivery_lease_lost", delivery=str(delivery.pk), kind=delivery.kind)
    return to
