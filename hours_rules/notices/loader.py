"""TOML text → Notice, refusing whatever is not exactly a notice and naming the place of each mistake."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from hours_rules.errors import RuleError
from hours_rules.group_rules import GroupEvidence, GroupRules
from hours_rules.notices.places import Places
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
    try:
        # A float becomes None, which no key accepts: 7.5 hours are written "7.5".
        data = tomllib.loads(text, parse_float=lambda _: None)
    except (ValueError, RecursionError) as error:
        return {}, [_not_toml(text, error)]
    problems = Problems(Places(text))
    examine(data, NOTICE, "", problems)
    if not problems.messages():
        _examine_whole(data, problems)
    return data, problems.messages()


def _not_toml(text: str, error: Exception) -> str:
    """What tomllib says, with the line it names and the key that stands there."""
    said = str(error).partition(" (at ")
    lines = text.splitlines() or [""]
    found = re.match(r"line (\d+)", said[2])
    number = min(int(found[1]), len(lines)) if found else len(lines)
    key = lines[number - 1].partition("=")[0].strip() or "空行"
    return f"第{number}行 {key}：不符合TOML格式，请检查引号、括号是否成对，键是否重复（{said[0]}）。"


def _examine_whole(data: dict[str, Any], problems: Problems) -> None:
    """What no single key shows: the categories, and that codes and numbers are there once."""
    if set(data["categories"]) != set(CATEGORIES):
        problems.add("categories", f"科目应恰为{'、'.join(CATEGORIES)}。")
    _once({f"categories.{code}.number": given["number"] for code, given in data["categories"].items()}, problems)
    for key in ("code", "number"):
        _once_in_list(data["activities"], "activities", key, problems)
    _once_in_list(data["platforms"], "platforms", "code", problems)
    _once({f"specialties.names[{n}]": name for n, name in enumerate(data["specialties"]["names"])}, problems)
    for index, platform in enumerate(data["platforms"]):
        for place, code in enumerate(platform["categories"]):
            _known_category(code, f"platforms[{index}].categories[{place}]", problems)
    for index, activity in enumerate(data["activities"]):
        _examine_activity(activity, f"activities[{index}]", problems)
    if "group_claims" in data:
        _examine_group_claims(data["group_claims"], data["activities"], problems)


def _once_in_list(items: list[dict[str, Any]], path: str, key: str, problems: Problems) -> None:
    _once({f"{path}[{index}].{key}": item[key] for index, item in enumerate(items)}, problems)


def _once(values: dict[str, Any], problems: Problems) -> None:
    """The second place where a value stands is the mistake."""
    seen = set()
    for path, value in values.items():
        if value in seen:
            problems.add(path, f"“{value}”重复。")
        seen.add(value)


def _known_category(code: str, path: str, problems: Problems) -> None:
    if code not in CATEGORIES:
        problems.add(path, f"没有“{code}”这一科目。")


def _examine_activity(activity: dict[str, Any], path: str, problems: Problems) -> None:
    ways = [key for key in ("hours", "tiers", "hours_basis") if key in activity]
    facts = activity["facts"]
    _known_category(activity["category"], f"{path}.category", problems)
    if len(ways) != 1:
        problems.add(f"{path}.{ways[-1]}" if ways else f"{path}.hours", "hours、tiers、hours_basis三者应恰有其一。")
    wanted = [["hours"], ["hours", "days"]] if "hours_basis" in activity else [["quantity"]]
    if facts not in wanted:
        problems.add(f"{path}.facts", f"facts应为{'或'.join(map(str, wanted))}。")
    if ("daily_cap" in activity) != (facts == ["hours", "days"]):
        problems.add(f"{path}.daily_cap", "daily_cap与facts中的days应同时出现。")
    for key in ("tiers", "evidence"):
        _once_in_list(activity.get(key, []), f"{path}.{key}", "code", problems)


def _examine_group_claims(group: dict[str, Any], activities: list[dict[str, Any]], problems: Problems) -> None:
    """Each activity is known and leaves exactly one proof to the person: files are matched to it, one by one."""
    _once_in_list(group["evidence"], "group_claims.evidence", "code", problems)
    _once({f"group_claims.activities[{n}]": code for n, code in enumerate(group["activities"])}, problems)
    stood_for = {code for proof in group["evidence"] for code in proof["stands_for"]}
    asked = {given["code"]: given["evidence"] for given in activities}
    for place, code in enumerate(group["activities"]):
        path = f"group_claims.activities[{place}]"
        if code not in asked:
            problems.add(path, f"没有“{code}”这一事项。")
        elif sum(proof["required"] and proof["code"] not in stood_for for proof in asked[code]) != 1:
            problems.add(path, f"“{code}”除整体材料外，个人应恰有一种必交材料。")


def _notice(data: dict[str, Any]) -> Notice:
    minimums = data["minimums"]
    return Notice(
        id=data["id"],
        title=data["title"],
        issuer=data["issuer"],
        issued=data["issued"],
        valid_from=data["valid_from"],
        minimums=MappingProxyType({name: _decimal(minimums[name]) for name in (TOTAL, *CATEGORIES)}),
        minimums_clause=minimums["clause"],
        categories=MappingProxyType({code: Category(code, **given) for code, given in data["categories"].items()}),
        activities=MappingProxyType({given["code"]: _activity(given) for given in data["activities"]}),
        specialties=tuple(data["specialties"]["names"]),
        specialties_open=data["specialties"]["open_ended"],
        platforms=tuple(Platform(**_tuples(given)) for given in data["platforms"]),
        legal_bases=tuple(LegalBasis(**given) for given in data["legal_bases"]),
        interpretations=tuple(Interpretation(**given) for given in data.get("interpretations", [])),
        class_rules=_class_rules(data["class_rules"]),
        office=Office(**data["office"]),
        group_claims=_group_rules(data["group_claims"]) if "group_claims" in data else None,
    )


def _tuples(given: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}


def _class_rules(given: dict[str, Any]) -> ClassRules:
    least = _decimal(given["face_to_face_min_hours"])
    decided = tuple(Interpretation(clause=given["clause"], **decision) for decision in given.get("interpretations", []))
    return ClassRules(**{**_tuples(given), "face_to_face_min_hours": least, "interpretations": decided})


def _group_rules(given: dict[str, Any]) -> GroupRules:
    return GroupRules(
        clause=given["clause"],
        text=given["text"],
        activities=tuple(given["activities"]),
        evidence=tuple(GroupEvidence(**_tuples(proof)) for proof in given["evidence"]),
        interpretations=tuple(
            Interpretation(clause=given["clause"], **decision) for decision in given.get("interpretations", [])
        ),
    )


def _decimal(given: int | str) -> Decimal:
    """8, "8" and "8.0" alike as 8: explanations print the figure."""
    hours = Decimal(given)
    return Decimal(int(hours)) if hours == int(hours) else hours


def _hours(given: dict[str, Any], key: str) -> Decimal | None:
    return _decimal(given[key]) if key in given else None


def _activity(given: dict[str, Any]) -> ActivityRule:
    tiers = tuple(Tier(tier["code"], tier["name"], _decimal(tier["hours"])) for tier in given.get("tiers", []))
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
