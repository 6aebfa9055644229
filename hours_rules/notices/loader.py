"""TOML text → Notice, refusing whatever is not exactly a notice and naming the place of each mistake."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from hours_rules.errors import RuleError
from hours_rules.notices.shape import NOTICE, Problems, examine
from hours_rules.types import (
    CATEGORIES,
    TOTAL,
    ActivityRule,
    Category,
    ClassRules,
    EvidenceRule,
    Interpretation,
    LegalBasis,
    Notice,
    Office,
    Platform,
    Tier,
)


def check(text: str) -> list[str]:
    """Every mistake in the text of a notice, each with its line and key; an empty list when it would load."""
    return _read(text)[1]


def load(text: str) -> Notice:
    """The notice of a text. RuleError (`bad_notice`) lists every mistake, a line each."""
    data, mistakes = _read(text)
    if mistakes:
        raise RuleError("bad_notice", "\n".join(mistakes), "")
    return _notice(data)


def _read(text: str) -> tuple[dict[str, Any], list[str]]:
    problems = Problems(text)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        return {}, [f"文件格式有误：{error}"]
    examine(data, NOTICE, "", problems)
    if not problems.found:
        _examine_whole(data, problems)
    return data, problems.found


def _examine_whole(data: dict[str, Any], problems: Problems) -> None:
    """What no single key shows: the categories, and that codes and numbers are there once."""
    if set(data["categories"]) != set(CATEGORIES):
        problems.add("categories", f"科目应恰为{'、'.join(CATEGORIES)}。")
    numbers = [category["number"] for category in data["categories"].values()]
    _once(numbers, "categories", "科目编号", problems)
    for key, label in (("code", "事项代码"), ("number", "事项编号")):
        _once([activity[key] for activity in data["activities"]], "activities", label, problems)
    for index, activity in enumerate(data["activities"]):
        _examine_activity(activity, f"activities[{index}]", problems)


def _once(values: list[Any], path: str, label: str, problems: Problems) -> None:
    for value in sorted({value for value in values if values.count(value) > 1}):
        problems.add(path, f"{label}“{value}”重复。")


def _examine_activity(activity: dict[str, Any], path: str, problems: Problems) -> None:
    ways = [key for key in ("hours", "tiers", "hours_basis") if key in activity]
    facts = activity["facts"]
    if activity["category"] not in CATEGORIES:
        problems.add(f"{path}.category", f"没有“{activity['category']}”这一科目。")
    if len(ways) != 1:
        problems.add(path, "hours、tiers、hours_basis三者应恰有其一。")
    wanted = [["hours"], ["hours", "days"]] if "hours_basis" in activity else [["quantity"]]
    if facts not in wanted:
        problems.add(f"{path}.facts", f"facts应为{'或'.join(map(str, wanted))}。")
    if ("daily_cap" in activity) != (facts == ["hours", "days"]):
        problems.add(f"{path}.daily_cap", "daily_cap与facts中的days应同时出现。")
    for key in ("tiers", "evidence"):
        _once([item["code"] for item in activity.get(key, [])], f"{path}.{key}", "代码", problems)


def _notice(data: dict[str, Any]) -> Notice:
    minimums = data["minimums"]
    return Notice(
        id=data["id"],
        title=data["title"],
        issuer=data["issuer"],
        issued=data["issued"],
        valid_from=data["valid_from"],
        minimums=MappingProxyType({name: Decimal(minimums[name]) for name in (TOTAL, *CATEGORIES)}),
        minimums_clause=minimums["clause"],
        categories=MappingProxyType({code: Category(code, **given) for code, given in data["categories"].items()}),
        activities=MappingProxyType({given["code"]: _activity(given) for given in data["activities"]}),
        specialties=tuple(data["specialties"]["names"]),
        specialties_open=data["specialties"]["open_ended"],
        platforms=tuple(Platform(**_tuples(given)) for given in data["platforms"]),
        legal_bases=tuple(LegalBasis(**given) for given in data["legal_bases"]),
        interpretations=tuple(Interpretation(**given) for given in data.get("interpretations", [])),
        class_rules=ClassRules(**_tuples(data["class_rules"], hours=("face_to_face_min_hours",))),
        office=Office(**data["office"]),
    )


def _tuples(given: dict[str, Any], hours: tuple[str, ...] = ()) -> dict[str, Any]:
    convert: Callable[[str, Any], Any] = lambda key, value: (  # noqa: E731
        tuple(value) if isinstance(value, list) else Decimal(value) if key in hours else value
    )
    return {key: convert(key, value) for key, value in given.items()}


def _hours(given: dict[str, Any], key: str) -> Decimal | None:
    return Decimal(given[key]) if key in given else None


def _activity(given: dict[str, Any]) -> ActivityRule:
    tiers = tuple(Tier(tier["code"], tier["name"], Decimal(tier["hours"])) for tier in given.get("tiers", []))
    return ActivityRule(
        code=given["code"],
        number=given["number"],
        name=given["name"],
        clause=given["clause"],
        category=given["category"],
        measure=given["measure"],
        facts=tuple(given["facts"]),
        text=given["text"],
        tiers=tiers,
        hours_per=_hours(given, "hours"),
        hours_basis=given.get("hours_basis", ""),
        yearly_cap=_hours(given, "yearly_cap"),
        daily_cap=_hours(given, "daily_cap"),
        day_measured=given.get("day_measured", False),
        evidence=tuple(EvidenceRule(**proof) for proof in given["evidence"]),
        interpretations=tuple(
            Interpretation(clause=given["clause"], **decision) for decision in given.get("interpretations", [])
        ),
        tier_hours=MappingProxyType({tier.code: (tier.name, tier.hours) for tier in tiers}),
    )
