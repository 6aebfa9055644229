"""One dashboard per role: what waits for you, and where you stand."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Role
from compliance.queries.standings import office_dashboard
from courses.queries.home import unit_tasks
from courses.queries.review import office_tasks as class_tasks
from courses.queries.roster_home import office_roster_tasks, unit_roster_tasks
from office.audit.queries import chain_status
from registry.queries.links import join_of
from registry.queries.people import practitioner_of
from registry.views.home import practitioner_context
from units.queries.home import office_tasks, unit_home
from zsjxjy.pages import landing


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The public page for a visitor; for a user the parts of every role they hold."""
    user = request.user
    if not user.is_authenticated:
        return landing(request)
    context: dict[str, object] = {}
    if practitioner_of(user) is not None:
        context["practitioner"] = practitioner_context(user, request.GET.get("year"))
    else:
        context["join"] = join_of(user)
    if user.has_role(Role.COUNTY, Role.CITY):
        office = office_dashboard(user)
        tasks = [*office["tasks"], *class_tasks(user), *office_roster_tasks(user), *office_tasks(user)]
        context["office"] = office | {"tasks": tasks}
    units = unit_home(user)
    context["units"] = units and units | {"tasks": [*units["tasks"], *unit_tasks(user), *unit_roster_tasks(user)]}
    if user.has_role(Role.AUDITOR):
        context["audit"] = chain_status()
    return render(request, "home.html", context)
