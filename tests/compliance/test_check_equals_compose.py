"""The annual check over many people in many buckets: every standing is what `compose` makes of the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from compliance.commands import annual_check as commands
from compliance.commands.annual_check import annual_check_run
from hours_rules import compose, notice_for
from registry.commands import standing
from registry.models import AnnualStanding, HourEntry, Practitioner
from tests.factories import OrganisationFactory, UserFactory, region
from tests.registry import ledgers
from tests.registry.ledgers import Ledger
from tests.registry.test_standing_equals_compose import expected, stored

NOTICE = notice_for(date(2021, 6, 1))
PEOPLE = 300


@pytest.fixture
def everybody(db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Practitioner], Ledger]:
    """Three hundred people in buckets of seven."""
    monkeypatch.setattr(standing, "BUCKET_SIZE", 7)
    monkeypatch.setattr(commands, "BUCKET_SIZE", 7)
    people = ledgers.people(PEOPLE)
    return people, ledgers.fill(people, NOTICE, UserFactory(), seed=11)


def test_a_check_fills_the_year_and_a_second_one_changes_nothing(
    everybody: tuple[list[Practitioner], Ledger],
) -> None:
    people, ledger = everybody
    first = annual_check_run(year=2021)
    assert (first.people, first.added, first.drift) == (PEOPLE, PEOPLE, 0)
    assert stored(2021) == {p.pk: expected(compose(ledger[p.pk, 2021], NOTICE)) for p in people}
    again = annual_check_run(year=2021)
    assert (again.people, again.added, again.drift, again.drift_ids) == (PEOPLE, 0, 0, [])


@pytest.mark.parametrize(
    "change",
    [
        {"counted_professional": Decimal("0.1")},
        {"recorded_total": Decimal(3000)},
        {"deficit_general_public": Decimal("17.9")},
        {"notice_id": "舟建发〔1999〕1号"},
        {"region_id": "putuo"},
        {"meets": "the other"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_column_that_differs_is_drift_and_is_put_right(
    change: dict[str, object], everybody: tuple[list[Practitioner], Ledger]
) -> None:
    people, _ = everybody
    annual_check_run(year=2021)
    before = stored(2021)
    ((name, value),) = change.items()
    chosen = [person.pk for person in people[3::100]]
    for row in AnnualStanding.objects.filter(practitioner__in=chosen):
        new = region("putuo").pk if name == "region_id" else not row.meets if name == "meets" else value
        AnnualStanding.objects.filter(pk=row.pk).update(**{name: new})
    outcome = annual_check_run(year=2021)
    assert (outcome.drift, outcome.drift_ids) == (len(chosen), chosen)
    assert stored(2021) == before
    assert AnnualStanding.objects.exclude(region_id=people[0].region_id).count() == 0


def test_a_move_to_another_region_takes_the_standing_along(everybody: tuple[list[Practitioner], Ledger]) -> None:
    people, _ = everybody
    annual_check_run(year=2021)
    unit = OrganisationFactory(region=region("shengsi"))
    Practitioner.objects.filter(pk=people[0].pk).update(organisation=unit, region=unit.region)
    assert annual_check_run(year=2021).drift_ids == [people[0].pk]
    assert AnnualStanding.objects.get(practitioner=people[0], year=2021).region == unit.region


def test_no_standing_is_written_for_another_year(everybody: tuple[list[Practitioner], Ledger]) -> None:
    annual_check_run(year=2021)
    assert set(AnnualStanding.objects.values_list("year", flat=True)) == {2021}
    assert HourEntry.objects.filter(year=2022).exists()
