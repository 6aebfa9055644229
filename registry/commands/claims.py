"""Claims: filed by the practitioner, decided by the right office, credited through the ledger.

Every command locks the claim's row first, so that of two people deciding at once one wins and the other is told who and
when; asking twice for the same thing answers the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from hours_rules import Activity, RuleError, credit, notice_for
from hours_rules.types import Credit, Notice
from office.audit.commands import record
from registry.commands import ledger
from registry.models import Claim, EntrySource, HourEntry, Practitioner
from registry.states import EDITABLE, ClaimState, move


@dataclass(frozen=True, slots=True)
class ClaimInput:
    """What a practitioner states of one activity, from whatever door it comes.

    `quantity` in the activity's measure, `hours` as labelled, certified or taught, `days` taught; the dates decide the
    claim's year and the notice (**D**: the year in which the activity ended, in Shanghai).
    """

    activity: str
    title: str
    started_on: date
    ended_on: date
    tier: str = ""
    quantity: int | None = None
    hours: Decimal | None = None
    days: int | None = None
    organiser: str = ""
    certificate_number: str = ""
    note: str = ""

    def as_activity(self) -> Activity:
        """The facts as `hours_rules` takes them."""
        return Activity(self.activity, tier=self.tier or None, quantity=self.quantity, hours=self.hours, days=self.days)


def claim_preview(*, data: ClaimInput) -> Credit:
    """What the notice grants for these facts, nothing saved. InputError names the field that is wrong."""
    if data.ended_on < data.started_on:
        raise InputError("dates_out_of_order", "结束日期不能早于开始日期。", field="ended_on")
    if data.ended_on > timezone.localdate():
        raise InputError("ends_in_future", "活动尚未结束，结束后方可申报。", field="ended_on")
    try:
        notice = notice_for(data.ended_on)
        granted = credit(data.as_activity(), notice)
    except RuleError as error:
        field = "activity" if error.field == "code" else error.field or "ended_on"
        raise InputError(error.code, str(error), field=field) from error
    _check_days_fit(data, notice)
    return granted


def _check_days_fit(data: ClaimInput, notice: Notice) -> None:
    rule = notice.activities[data.activity]
    days = data.days if "days" in rule.facts else data.quantity if rule.day_measured else None
    calendar_days = (data.ended_on - data.started_on).days + 1
    if days is not None and days > calendar_days:
        raise InputError(
            "more_days_than_dates",
            f"填写了{days}天，但起止日期之间只有{calendar_days}天。",
            field="days" if "days" in rule.facts else "quantity",
        )


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
    require(actor, "registry.claim_edit", claim)
    claim = _locked(claim)
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
    require(actor, "registry.claim_edit", claim)
    claim = _locked(claim)
    if claim.state == ClaimState.SUBMITTED:
        return claim
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
    require(actor, "registry.claim_withdraw", claim)
    return _change(actor, claim, ClaimState.WITHDRAWN, "claim.withdraw", reason)


@transaction.atomic
def claim_accept(*, actor: User, claim: Claim, reason: str = "") -> Claim:
    """Accept a claim: its hours enter the ledger in the same transaction (§二, §三（四）)."""
    require(actor, "registry.claim_review", claim)
    claim = _locked(claim)
    if _decided_before(claim, ClaimState.ACCEPTED, actor):
        return claim
    notice = notice_for(claim.ended_on)
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
    return claim


@transaction.atomic
def claim_return(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Send a claim back to be mended; the reason tells the practitioner what to do."""
    require(actor, "registry.claim_review", claim)
    return _change(actor, claim, ClaimState.RETURNED, "claim.return", _needed(reason))


@transaction.atomic
def claim_refuse(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Refuse a claim (不予认定) for a reason."""
    require(actor, "registry.claim_review", claim)
    return _change(actor, claim, ClaimState.REFUSED, "claim.refuse", _needed(reason))


@transaction.atomic
def claim_reverse(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Undo an accepted claim by a reversing entry, for a reason; the history keeps both."""
    require(actor, "registry.claim_reverse", claim)
    claim = _change(actor, claim, ClaimState.REVERSED, "claim.reverse", _needed(reason))
    entry = HourEntry.objects.get(source=EntrySource.CLAIM, source_id=claim.pk, reverses=None)
    ledger.reverse(actor=actor, entry=entry, reason=reason)
    return claim


def input_of(claim: Claim) -> ClaimInput:
    """The facts of a stored claim as they were typed in."""
    return ClaimInput(
        activity=claim.activity,
        title=claim.title,
        started_on=claim.started_on,
        ended_on=claim.ended_on,
        tier=claim.tier,
        quantity=claim.quantity,
        hours=claim.taught_hours,
        days=claim.days,
        organiser=claim.organiser,
        certificate_number=claim.certificate_number,
        note=claim.note,
    )


def missing_evidence(claim: Claim) -> list[str]:
    """Names of the required proofs that the claim still lacks, as the notice data asks for them."""
    rule = notice_for(claim.ended_on).activities[claim.activity]
    given = set(claim.evidence.values_list("kind", flat=True))
    return [kind.name for kind in rule.evidence if kind.required and kind.code not in given]


def _fill(claim: Claim, data: ClaimInput) -> None:
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


def _locked(claim: Claim) -> Claim:
    return Claim.objects.select_for_update(of=("self",)).select_related("practitioner").get(pk=claim.pk)


def _decided_before(claim: Claim, to: ClaimState, actor: User) -> bool:
    """Whether this very decision was already made by this very person, so that asking twice answers the same."""
    if claim.state != to:
        return False
    last = claim.steps.order_by("-id").first()
    return last is not None and last.actor_id == actor.pk


def _change(actor: User, claim: Claim, to: ClaimState, action: str, reason: str) -> Claim:
    claim = _locked(claim)
    if _decided_before(claim, to, actor):
        return claim
    before = claim.state
    move(claim, to, actor=actor, reason=reason)
    record(actor=actor, action=action, obj=claim, before=before, after=to, reason=reason)
    return claim


def _needed(reason: str) -> str:
    if not reason.strip():
        raise InputError("reason_missing", "请写明理由。", field="reason")
    return reason.strip()


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('registry_claim_number')")
        (serial,) = cursor.fetchone()
    return f"SB{timezone.localdate().year}{serial:07d}"
