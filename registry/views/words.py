"""A claim in the words of its notice, as lists, summaries and exports show it."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from hours_rules.types import ActivityRule, Notice
from registry.models import Claim, ClaimStep, Evidence
from registry.models.facts import StatedFacts
from registry.queries.notices import notice_called


def notice_of(claim: StatedFacts) -> Notice:
    """The notice that the claim's hours were worked out by."""
    return notice_called(claim.notice_id)


def rule_of(claim: StatedFacts) -> ActivityRule:
    """The row of the crediting table that the claim stands on."""
    return notice_of(claim).activities[claim.activity]


def activity_name(claim: StatedFacts) -> str:
    """学时事项 in words."""
    return rule_of(claim).name


def category_name(claim: StatedFacts) -> str:
    """科目 in words."""
    return notice_of(claim).categories[claim.category].name


def facts(claim: StatedFacts, *, change_url: str = "") -> list[dict[str, Any]]:
    """What was stated, as rows of a summary: key, value, and with `change_url` where each can be changed."""
    rule = rule_of(claim)
    stated = [
        ("学时事项", rule.name, ""),
        ("科目", category_name(claim), ""),
        ("级别", rule.tier_hours[claim.tier][0] if claim.tier else "", "tier_0"),
        (f"数量（单位：{rule.measure}）", claim.quantity, "quantity"),
        (f"学时（{rule.hours_basis}）", claim.taught_hours, "hours"),
        ("天数", claim.days, "days"),
        ("名称", claim.title, "title"),
        ("主办（发证）单位", claim.organiser, "organiser"),
        ("活动日期", _dates(claim), "started_on"),
        ("证书（文号）编号", getattr(claim, "certificate_number", ""), "certificate_number"),
        ("说明", claim.note, "note"),
    ]
    own = ("certificate_number",) if isinstance(claim, Claim) else ()  # a group's certificates are its people's
    kept = ("title", "organiser", *own, "note")
    shown = [row for row in stated if row[1] not in ("", None) or (change_url and row[2] in kept)]
    return [
        {
            "key": key,
            "value": "未填写" if value in ("", None) else value,
            "url": f"{change_url}#id_{field}" if change_url and field else "",
        }
        for key, value, field in shown
    ]


def _dates(claim: StatedFacts) -> str:
    started, ended = (date_format(day, "Y年n月j日") for day in (claim.started_on, claim.ended_on))
    return ended if started == ended else f"{started}至{ended}"


def last_step(claim: Claim) -> ClaimStep | None:
    """The latest transition, of the steps already read."""
    steps = list(claim.steps.all())
    return steps[-1] if steps else None


def evidence_kind(claim: Claim, kind: str) -> str:
    """Name of a kind of proof; the code itself when the activity was changed to one that does not ask for it."""
    return next((asked.name for asked in rule_of(claim).evidence if asked.code == kind), "其他材料")


def evidence(claim: Claim) -> list[dict[str, Any]]:
    """The claim's files as items of the evidence list."""
    return [file_item(claim, file) for file in claim.evidence.all()]


def file_item(claim: Claim, file: Evidence) -> dict[str, Any]:
    """One file: its name, where it is fetched, its kind and size."""
    return {
        "pk": file.pk,
        "name": file.name,
        "url": reverse("registry:evidence_file", args=[claim.pk, file.pk]),
        "meta": f"{filesizeformat(file.size)}，{date_format(timezone.localtime(file.added_at), 'Y-m-d H:i')}上传",
        "kind": evidence_kind(claim, file.kind),
        "preview_url": reverse("registry:evidence_preview", args=[claim.pk, file.pk]),
    }


def worth(rule: ActivityRule) -> str:
    """What one unit of an activity is worth, in a line."""
    unit = rule.measure.removeprefix("个")
    if rule.tiers:
        text = f"每{unit}：{'、'.join(f'{tier.name}{tier.hours}学时' for tier in rule.tiers)}"
    elif rule.hours_per is not None:
        text = f"每{unit}{rule.hours_per}学时"
    else:
        text = f"按{rule.hours_basis}学时"
    if rule.daily_cap is not None:
        text += f"，每天最多{rule.daily_cap}学时"
    if rule.yearly_cap is not None:
        text += f"，每年度最多计入{rule.yearly_cap}学时"
    return text


def choices(notice: Notice) -> list[dict[str, Any]]:
    """Every activity with what it is worth, under the paragraphs of the notice.

    二（二）2(1) and 二（二）2(3) stand together under 二（二）2.
    """
    groups: dict[str, dict[str, Any]] = {}
    for rule in notice.activities.values():
        clause = rule.clause.split("(")[0]
        group = groups.setdefault(clause, {"clause": clause, "categories": [], "rules": []})
        group["rules"].append((rule, worth(rule)))
        if (name := notice.categories[rule.category].name) not in group["categories"]:
            group["categories"].append(name)
    return list(groups.values())
