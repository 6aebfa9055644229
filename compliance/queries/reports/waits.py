"""办理时间: how long what was handed in waited for its decision, from the history rows that every move leaves.

Counted in whole days (Shanghai) from the day of the hand-in that was decided on, not of an earlier one that came back;
working days by the offices' own calendar. An annual review waits from the day after the year's window closed, or from
the day on which it fell open; a decision before that took no time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import Region
from compliance.queries.reports.asked import Asked, Scope
from compliance.queries.reports.table import TEXT, Chart, Column, Line, Report
from office.calendars.queries import YearMissing, working_days_so_far

KINDS = {"claim": "学时申报", "class": "培训班申请", "roster": "学时汇总表", "review": "年度审核"}
_CLAIMS = """
SELECT 'claim', c.region_id, handed_in.at, step.at
FROM registry_claimstep step JOIN registry_claim c ON c.id = step.claim_id
JOIN LATERAL (
    SELECT at FROM registry_claimstep b WHERE b.claim_id = step.claim_id AND b.id < step.id AND b.after = 'submitted'
        AND b.before <> 'submitted' ORDER BY b.id DESC LIMIT 1
) handed_in ON true
WHERE step.before = 'submitted' AND step.after IN ('accepted', 'returned', 'refused') AND {decided}"""
_CLASSES = """
SELECT 'class', CASE WHEN a.route = 'b' AND step.before = 'submitted' THEN a.region_id ELSE city.id END,
    handed_in.at, step.at
FROM courses_classapplicationstep step JOIN courses_classapplication a ON a.id = step.application_id
JOIN accounts_region city ON city.is_city
JOIN LATERAL (
    SELECT at FROM courses_classapplicationstep b WHERE b.application_id = step.application_id AND b.id < step.id
        AND b.after = step.before ORDER BY b.id DESC LIMIT 1
) handed_in ON true
WHERE step.before IN ('submitted', 'endorsed') AND step.after IN ('endorsed', 'approved', 'returned', 'refused')
    AND {decided}"""
_ROSTERS = """
SELECT 'roster', city.id, handed_in.at, step.at FROM courses_rosterstep step JOIN accounts_region city ON city.is_city
JOIN LATERAL (
    SELECT at FROM courses_rosterstep b WHERE b.roster_id = step.roster_id AND b.id < step.id AND b.after = 'submitted'
    ORDER BY b.id DESC LIMIT 1
) handed_in ON true
WHERE step.before = 'submitted' AND step.after IN ('confirmed', 'returned') AND {decided}"""
_REVIEWS = """
SELECT 'review', r.region_id, least(step.at, greatest(opened.at,
        (coalesce(w.closes_on, make_date(r.year + 1, 1, 31)) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')), step.at
FROM compliance_annualreviewstep step JOIN compliance_annualreview r ON r.id = step.review_id
LEFT JOIN registry_registrationwindow w ON w.year = r.year
LEFT JOIN LATERAL (
    SELECT at FROM compliance_annualreviewstep b WHERE b.review_id = step.review_id AND b.id < step.id
        AND b.after = 'open' ORDER BY b.id DESC LIMIT 1
) opened ON true
WHERE step.after IN ('passed', 'failed') AND {decided}"""
_DECIDED = """step.at >= make_date(%(year)s, 1, 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
    AND step.at < make_date(%(year)s + 1, 1, 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"""
_SQL = f"""
SELECT kind, office, (since AT TIME ZONE 'Asia/Shanghai')::date, (at AT TIME ZONE 'Asia/Shanghai')::date, count(*)
FROM ({" UNION ALL ".join(part.format(decided=_DECIDED) for part in (_CLAIMS, _CLASSES, _ROSTERS, _REVIEWS))})
    waited (kind, office, since, at)
WHERE %(offices)s::bigint[] IS NULL OR office = ANY(%(offices)s::bigint[]) GROUP BY 1, 2, 3, 4
"""
Waits = Counter[tuple[date, date]]  # handed in, decided → how many


@dataclass(frozen=True, slots=True)
class Days:
    """The middle one and the ninth of ten, in days."""

    median: int | None
    ninth: int | None


def waits(scope: Scope, asked: Asked) -> Report:
    """By matter and office, of what was decided in the year: how many, and how many days they took."""
    found = _counted(scope, asked)
    so_far = _working(found)
    offices = {region.pk: (region.order, region.name) for region in Region.objects.all()}
    lines: list[Line] = []
    for kind, name in KINDS.items():
        own = {office: each for (matter, office), each in found.items() if matter == kind}
        if len(own) > 1:
            together: Waits = Counter()
            for each in own.values():
                together.update(each)
            lines.append(_line(f"{name}（全部）", together, so_far))
        lines += [_line(f"{name}·{offices[pk][1]}", own[pk], so_far) for pk in sorted(own, key=lambda pk: offices[pk])]
    columns = (
        Column("事项和办理单位", TEXT),
        Column("办结（件）"),
        Column("自然日中位数"),
        Column("自然日九成以内"),
        Column("工作日中位数"),
        Column("工作日九成以内"),
    )
    return Report(columns, lines, Chart("bar", (2, 3), "日"))


def days_of(waited: Mapping[tuple[date, date], int], length: Callable[[date, date], int]) -> Days:
    """Median and ninth decile by nearest rank: the least number of days that so many of them took at most."""
    by_length: Counter[int] = Counter()
    for (since, at), number in waited.items():
        by_length[length(since, at)] += number
    return Days(_rank(by_length, 50), _rank(by_length, 90))


def _rank(by_length: Mapping[int, int], per_cent: int) -> int | None:
    wanted, passed = -(-sum(by_length.values()) * per_cent // 100), 0
    for length in sorted(by_length):
        passed += by_length[length]
        if passed >= wanted:
            return length
    return None


def _counted(scope: Scope, asked: Asked) -> dict[tuple[str, int], Waits]:
    offices = list(scope.regions) or None
    if asked.region is not None:
        offices = [asked.region.pk]
    found: dict[tuple[str, int], Waits] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"year": asked.year, "offices": offices})
        for kind, office, since, at, number in cursor.fetchall():
            found.setdefault((kind, office), Counter())[since, at] += number
    return found


def _working(found: Mapping[Any, Waits]) -> Mapping[date, int] | None:
    """Day → working days up to it; None when the calendar has no data for a year that is needed."""
    days: Iterable[date] = {day for waited in found.values() for pair in waited for day in pair}
    try:
        return working_days_so_far(min(days), max(days)) if days else {}
    except YearMissing:
        return None


def _line(name: str, waited: Waits, so_far: Mapping[date, int] | None) -> Line:
    plain = days_of(waited, lambda since, at: (at - since).days)
    work = Days(None, None) if so_far is None else days_of(waited, lambda since, at: so_far[at] - so_far[since])
    return Line((name, waited.total(), plain.median, plain.ninth, work.median, work.ninth))
