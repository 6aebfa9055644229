"""Why a class, or a row of its roster, is worth what it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.commands.rosters.crediting import activity_of
from courses.models import Roster, RosterKind, RosterRow
from courses.queries import classes
from courses.queries.rosters import rows_of
from courses.views import class_words
from courses.views import roster_words as words
from hours_rules import RuleError, credit
from hours_rules.types import Notice
from registry.models import EntrySource, HourEntry
from registry.queries import people
from registry.queries.explained import entries_of
from registry.queries.notices import has_notice, notice_of_year, notice_on
from registry.views.own import user_of
from registry.views.why import UNJUDGED, Chain

OF_CLASS = "培训并考核合格、列入学时登记信息汇总表并经市学时办确认的，登记为本人专业科目学时。"
OF_ROW = "汇总表经市学时办确认后登记，计入本人该年度学时。"
CREDITED = "已登记到本人台账。"


@login_not_required
@require_safe
def class_why(request: HttpRequest, pk: int) -> HttpResponse:
    """What everybody who passes is credited, and by which clause; as public as the class itself."""
    one = get_object_or_404(classes.approved(), pk=pk)
    notice = notice_on(one.last_day)
    activity = classes.activity_of(one)
    facts = [
        ("培训单位", one.application.unit_name),
        ("培训时间", class_words.days(one)),
        ("天数", one.day_count),
        ("审核同意", f"每人{Decimal(one.hours).normalize():f}学时，{one.get_office_display()}"),
    ]
    chain = Chain(
        facts=_rows(facts),
        notice=notice,
        rule=notice.activities[activity.code],
        clause=notice.activities[activity.code].clause,
        ended_on=one.last_day,
        explanation=_explanation(lambda: classes.credit_of(one).explanation),
        hours=Decimal(one.hours),
        certain=False,
        remark=OF_CLASS,
    )
    context = {"chain": chain, "title": one.title, "back_url": reverse("courses:class_public", args=[pk])}
    return render(request, "registry/why.html", {**context, "whose": "每人登记的学时", "number": class_words.days(one)})


@require_safe
def row_why(request: HttpRequest, row: int, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """What a row of a roster is credited; where it stands in the person's year is for whoever may see that year."""
    roster = words.roster_of(request, pk, ledger)
    kept = rows_of(roster).filter(row=row, hours__isnull=False).first()
    if kept is None:
        raise Http404
    chain, entry = _chain_of_row(roster, kept)
    context = {
        "chain": chain,
        "title": words.title_of(roster),
        "whose": f"第{kept.row}行，{kept.name}",
        "number": roster.number or words.unit_of(roster),
        "back_url": words.url_of(roster, "rows"),
        "entry": entry if entry is not None and _sees(request, entry) else None,
    }
    return render(request, "registry/why.html", context)


def _chain_of_row(roster: Roster, row: RosterRow) -> tuple[Chain, HourEntry | None]:
    """What the row states by the notice that credits it, and its line in the ledger if there is one."""
    held, notice = roster.training_class, _notice(roster)
    source = EntrySource.HISTORY if roster.kind == RosterKind.HISTORY else EntrySource.ROSTER
    entry = entries_of(source, [row.pk]).get(row.pk)
    hours = Decimal(row.hours or 0)
    activity = activity_of(roster, hours, notice)
    rule = notice.activities[activity.code] if notice else None
    facts = [
        ("培训班", row.class_title or words.title_of(roster)),
        ("培训单位", row.training_unit or words.unit_of(roster)),
        ("汇总表所载学时", f"{hours.normalize():f}"),
        ("培训班认定学时", f"{Decimal(held.hours).normalize():f}" if held else ""),
        ("天数", activity.days),
    ]
    chain = Chain(
        facts=_rows(facts),
        notice=notice,
        rule=rule,
        clause=rule.clause if rule else "",
        ended_on=held.last_day if held else None,
        explanation=_explanation(lambda: credit(activity, notice).explanation) if notice else UNJUDGED,
        hours=hours,
        certain=entry is not None,
        remark=UNJUDGED if notice is None else CREDITED if entry else OF_ROW,
    )
    return chain, entry


def _notice(roster: Roster) -> Notice | None:
    """The notice by which a roster's rows are credited; None for a ledger of a year before the first."""
    if roster.training_class is not None:
        return notice_on(roster.training_class.last_day)
    return notice_of_year(roster.year) if roster.year and has_notice(roster.year) else None


def _sees(request: HttpRequest, entry: HourEntry) -> bool:
    if not has_notice(entry.year):
        return False
    return people.visible_in_year(user_of(request), entry.year).filter(pk=entry.practitioner_id).exists()


def _explanation(said: Any) -> str:
    """The engine's words, or why it grants nothing."""
    try:
        return str(said())
    except RuleError as error:
        return f"按通知不能认定：{error}"


def _rows(facts: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in facts if value not in ("", None)]
