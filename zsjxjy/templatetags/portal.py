"""Tags and filters of the portal's templates: how hours, dates, clauses and the figures of a year are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import masks
from hours_rules.types import TOTAL, Composition, Notice
from registry.models import Adjustment, Practitioner
from registry.queries.years import adjusted_figures
from registry.views.reading import NUMERALS, clause_anchor

register = template.Library()

NOTHING = "—"
TONES = {
    "draft": "quiet",
    "queued": "quiet",
    "submitted": "busy",
    "proposed": "busy",
    "in_force": "good",
    "running": "busy",
    "open": "busy",
    "agreed": "good",
    "disagreed": "attention",
    "upheld": "bad",
    "dismissed": "good",
    "returned": "attention",
    "accepted": "good",
    "endorsed": "busy",
    "approved": "good",
    "passed": "good",
    "done": "good",
    "met": "good",
    "valid": "good",
    "superseded": "attention",
    "revoked": "bad",
    "pending": "busy",
    "sent": "busy",
    "expired": "attention",
    "confirmed": "good",
    "joined": "good",
    "declined": "bad",
    "refused": "bad",
    "failed": "bad",
    "unmet": "bad",
    "reading": "busy",
    "checking": "busy",
    "importing": "busy",
    "reversing": "busy",
    "unmapped": "attention",
    "ready": "attention",
    "in_error": "bad",
    "unreadable": "bad",
    "entered": "busy",
    "adjusted": "attention",
    "newly_short": "bad",
    "newly_met": "good",
    "still_short": "attention",
    "posting": "busy",
    "posted": "good",
    "still_met": "quiet",
}


@register.filter
def hours(value: Decimal | int | None) -> str:
    """Hours without a trailing zero: 16.0 → 16, 7.5 → 7.5; a dash for None. The template writes the unit 学时."""
    if value is None or value == "":
        return NOTHING
    return f"{Decimal(value).normalize():f}"


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """2021年4月26日; a moment is first brought to Shanghai."""
    if not value:
        return NOTHING
    day = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def cn_datetime(value: datetime | None) -> str:
    """2021年4月26日 09:05, Shanghai time."""
    if not value:
        return NOTHING
    moment = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{cn_date(moment)} {moment:%H:%M}"


@register.filter
def mask_id(value: str | None) -> str:
    """身份证号前6后4."""
    return masks.mask_id(value) if value else NOTHING


@register.filter
def mask_phone(value: str | None) -> str:
    """手机号前3后4."""
    return masks.mask_phone(value) if value else NOTHING


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value under a key that is itself a variable; None when there is none."""
    return mapping.get(key)


@register.filter
def tone(state: str) -> str:
    """Colour family of a state's tag; states that ended without a result (withdrawn, reversed) are plain."""
    return TONES.get(str(state), "plain")


register.filter("clause_anchor", clause_anchor)


@register.simple_tag
def clause_link(clause: str, on: date | None = None) -> SafeString:
    """A link to the clause on 认定标准; `on` (the day the activity ended) picks the notice in force then."""
    day = timezone.localtime(on).date() if isinstance(on, datetime) and timezone.is_aware(on) else on
    query = f"?on={day:%Y-%m-%d}" if day else ""
    address = f"{reverse('standards')}{query}#{clause_anchor(clause)}"
    return format_html('<a class="clause-link" href="{}">{}</a>', address, clause_words(clause))


@register.filter
def clause_words(clause: str) -> str:
    """A clause as a reader meets it: a heading's bare numeral 二 becomes 第二条, 二（二）2(1) stays."""
    return f"第{clause}条" if clause and all(numeral in NUMERALS for numeral in clause) else clause


@register.inclusion_tag("components/crumbs.html")
def crumbs(*parts: str) -> dict[str, Any]:
    """Breadcrumb from pairs text, url …; an odd last text is the present page."""
    pairs = [
        (text, parts[index * 2 + 1] if index * 2 + 1 < len(parts) else "") for index, text in enumerate(parts[::2])
    ]
    return {"crumbs": pairs}


@register.inclusion_tag("components/figure_ring.html")
def figure_ring(
    name: str,
    counted: Decimal,
    minimum: Decimal,
    recorded: Decimal | None = None,
    url: str = "",
    size: str = "",
    why: str = "",
) -> dict[str, Any]:
    """One figure against its minimum as a ring. `share` is 0–100 for an SVG path whose length is declared 100.

    `why`: the address that explains it.
    """
    counted, minimum = max(Decimal(counted), Decimal(0)), Decimal(minimum)
    share = min(counted / minimum, Decimal(1)) * 100 if minimum else Decimal(100)
    return {
        "name": name,
        "counted": counted,
        "minimum": minimum,
        "missing": max(minimum - counted, Decimal(0)),
        "recorded": recorded if recorded is not None and recorded != counted else None,
        "share": f"{share:.1f}",
        "url": url,
        "size": size,
        "why": why,
    }


@register.inclusion_tag("components/year_figures.html")
def year_figures(
    composition: Composition, notice: Notice, url: str = "", practitioner: Practitioner | None = None, year: int = 0
) -> dict[str, Any]:
    """The four figures of a year against their minimums (§二): the total first, then the categories.

    With `practitioner` and `year` each figure leads to what it is the sum of.
    """
    names = {TOTAL: "合计", **{code: category.name for code, category in notice.categories.items()}}
    figures = [
        {
            "name": name,
            "counted": composition.counted[code],
            "recorded": composition.recorded[code],
            "minimum": composition.minimums[code],
            "why": reverse("compliance:why_figure", args=[practitioner.pk, year, code]) if practitioner else "",
        }
        for code, name in names.items()
    ]
    return {"figures": figures, "notice": notice, "url": url}


@register.inclusion_tag("components/adjustment.html")
def adjustment_note(adjustment: Adjustment | None, notice: Notice, reason: bool = False) -> dict[str, Any]:
    """Beside a verdict: which minimums are one person's own, by which authority; `reason` for the person and offices.

    Nothing where nobody adjusted anything.
    """
    figures = adjusted_figures(adjustment, notice) if adjustment else []
    return {"adjustment": adjustment, "figures": figures, "with_reason": reason}


@register.filter
def error_items(form: BaseForm) -> list[dict[str, Any]]:
    """Every error of a form: the message, and the id of the field to go to (none for hidden fields and the whole)."""
    items: list[dict[str, Any]] = [
        {"target": "", "label": "", "message": message} for message in form.non_field_errors()
    ]
    for name, messages in form.errors.items():
        if name not in form.fields:
            continue
        field = form[name]
        target = "" if field.is_hidden else _first_id(field)
        items += [{"target": target, "label": str(field.label or ""), "message": message} for message in messages]
    return items


def _first_id(field: Any) -> str:
    """Id of the control to focus: a group of radio buttons has none of its own, its first button has."""
    if field.use_fieldset:
        first = next(iter(field.subwidgets), None)
        return str(first.id_for_label) if first is not None else ""
    return str(field.id_for_label or field.auto_id)


@register.filter
def with_errors(forms: Iterable[BaseForm]) -> list[BaseForm]:
    """Those of the forms that have errors."""
    return [form for form in forms if form.errors]
