"""One's messages: the list, opened and read; and which e-mails one wants."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.keyset import PAGE_SIZE, page_of
from office.messages import queries
from office.messages.commands.reading import email_wish, message_read, messages_read
from office.messages.forms import MessageFilter, PreferenceForm
from office.messages.models import Message

UNREAD, ALL = "unread", "all"
STATES = {UNREAD: "未读", "read": "已读", ALL: "全部"}


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """Unread messages first of all, the others behind their tab; newest first, by topic, in pages."""
    found = MessageFilter(request.GET, queries.visible_to(_user(request)))
    state = request.GET.get("state", "")
    state = state if state in STATES else UNREAD
    rows = found.qs if state == ALL else found.qs.filter(read_at__isnull=state == UNREAD)
    page = page_of(rows, queries.ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    topic = found.form.cleaned_data.get("topic", "") if found.form.is_valid() else ""
    context = {
        "filter": found,
        "state": state,
        "tabs": [{"code": code, "label": label, "url": _list_url(code, topic)} for code, label in STATES.items()],
        "page": page,
        "newer_url": page.newer and _list_url(state, topic, before=page.newer),
        "older_url": page.older and _list_url(state, topic, after=page.older),
        "page_note": f"每页{PAGE_SIZE}条",
        "keep": {"state": state},
        "here": _list_url(state, topic),
        "filtered": bool(topic),
    }
    return render(request, "messages/list.html", context)


@require_POST
def message_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one message and go where it points."""
    message = _message(request, pk)
    message_read(actor=_user(request), message=message)
    return redirect(message.link or reverse("messages:list"))


@require_POST
def one_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message as read and go on with the list."""
    message_read(actor=_user(request), message=_message(request, pk))
    return redirect(_back(request))


@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    """Mark all messages as read."""
    number = messages_read(actor=_user(request))
    messages.success(request, f"已将{number}条消息标为已读。" if number else "没有未读消息。")
    return redirect("messages:list")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Take e-mails or leave them."""
    user = _user(request)
    if request.method == "POST":
        form = PreferenceForm(request.POST)
        form.is_valid()
        email_wish(actor=user, wanted=form.cleaned_data["email"])
        messages.success(request, "消息设置已保存。")
        return redirect("messages:settings")
    form = PreferenceForm(initial={"email": queries.wants_mail(user)})
    return render(request, "messages/settings.html", {"form": form})


def _user(request: HttpRequest) -> Any:
    return request.user  # the login middleware lets nobody else through


def _message(request: HttpRequest, pk: int) -> Message:
    return get_object_or_404(queries.visible_to(_user(request)), pk=pk)


def _back(request: HttpRequest) -> str:
    """The list as it was shown; only its own parameters come back."""
    state, topic = request.POST.get("state", ""), request.POST.get("topic", "")
    return _list_url(state if state in STATES else UNREAD, topic if topic.isidentifier() else "")


def _list_url(state: str, topic: str, **page: str) -> str:
    given = {"state": state if state != UNREAD else "", "topic": topic, **page}
    query = "&".join(f"{name}={value}" for name, value in given.items() if value)
    return f"{reverse('messages:list')}{'?' + query if query else ''}"
