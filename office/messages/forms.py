"""The filter of the list of messages, and one's own wishes."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from accounts.lists import ListFilter
from office.messages.models import Message
from office.messages.templates import templates, topics


class MessageFilter(ListFilter):
    """By topic."""

    topic = django_filters.ChoiceFilter(label="类别", empty_label="全部类别", method="of_topic")

    class Meta:
        model = Message
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["topic"].extra["choices"] = list(topics().items())

    def of_topic(self, rows: QuerySet[Message], _: str, topic: str) -> QuerySet[Message]:
        """Messages of the kinds that belong to the topic."""
        return rows.filter(kind__in=[kind for kind, template in templates().items() if template.topic == topic])


class PreferenceForm(forms.Form):
    """Which e-mails somebody wants."""

    email = forms.BooleanField(
        label="通过电子邮件接收办理通知",
        required=False,
        help_text="站内消息总会收到。密码修改、双因素认证重置等安全提醒不受此设置影响，总会发送。",
    )
