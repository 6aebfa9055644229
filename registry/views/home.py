"""The practitioner's part of the dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from hours_rules.types import PlanLine, PlanOption
from registry.models import Claim, LinkState
from registry.queries import claims
from registry.queries.people import practitioner_of
from registry.queries.years import year_of, years_to_show
from registry.states import ClaimState
from registry.views import words

RECENT = 5
TO_DOS = 6


def practitioner_context(user: User, year: str | None = None) -> dict[str, Any]:
    """Four figures against their minimums, what is missing and would fill it, to-dos and recent claims.

    `year` as the address has it; anything but a year with something to show is the present one.
    """
    practitioner = practitioner_of(user)
    if practitioner is None:
        raise LookupError("the user is no practitioner")
    years = years_to_show(practitioner)
    wanted = next((known for known in years if str(known) == year), timezone.localdate().year)
    shown = year_of(practitioner, wanted)
    own = claims.own(user)
    return {
        "practitioner": practitioner,
        "link_pending": practitioner.link_state == LinkState.PENDING,
        "pending_text": f"您登记的单位“{practitioner.unit_name}”尚待单位或属地住建部门确认，期间可以正常申报学时。",
        "years": years,
        "shown": shown,
        "ledger_url": reverse("registry:ledger_year", args=[wanted]),
        "caps": [{"name": shown.notice.activities[cap.code].name, "cap": cap} for cap in shown.composition.caps],
        "missing": missing_of(shown.plan),
        "tasks": _tasks(claims.own_filed(user)),
        "recent": [(claim, words.activity_name(claim)) for claim in own.exclude(submitted_at=None)[:RECENT]],
    }


def missing_of(lines_of_plan: Iterable[PlanLine]) -> list[dict[str, Any]]:
    """Per category what is missing, and the ways to fill it, one line for each activity."""
    lines = []
    for line in lines_of_plan:
        ways: dict[str, dict[str, Any]] = {}
        for option in line.options:
            way = ways.setdefault(
                option.code,
                {"code": option.code, "name": option.name, "clause": option.clause, "amounts": []},
            )
            way["amounts"].append(_amount(option))
        lines.append({"name": line.name, "missing": line.missing, "ways": list(ways.values())})
    return lines


def _amount(option: PlanOption) -> str:
    """3期高研班（国家级，每期36学时）, or hours where the course states its own, and what a cap leaves missing."""
    unit = option.measure.removeprefix("个")
    if option.quantity is None:
        amount = f"{option.hours}学时"
        said = [f"不少于{option.days}天"] if option.days is not None else []
    else:
        amount = f"{option.quantity}{option.measure}"
        said = [*([option.tier_name] if option.tier else []), f"每{unit}{option.hours_each}学时"]
    if option.remaining:
        said.append(f"受年度上限所限，仍差{option.remaining}学时")
    return f"{amount}（{'，'.join(said)}）" if said else amount


def _tasks(own: QuerySet[Claim]) -> list[dict[str, Any]]:
    """Returned claims first, then drafts: what waits for the practitioner."""
    waiting = own.filter(state__in=[ClaimState.RETURNED, ClaimState.DRAFT]).prefetch_related("steps")
    tasks = []
    for claim in waiting.order_by("-state", "-id")[:TO_DOS]:
        last = words.last_step(claim)
        returned = claim.state == ClaimState.RETURNED
        tasks.append(
            {
                "title": f"{words.activity_name(claim)}：{claim.title}",
                "url": reverse("registry:claim_detail", args=[claim.pk]),
                "hint": f"退回原因：{last.reason}" if returned and last else "草稿尚未提交",
                "state": claim.state,
                "label": claim.get_state_display(),
            }
        )
    return tasks
