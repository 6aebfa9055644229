"""One's own sign-ins: where, since when, and ending them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.commands.closing import sessions_end
from accounts.queries import sign_ins


@require_safe
def own_list(request: HttpRequest) -> HttpResponse:
    """Every sign-in that has not run out; the present one is marked."""
    here = request.session.session_key
    lines = [(row, handle(row.session_key), row.session_key == here) for row in sign_ins(_user(request))]
    return render(request, "accounts/sign_ins.html", {"lines": lines})


@require_POST
def own_end(request: HttpRequest) -> HttpResponse:
    """End one sign-in named by its handle, or without one all others."""
    user, here = _user(request), request.session.session_key or ""
    wanted = request.POST.get("sign_in", "")
    if not wanted:
        ended = sessions_end(actor=user, user=user, keep=here)
    else:
        key = next((row.session_key for row in sign_ins(user) if handle(row.session_key) == wanted), "")
        ended = sessions_end(actor=user, user=user, only=key) if key and key != here else 0
    messages.success(request, f"已退出{ended}处登录。" if ended else "没有其他登录需要退出。")
    return redirect("accounts:sign_ins")


def handle(session_key: str) -> str:
    """What a page calls a session by: its key is a secret."""
    return sha256(f"sign-in:{session_key}".encode()).hexdigest()[:20]


def _user(request: HttpRequest) -> Any:
    return request.user  # the login middleware lets nobody else through
