"""Qualifications and filings of units: what is valid on a day, and what waits to be confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from accounts.models import Organisation, Role, User
from registry.queries.notices import notice_on
from units.models import Bureau, Proof, ProviderFiling, Qualification
from units.queries import registered
from units.states import PaperState

# Grades below those of the notice, best first; the notice itself names the grades that may run classes of their own.
LOWER_GRADES = ("二级", "贰级", "三级", "叁级", "乙级", "丙级", "不分等级")
Paper = TypeVar("Paper", Qualification, ProviderFiling)
EQUAL = {"壹级": "一级", "贰级": "二级", "叁级": "三级"}


@dataclass(frozen=True, slots=True)
class Grade:
    """A unit's best confirmed grade on a day; `may_self_run`: whether §三（二） lets it run its own classes."""

    grade: str
    may_self_run: bool
    qualification: Qualification


def grades_on(day: date) -> tuple[str, ...]:
    """Every grade that can be entered, best first: those of the notice in force, then the lower ones.

    RuleError before the first notice.
    """
    own = notice_on(day).class_rules.self_run_grades
    return (*own, *(grade for grade in LOWER_GRADES if grade not in own))


def valid_grade_on(unit: Organisation, day: date) -> Grade | None:
    """The best grade that was confirmed and valid on the day, by the order of the notice in force then; None without.

    特级 > 一级 = 壹级, 综合资质 > 甲级; of equal ones the one that is valid longest.
    """
    may = notice_on(day).class_rules.self_run_grades
    order = {grade: place for place, grade in enumerate(grades_on(day))}

    def rank(qualification: Qualification) -> tuple[int, date]:
        grade = EQUAL.get(qualification.grade, qualification.grade)
        place = order.get(grade, order.get(qualification.grade, len(order)))
        return -place, qualification.valid_to or date.max

    best = max(_valid(Qualification.objects.filter(organisation=unit), "valid_from", day), key=rank, default=None)
    return Grade(best.grade, best.grade in may, best) if best is not None else None


def filed_with_both_on(unit: Organisation, day: date) -> bool:
    """Whether the unit was filed with 市人社局 and 市住建局 as a provider of face-to-face classes on the day (§三)."""
    filings = _valid(ProviderFiling.objects.filter(organisation=unit), "filed_on", day)
    return {filing.bureau for filing in filings} == set(Bureau.values)


def to_confirm(user: User) -> QuerySet[Qualification]:
    """待核验 qualifications, oldest first, for the city office, which keeps them."""
    rows = Qualification.objects.filter(state=PaperState.PENDING)
    waiting = rows if user.has_role(Role.CITY) else rows.none()
    return waiting.select_related("organisation__region", "proof", "filed_by").order_by("filed_at", "pk")


def proofs_visible_to(user: User) -> QuerySet[Proof]:
    """Proofs of the units that the user may see."""
    return Proof.objects.filter(organisation__in=registered.visible_to(user))


def _valid(papers: QuerySet[Paper], start: str, day: date) -> list[Paper]:
    in_time = Q(**{f"{start}__lte": day}) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    return list(papers.filter(in_time, state=PaperState.CONFIRMED))
