"""What an office changes of a unit: its facts, its region with its people, closed and opened, two records made one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from accounts.commands.organisations import OrganisationInput
from accounts.errors import Forbidden, InputError
from accounts.models import Organisation, User
from office.audit.models import Event
from registry.commands.claims import claim_submit
from registry.commands.decisions import claim_accept
from registry.commands.links import link_ask, link_confirm
from registry.models import AnnualStanding, LinkState, Practitioner
from registry.queries.people import unit_called
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import PractitionerFactory, accepted, submitted
from tests.units.at_once import at_once
from tests.units.made import REASON
from units.commands.changes import unit_change, unit_close, unit_reopen
from units.commands.merging import unit_merge
from units.models import UnitChange

pytestmark = pytest.mark.django_db


def facts_of(unit: Organisation, **changes: Any) -> OrganisationInput:
    """What the unit states now, with these facts changed."""
    data = OrganisationInput(
        name=unit.name,
        kind=unit.kind,
        region=unit.region,
        uscc=unit.uscc or "",
        business=unit.business,
        address=unit.address,
        contact_name=unit.contact_name,
        phone=unit.phone,
    )
    return replace(data, **changes)


CHANGES: dict[str, Callable[[], dict[str, Any]]] = {
    "name": lambda: {"name": "舟山虚构更名公司"},
    "business": lambda: {"business": "design"},
    "kind": lambda: {"kind": "training"},
    "address": lambda: {"address": "定海区虚构路2号"},
    "contact": lambda: {"contact_name": "林海", "phone": "0580-2000002"},
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_made_and_told_with_who_and_why(unit: Organisation, county: User, what: str) -> None:
    changes = CHANGES[what]()
    changed = unit_change(actor=county, unit=unit, data=facts_of(unit, **changes), reason=REASON)
    assert {name: getattr(changed, name) for name in changes} == changes
    line = UnitChange.objects.get(organisation=unit)
    assert (line.what, line.actor, line.actor_name, line.reason) == ("changed", county, county.display_name, REASON)
    assert len(line.details) == len(changes)
    assert Event.objects.filter(action="unit.change", reason=REASON).count() == 1


def test_the_database_keeps_every_version_without_the_telephone(unit: Organisation, county: User) -> None:
    unit_change(actor=county, unit=unit, data=facts_of(unit, name="舟山虚构更名公司"), reason=REASON)
    versions = unit.events.order_by("pgh_id").values_list("name", flat=True)
    assert list(versions) == [unit.name, "舟山虚构更名公司"]
    assert "phone" not in {field.name for field in unit.events.model._meta.get_fields()}


def test_nothing_changed_is_nothing_noted(unit: Organisation, county: User) -> None:
    unit_change(actor=county, unit=unit, data=facts_of(unit), reason=REASON)
    assert not UnitChange.objects.exists()


MAY_NOT: dict[str, Callable[[Organisation], User]] = {
    "another county": lambda _: AppointmentFactory(region=region("putuo")).user,
    "the unit's administrator": lambda u: AppointmentFactory(employer_admin=True, organisation=u).user,
    "the county, being the unit's administrator": lambda u: (
        AppointmentFactory(employer_admin=True, organisation=u, user=AppointmentFactory().user).user
    ),
    "system administrator": lambda _: AppointmentFactory(sysadmin=True).user,
    "nobody in particular": lambda _: UserFactory(),
}


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_changes_closes_or_merges(unit: Organisation, who: str) -> None:
    actor, other = MAY_NOT[who](unit), OrganisationFactory()
    calls: list[Callable[[], Any]] = [
        lambda: unit_change(actor=actor, unit=unit, data=facts_of(unit, name="别名"), reason=REASON),
        lambda: unit_close(actor=actor, unit=unit, reason=REASON),
        lambda: unit_reopen(actor=actor, unit=unit, reason=REASON),
        lambda: unit_merge(actor=actor, kept=unit, other=other, reason=REASON),
        lambda: unit_merge(actor=actor, kept=other, other=unit, reason=REASON),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()
    assert not UnitChange.objects.exists()


def test_a_change_of_region_moves_who_reviews_new_claims_only(
    unit: Organisation, county: User, far_county: User, city: User
) -> None:
    person = PractitionerFactory(organisation=unit)
    accepted(person, county)
    before = submitted(person)
    unit_change(actor=city, unit=unit, data=facts_of(unit, region=region("putuo")), reason=REASON)
    person.refresh_from_db()
    assert person.region == region("putuo")
    assert set(AnnualStanding.objects.filter(practitioner=person).values_list("region__code", flat=True)) == {"putuo"}
    assert before.region.code == "dinghai"
    assert claim_accept(actor=county, claim=before).state == "accepted"
    after = submitted(Practitioner.objects.get(pk=person.pk))
    assert claim_submit(actor=person.user, claim=after).region.code == "putuo"
    with pytest.raises(Forbidden):
        claim_accept(actor=county, claim=after)
    assert claim_accept(actor=far_county, claim=after).state == "accepted"


def test_a_county_moves_a_unit_to_no_other_county(unit: Organisation, county: User) -> None:
    with pytest.raises(Forbidden):
        unit_change(actor=county, unit=unit, data=facts_of(unit, region=region("putuo")), reason=REASON)
    unit.refresh_from_db()
    assert unit.region.code == "dinghai"


WRONG: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "no reason": ({"address": "新址"}, " ", "reason_missing", "reason"),
    "no name": ({"name": " "}, REASON, "name_missing", "name"),
    "no code": ({"uscc": ""}, REASON, "code_missing", "uscc"),
    "a taken name": ({"name": "已有的公司"}, REASON, "organisation_taken", "name"),
    "a wrong telephone": ({"phone": "电话"}, REASON, "telephone_invalid", "phone"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_change_that_cannot_be_kept_is_refused_by_its_field(unit: Organisation, county: User, case: str) -> None:
    OrganisationFactory(name="已有的公司")
    changes, reason, code, field = WRONG[case]
    with pytest.raises(InputError) as refusal:
        unit_change(actor=county, unit=unit, data=facts_of(unit, **changes), reason=reason)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not UnitChange.objects.exists()


def test_a_closed_unit_is_offered_to_nobody_until_it_is_opened_again(unit: Organisation, county: User) -> None:
    person = PractitionerFactory(organisation=None, link_state=LinkState.NONE, region=region())
    for _ in range(2):
        unit_close(actor=county, unit=unit, reason="单位已注销")
    assert unit_called(unit.name) is None
    with pytest.raises(InputError) as refusal:
        link_ask(actor=person.user, practitioner=person, organisation=unit)
    assert refusal.value.code == "unit_inactive"
    for _ in range(2):
        unit_reopen(actor=county, unit=unit, reason="注销有误")
    assert unit_called(unit.name) == unit
    assert list(unit.changes.values_list("what", flat=True)) == ["reopened", "closed"]


@pytest.mark.django_db(transaction=True)
def test_moving_the_unit_and_confirming_its_people_at_once_leave_nobody_behind() -> None:
    city, deputy = AppointmentFactory(city=True).user, AppointmentFactory(city=True).user
    unit = OrganisationFactory()
    people = [PractitionerFactory(organisation=unit, link_state=LinkState.PENDING) for _ in range(4)]
    links = [person.links.get() for person in people]
    moved = facts_of(unit, region=region("putuo"))
    calls: list[Callable[[], Any]] = [
        *(lambda link=link: link_confirm(actor=deputy, link=link) for link in links),
        lambda: unit_change(actor=city, unit=unit, data=moved, reason=REASON),
    ]
    found = at_once(calls)
    assert not [one for one in found if isinstance(one, Exception)]
    rows = Practitioner.objects.filter(organisation=unit).values_list("region__code", "link_state")
    assert set(rows) == {("putuo", LinkState.CONFIRMED)}
