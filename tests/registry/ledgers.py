"""Random ledgers: many people, years and activities, with reversals; stored in one go and kept as plain figures."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from accounts.models import User
from hours_rules import Entry
from hours_rules.types import Notice
from registry.adjustment_states import AdjustmentState
from registry.models import Adjustment, EntrySource, HourEntry, Practitioner
from tests.factories import OrganisationFactory

YEARS = (2021, 2022, 2023)
Ledger = dict[tuple[int, int], list[Entry]]  # (practitioner, year) → the lines as `compose` reads them
Adjusted = dict[tuple[int, int], dict[str, Decimal]]  # (practitioner, year) → the person's own minimums in force
ADJUSTABLE = ("total", "professional", "industry_public", "general_public")


def people(number: int) -> list[Practitioner]:
    """So many people of one unit, without accounts: what the statement reads of a person is id and region."""
    unit = OrganisationFactory()
    return Practitioner.objects.bulk_create(
        Practitioner(
            name=f"测试工程师{n}",
            name_sort=f"ce shi {n}",
            id_hash=f"{n}".encode(),
            id_last4=f"{n % 10_000:04d}",
            sex="male",
            specialty="structure",
            organisation=unit,
            link_state="confirmed",
            region=unit.region,
        )
        for n in range(number)
    )


def fill(everybody: Iterable[Practitioner], notice: Notice, clerk: User, seed: int) -> Ledger:
    """Give each person between no line at all and thirty, round the minimums and the caps; reverse one line in five."""
    chance = random.Random(seed)
    rows: list[HourEntry] = []
    ledger: Ledger = defaultdict(list)
    for person in everybody:
        for _ in range(chance.choice((0, 0, 1, 2, 4, 8, 15, 30))):
            year, code, hours = chance.choice(YEARS), _activity(chance, notice), _hours(chance)
            rows.append(_row(person, year, code, hours, notice, clerk, len(rows)))
            ledger[person.pk, year].append(Entry(code, hours))
    HourEntry.objects.bulk_create(rows, batch_size=5000)
    undone = [row for row in rows if chance.random() < 0.2]
    HourEntry.objects.bulk_create([_reversal(row) for row in undone], batch_size=5000)
    codes = {rule.number: code for code, rule in notice.activities.items()}
    for row in undone:
        ledger[row.practitioner_id, row.year].append(Entry(codes[row.activity], -row.hours))
    return ledger


def adjust(everybody: Iterable[Practitioner], clerk: User, second: User, seed: int) -> Adjusted:
    """Minimums of their own for every second person and year: in force, or (which must count for nothing) not.

    Some lie above the notice's, as they do once a notice asks for less than the one they were entered under.
    """
    chance = random.Random(seed)
    rows, adjusted = [], {}
    for person in everybody:
        for year in YEARS:
            if chance.random() < 1 / 2:
                names = chance.sample(ADJUSTABLE, chance.randint(1, 4))
                most = chance.choice((0, 200, 1000))  # of tenths
                figures = {name: Decimal(chance.randint(0, most)) / 10 for name in names}
                state = chance.choice((AdjustmentState.APPROVED, AdjustmentState.APPROVED, *AdjustmentState))
                rows.append(_adjustment(person, year, figures, state, clerk, second))
                if state == AdjustmentState.APPROVED:
                    adjusted[person.pk, year] = figures
    Adjustment.objects.bulk_create(rows)
    return adjusted


def _adjustment(
    person: Practitioner, year: int, figures: dict[str, Decimal], state: str, clerk: User, second: User
) -> Adjustment:
    return Adjustment(
        practitioner=person,
        year=year,
        authority="浙人社发〔2021〕1号",
        reason="援派",
        state=state,
        entered_by=clerk,
        decided_by=second,
        **{f"minimum_{name}": hours for name, hours in figures.items()},
    )


def several_caps(notice: Notice) -> Notice:
    """A made-up notice: caps in every category, two of them in one, and a total above the sum of its parts."""
    caps = {
        "licence_cpd": "36",
        "online_course": "7.5",
        "paper": "20",
        "industry_public_course": "15.5",
        "general_public_course": "30",
    }
    activities = {
        code: replace(rule, yearly_cap=Decimal(caps[code]) if code in caps else None)
        for code, rule in notice.activities.items()
    }
    minimums = {**notice.minimums, "total": Decimal("130.5"), "professional": Decimal("62.5")}
    return replace(notice, id="舟建发〔2099〕0号", minimums=minimums, activities=activities)


def _activity(chance: random.Random, notice: Notice) -> str:
    """Often one that has a cap or stands alone in its category."""
    favoured = ["licence_cpd", "industry_public_course", "general_public_course", "online_course"]
    return chance.choice([*favoured, *favoured, *notice.activities])


def _hours(chance: random.Random) -> Decimal:
    """Tenths of an hour; often just what a minimum or a cap is made of."""
    if chance.random() < 0.3:
        return Decimal(chance.choice((6, 7, 12, 18, 36, 60, 90)))
    return Decimal(chance.randint(1, 480)) / 10


def _row(
    person: Practitioner, year: int, code: str, hours: Decimal, notice: Notice, clerk: User, source: int
) -> HourEntry:
    rule = notice.activities[code]
    return HourEntry(
        practitioner=person,
        year=year,
        activity=rule.number,
        category=notice.category_number(rule.category),
        hours=hours,
        source=EntrySource.CLAIM,
        source_id=source,
        notice_id=notice.id,
        clause=rule.clause,
        facts={},
        posted_by=clerk,
    )


def _reversal(row: HourEntry) -> HourEntry:
    same = ("practitioner", "year", "activity", "category", "source", "source_id", "notice_id", "clause", "facts")
    fields = {name: getattr(row, name) for name in same}
    return HourEntry(**fields, hours=-row.hours, reverses=row, reason="抽查不符", posted_by=row.posted_by)
