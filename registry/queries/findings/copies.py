"""One certificate, one file, handed in more than once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from registry.models import Claim, Evidence
from registry.queries.findings.finding import Finding
from registry.states import ClaimState

# What somebody took back counts for nobody; what one mends oneself is no second claim.
_LIVE = [ClaimState.SUBMITTED, ClaimState.RETURNED, ClaimState.ACCEPTED]
_OF_OTHERS = [*_LIVE, ClaimState.REFUSED, ClaimState.REVERSED]
MOST = 50  # claims that one fact names at the most


def same_certificate(claim: Claim) -> list[Finding]:
    """The certificate's number on other claims, of the same person and of others."""
    if not claim.certificate_key:
        return []
    return _told(
        "same_certificate",
        claim,
        _others(claim).filter(certificate_key=claim.certificate_key),
        own="证书（文号）编号与该人员另外{number}件申报相同{note}。",
        foreign="证书（文号）编号与其他人员的{number}件申报相同{note}。",
        notes=True,
    )


def same_file(claim: Claim) -> list[Finding]:
    """The very file (SHA-256) as proof of other claims, of the same person (another year's too) and of others.

    The papers of a group's envelope are many people's by right: they are told of when another year had them.
    """
    own = {bytes(file.sha256) for file in claim.evidence.all()}
    common = {bytes(file.sha256) for file in claim.group.evidence.all()} if claim.group is not None else set()
    alike = _alike(claim, own, common)
    if alike is None:
        return []
    return _told(
        "same_file",
        claim,
        _others(claim).filter(alike),
        own="有证明材料与该人员另外{number}件申报的文件完全相同（{years}）。",
        foreign="有证明材料与其他人员的{number}件申报的文件完全相同（{years}）。",
    )


def _alike(claim: Claim, own: set[bytes], common: set[bytes]) -> Q | None:
    """Which claims have one of these files, on their own or in their envelope; None for no others."""
    proofs = Evidence.objects.filter(sha256__in=own | common).exclude(claim=claim.pk)
    if claim.group_id is not None:
        proofs = proofs.exclude(group=claim.group_id)
    papers: set[int] = set()  # claims whose own proof is this claim's own proof
    shared: set[int] = set()  # claims and envelopes that share a paper of many
    groups: set[int] = set()
    for sha256, claim_id, group_id in proofs.values_list("sha256", "claim_id", "group_id")[: 4 * MOST]:
        if claim_id is None:
            groups.add(group_id)
        else:
            (papers if bytes(sha256) in own else shared).add(claim_id)
    if not (papers or shared or groups):
        return None
    return Q(pk__in=papers) | (Q(pk__in=shared) | Q(group__in=groups)) & ~Q(year=claim.year)


def _others(claim: Claim) -> QuerySet[Claim]:
    return Claim.objects.filter(state__in=_OF_OTHERS).exclude(pk=claim.pk)


def _told(
    code: str,
    claim: Claim,
    others: QuerySet[Claim],
    *,
    own: str,
    foreign: str,
    notes: bool = False,
) -> list[Finding]:
    """One fact about the person's own other claims, one about other people's."""
    rows = list(others.only("practitioner", "state", "year", "organiser").order_by("-pk")[:MOST])
    mine = [row for row in rows if row.practitioner_id == claim.practitioner_id and row.state in _LIVE]
    theirs = [row for row in rows if row.practitioner_id != claim.practitioner_id]
    found = []
    for suffix, text, some in (("own", own, mine), ("other", foreign, theirs)):
        if some:
            years = "、".join(f"{year}年度" for year in sorted({row.year for row in some}))
            note = "（发证单位不同）" if notes and _issued_elsewhere(claim, some) else ""
            said = text.format(number=len(some), years=years, note=note)
            found.append(Finding(f"{code}_{suffix}", said, tuple(row.pk for row in some)))
    return found


def _issued_elsewhere(claim: Claim, some: Sequence[Claim]) -> bool:
    """Whether every other claim names another issuer, so that the numbers may be alike by chance."""
    return all(row.organiser.strip() != claim.organiser.strip() for row in some)
