"""What every request of a signed-in user passes: idle limit, a password that must be changed, no copies kept."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.queries import is_staff_role
from accounts.sessions import DEVICE, LAST_SEEN, SIGNED_IN, device_of

WRITE_EVERY_SECONDS = 60
GetResponse = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])


def polled(view: View) -> View:
    """Mark a view that a page asks by itself (progress): such a request keeps no session alive."""
    view.polled = True  # type: ignore[attr-defined]
    return view


def passed_two_steps(request: HttpRequest) -> bool:
    """Whether this session passed the second step (django-otp's middleware puts the question on the user)."""
    return bool(request.user.is_verified())  # type: ignore[union-attr]


def seen_now(request: HttpRequest) -> None:
    """Start the idle limit anew: at sign-in, and with each request of the user's own."""
    now = int(timezone.now().timestamp())
    if SIGNED_IN not in request.session:
        request.session[SIGNED_IN] = now
        request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
    # Once a minute is exact enough and spares a session write with every page.
    if now - request.session.get(LAST_SEEN, 0) >= WRITE_EVERY_SECONDS:
        request.session[LAST_SEEN] = now


class IdleLimitMiddleware:
    """Ends a session that was idle: 30 minutes for staff, longer for others (settings)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign out before the view when the last own request is too long ago."""
        if request.user.is_authenticated:
            now = int(timezone.now().timestamp())
            idle = now - request.session.get(LAST_SEEN, now)
            minutes = settings.IDLE_MINUTES_STAFF if is_staff_role(request.user) else settings.IDLE_MINUTES_PEOPLE
            if idle > minutes * 60:
                logout(request)
                messages.info(request, f"您已超过{minutes}分钟没有操作，为保护信息安全已自动退出，请重新登录。")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:  # noqa: ARG002
        """Note the request as the user's own, unless the view is polled."""
        if request.user.is_authenticated and not getattr(view, "polled", False):
            seen_now(request)


class WholePageMiddleware:
    """A part of a page that htmx asks for is not filled with the way to sign in: the browser is sent there instead.

    So a page left open, whose session has ended meanwhile, leads to the sign-in and from there back to itself.
    """

    doors = ("accounts:sign_in", "accounts:two_step", "accounts:password_change")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """204 with HX-Redirect in place of a redirect to one of the doors."""
        response = self.get_response(request)
        if request.headers.get("HX-Request") != "true" or response.status_code != HTTPStatus.FOUND:
            return response
        door = response["Location"].partition("?")[0]
        if door not in {reverse(name) for name in self.doors}:
            return response
        page = urlsplit(request.headers.get("HX-Current-URL", "")).path or reverse("home")
        back = urlencode({"next": page}, safe="/")
        inside = url_has_allowed_host_and_scheme(page, allowed_hosts=None)
        whole = HttpResponse(status=HTTPStatus.NO_CONTENT)
        whole["HX-Redirect"] = f"{door}?{back}" if inside else door
        return whole


class MustChangePasswordMiddleware:
    """Leads a user with a handed-out password to the change page, and nowhere else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect unless the page is the change itself or the sign-out."""
        user = request.user
        if user.is_authenticated and user.must_change_password:
            change = reverse("accounts:password_change")
            if request.path not in (change, reverse("accounts:sign_out")):
                return redirect(change)
        return self.get_response(request)


class TwoStepMiddleware:
    """Leads a holder of a staff role to the second step of sign-in, and nowhere else, until it is passed."""

    open_to_all = ("accounts:two_step", "accounts:two_step_set_up", "accounts:sign_out", "accounts:password_change")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect unless verified; where to go on afterwards travels along for pages, not for posted forms."""
        user = request.user
        waits = settings.STAFF_TWO_STEP and user.is_authenticated and is_staff_role(user)
        if not waits or passed_two_steps(request) or request.path in {reverse(name) for name in self.open_to_all}:
            return self.get_response(request)
        target = reverse("accounts:two_step")
        if request.method == "GET" and request.path != reverse("home"):
            target += f"?{urlencode({'next': request.path})}"
        return redirect(target)


class NoStoreMiddleware:
    """Pages of signed-in users are kept by no cache, a browser's back button included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set Cache-Control where a user is signed in."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        return response
