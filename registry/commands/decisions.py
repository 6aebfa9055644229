"""An office's decisions on claims: accepted hours enter the ledger in the same transaction, undone ones are reversed.

Every command locks the claim's row first, so that of two people deciding at once one wins and the other is told who and
when; asking twice for the same thing answers the same thing.
"""

from __future__ import annotations

from django.db import transaction

from accounts.errors import InputError
from accounts.models import User
from office.audit.commands import record
from registry.commands import ledger
from registry.commands.claim_input import checked_reason, input_of
from registry.commands.claim_messages import tell_decision
from registry.commands.claim_moves import change, decided_before, locked
from registry.commands.sampling import draw, lapse
from registry.models import Claim, EntrySource, HourEntry
from registry.queries.findings import Finding, findings_of, serious
from registry.queries.notices import notice_on
from registry.states import ClaimState, check_move, move


@transaction.atomic
def claim_accept(*, actor: User, claim: Claim, reason: str = "", one_of_many: bool = False) -> Claim:
    """Accept a claim: its hours enter the ledger in the same transaction (§二, §三（四）).

    Raises InputError `finding_needs_reason` when there is a finding and no reason to accept in spite of it. As
    `one_of_many`, claims that have nothing to do with each other, no reason helps (`finding_needs_a_look`): what was
    written for all of them was written for none. What was found is kept with the step and in the audit trail.
    """
    claim = locked(actor, "registry.claim_review", claim)
    reason = checked_reason(reason)
    if decided_before(claim, ClaimState.ACCEPTED, actor):
        return claim
    check_move(claim, ClaimState.ACCEPTED)
    found = serious(findings_of(claim))
    if found and one_of_many:
        raise InputError("finding_needs_a_look", "有提示事项，请逐件办理。")
    if found and not reason:
        raise InputError("finding_needs_reason", _reason_wanted(found), field="reason")
    _post(actor, claim)
    kept = [{"code": finding.code, "text": finding.text} for finding in found]
    move(claim, ClaimState.ACCEPTED, actor=actor, reason=reason, findings=kept)
    record(
        actor=actor,
        action="claim.accept",
        obj=claim,
        before=ClaimState.SUBMITTED,
        after=claim.state,
        reason=reason,
        **({"findings": [finding.text for finding in found]} if found else {}),
    )
    tell_decision(claim)
    draw(actor=actor, claim=claim)
    return claim


def _reason_wanted(found: list[Finding]) -> str:
    facts = "".join(f"（{number}）{finding.text}" for number, finding in enumerate(found, 1))
    return f"本申报有提示事项，认定须写明理由：{facts}"


def _post(actor: User, claim: Claim) -> None:
    data = input_of(claim)
    ledger.post(
        actor=actor,
        entries=[
            ledger.NewEntry(
                practitioner=claim.practitioner,
                year=claim.year,
                activity=data.as_activity(),
                notice=notice_on(claim.ended_on),
                source=EntrySource.CLAIM,
                source_id=claim.pk,
                facts={"title": claim.title, "number": claim.number, "ended_on": claim.ended_on.isoformat()},
            ),
        ],
    )


@transaction.atomic
def claim_return(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Send a claim back to be mended; the reason tells the practitioner what to do."""
    claim = locked(actor, "registry.claim_review", claim)
    return change(actor, claim, ClaimState.RETURNED, checked_reason(reason, needed=True))


@transaction.atomic
def claim_refuse(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Refuse a claim (不予认定) for a reason."""
    claim = locked(actor, "registry.claim_review", claim)
    return change(actor, claim, ClaimState.REFUSED, checked_reason(reason, needed=True))


@transaction.atomic
def claim_reverse(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Undo an accepted claim by a reversing entry, for a reason; the history keeps both.

    A claim whose second look is disputed is undone by that decision alone (`lapse`).
    """
    claim = locked(actor, "registry.claim_reverse", claim)
    reason = checked_reason(reason, needed=True)
    lapse(actor=actor, claim=claim, reason=reason)
    claim = change(actor, claim, ClaimState.REVERSED, reason)
    entry = HourEntry.objects.get(source=EntrySource.CLAIM, source_id=claim.pk, reverses=None, corrects=None)
    ledger.reverse(actor=actor, entry=entry, reason=reason)
    return claim
