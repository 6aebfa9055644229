"""Telling somebody something: the message and its ways out, written with the change that it tells of."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from office.messages.commands.waking import wake
from office.messages.models import Channel, Delivery, Message, Preference
from office.messages.templates import Template, TemplateError, Text, template_of

KEEP_TRYING = timedelta(days=3)  # older news is no news: it stands in the portal


def send(*, to: User, kind: str, key: str, link: str = "", **params: object) -> Message:
    """Tell `to` what the template `kind` says, in the caller's transaction; the same `key` is the same message.

    `link` is a path of the portal. A worker delivers e-mail and SMS after the commit. Raises TemplateError and
    PersonalDataRefused, both of which are a programmer's mistakes.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a message belongs to the transaction of the change that it tells of")
    template = template_of(kind)
    if not template.portal:
        raise TemplateError(f"{kind} has no place in the portal")
    if link and not (link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)):
        raise ValueError("a link is a path of the portal")
    text = template.render(params)
    message, is_new = Message.objects.get_or_create(
        recipient=to, key=key, defaults={"kind": kind, "title": text.title, "body": text.body, "link": link}
    )
    if is_new:
        _queue(to, message, template, text)
    return message


def send_alone(*, kind: str, expires_at: datetime, phone: str = "", email: str = "", **params: object) -> set[str]:
    """Send an SMS, an e-mail or both to somebody who need not have an account; the channels it goes out by.

    For kinds without a place in the portal; a channel that the kind, the person or the installation has not is left
    out. In the caller's transaction, like `send`, and with its mistakes.
    """
    template = template_of(kind)
    if template.portal:
        raise TemplateError(f"{kind} has its place in the portal")
    text = template.render(params)
    ways = []
    if phone and settings.SMS_BACKEND and Channel.SMS in template.channels:
        ways.append(Delivery(channel=Channel.SMS, target=phone, text=text.sms))
    if email and Channel.EMAIL in template.channels:
        ways.append(Delivery(channel=Channel.EMAIL, target=email, text=text.body))
    for delivery in ways:
        delivery.kind, delivery.expires_at = kind, expires_at
        delivery.save(force_insert=True)
    if ways:
        wake([delivery.pk for delivery in ways])
    return {delivery.channel for delivery in ways}


def _queue(to: User, message: Message, template: Template, text: Text) -> None:
    """One delivery for each way out that the template, the person and the installation have."""
    ways = []
    if Channel.EMAIL in template.channels and to.email and (template.security or _wants_mail(to)):
        ways.append(Delivery(channel=Channel.EMAIL, target=to.email))
    if Channel.SMS in template.channels and settings.SMS_BACKEND and to.phone_hash:
        ways.append(Delivery(channel=Channel.SMS, target=to.phone, text=text.sms))
    for delivery in ways:
        delivery.message, delivery.kind = message, message.kind
        delivery.expires_at = timezone.now() + KEEP_TRYING
        delivery.save(force_insert=True)
    if ways:
        wake([delivery.pk for delivery in ways])


def _wants_mail(user: User) -> bool:
    wish = Preference.objects.filter(user=user).first()
    return wish is None or wish.email
