"""How the practitioner's pages find what is the user's own; anything else answers 404."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from accounts.models import User
from registry.models import Claim, Practitioner
from registry.queries import claims
from registry.queries.people import practitioner_of


def user_of(request: HttpRequest) -> User:
    """The signed-in user (the login middleware lets nobody else through)."""
    return cast(User, request.user)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the POST, even an empty one."""
    return request.POST if request.method == "POST" else None


def own_record(request: HttpRequest) -> Practitioner:
    """The user's own practitioner record."""
    practitioner = practitioner_of(user_of(request))
    if practitioner is None:
        raise Http404
    return practitioner


def own_claim(request: HttpRequest, pk: int) -> Claim:
    """One of the claims that the user filed, with everything its pages show."""
    return get_object_or_404(claims.with_details(claims.own_filed(user_of(request))), pk=pk)
