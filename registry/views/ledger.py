"""One's own ledger of a year: every line with its clause, and how the year is composed from them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hours_rules import RuleError
from registry.models import EntrySource, HourEntry
from registry.queries.years import Year, activity_codes, unjudged_lines, year_of, years_to_show
from registry.views.own import own_record


@require_safe
def ledger_now(request: HttpRequest) -> HttpResponse:
    """The ledger of the present year."""
    own_record(request)
    return redirect("registry:ledger_year", year=timezone.localdate().year)


@require_safe
def ledger_year(request: HttpRequest, year: int) -> HttpResponse:
    """The lines of a year by category, recorded and counted, with the caps that were applied."""
    practitioner = own_record(request)
    if year > timezone.localdate().year:
        raise Http404
    try:
        shown = year_of(practitioner, year)
    except (RuleError, ValueError) as error:  # before the first notice, or no year of the calendar
        raise Http404 from error
    years = years_to_show(practitioner)
    context = {
        "practitioner": practitioner,
        "shown": shown,
        "years": years if year in years else sorted([*years, year], reverse=True),
        "groups": groups_of(shown),
        "history": [_line(entry, "") for entry in unjudged_lines(practitioner)],
    }
    return render(request, "registry/ledger.html", context)


def groups_of(shown: Year) -> list[dict[str, Any]]:
    """The year's lines by category, in the notice's order, with sums and the caps that took something away."""
    composition, notice = shown.composition, shown.notice
    names = activity_codes(notice)
    return [
        {
            "code": code,
            "name": category.name,
            "recorded": composition.recorded[code],
            "counted": composition.counted[code],
            "minimum": composition.minimums[code],
            "deficit": composition.deficits[code],
            "lines": [
                _line(entry, notice.activities[names[entry.activity]].name)
                for entry in shown.entries
                if entry.category == category.number
            ],
            "caps": [
                {"name": notice.activities[cap.code].name, "cap": cap}
                for cap in composition.caps
                if notice.activities[cap.code].category == code
            ],
        }
        for code, category in notice.categories.items()
    ]


def _line(entry: HourEntry, activity: str) -> dict[str, Any]:
    return {
        "entry": entry,
        "activity": activity,
        "title": entry.facts.get("title", ""),
        "number": entry.facts.get("number", ""),
        "ended_on": date.fromisoformat(ended) if (ended := entry.facts.get("ended_on")) else None,
        "explanation": entry.facts.get("explanation", ""),
        "organiser": entry.facts.get("organiser", ""),
        "class_pk": entry.facts.get("class"),
        "claim_pk": entry.source_id if entry.source == EntrySource.CLAIM else None,
        "reversing": entry.reverses_id is not None,
        "correcting": entry.corrects_id is not None,
        "reversed": hasattr(entry, "reversed_by"),
    }
