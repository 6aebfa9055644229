"""Lines of the ledger for tests of explanations, posted through its only door."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

from accounts.models import User
from hours_rules import Activity
from hours_rules.types import ActivityRule
from registry.commands import ledger
from registry.models import EntrySource, HourEntry, Practitioner
from registry.queries.notices import notice_of_year

_SOURCES = count(1_000_000)


def facts_of(rule: ActivityRule) -> Activity:
    """Some facts of an activity that its rule takes."""
    tier = rule.tiers[0].code if rule.tiers else None
    if "quantity" in rule.facts:
        return Activity(rule.code, tier=tier, quantity=2)
    return Activity(rule.code, tier=tier, hours=Decimal("7.5"), days=1 if "days" in rule.facts else None)


def cpd(hours: str) -> Activity:
    """Continuing education of a licence, of which 36 hours count in a year."""
    return Activity("licence_cpd", hours=Decimal(hours))


def posted(actor: User, person: Practitioner, *activities: Activity) -> list[HourEntry]:
    """These activities in the ledger of 2021, one line each."""
    notice = notice_of_year(2021)
    return ledger.post(
        actor=actor,
        entries=[
            ledger.NewEntry(
                practitioner=person,
                year=2021,
                activity=activity,
                notice=notice,
                source=EntrySource.PLATFORM,
                source_id=next(_SOURCES),
                facts={"title": f"{notice.activities[activity.code].name}{number}", "ended_on": "2021-06-30"},
            )
            for number, activity in enumerate(activities)
        ],
    )
