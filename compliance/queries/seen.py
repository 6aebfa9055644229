"""The figures that a sign-off saw: taken from a standing, compared with it later, told in words."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from hours_rules.types import Notice
from registry.models import AnnualStanding, HoursField
from registry.models.fields import to_hours, to_tenths
from registry.queries.years import names_of

# Which person, which year and which office is the review's own; all else in a standing is what was signed.
_OWN = frozenset({"id", "practitioner", "year", "region"})


def seen_of(standing: AnnualStanding) -> dict[str, Any]:
    """Everything a standing says of a year, hours in tenths: the figures, the verdict, the notice, an adjustment."""
    return {
        field.attname: _plain(field, getattr(standing, field.attname))
        for field in standing._meta.concrete_fields
        if field.name not in _OWN
    }


def fingerprint(seen: dict[str, Any]) -> str:
    """A short text that differs when anything seen differs: travels with a form, so that nobody signs what moved."""
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:16]


def change_in_words(before: dict[str, Any], after: dict[str, Any], notice: Notice) -> str:
    """合计由92学时变为68学时 …: the counted figures that differ; what else moved when none of them does."""
    words = [_moved(name, before, after, f"counted_{code}") for code, name in names_of(notice).items()]
    if said := [word for word in words if word]:
        return "，".join(said)
    words = [_moved(f"{name}台账登记", before, after, f"recorded_{code}") for code, name in names_of(notice).items()]
    if said := [word for word in words if word]:
        return "，".join(said)
    return "最低要求或认定标准有变动"


def _moved(name: str, before: dict[str, Any], after: dict[str, Any], key: str) -> str:
    if before.get(key) == after.get(key):
        return ""
    return f"{name}由{_hours(before.get(key))}变为{_hours(after.get(key))}学时"


def _hours(tenths: int | None) -> str:
    return f"{to_hours(tenths or 0).normalize():f}"


def _plain(field: Any, value: Any) -> Any:
    return to_tenths(value) if isinstance(field, HoursField) and isinstance(value, Decimal) else value
