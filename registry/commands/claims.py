"""Claims: filed by the practitioner, decided by the right office, credited through the ledger.

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
from registry.commands import ledger
from registry.commands.claim_input import ClaimInput, check_texts, checked_reason, claim_preview, input_of
from registry.commands.claim_messages import tell_decision
from registry.models import Claim, EntrySource, HourEntry, Practitioner
from registry.queries.notices import notice_on
from registry.states import EDITABLE, ClaimState, check_move, move

__all__ = [
    "ClaimInput",
    "claim_accept",
    "claim_draft",
    "claim_preview",
    "claim_refuse",
    "claim_return",
    "claim_reverse",
    "claim_submit",
    "claim_update",
    "claim_withdraw",
    "input_of",
    "missing_evidence",
]


@transaction.atomic
def claim_draft(*, actor: User, practitioner: Practitioner, data: ClaimInput, token: UUID) -> Claim:
    """Start a claim. The same `token` (one per form shown) answers the same claim, however often it is posted."""
    require(actor, "registry.claim_file", practitioner)
    with connection.cursor() as cursor:  # the second of twenty posts waits here for the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"claim:{token}"])
    existing = Claim.objects.filter(token=token).first()
    if existing is not None:
        require(actor, "registry.claim_edit", existing)
        return existing
    claim = Claim(token=token, practitioner=practitioner, region=practitioner.region, state_at=timezone.now())
    _fill(claim, data)
    claim.save(force_insert=True)
    record(actor=actor, action="claim.draft", obj=claim, after=claim.state)
    return claim


@transaction.atomic
def claim_update(*, actor: User, claim: Claim, data: ClaimInput) -> Claim:
    """Change the facts of a draft or returned claim."""
    claim = _locked(actor, "registry.claim_edit", claim)
    if claim.state not in EDITABLE:
        raise InputError("not_editable", f"申报{claim.get_state_display()}，不能再修改。")
    _fill(claim, data)
    claim.save()
    record(actor=actor, action="claim.update", obj=claim, before=claim.state, after=claim.state)
    return claim


@transaction.atomic
def claim_submit(*, actor: User, claim: Claim) -> Claim:
    """Hand a claim in to the office of the practitioner's region; gives it its 受理编号.

    Raises InputError (field `evidence`) when proof that the notice asks for is missing.
    """
    claim = _locked(actor, "registry.claim_edit", claim)
    if claim.state == ClaimState.SUBMITTED:
        return claim
    check_move(claim, ClaimState.SUBMITTED)
    before = claim.state
    _check_evidence(claim)
    claim.region_id = claim.practitioner.region_id
    claim.submitted_at = timezone.now()
    claim.number = claim.number or _next_number()
    move(claim, ClaimState.SUBMITTED, actor=actor)
    record(actor=actor, action="claim.submit", obj=claim, before=before, after=claim.state)
    return claim


@transaction.atomic
def claim_withdraw(*, actor: User, claim: Claim, reason: str = "") -> Claim:
    """Take back a claim that is not decided yet (撤回)."""
    claim = _locked(actor, "registry.claim_withdraw", claim)
    return _change(actor, claim, ClaimState.WITHDRAWN, "claim.withdraw", checked_reason(reason))


@transaction.atomic
def claim_accept(*, actor: User, claim: Claim, reason: str = "") -> Claim:
    """Accept a claim: its hours enter the ledger in the same transaction (§二, §三（四）)."""
    claim = _locked(actor, "registry.claim_review", claim)
    reason = checked_reason(reason)
    if _decided_before(claim, ClaimState.ACCEPTED, actor):
        return claim
    notice = notice_on(claim.ended_on)
    data = input_of(claim)
    move(claim, ClaimState.ACCEPTED, actor=actor, reason=reason)
    ledger.post(
        actor=actor,
        entries=[
            ledger.NewEntry(
                practitioner=claim.practitioner,
                year=claim.year,
                activity=data.as_activity(),
                notice=notice,
                source=EntrySource.CLAIM,
                source_id=claim.pk,
                facts={"title": claim.title, "number": claim.number, "ended_on": claim.ended_on.isoformat()},
            ),
        ],
    )
    record(actor=actor, action="claim.accept", obj=claim, before=ClaimState.SUBMITTED, after=claim.state, reason=reason)
    tell_decision(claim)
    return claim


@transaction.atomic
def claim_return(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Send a claim back to be mended; the reason tells the practitioner what to do."""
    claim = _locked(actor, "registry.claim_review", claim)
    return _change(actor, claim, ClaimState.RETURNED, "claim.return", checked_reason(reason, needed=True))


@transaction.atomic
def claim_refuse(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Refuse a claim (不予认定) for a reason."""
    claim = _locked(actor, "registry.claim_review", claim)
    return _change(actor, claim, ClaimState.REFUSED, "claim.refuse", checked_reason(reason, needed=True))


@transaction.atomic
def claim_reverse(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Undo an accepted claim by a reversing entry, for a reason; the history keeps both."""
    claim = _locked(actor, "registry.claim_reverse", claim)
    reason = checked_reason(reason, needed=True)
    claim = _change(actor, claim, ClaimState.REVERSED, "claim.reverse", reason)
    entry = HourEntry.objects.get(source=EntrySource.CLAIM, source_id=claim.pk, reverses=None)
    ledger.reverse(actor=actor, entry=entry, reason=reason)
    return claim


def missing_evidence(claim: Claim) -> list[str]:
    """Names of the required proofs that the claim still lacks, as the notice data asks for them."""
    rule = notice_on(claim.ended_on).activities[claim.activity]
    given = set(claim.evidence.values_list("kind", flat=True))
    return [kind.name for kind in rule.evidence if kind.required and kind.code not in given]


def _fill(claim: Claim, data: ClaimInput) -> None:
    check_texts(data)
    granted = claim_preview(data=data)
    claim.activity, claim.tier, claim.quantity = data.activity, data.tier, data.quantity
    claim.taught_hours, claim.days = data.hours, data.days
    claim.title, claim.organiser, claim.note = data.title, data.organiser, data.note
    claim.certificate_number = data.certificate_number
    claim.started_on, claim.ended_on, claim.year = data.started_on, data.ended_on, data.ended_on.year
    claim.hours, claim.category, claim.clause = granted.hours, granted.category, granted.clause
    claim.explanation, claim.notice_id = granted.explanation, granted.notice_id


def _check_evidence(claim: Claim) -> None:
    if missing := missing_evidence(claim):
        raise InputError("evidence_missing", f"还缺少证明材料：{'、'.join(missing)}。", field="evidence")


def _locked(actor: User, permission: str, claim: Claim) -> Claim:
    """The claim's row as it stands now, locked. The guard judges it too: its office may have changed since."""
    require(actor, permission, claim)
    locked = Claim.objects.select_for_update(of=("self",)).select_related("practitioner").get(pk=claim.pk)
    require(actor, permission, locked)
    return locked


def _decided_before(claim: Claim, to: ClaimState, actor: User) -> bool:
    """Whether this very decision was already made by this very person, so that asking twice answers the same."""
    if claim.state != to:
        return False
    last = claim.steps.order_by("-id").first()
    return last is not None and last.actor_id == actor.pk


def _change(actor: User, claim: Claim, to: ClaimState, action: str, reason: str) -> Claim:
    """Move a locked claim, tell the audit trail, and the practitioner of what was decided."""
    if _decided_before(claim, to, actor):
        return claim
    before = claim.state
    move(claim, to, actor=actor, reason=reason)
    record(actor=actor, action=action, obj=claim, before=before, after=to, reason=reason)
    tell_decision(claim, reason=reason)
    return claim


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('registry_claim_number')")
        (serial,) = cursor.fetchone()
    return f"SB{timezone.localdate().year}{serial:07d}"
