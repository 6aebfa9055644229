"""2,000 random ledgers: the one SQL statement and `hours_rules.compose` make the same year of each.

`compose` is the readable specification, the statement is what keeps `AnnualStanding`; nothing else compares them all.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from hours_rules import compose, notice_for
from hours_rules.types import CATEGORIES, TOTAL, Composition, Notice
from registry.adjustment_states import AdjustmentState
from registry.commands.standing import FIGURES, parameters, refresh_people, statement
from registry.models import AnnualStanding, Practitioner
from tests.factories import UserFactory
from tests.registry import ledgers
from tests.registry.ledgers import YEARS, Ledger

PEOPLE = 2000
SEED = 202138
NOTICE = notice_for(date(2021, 6, 1))


@pytest.fixture
def city_of_engineers(db: None) -> tuple[list[Practitioner], Ledger]:
    everybody = ledgers.people(PEOPLE)
    return everybody, ledgers.fill(everybody, NOTICE, UserFactory(), SEED)


def stored(year: int) -> dict[int, dict[str, Any]]:
    rows = AnnualStanding.objects.filter(year=year).values("practitioner_id", "meets", "notice_id", *FIGURES)
    return {row.pop("practitioner_id"): row for row in rows}


def expected(composition: Composition) -> dict[str, Any]:
    """The standing that this composition is."""
    kinds = {
        "recorded": composition.recorded,
        "counted": composition.counted,
        "deficit": composition.deficits,
    }
    figures = {f"{kind}_{name}": given[name] for kind, given in kinds.items() for name in (TOTAL, *CATEGORIES)}
    return {**figures, "meets": composition.meets, "notice_id": composition.notice_id}


def refresh_by(notice: Notice, ids: list[int], year: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement(notice, "= ANY(%(people)s)"), {"people": ids, **parameters(notice, year)})


def test_every_figure_of_every_year(city_of_engineers: tuple[list[Practitioner], Ledger]) -> None:
    everybody, ledger = city_of_engineers
    ids = [person.pk for person in everybody]
    own = ledgers.adjust(everybody, UserFactory(), UserFactory(), SEED)
    made_up = ledgers.several_caps(NOTICE)
    seen: list[Composition] = []
    for notice in (NOTICE, made_up):
        for year in YEARS:
            if notice is NOTICE:
                refresh_people(ids, year)
            else:
                refresh_by(notice, ids, year)
            compositions = {pk: compose(ledger[pk, year], notice, own.get((pk, year))) for pk in ids}
            assert stored(year) == {pk: expected(composition) for pk, composition in compositions.items()}
            seen += compositions.values()
            assert names_its_adjustment(year) == {pk for pk, of in own if of == year}
    show_what_was_tried(seen)


def names_its_adjustment(year: int) -> set[int]:
    """Whose standing names an adjustment: their own one of that year, which is in force."""
    rows = AnnualStanding.objects.filter(year=year, adjustment__isnull=False).select_related("adjustment")
    for row in rows:
        assert row.adjustment is not None
        assert (row.adjustment.practitioner_id, row.adjustment.year) == (row.practitioner_id, year)
        assert row.adjustment.state == AdjustmentState.APPROVED
    return {row.practitioner_id for row in rows}


def show_what_was_tried(seen: list[Composition]) -> None:
    """The ledgers reach what they are for: else their agreeing would say little."""
    met = [composition for composition in seen if composition.meets]
    by_notice = {notice.id: notice.minimums for notice in (NOTICE, ledgers.several_caps(NOTICE))}
    lowered = [composition for composition in seen if composition.minimums != by_notice[composition.notice_id]]
    only_so = [c for c in lowered if c.meets and any(c.counted[n] < m for n, m in by_notice[c.notice_id].items())]
    empty = [composition for composition in seen if not composition.by_activity]
    capped = {cap.code for composition in seen for cap in composition.caps}
    only_total = [c for c in seen if c.deficits[TOTAL] and not any(c.deficits[name] for name in CATEGORIES)]
    taken_back = [c for c in seen if c.by_activity and c.recorded[TOTAL] == Decimal(0)]
    assert min(len(met), len(empty), len(only_total), len(taken_back), len(only_so)) > 20
    assert capped == {"licence_cpd", "online_course", "paper", "industry_public_course", "general_public_course"}


def test_people_without_a_line_lack_everything_and_are_credited_no_cap(db: None) -> None:
    made_up = ledgers.several_caps(NOTICE)
    ids = [person.pk for person in ledgers.people(3)]
    refresh_by(made_up, ids, 2021)
    for row in stored(2021).values():
        assert row == expected(compose([], made_up))
        assert row["deficit_total"] == Decimal("130.5")


def test_only_the_people_and_the_year_asked_for_are_touched(
    city_of_engineers: tuple[list[Practitioner], Ledger],
) -> None:
    everybody, ledger = city_of_engineers
    chosen = [person.pk for person in everybody[::7]]
    refresh_people(chosen, 2022)
    assert stored(2021) == stored(2023) == {}
    assert stored(2022) == {pk: expected(compose(ledger[pk, 2022], NOTICE)) for pk in chosen}
    again = refresh_people([person.pk for person in everybody], 2022)
    assert (again.added, again.changed) == (PEOPLE - len(chosen), 0)
