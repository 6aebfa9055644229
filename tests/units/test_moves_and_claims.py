"""A move decides who reviews what is claimed from then on; what was handed in before stays where it was handed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from registry.commands.claims import claim_submit
from registry.commands.decisions import claim_accept, claim_return, claim_reverse
from registry.commands.links import link_ask, link_confirm, link_leave
from registry.models import AnnualStanding, Claim, Practitioner
from registry.states import ClaimState
from tests.factories import OrganisationFactory, region
from tests.registry.people import PractitionerFactory, accepted, cpd, draft, proven, submitted
from tests.units.made import REASON
from tests.units.test_changes import facts_of
from units.commands.changes import unit_change
from units.commands.merging import unit_merge

pytestmark = pytest.mark.django_db


def _unit_moves(person: Practitioner, city: User) -> None:
    unit = person.organisation
    assert unit is not None
    unit_change(actor=city, unit=unit, data=facts_of(unit, region=region("putuo")), reason=REASON)


def _person_moves(person: Practitioner, city: User) -> None:
    unit = OrganisationFactory(region=region("putuo"))
    assert person.user is not None
    link_confirm(actor=city, link=link_ask(actor=person.user, practitioner=person, organisation=unit))


def _units_merge(person: Practitioner, city: User) -> None:
    unit = person.organisation
    assert unit is not None
    unit_merge(actor=city, kept=OrganisationFactory(region=region("putuo")), other=unit, reason=REASON)


def _person_leaves(person: Practitioner, city: User) -> None:
    assert person.user is not None
    link_leave(actor=person.user, practitioner=person, region=region("putuo"))


MOVES: dict[str, Callable[[Practitioner, User], None]] = {
    "the unit moves": _unit_moves,
    "the person moves": _person_moves,
    "units are merged": _units_merge,
    "the person leaves": _person_leaves,
}


@pytest.mark.parametrize("how", MOVES)
def test_only_new_claims_go_to_the_new_office(how: str, county: User, far_county: User, city: User) -> None:
    person = PractitionerFactory()
    done = accepted(person, county)
    waiting = submitted(person)
    returned = claim_return(actor=county, claim=submitted(person), reason=REASON)
    begun = proven(draft(person))

    MOVES[how](person, city)
    person = Practitioner.objects.get(pk=person.pk)
    assert person.user is not None
    again = claim_submit(actor=person.user, claim=returned)
    first = claim_submit(actor=person.user, claim=begun)
    new = submitted(person)

    offices = {claim.pk: claim.region.code for claim in Claim.objects.select_related("region")}
    old_office = dict.fromkeys([done.pk, waiting.pk, again.pk], "dinghai")
    assert offices == old_office | dict.fromkeys([first.pk, new.pk], "putuo")
    standing = AnnualStanding.objects.select_related("region").get(practitioner=person)
    assert (standing.region.code, standing.recorded_total) == ("putuo", 16)

    # Each office decides on its own; hours land in the one year, which the new office has.
    assert claim_accept(actor=county, claim=again).state == ClaimState.ACCEPTED
    assert claim_accept(actor=far_county, claim=first).state == ClaimState.ACCEPTED
    assert claim_reverse(actor=county, claim=done, reason=REASON).state == ClaimState.REVERSED
    standing.refresh_from_db()
    assert (standing.region.code, standing.recorded_total) == ("putuo", 32)


def test_a_claim_keeps_its_number_and_office_however_often_it_comes_back(county: User, city: User) -> None:
    person = PractitionerFactory()
    claim = submitted(person, cpd("20"), kind="training_certificate")
    number = claim.number
    _person_moves(person, city)
    for _ in range(2):
        claim = claim_return(actor=county, claim=claim, reason=REASON)
        claim = claim_submit(actor=person.user, claim=claim)
    assert (claim.number, claim.region.code) == (number, "dinghai")
