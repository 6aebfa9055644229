"""Honest checks: what stands beside a claim as facts for its reviewer, never as a silent refusal.

Worked out anew whenever it is asked for: what others hand in later may concern a claim that was alone before.
"""

from __future__ import annotations

from registry.models import Claim
from registry.queries.findings.amounts import above_usual, outside_year
from registry.queries.findings.copies import same_certificate, same_file
from registry.queries.findings.courses import of_courses
from registry.queries.findings.days import of_days
from registry.queries.findings.finding import Finding, serious
from registry.queries.findings.imported import of_imports

CHECKS = (of_days, same_certificate, same_file, of_courses, of_imports, outside_year, above_usual)


def findings_of(claim: Claim) -> list[Finding]:
    """Every fact about this claim, in the order of the checks."""
    return [finding for check in CHECKS for finding in check(claim)]


__all__ = ["Finding", "findings_of", "serious"]
