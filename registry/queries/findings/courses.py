"""A public course held against the year's prescribed courses (§二（一） 当年规定课程)."""

from __future__ import annotations

from hours_rules.types import CATEGORIES
from office.sheets.header import canonical
from registry.models import Claim
from registry.queries.findings.finding import Finding, hours_said
from registry.queries.notices import notice_on
from registry.queries.yearly import courses_of

PROFESSIONAL = CATEGORIES[0]  # counts as the courseware is labelled; no list is asked for


def of_courses(claim: Claim) -> list[Finding]:
    """Whether the course is on the list that the city office keeps, with these hours; nothing for other activities."""
    if claim.category == PROFESSIONAL:
        return []
    category = notice_on(claim.ended_on).categories[claim.category].name
    listed = [course for course in courses_of(claim.year, claim.category) if course.is_active]
    if not listed:
        text = f"{claim.year}年度的{category}规定课程名单尚未录入，无从核对。"
        return [Finding("no_course_list", text, serious=False)]
    hours = {canonical(course.name): course.hours for course in listed}
    hours |= {canonical(course.code): course.hours for course in listed}
    prescribed = hours.get(canonical(claim.title))
    if prescribed is None:
        return [Finding("course_off_list", f"课程不在{claim.year}年度{category}规定课程名单上（二（一））。")]
    if prescribed != claim.hours:
        text = f"申报{hours_said(claim.hours)}学时，与规定课程名单上的{hours_said(prescribed)}学时不一致。"
        return [Finding("course_hours_differ", text)]
    return []
