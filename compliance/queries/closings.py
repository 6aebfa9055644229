"""Closing statements: who may see them, what still stands in the way of one, and what it would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Region, Role, User
from accounts.queries import regions_reviewed
from compliance.models import YearClosing
from compliance.queries import reviews
from compliance.states import ReviewState
from registry.models import Specialty, TitleLevel
from registry.queries.links import belonging_on
from registry.queries.yearly import window_of

HOURS = ("counted_total", "counted_professional", "counted_industry_public", "counted_general_public")
_FIELDS = (
    *("practitioner__name", "practitioner__id_last4", "practitioner", "practitioner__specialty"),
    *("practitioner__specialty_other", "practitioner__title_level", *HOURS),
    *("meets", "adjustment_id", "review_state", "decided_by", "decided_at", "reason"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a statement would say now."""

    figures: dict[str, Any]
    rows: list[list[str]]


def visible_to(user: User) -> QuerySet[YearClosing]:
    """The own office's statements for a county, all for the city office; without their rows, which may be thousands."""
    found = YearClosing.objects.select_related("region", "closed_by", "superseded_by", "supersedes")
    return found if user.has_role(Role.CITY) else found.filter(region_id__in=regions_reviewed(user))


def listed(user: User) -> QuerySet[YearClosing]:
    """For lists: newest year first."""
    return visible_to(user).defer("rows")


def current_of(year: int, regions: Iterable[Region]) -> dict[int, YearClosing]:
    """Region → the statement that stands, of those that have one."""
    found = YearClosing.objects.filter(year=year, region__in=list(regions), superseded_by=None).defer("rows")
    return {closing.region_id: closing for closing in found}


def in_the_way(year: int, line: dict[str, Any]) -> list[str]:
    """Why the year cannot be closed yet; `line` is the office's of `reviews.progress`."""
    closes_on = window_of(year).closes_on
    found = []
    if not reviews.year_is_over(year):
        found.append(f"{year}年度尚未结束。")
    elif timezone.localdate() <= closes_on:
        found.append(f"{year}年度登记时间至{closes_on.year}年{closes_on.month}月{closes_on.day}日，截止后才能办结。")
    if line["waiting"]:
        found.append(f"还有{line['waiting']}名达标人员未审核。")
    if undecided := line["changed"] - line["changed_met"]:
        found.append(f"还有{undecided}名人员审核后有变动且不再达标，须重新审核。")
    if not line["all"]:
        found.append(f"没有由本单位审核的{year}年度人员。")
    return found


def is_outdated(closing: YearClosing, line: dict[str, Any]) -> bool:
    """Whether a review of the office's year has moved since, or other people meet the year now."""
    touched = line["touched"]
    counted = (closing.figures["people"], closing.figures["met"])
    return (touched is not None and touched > closing.closed_at) or counted != (line["all"], line["met"])


def draft(year: int, region: Region) -> Draft:
    """The rows and figures of a statement, from the projection and the reviews in two queries."""
    day = date(year, 12, 31)
    there = belonging_on(day).filter(organisation__region=region)
    units = dict(there.values_list("practitioner", "organisation__name"))
    found = reviews.with_decision(reviews.of_year(year)).filter(office=region.pk)
    people = found.order_by("practitioner__name_sort", "practitioner").values_list(*_FIELDS)
    rows: list[list[str]] = []
    by_unit: dict[str, Counter[str]] = {}
    numbers: Counter[str] = Counter()
    for number, values in enumerate(people.iterator(chunk_size=5000), 1):
        person = dict(zip(_FIELDS, values, strict=True))
        unit = units.get(person["practitioner"], "无单位")
        rows.append(_row(number, unit, person))
        kinds = _kinds(person)
        numbers.update(kinds)
        by_unit.setdefault(unit, Counter()).update(kinds)
    names = ("people", "met", "passed", "failed", "undecided", "adjusted")
    table = [[unit, *(counted[name] for name in names[:5])] for unit, counted in sorted(by_unit.items())]
    return Draft({**{name: numbers[name] for name in names}, "units": table}, rows)


def _kinds(person: dict[str, Any]) -> list[str]:
    state = person["review_state"]
    decided = {ReviewState.PASSED: "passed", ReviewState.FAILED: "failed"}.get(state, "undecided")
    kinds = ["people", decided]
    return kinds + ["met"] * person["meets"] + ["adjusted"] * (person["adjustment_id"] is not None)


def _row(number: int, unit: str, person: dict[str, Any]) -> list[str]:
    """One person as printed: every cell a text, so that the frozen data is exactly what the document says."""
    decided = person["review_state"] != ReviewState.OPEN
    specialty = person["practitioner__specialty"]
    verdict = "达标" if person["meets"] else "未达标"
    return [
        str(number),
        person["practitioner__name"],
        f"{'*' * 14}{person['practitioner__id_last4']}",
        unit,
        (specialty == Specialty.OTHER and person["practitioner__specialty_other"]) or str(Specialty(specialty).label),
        str(TitleLevel(person["practitioner__title_level"]).label),
        *(f"{person[name].normalize():f}" for name in HOURS),
        f"{verdict}（最低学时已调整）" if person["adjustment_id"] else verdict,
        dict(reviews.REVIEW_STATES)[person["review_state"]],
        f"{timezone.localtime(person['decided_at']):%Y-%m-%d}" if decided else "",
        person["decided_by"] if decided else "",
        person["reason"] if decided else "",
    ]


COLUMNS = (
    *("序号", "姓名", "身份证号后四位", "单位", "专业", "职称级别"),
    *("合计学时", "专业科目", "行业公需", "一般公需", "结论", "审核", "审核日期", "审核人", "审核意见"),
)
