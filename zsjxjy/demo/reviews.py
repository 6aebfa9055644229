"""The annual review in the demo: earlier years signed and closed, this year begun; some failed, some fallen open.

An office that has decided everybody closes its year; one signed year of the last year and of this one loses a claim
afterwards, so that there is something that fell open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from django.utils import timezone

from accounts.models import User
from compliance.commands.closings import year_close
from compliance.commands.reviews import review_fail, review_pass
from compliance.models import AnnualReview
from compliance.queries.closings import in_the_way
from compliance.queries.reviews import passable, progress_of, to_review
from compliance.states import ReviewState
from registry.commands.decisions import claim_reverse
from registry.models import Claim
from registry.states import ClaimState
from zsjxjy.demo.days import OPENS, Days, start_of
from zsjxjy.demo.staff import CITY_OFFICE, REVIEWERS
from zsjxjy.demo.steps import City, Step

BEGUN_SHARE = 3  # this year every third who meets it is signed already
ALL = 1
FAILED = "所缺学时未在登记时间内补足，请于下一年度及时申报。"
UNDONE = "抽查发现证书与原件不符，撤销认定。"


def review_steps(days: Days) -> list[Step]:
    """Each earlier year in the February and March after it, this year of late."""
    steps = [step for year in days.years[:-1] for step in _earlier(year, days)]
    this = days.years[-1]
    lately = days.now - timedelta(days=3)
    if timezone.localdate(lately).year == this:
        steps.append(Step(lately, partial(_sign, year=this, share=BEGUN_SHARE)))
        steps.append(Step(lately + timedelta(days=1), partial(_undo_one, year=this)))
    return steps


def _earlier(year: int, days: Days) -> Iterator[Step]:
    signed = start_of(date(year + 1, 2, 16)) + timedelta(hours=OPENS + 1)
    undone, closed = signed + timedelta(days=10), signed + timedelta(days=20)
    if closed > days.now:
        return
    yield Step(signed, partial(_sign, year=year, share=ALL))
    yield Step(closed, partial(_close, year=year))
    if year == days.years[-2]:  # what was closed does not stand any more in one office
        yield Step(undone, partial(_undo_one, year=year))
        yield Step(closed + timedelta(days=1), partial(_undo_one, year=year))


def _sign(city: City, *, year: int, share: int) -> None:
    """Each office passes who meets the year (one in `share`), and fails one who does not."""
    for region, username in REVIEWERS.items():
        actor = city.users[username]
        ours = to_review(actor, year).filter(region=city.regions[region].pk).order_by("practitioner")
        for place, row in enumerate(passable(ours, actor).select_related("practitioner")):
            if place % share == 0:
                review_pass(actor=actor, practitioner=row.practitioner, year=year)
        short = ours.filter(meets=False, counted_total__gt=0).select_related("practitioner").first()
        if short is not None:
            review_fail(actor=actor, practitioner=short.practitioner, year=year, reason=FAILED)


def _undo_one(city: City, *, year: int) -> None:
    """One accepted claim of somebody whose year is signed turns out to be wrong."""
    actor: User = city.users[CITY_OFFICE.username]
    signed = AnnualReview.objects.filter(year=year, state=ReviewState.PASSED).values("practitioner")
    claims = Claim.objects.filter(practitioner__in=signed, year=year, state=ClaimState.ACCEPTED)
    claim = claims.filter(second_look=None).exclude(practitioner__user__username="engineer2").order_by("pk").first()
    if claim is not None:
        claim_reverse(actor=actor, claim=claim, reason=UNDONE)


def _close(city: City, *, year: int) -> None:
    """Offices in whose way nothing stands close the year."""
    for region, username in REVIEWERS.items():
        office = city.regions[region]
        if not in_the_way(year, progress_of(office, year)):
            year_close(actor=city.users[username], region=office, year=year)
