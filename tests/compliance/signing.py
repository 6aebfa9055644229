"""Years that meet the notice or do not, posted to the ledger; and a review in any state, brought there by commands."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import count

from accounts.models import User
from compliance.commands.reviews import review_fail, review_open, review_pass
from compliance.models import AnnualReview
from compliance.states import ReviewState
from hours_rules import Activity
from registry.commands import ledger
from registry.models import EntrySource, HourEntry, Practitioner
from registry.queries.notices import notice_of_year
from tests.registry.people import PractitionerFactory

GENERAL = Activity("general_public_course", hours=Decimal(18))
INDUSTRY = Activity("industry_public_course", hours=Decimal(12))
CLASS = Activity("training_class", hours=Decimal(60), days=8)
WHOLE = (GENERAL, INDUSTRY, CLASS)  # 90, of which 60, 12 and 18
MORE = Activity("licence_exam", tier="provincial", quantity=1)  # 6 hours on top
REASON = "证书编号与原件不符，请更正后重新申报"
_rows = count(1_000_000)  # beside what an import of the same test has brought
Command = Callable[[User, Practitioner], AnnualReview]

COMMANDS: dict[str, Command] = {
    "pass": lambda actor, person: review_pass(actor=actor, practitioner=person, year=2021, reason="材料齐全"),
    "fail": lambda actor, person: review_fail(actor=actor, practitioner=person, year=2021, reason=REASON),
    "open": lambda actor, person: review_open(actor=actor, practitioner=person, year=2021, reason="发现材料有误"),
}
WAY_TO: dict[ReviewState, tuple[str, ...]] = {
    ReviewState.OPEN: (),
    ReviewState.PASSED: ("pass",),
    ReviewState.FAILED: ("fail",),
}


def post(person: Practitioner, clerk: User, *activities: Activity, year: int = 2021) -> list[HourEntry]:
    """Credit these activities, as if a platform had brought them."""
    notice = notice_of_year(year)
    entries = [
        ledger.NewEntry(
            practitioner=person,
            year=year,
            activity=activity,
            notice=notice,
            source=EntrySource.PLATFORM,
            source_id=next(_rows),
        )
        for activity in activities
    ]
    return ledger.post(actor=clerk, entries=entries)


def meeting(clerk: User, *, year: int = 2021, **fields: object) -> Practitioner:
    """A person of 定海 whose year meets the notice to the hour."""
    person = PractitionerFactory(**fields)
    post(person, clerk, *WHOLE, year=year)
    return person


def signed(clerk: User, state: ReviewState = ReviewState.PASSED, **fields: object) -> Practitioner:
    """Such a person whose year somebody has decided on."""
    person = meeting(clerk, **fields)
    for command in WAY_TO[state]:
        COMMANDS[command](clerk, person)
    return person


def review(person: Practitioner, year: int = 2021) -> AnnualReview:
    """The year's review as it stands."""
    return AnnualReview.objects.get(practitioner=person, year=year)
