"""The shape of a notice file: which keys stand where, and what each may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hours_rules.notices.places import Places

_CODE = re.compile(r"[a-z][a-z0-9_]{1,38}")
_CLAUSE = re.compile(
    r"(附件\d( 备注\d)?|[一二三四五六七八九十]{1,3}(（[一二三四五六七八九十]{1,3}）(\d{1,2}(\(\d{1,2}\))?)?)?)"
)
_HOURS = re.compile(r"[0-9]{1,4}(\.[0-9])?")


class Problems:
    """Mistakes found so far, each with the line its key stands on, or its table where the key is missing."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._found: list[tuple[int, str]] = []

    def add(self, path: str, message: str) -> None:
        """Note a mistake at a key path such as `activities[2].tiers[0].hours`."""
        line = self._places.line(path)
        self._found.append((line, f"第{line}行 {path}：{message}"))

    def messages(self) -> list[str]:
        """Every mistake, from the top of the file to its end."""
        return [message for _, message in sorted(self._found)]


Rule = Callable[[Any], str | None]


def text(value: Any) -> str | None:
    """Text that is not empty."""
    return None if isinstance(value, str) and value.strip() else "应为非空文字。"


def short(value: Any) -> str | None:
    """Text of at most 60 characters: the ledger and the explanation of a claim keep it whole."""
    return text(value) or (None if len(value) <= 60 else "最多60个字。")


def unit(value: Any) -> str | None:
    """Text of at most 20 characters: an explanation says it twice."""
    return text(value) or (None if len(value) <= 20 else "最多20个字。")


def free(value: Any) -> str | None:
    """Text, possibly empty."""
    return None if isinstance(value, str) else "应为文字。"


def code(value: Any) -> str | None:
    """A code: lower-case words joined by underscores."""
    return None if isinstance(value, str) and _CODE.fullmatch(value) else "应为小写字母、数字和下划线组成的代码。"


def clause(value: Any) -> str | None:
    """A clause such as 二（二）2(1)."""
    return None if isinstance(value, str) and _CLAUSE.fullmatch(value) else "应为条款号，例如“二（二）2(1)”。"


def tier_code(value: Any) -> str | None:
    """A code of at most 20 characters, as the claim keeps it."""
    return code(value) or (None if len(value) <= 20 else "最多20个字符。")


def hours(value: Any) -> str | None:
    """Hours: a whole number, or a text with at most one decimal place; above 0, at most 3000."""
    if type(value) not in (int, str):
        return "学时应为整数，或加引号的一位小数，不接受浮点数。"
    well_written = isinstance(value, int) or _HOURS.fullmatch(value)
    return None if well_written and 0 < Decimal(value) <= 3000 else "学时应大于0、不超过3000，最多一位小数。"


def whole(value: Any) -> str | None:
    """A whole number above 0."""
    return None if type(value) is int and 0 < value < 10_000 else "应为正整数。"


def day(value: Any) -> str | None:
    """A date."""
    return None if isinstance(value, date) and not isinstance(value, datetime) else "应为日期，例如2021-01-01。"


def yes_no(value: Any) -> str | None:
    """true or false."""
    return None if isinstance(value, bool) else "应为true或false。"


def texts(value: Any) -> str | None:
    """A list of texts."""
    good = isinstance(value, list) and value and all(text(item) is None for item in value)
    return None if good else "应为非空的文字列表。"


def codes(value: Any) -> str | None:
    """A list of codes, possibly empty."""
    good = isinstance(value, list) and all(code(item) is None for item in value)
    return None if good else "应为代码的列表。"


@dataclass(frozen=True)
class Optional_:
    """A key that may be left out."""

    rule: Any


@dataclass(frozen=True)
class ListOf:
    """A list of tables of one shape."""

    shape: dict[str, Any]


@dataclass(frozen=True)
class MapOf:
    """A table of tables of one shape."""

    shape: dict[str, Any]


DECISION = {"decided": text, "authority": text}
ACTIVITY = {
    "code": code,
    "number": whole,
    "name": short,
    "clause": clause,
    "category": code,
    "measure": unit,
    "facts": texts,
    "text": text,
    "hours": Optional_(hours),
    "hours_basis": Optional_(unit),
    "tiers": Optional_(ListOf({"code": tier_code, "name": short, "hours": hours})),
    "yearly_cap": Optional_(hours),
    "daily_cap": Optional_(hours),
    "day_measured": Optional_(yes_no),
    "evidence": ListOf({"code": code, "name": text, "required": yes_no, "hint": free}),
    "interpretations": Optional_(ListOf(DECISION)),
}
NOTICE = {
    "id": short,
    "title": text,
    "issuer": text,
    "issued": day,
    "valid_from": day,
    "minimums": {
        "clause": clause,
        "total": hours,
        "professional": hours,
        "general_public": hours,
        "industry_public": hours,
    },
    "categories": MapOf({"number": whole, "name": short}),
    "office": {"name": text, "short_name": text, "email": text, "clause": clause},
    "specialties": {"clause": clause, "names": texts, "open_ended": text},
    "class_rules": {
        "clause": clause,
        "apply_working_days": whole,
        "roster_days": whole,
        "face_to_face_min_hours": hours,
        "self_run_grades": texts,
        "self_run_lecturer_title": text,
        "lecturer_titles": Optional_(texts),  # notices drafted before class applications have none
        "minutes_per_hour": Optional_(whole),
        "interpretations": Optional_(ListOf(DECISION)),
    },
    "group_claims": Optional_(  # notices drafted before group claims were data have none
        {
            "clause": clause,
            "text": text,
            "activities": texts,
            "evidence": ListOf(
                {
                    "code": code,
                    "name": text,
                    "required": yes_no,
                    "hint": free,
                    "stands_for": codes,
                    "shown_to_people": yes_no,
                }
            ),
            "interpretations": Optional_(ListOf(DECISION)),
        }
    ),
    "platforms": ListOf({"code": code, "name": text, "url": text, "categories": texts, "clause": clause}),
    "legal_bases": ListOf({"number": text, "title": text, "remark": free}),
    "interpretations": Optional_(ListOf({"clause": clause, **DECISION})),
    "activities": ListOf(ACTIVITY),
}


def examine(value: Any, shape: Any, path: str, problems: Problems) -> None:
    """Hold a value against its shape; every mistake goes to `problems`."""
    if isinstance(shape, Optional_):
        examine(value, shape.rule, path, problems)
    elif isinstance(shape, ListOf):
        _examine_list(value, shape, path, problems)
    elif isinstance(shape, MapOf):
        _examine_map(value, shape, path, problems)
    elif isinstance(shape, dict):
        _examine_table(value, shape, path, problems)
    elif message := shape(value):
        problems.add(path, message)


def _examine_list(value: Any, shape: ListOf, path: str, problems: Problems) -> None:
    if not isinstance(value, list) or not value:
        problems.add(path, "应为非空列表。")
        return
    for index, item in enumerate(value):
        examine(item, shape.shape, f"{path}[{index}]", problems)


def _examine_map(value: Any, shape: MapOf, path: str, problems: Problems) -> None:
    if not isinstance(value, dict) or not value:
        problems.add(path, "应为非空表。")
        return
    for key, item in value.items():
        examine(item, shape.shape, f"{path}.{key}", problems)


def _examine_table(value: Any, shape: dict[str, Any], path: str, problems: Problems) -> None:
    if not isinstance(value, dict):
        problems.add(path, "应为表。")
        return
    for key in sorted(value.keys() - shape.keys()):
        problems.add(f"{path}.{key}".lstrip("."), "不认识的键。")
    for key, rule in shape.items():
        place = f"{path}.{key}".lstrip(".")
        if key in value:
            examine(value[key], rule, place, problems)
        elif not isinstance(rule, Optional_):
            problems.add(place, "缺少此键。")
