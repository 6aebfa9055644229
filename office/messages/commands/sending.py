"""Telling somebody something: the message and its ways out, written with the change that it tells of."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
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
_AT_ONCE = 2_000
_WOKEN_TOGETHER = 20


def send(*, to: User, kind: str, key: str, link: str = "", **params: object) -> Message:
    """Tell `to` what the template `kind` says, in the caller's transaction; the same `key` is the same message.

    `link` is a path of the portal. A worker delivers e-mail and SMS after the commit. Raises TemplateError and
    PersonalDataRefused, both of which are a programmer's mistakes.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a message belongs to the transaction of the change that it tells of")
    template = _portal_template(kind, link)
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


def send_many(*, to: Mapping[User, Mapping[str, object]], kind: str, key: str, link: str = "") -> int:
    """Tell each of these users the same kind of news with parameters of their own; how many were new to it.

    Rules and errors are those of `send`; however many they are, a few statements write it all.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a message belongs to the transaction of the change that it tells of")
    template = _portal_template(kind, link)
    told = Message.objects.filter(recipient__in=list(to), key=key).values_list("recipient_id", flat=True)
    known, texts = set(told), {}
    for user in to:
        if user.pk not in known:
            texts[user] = template.render(to[user])
    messages = [
        Message(recipient=user, key=key, kind=kind, title=text.title, body=text.body, link=link)
        for user, text in texts.items()
    ]
    Message.objects.bulk_create(messages, batch_size=_AT_ONCE)
    _queue_many(messages, template, texts)
    return len(messages)


def _portal_template(kind: str, link: str) -> Template:
    template = template_of(kind)
    if not template.portal:
        raise TemplateError(f"{kind} has no place in the portal")
    if link and not (link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)):
        raise ValueError("a link is a path of the portal")
    return template


def _queue_many(messages: Sequence[Message], template: Template, texts: Mapping[User, Text]) -> None:
    """The deliveries of all these messages; wishes are asked for once."""
    if not template.channels:
        return
    unwanted = set(Preference.objects.filter(user__in=list(texts), email=False).values_list("user_id", flat=True))
    ways = [
        way
        for message in messages
        for way in _ways(message.recipient, message, template, texts[message.recipient], unwanted)
    ]
    Delivery.objects.bulk_create(ways, batch_size=_AT_ONCE)
    for start in range(0, len(ways), _WOKEN_TOGETHER):
        wake([delivery.pk for delivery in ways[start : start + _WOKEN_TOGETHER]])


def _queue(to: User, message: Message, template: Template, text: Text) -> None:
    """One delivery for each way out that the template, the person and the installation have."""
    asked = Channel.EMAIL in template.channels and to.email and not template.security
    ways = _ways(to, message, template, text, {to.pk} if asked and not _wants_mail(to) else ())
    for delivery in ways:
        delivery.save(force_insert=True)
    if ways:
        wake([delivery.pk for delivery in ways])


def _ways(to: User, message: Message, template: Template, text: Text, unwanted: Container[int]) -> list[Delivery]:
    """The deliveries, not yet saved; `unwanted`: users who want no e-mails."""
    ways = []
    if Channel.EMAIL in template.channels and to.email and (template.security or to.pk not in unwanted):
        ways.append(Delivery(channel=Channel.EMAIL, target=to.email))
    if Channel.SMS in template.channels and settings.SMS_BACKEND and to.phone_hash:
        ways.append(Delivery(channel=Channel.SMS, target=to.phone, text=text.sms))
    for delivery in ways:
        delivery.message, delivery.kind = message, message.kind
        delivery.expires_at = timezone.now() + KEEP_TRYING
    return ways


def _wants_mail(user: User) -> bool:
    wish = Preference.objects.filter(user=user).first()
    return wish is None or wish.email
