"""Which claims the demo has: every activity in every state, waiting queues, whole years, the printed people's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

from django.utils import timezone

from registry.states import ClaimState
from zsjxjy.demo.activities import SAMPLES, Facts, any_facts, stated
from zsjxjy.demo.days import Days, start_of
from zsjxjy.demo.filings import Filing
from zsjxjy.demo.people import PRINTED, Person
from zsjxjy.demo.years import CPD_ABOVE_CAP, GENERAL, INDUSTRY, MET, NEARLY, begun

# Claims that wait in each office; a page shows 30.
WAITING = {"city": 14, "dinghai": 36, "putuo": 12, "daishan": 6, "shengsi": 5}
# People whose year meets the notice, nearly does, or is only begun: this year, and each year before.
THIS_YEAR, EARLIER = (24, 16, 24), (4, 2, 1)
MENDED, REVERSED = 0.08, 0.02  # shares of what a whole year holds


class Claims:
    """Plans claims of people with an account; the printed people's are their own story."""

    def __init__(self, people: list[Person], days: Days, rng: Random) -> None:
        self.days, self.rng = days, rng
        self.printed = {person.username: person for person in people if person.username in PRINTED}
        self.filers = [person for person in people if person.username and person.username not in PRINTED]

    def all(self) -> Iterator[Filing]:
        """Everything, in no order."""
        yield from self._every_activity_in_every_state()
        yield from self._queues()
        for year in self.days.years:
            met, nearly, started = THIS_YEAR if year == self.days.years[-1] else EARLIER
            there = [person for person in self.filers if timezone.localdate(person.registered).year <= year]
            plans = [self.rng.choice(MET) for _ in range(met)] + [self.rng.choice(NEARLY) for _ in range(nearly)]
            plans += [begun(self.rng) for _ in range(started)]
            chosen = self.rng.sample(there, min(len(plans), len(there)))
            for person, plan in zip(chosen, plans, strict=False):
                yield from self._year(person, year, plan)
        yield from self._stories()
        yield from self._doubtful()

    def _every_activity_in_every_state(self) -> Iterator[Filing]:
        for activity in SAMPLES:
            for state in ClaimState:
                yield self._lately(self.rng.choice(self.filers), any_facts(activity, self.rng), state)

    def _queues(self) -> Iterator[Filing]:
        for region, many in WAITING.items():
            near = [person for person in self.filers if person.region == region]
            for _ in range(many):
                facts = any_facts(self.rng.choice(sorted(SAMPLES)), self.rng)
                yield self._lately(self.rng.choice(near), facts, ClaimState.SUBMITTED)

    def _stories(self) -> Iterator[Filing]:
        """The engineer's year lacks a little; the second engineer's meets it; the municipal one's is under way."""
        engineer, second, municipal = (self.printed[name] for name in PRINTED)
        *earlier, year = self.days.years
        for before in earlier:
            for person in (engineer, second, municipal):
                yield from self._year(person, before, MET[before % len(MET)])
        classes = Facts("training_class", hours="16", days=2)
        yield from self._year(engineer, year, (GENERAL, INDUSTRY, CPD_ABOVE_CAP, classes), plain=True)
        yield from self._year(second, year, MET[0], plain=True)
        yield from self._year(municipal, year, NEARLY[1], plain=True)
        for person, states in (
            (engineer, ClaimState),
            (second, (ClaimState.SUBMITTED, ClaimState.DRAFT)),
            (municipal, (ClaimState.RETURNED, ClaimState.SUBMITTED)),
        ):
            for state in states:
                if state != ClaimState.ACCEPTED:
                    yield self._lately(person, OF_STORY[state], state)

    def _doubtful(self) -> Iterator[Filing]:
        """Claims that wait with something to be told of them: a day claimed twice, one certificate of two people."""
        near = [person for person in self.filers if person.region == "dinghai"]
        far = [person for person in self.filers if person.region == "putuo"]
        twice, borrower, lender, hasty = [*self.rng.sample(near, 3), self.rng.choice(far)]
        classes = self._lately(twice, Facts("training_class", hours="16", days=2), ClaimState.SUBMITTED)
        talk = self._lately(twice, Facts("academic_conference", tier="city", quantity=1), ClaimState.SUBMITTED)
        talk.data = replace(talk.data, started_on=classes.data.ended_on, ended_on=classes.data.ended_on)
        yield from (classes, talk)
        lent = self._lately(lender, Facts("licence_cpd", hours="30"), ClaimState.ACCEPTED)
        for person in (borrower, hasty):
            copied = self._lately(person, Facts("licence_cpd", hours="30"), ClaimState.SUBMITTED)
            copied.data = replace(copied.data, certificate_number=lent.data.certificate_number)
            yield copied
        yield lent

    def _year(self, person: Person, year: int, plan: Iterable[Facts], *, plain: bool = False) -> Iterator[Filing]:
        """Accepted claims of one year; unless `plain`, a few of them sent back before it, a few undone after it."""
        for facts in plan:
            share, chance = self.rng.random(), self.rng.random()
            ended = self.days.day_in(year, share)
            begun_at = self.days.evening(max(start_of(ended), person.registered), self.rng.randint(1, 25), self.rng)
            undone = not plain and chance < REVERSED
            mended = not plain and REVERSED <= chance < REVERSED + MENDED
            state = ClaimState.REVERSED if undone else ClaimState.ACCEPTED
            yield Filing(person, stated(facts, ended, self.rng), state, begun_at, mended=mended)

    def _lately(self, person: Person, facts: Facts, state: ClaimState) -> Filing:
        """A claim begun within the last weeks, of an activity that ended not long before."""
        ago = timedelta(minutes=self.rng.randrange(90, 60 * 24 * 16))
        begun_at = max(self.days.now - ago, person.registered)
        last = timezone.localdate(begun_at)
        ended = max(last - timedelta(days=self.rng.randint(1, 40)), self.days.first)
        return Filing(person, stated(facts, ended, self.rng), state, begun_at)


OF_STORY = {
    ClaimState.DRAFT: Facts("online_course", hours="8"),
    ClaimState.SUBMITTED: Facts("academic_conference", tier="city", quantity=1),
    ClaimState.RETURNED: Facts("paper", tier="provincial", quantity=1),
    ClaimState.REFUSED: Facts("title_foreign_language_exam", quantity=1),
    ClaimState.WITHDRAWN: Facts("computer_exam", quantity=1),
    ClaimState.REVERSED: Facts("licence_exam", tier="national", quantity=1),
}
