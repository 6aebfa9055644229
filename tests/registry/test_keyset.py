"""Pages by key: put together they are the list, whatever the order, and back is back."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

import pytest

from accounts.keyset import Page, page_of
from registry.models import Claim, Practitioner
from tests.registry.people import cpd, draft

ORDERS = [("-id",), ("id",), ("-hours", "-id"), ("title", "id"), ("-ended_on", "id"), ("title", "-hours", "id")]


@pytest.fixture
def claims(person: Practitioner) -> list[Claim]:
    """Eleven claims with many ties in hours and title."""
    return [draft(person, cpd(f"{n % 3 + 1}.5", title="甲乙"[n % 2])) for n in range(11)]


@pytest.mark.parametrize("order", ORDERS)
def test_pages_put_together_are_the_list_both_ways(claims: list[Claim], order: Sequence[str]) -> None:
    rows = Claim.objects.all()
    whole = list(rows.order_by(*order))
    page: Page[Claim] = page_of(rows, order, size=3)
    assert page.newer is None
    pages = [page]
    while page.older:
        page = page_of(rows, order, after=page.older, size=3)
        pages.append(page)
    assert [row for part in pages for row in part.rows] == whole
    for expected in reversed(pages[:-1]):
        assert page.newer
        page = page_of(rows, order, before=page.newer, size=3)
        assert page.rows == expected.rows
    assert page.newer is None


def _cursor(values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%",
        "é",
        _cursor(["1"]),
        _cursor(["NaN", "1"]),
        _cursor(["Infinity", "1"]),
        _cursor(["1.55", "1"]),
        _cursor(["1", "one"]),
        _cursor([1, 2]),
        _cursor({"a": 1}),
        _cursor(["1", "2", "3"]),
        _cursor([["1"], "2"]),
        _cursor(["1\x00", "2"]),
        "W" * 4000,
    ],
)
def test_a_cursor_that_cannot_be_read_answers_the_first_page(claims: list[Claim], cursor: str) -> None:
    order = ("-hours", "-id")
    first = page_of(Claim.objects.all(), order, size=3)
    assert page_of(Claim.objects.all(), order, after=cursor, size=3) == first
    assert page_of(Claim.objects.all(), order, before=cursor, size=3) == first


def test_a_number_beyond_the_database_is_no_error(claims: list[Claim]) -> None:
    huge = _cursor(["9" * 9, "9" * 30])
    assert len(page_of(Claim.objects.all(), ("-hours", "-id"), after=huge, size=3).rows) == 3
