"""Which accepted claims are looked at once more: drawn by lot when they are accepted, at the region's rate."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import Region, User
from office.audit.commands import record
from office.messages.commands import send
from registry.commands.claim_input import checked_reason
from registry.models import Claim, SampleRate, SecondLook
from registry.queries.second_looks import others_who_review, rate_of
from registry.states import LOOK_UNFINISHED, SecondLookState, move_look

_STEPS = 1000  # a rate has one decimal place


def draw(*, actor: User, claim: Claim) -> SecondLook | None:
    """Draw lots for a claim that `actor` has just accepted, in the transaction of the acceptance.

    From the system's own source of chance: neither foreseen nor repeated, since a claim is accepted once.
    """
    if not is_drawn(rate_of(claim.region)):
        return None
    look = SecondLook.objects.create(claim=claim, region=claim.region, first_reviewer=actor)
    record(actor=actor, action="second_look.draw", obj=look, after=look.state, number=claim.number)
    tell_office(look, "second_look.drawn", besides=[actor])
    return look


def is_drawn(percent: Decimal) -> bool:
    """One lot at so many per cent."""
    return secrets.randbelow(_STEPS) < int(percent * _STEPS / 100)


def lapse(*, actor: User, claim: Claim, reason: str) -> None:
    """The claim is reversed otherwise: nothing is left to look at. The caller holds the claim's lock.

    Conflict `look_disputed` where two disagree about it: then a third person decides, and nobody goes round them.
    """
    look = SecondLook.objects.select_for_update().filter(claim=claim, state__in=LOOK_UNFINISHED).first()
    if look is not None and look.state == SecondLookState.DISAGREED:
        raise Conflict("look_disputed", "这件申报的抽查复核有异议，须由初审和复核以外的人员裁定，不能另行撤销。")
    if look is not None:
        before = look.state
        move_look(look, SecondLookState.LAPSED, actor=actor)
        record(actor=actor, action="second_look.lapse", obj=look, before=before, after=look.state, reason=reason)


def tell_office(look: SecondLook, kind: str, *, besides: list[User]) -> None:
    """Tell those who may go on with a look: the office's other people, or the city office."""
    for user in others_who_review(look.region, besides):
        send(
            to=user,
            kind=kind,
            key=f"{kind}:{look.pk}",
            link=reverse("registry:review_claim", args=[look.claim_id]),
            number=look.claim.number,
            office=look.region.office_name,
        )


@transaction.atomic
def rates_set(*, actor: User, percents: Mapping[Region, Decimal], reason: str) -> list[SampleRate]:
    """Set the regions' rates (0 to 100 per cent, one decimal place); those that change are recorded.

    Raises Forbidden and InputError: `percent_wrong` on the field `percent_` + the region's code, `reason_missing`.
    """
    require(actor, "registry.samples_keep")
    reason = checked_reason(reason, needed=True)
    for region, percent in percents.items():
        if not percent.is_finite() or not 0 <= percent <= 100 or percent * 10 % 1:
            raise InputError("percent_wrong", "抽查比例应为0至100，最多一位小数。", f"percent_{region.code}")
    changed = []
    for region, percent in percents.items():
        before = rate_of(region)
        if before != percent:
            row, _ = SampleRate.objects.update_or_create(region=region, defaults={"percent": percent, "reason": reason})
            changed.append(row)
            record(
                actor=actor,
                action="sample_rate.set",
                obj=row,
                before=f"{region.name}{before}%",
                after=f"{region.name}{percent}%",
                reason=reason,
            )
    return changed
