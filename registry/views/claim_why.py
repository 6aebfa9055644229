"""Why a claim, or an envelope of claims, is worth what it is; for whoever sees its figure."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.queries import organisations_run
from registry.queries import claims, groups
from registry.queries.explained import Line
from registry.views import why
from registry.views.own import user_of


@require_safe
def claim_why(request: HttpRequest, pk: int) -> HttpResponse:
    """Facts, clause, rule and hours of a claim; and what of them counts, for whoever may see the person's year."""
    user = user_of(request)
    seen = claims.visible_to(user).select_related("practitioner", "region")
    claim = get_object_or_404(seen, pk=pk)
    chain = why.chain_of_claim(user, claim, lambda line: line_url(claim.practitioner_id, line))
    context = {
        "chain": chain,
        "title": claim.title,
        "whose": f"{claim.practitioner.name}，{claim.year}年度，{claim.get_state_display()}",
        "number": claim.number or "未提交",
        "back_url": reverse("registry:claim_detail", args=[claim.pk]),
    }
    return render(request, "registry/why.html", context)


@require_safe
def group_why(request: HttpRequest, pk: int) -> HttpResponse:
    """What each person of an envelope is credited; what of it counts depends on each one's year."""
    user = user_of(request)
    group = get_object_or_404(groups.visible_to(user), pk=pk)
    own = group.organisation_id in organisations_run(user, Role.EMPLOYER_ADMIN)
    context = {
        "chain": why.chain_of_stated(group, remark=why.OF_OTHERS),
        "title": group.title,
        "whose": f"集体申报，每人学时，{group.year}年度",
        "number": group.number or "未提交",
        "back_url": reverse("registry:group_detail" if own else "registry:review_group", args=[group.pk]),
    }
    return render(request, "registry/why.html", context)


def line_url(practitioner_pk: int, line: Line) -> str:
    """Where another line of the year is explained."""
    entry = line.entry
    return reverse("compliance:why_entry", args=[practitioner_pk, entry.year, entry.pk]) if entry else ""
