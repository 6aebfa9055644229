"""Findings as a page shows them: the facts, and the claims they speak of as far as the viewer may see those."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from registry.models import Claim
from registry.queries import claims
from registry.queries.findings import Finding

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One fact; the claims it speaks of that the viewer may see, `more` of these, and how many lie with others."""

    text: str
    serious: bool
    claims: list[Claim]
    more: int
    hidden: int


def lines(user: User, findings: list[Finding]) -> list[Line]:
    """The findings for this viewer. Of claims that lie with another office nothing is told but their number."""
    wanted = {pk for finding in findings for pk in finding.others}
    seen = {claim.pk: claim for claim in claims.queue(user).filter(pk__in=wanted)} if wanted else {}
    return [_line(finding, seen) for finding in findings]


def _line(finding: Finding, seen: dict[int, Claim]) -> Line:
    there = [seen[pk] for pk in finding.others if pk in seen]
    return Line(
        finding.text,
        finding.serious,
        there[:SHOWN],
        more=max(len(there) - SHOWN, 0),
        hidden=len(finding.others) - len(there),
    )
