"""Why a figure of hours is what it is: one line of a year, or a figure with every line it is the sum of.

For whoever sees the figure itself: the person, the office that reviews the year, the unit. Works as a page of its own;
where there is JavaScript it opens in place.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.queries.explained import lines_visible_to, people_explained
from hours_rules.types import CATEGORIES, TOTAL
from registry.models import Practitioner
from registry.queries.explained import Figure, Line, explained, is_undone
from registry.queries.notices import has_notice
from registry.queries.years import names_of
from registry.views import why
from registry.views.own import user_of


@require_safe
def why_figure(request: HttpRequest, practitioner_pk: int, year: int, figure: str) -> HttpResponse:
    """One of the four figures of a year: its lines, the caps, and what it is measured by."""
    if figure not in (TOTAL, *CATEGORIES) or not has_notice(year) or year > timezone.localdate().year:
        raise Http404
    people = people_explained(user_of(request), year)
    practitioner = get_object_or_404(people.select_related("organisation", "region"), pk=practitioner_pk)
    within = explained(practitioner, year)
    shown = within.figure(figure)
    context = {
        **_around(request, practitioner, year),
        "shown": within.year,
        "figure": shown,
        "lines": [(line, line_url(practitioner.pk, year, line)) for line in shown.lines],
        "parts": [(part, figure_url(practitioner.pk, year, part.code)) for part in shown.parts],
        "total_url": "" if figure == TOTAL else figure_url(practitioner.pk, year, TOTAL),
        "caps": _caps(shown),
        "meets": within.composition.meets,
        "names": names_of(within.year.notice),
    }
    return render(request, "compliance/why/figure.html", context)


@require_safe
def why_entry(request: HttpRequest, practitioner_pk: int, year: int, pk: int) -> HttpResponse:
    """One line of the ledger, from the facts it was credited on to what of it counts."""
    entry = get_object_or_404(lines_visible_to(user_of(request), year), pk=pk, practitioner=practitioner_pk, year=year)
    practitioner, undone, place = entry.practitioner, is_undone(entry), None
    if has_notice(year) and not undone:
        within = explained(practitioner, year)
        line = next(one for one in within.lines if one.entry == entry)
        place = why.place_of(line, within, lambda other: line_url(practitioner.pk, year, other))
    reversal = entry if entry.reverses_id else getattr(entry, "reversed_by", None)
    context = {
        **_around(request, practitioner, year),
        "chain": why.chain_of_entry(entry, place, undone=undone),
        "title": entry.facts.get("title") or f"{year}年度登记",
        "reversal": reversal,
        "figure_url": figure_url(practitioner.pk, year, place.line.rule.category) if place else "",
        "total_url": figure_url(practitioner.pk, year, TOTAL) if place else "",
    }
    return render(request, "compliance/why/entry.html", context)


def figure_url(practitioner_pk: int, year: int, code: str) -> str:
    """Where a figure of a year is explained."""
    return reverse("compliance:why_figure", args=[practitioner_pk, year, code])


def line_url(practitioner_pk: int, year: int, line: Line) -> str:
    """Where a line of a year is explained; "" for what is only supposed."""
    return reverse("compliance:why_entry", args=[practitioner_pk, year, line.entry.pk]) if line.entry else ""


def _around(request: HttpRequest, practitioner: Practitioner, year: int) -> dict[str, Any]:
    """Whose year it is, and the page from which one came most likely."""
    own = practitioner.user_id == user_of(request).pk
    if not own:
        back = reverse("compliance:person_year", args=[practitioner.pk, year])
    else:
        back = reverse("registry:ledger_year", args=[year]) if has_notice(year) else reverse("registry:ledger")
    return {"practitioner": practitioner, "year": year, "own": own, "back_url": back}


def _caps(figure: Figure) -> list[dict[str, Any]]:
    """The annual caps of the figure's activities that somebody used, and how far they were used up."""
    found: dict[str, dict[str, Any]] = {}
    for line in figure.lines:
        if line.rule.yearly_cap is not None and not line.undone:
            cap = found.setdefault(
                line.rule.code, {"rule": line.rule, "cap": line.rule.yearly_cap, "recorded": 0, "counted": 0}
            )
            cap["recorded"] += line.hours
            cap["counted"] += line.counted
    return list(found.values())
