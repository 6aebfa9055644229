"""E-mail: composed from the message in the portal, sent by the back end that EMAIL_BACKEND names."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from office.messages.models import Delivery
from office.messages.templates import template_of

_FOOT = "——\n本邮件由系统自动发送，请勿直接回复。"
_WISH = "不想再收到此类邮件的，可在“我的账号”的消息设置中关闭。"


def send_mail(delivery: Delivery, *, security: bool) -> None:
    """Send one e-mail under a Message-ID of its delivery's own: a second attempt is recognised as the same mail.

    One that goes out alone says what the delivery says, under the title of its template.
    """
    message = delivery.message
    if message is None:
        title, parts = template_of(delivery.kind).title, [delivery.text, _FOOT]
    else:
        title, parts = message.title, [message.body]
        if message.link and settings.PORTAL_URL:
            parts.append(f"查看详情：{settings.PORTAL_URL}{message.link}")
        parts.append(_FOOT if security else f"{_FOOT}{_WISH}")
    EmailMessage(
        subject=f"【学时登记平台】{title}",
        body="\n\n".join(parts),
        to=[delivery.target],
        headers={"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"},
    ).send()


def message_id(delivery: Delivery) -> str:
    """The same for every attempt at one delivery."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{delivery.pk}@{domain}>"
