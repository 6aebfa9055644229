"""A course that a platform's import has credited already, claimed once more by hand (§二（一））."""

from __future__ import annotations

from office.sheets.header import canonical
from registry.models import Claim, PlatformResult
from registry.platform_states import ResultState
from registry.queries.findings.finding import Finding, days_said, hours_said
from registry.queries.yearly import ACTIVITIES


def of_imports(claim: Claim) -> list[Finding]:
    """Whether this person's same course of the year stands in the ledger by an import, by its name or its code."""
    if claim.activity not in ACTIVITIES.values():
        return []
    results = PlatformResult.objects.filter(
        practitioner=claim.practitioner_id, year=claim.year, activity=claim.activity, state=ResultState.RECORDED
    )
    title = canonical(claim.title)
    for result in results.order_by("pk"):
        if title in (canonical(result.course_name), canonical(result.course_code)):
            day, hours = days_said(result.completed_on, result.completed_on), hours_said(result.hours)
            return [Finding("course_imported", f"学习平台已导入同一课程（{day}完成），登记了{hours}学时。")]
    return []
