"""What the pages of the employer's desk share: the unit they are about, the way between them, what was ticked."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.guard import may
from accounts.keyset import PAGE_SIZE
from accounts.models import Organisation, User
from registry.views.own import user_of
from units.queries import registered

TABS = (("units:people", "人员"), ("units:people_year", "年度学时"))
OWN_TABS = (("units:invitations", "邀请"),)  # of the unit alone, no office's affair


def chosen_unit(request: HttpRequest) -> Organisation | None:
    """The unit of the address; None when it names none, 404 when it is none that the user sees."""
    text = request.GET.get("unit", "")
    if not text:
        return None
    known = text.isdecimal() and len(text) < 19
    unit = registered.visible_to(user_of(request)).filter(pk=text).first() if known else None
    if unit is None:
        raise Http404
    return unit


def desk_tabs(user: User, unit: Organisation | None, here: str) -> list[dict[str, Any]]:
    """The pages about a unit's people; none for an office that chose no unit."""
    if unit is None and may(user, "units.list"):
        return []
    query = f"?unit={unit.pk}" if unit else ""
    tabs = TABS if unit is not None and not may(user, "registry.people_invite", unit) else (*TABS, *OWN_TABS)
    return [{"label": label, "url": f"{reverse(name)}{query}", "current": name == here} for name, label in tabs]


def ticked(request: HttpRequest, name: str = "link") -> list[int]:
    """Ids of the rows ticked on a page, at most as many as a page holds."""
    return [int(pk) for pk in request.POST.getlist(name)[:PAGE_SIZE] if pk.isdecimal() and len(pk) < 19]


def back_to(request: HttpRequest, name: str) -> str:
    """The list as it was filtered when the form was sent; nowhere else."""
    here, home = request.POST.get("here", ""), reverse(name)
    inside = url_has_allowed_host_and_scheme(here, allowed_hosts=None) and here.split("?")[0] == home
    return here if inside else home
