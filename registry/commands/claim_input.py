"""What a practitioner states of one activity, and whether the notice and the ledger's columns can take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from accounts.errors import InputError
from accounts.texts import check_text
from hours_rules import Activity, RuleError, credit
from hours_rules.types import Credit, Notice
from registry.models import Claim, ClaimStep, GroupClaim
from registry.models.claims import certificate_key
from registry.queries.notices import notice_on

_TEXTS = (
    ("title", "名称", Claim._meta.get_field("title").max_length),
    ("organiser", "主办（发证）单位", Claim._meta.get_field("organiser").max_length),
    ("certificate_number", "证书（文号）编号", Claim._meta.get_field("certificate_number").max_length),
    ("note", "说明", Claim._meta.get_field("note").max_length),
)


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
    """What the notice grants for these facts, nothing saved; texts are not looked at.

    InputError names the field that is wrong: `dates_out_of_order`, `ends_in_future`, `more_days_than_dates`, and every
    code of `hours_rules.credit`.
    """
    if data.ended_on < data.started_on:
        raise InputError("dates_out_of_order", "结束日期不能早于开始日期。", field="ended_on")
    if data.ended_on > timezone.localdate():
        raise InputError("ends_in_future", "活动尚未结束，结束后方可申报。", field="ended_on")
    try:
        notice = notice_on(data.ended_on)
        granted = credit(data.as_activity(), notice)
    except RuleError as error:
        field = "activity" if error.field == "code" else error.field or "ended_on"
        raise InputError(error.code, str(error), field=field) from error
    _check_days_fit(data, notice)
    return granted


def check_texts(data: ClaimInput) -> None:
    """InputError: `missing_title`, `too_long`, `bad_characters`, `personal`."""
    if not data.title.strip():
        raise InputError("missing_title", "请填写名称。", field="title")
    for name, label, most in _TEXTS:
        number = name == "certificate_number"
        check_text(getattr(data, name), name, label, most, lines=name == "note", number=number)


def checked_reason(reason: str, *, needed: bool = False) -> str:
    """A reason as it is kept. InputError (field `reason`): `reason_missing` and those of `check_text`."""
    reason = reason.strip()
    if needed and not reason:
        raise InputError("reason_missing", "请写明理由。", field="reason")
    check_text(reason, "reason", "理由", ClaimStep._meta.get_field("reason").max_length, lines=True)
    return reason


def fill(row: Claim | GroupClaim, data: ClaimInput, granted: Credit) -> None:
    """Write the facts into a row not saved yet, and what the notice grants for them.

    A certificate's number is one person's: an envelope has none.
    """
    row.activity, row.tier, row.quantity = data.activity, data.tier, data.quantity
    row.taught_hours, row.days = data.hours, data.days
    row.title, row.organiser, row.note = data.title, data.organiser, data.note
    row.started_on, row.ended_on, row.year = data.started_on, data.ended_on, data.ended_on.year
    row.hours, row.category, row.clause = granted.hours, granted.category, granted.clause
    row.explanation, row.notice_id = granted.explanation, granted.notice_id
    if isinstance(row, Claim):
        row.certificate_number = data.certificate_number
        row.certificate_key = certificate_key(data.certificate_number)


def input_of(claim: Claim | GroupClaim) -> ClaimInput:
    """The facts of a stored claim or envelope as they were typed in."""
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
        certificate_number=claim.certificate_number if isinstance(claim, Claim) else "",
        note=claim.note,
    )


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
