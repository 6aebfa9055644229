"""Pages of a list by key instead of by offset: page 10,000 costs what page 1 costs, and nothing is counted.

A cursor is the ordering values of the row at a page's edge. The rows before or after it are asked for by condition, one
more than a page holds, so that "is there more" needs no second query.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

PAGE_SIZE = 30
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page in the list's order; `newer` and `older` are cursors of its neighbours, None at the ends."""

    rows: list[Row]
    newer: str | None
    older: str | None


def page_of(
    rows: QuerySet[Row],
    order: Sequence[str],
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """The page behind cursor `after`, or the one ahead of `before`, or the first.

    `order` names columns or annotations that are never NULL, with "-" for descending, and ends in a unique one. A
    cursor that cannot be read (typed by hand, or of another order) answers the first page.
    """
    names = [name.lstrip("-") for name in order]
    fields = [_field(rows, name) for name in names]
    backwards = _read(before, fields) if before else None
    forwards = _read(after, fields) if after and backwards is None else None
    edge = backwards or forwards
    if edge is not None:
        rows = rows.filter(_beyond(order, edge, backwards is not None))
    found = list(rows.order_by(*(_turned(order) if backwards else order))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_newer = more if backwards else forwards is not None
    has_older = True if backwards else more
    if not found:
        return Page([], None, None)
    return Page(
        found,
        _write(found[0], names) if has_newer else None,
        _write(found[-1], names) if has_older else None,
    )


def _field(rows: QuerySet[Any], name: str) -> Field[Any, Any]:
    if name in rows.query.annotations:
        return rows.query.annotations[name].output_field  # type: ignore[no-any-return]
    field: Any = None
    model: type[Model] = rows.model
    for part in name.split("__"):
        field = model._meta.get_field(part) if part != "pk" else model._meta.pk
        model = field.related_model or model
    return field  # type: ignore[no-any-return]


def _turned(order: Sequence[str]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def _beyond(order: Sequence[str], edge: Sequence[Any], backwards: bool) -> Q:
    """Rows strictly past the edge. The first column also stands alone, so that an index can seek to it."""
    beyond = Q()
    same = Q()
    for name, value in zip(order, edge, strict=True):
        column = name.lstrip("-")
        way = "lt" if name.startswith("-") != backwards else "gt"
        beyond |= same & Q(**{f"{column}__{way}": value})
        same &= Q(**{column: value})
    first = order[0].lstrip("-")
    way = "lte" if order[0].startswith("-") != backwards else "gte"
    return Q(**{f"{first}__{way}": edge[0]}) & beyond


def _write(row: Model, names: Sequence[str]) -> str:
    texts = [str(_value(row, name)) for name in names]
    return base64.urlsafe_b64encode(json.dumps(texts, separators=(",", ":")).encode()).decode().rstrip("=")


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _read(cursor: str, fields: Sequence[Field[Any, Any]]) -> list[Any] | None:
    try:
        texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts) or len(texts) != len(fields):
            return None
        if any("\x00" in text for text in texts):
            return None
        values = [field.to_python(text) for field, text in zip(fields, texts, strict=True)]
        for field, value in zip(fields, values, strict=True):
            field.get_prep_value(value)  # NaN and the like are numbers to Python, not to the database
    except (ValueError, ArithmeticError, RecursionError, ValidationError):
        return None
    return values
