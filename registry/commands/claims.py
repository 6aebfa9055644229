"""Claims as their owner files them: drafted, changed, handed in to the right office, taken back.

Every command locks the claim's row first, so that of two people deciding at once one wins and the other is told who and
when; asking twice for the same thing answers the same thing.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.commands.claim_input import ClaimInput, check_texts, checked_reason, claim_preview, fill, input_of
from registry.commands.claim_messages import tell_decision
from registry.commands.claim_moves import change, locked
from registry.commands.spans import hold
from registry.commands.windows import check_open, check_still_open
from registry.models import Claim, GroupClaim, LinkState, Practitioner, SpanSource
from registry.queries.evidence import missing_evidence
from registry.queries.findings import findings_of, serious
from registry.queries.spans import span_of_claim
from registry.states import EDITABLE, ClaimState, check_move, move

__all__ = [
    "ClaimInput",
    "claim_draft",
    "claim_preview",
    "claim_submit",
    "claim_update",
    "claim_withdraw",
    "input_of",
]


@transaction.atomic
def claim_draft(
    *, actor: User, practitioner: Practitioner, data: ClaimInput, token: UUID, group: GroupClaim | None = None
) -> Claim:
    """Start a claim. The same `token` (one per form shown) answers the same claim, however often it is posted.

    Within a `group` the unit starts it for one of its confirmed people (§三（三）); InputError `person_not_in_unit`.
    """
    if group is None:
        require(actor, "registry.claim_file", practitioner)
    else:
        require(actor, "registry.group_edit", group)
        _check_member(practitioner, group)
    with connection.cursor() as cursor:  # the second of twenty posts waits here for the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"claim:{token}"])
    existing = Claim.objects.filter(token=token).first()
    if existing is not None:
        require(actor, "registry.claim_edit", existing)
        return existing
    now = timezone.now()
    claim = Claim(token=token, practitioner=practitioner, region=practitioner.region, state_at=now, group=group)
    _fill(claim, data)
    claim.save(force_insert=True)
    record(actor=actor, action="claim.draft", obj=claim, after=claim.state)
    return claim


@transaction.atomic
def claim_update(*, actor: User, claim: Claim, data: ClaimInput) -> Claim:
    """Change the facts of a draft or returned claim."""
    claim = locked(actor, "registry.claim_edit", claim)
    if claim.state not in EDITABLE:
        raise InputError("not_editable", f"申报{claim.get_state_display()}，不能再修改。")
    _fill(claim, data)
    claim.save()
    record(actor=actor, action="claim.update", obj=claim, before=claim.state, after=claim.state)
    return claim


@transaction.atomic
def claim_submit(*, actor: User, claim: Claim) -> Claim:
    """Hand a claim in to the office of the practitioner's region; gives it its 受理编号.

    Once handed in it stays with that office, whatever the person or their unit does meanwhile: a claim that comes back
    mended goes to whoever returned it.

    Raises InputError: field `evidence` when proof that the notice asks for is missing, `ended_on` outside the year's
    registration window. A claim of a group goes in with its envelope (`group_submit`), and alone once that was handed
    in.
    """
    claim = locked(actor, "registry.claim_edit", claim)
    if claim.state == ClaimState.SUBMITTED:
        return claim
    check_move(claim, ClaimState.SUBMITTED)
    before = claim.state
    _check_group(claim)
    check_open(claim)
    _check_evidence(claim)
    if claim.number is None:
        claim.region_id, claim.number = claim.practitioner.region_id, _next_number()
    claim.submitted_at = timezone.now()
    _hold_days(claim)
    claim.finding_count = len(serious(findings_of(claim)))
    move(claim, ClaimState.SUBMITTED, actor=actor)
    record(actor=actor, action="claim.submit", obj=claim, before=before, after=claim.state)
    tell_decision(claim)
    return claim


@transaction.atomic
def claim_withdraw(*, actor: User, claim: Claim, reason: str = "") -> Claim:
    """Take back a claim that is not decided yet (撤回)."""
    claim = locked(actor, "registry.claim_withdraw", claim)
    return change(actor, claim, ClaimState.WITHDRAWN, checked_reason(reason))


def _check_member(practitioner: Practitioner, group: GroupClaim) -> None:
    confirmed = practitioner.link_state == LinkState.CONFIRMED
    if practitioner.organisation_id != group.organisation_id or not confirmed:
        raise InputError("person_not_in_unit", f"{practitioner.name}不是本单位在册人员，不能由本单位申报。", "people")


def _fill(claim: Claim, data: ClaimInput) -> None:
    check_texts(data)
    granted = claim_preview(data=data)
    if claim.submitted_at is None or claim.year != data.ended_on.year:
        check_still_open(claim.practitioner, data.ended_on.year)
    fill(claim, data, granted)


def _check_group(claim: Claim) -> None:
    if claim.group is not None and claim.group.submitted_at is None:
        raise InputError("group_not_submitted", "集体申报尚未提交，请在集体申报中一并提交。")


def _hold_days(claim: Claim) -> None:
    span = span_of_claim(claim)
    hold(source=SpanSource.CLAIM, source_id=claim.pk, spans={claim.practitioner_id: [span] if span else []})


def _check_evidence(claim: Claim) -> None:
    if missing := missing_evidence(claim):
        raise InputError("evidence_missing", f"还缺少证明材料：{'、'.join(missing)}。", field="evidence")


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('registry_claim_number')")
        (serial,) = cursor.fetchone()
    return f"SB{timezone.localdate().year}{serial:07d}"
