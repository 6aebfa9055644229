"""What an office changes of a unit: its facts, its region with its people, closed and opened, two records made one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from accounts.commands.organisations import OrganisationInput
from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import Appointment, Organisation, Role, User
from office.audit.models import Event
from registry.commands.claims import claim_accept, claim_submit
from registry.commands.links import link_ask, link_confirm
from registry.models import AnnualStanding, LinkState, Practitioner, UnitLink
from registry.queries.people import unit_called
from registry.states import UnitLinkState
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import PractitionerFactory, accepted, submitted
from tests.units.made import REASON, filed, qualified
from tests.units.test_applications import at_once
from units.commands.changes import unit_change, unit_close, unit_reopen
from units.commands.merging import unit_merge
from units.models import Bureau, Proof, ProviderFiling, Qualification, UnitChange

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


@pytest.fixture
def double(db: None) -> Organisation:
    """A second record of the unit, in 普陀."""
    return OrganisationFactory(region=region("putuo"))


def test_merging_moves_people_appointments_and_papers(unit: Organisation, double: Organisation, city: User) -> None:
    people = PractitionerFactory.create_batch(3, organisation=double)
    waiting = PractitionerFactory(organisation=double, link_state=LinkState.PENDING)
    admin = AppointmentFactory(employer_admin=True, organisation=double).user
    qualification = qualified(city, double)
    filing = filed(city, double, Bureau.PERSONNEL)
    kept = unit_merge(actor=city, kept=unit, other=double, reason="同一单位重复登记")
    double.refresh_from_db()
    assert (kept, double.is_active, double.merged_into) == (unit, False, unit)
    for person in [*people, waiting]:
        person.refresh_from_db()
        assert (person.organisation, person.region) == (unit, unit.region)
    assert (people[0].link_state, waiting.link_state) == (LinkState.CONFIRMED, LinkState.PENDING)
    links = UnitLink.objects.filter(practitioner=people[0]).order_by("pk").values_list("organisation", "state")
    assert list(links) == [(double.pk, UnitLinkState.ENDED), (unit.pk, UnitLinkState.CONFIRMED)]
    assert UnitLink.objects.get(practitioner=waiting).organisation == unit
    assert Appointment.objects.get(user=admin).organisation == unit
    for model, paper in ((Qualification, qualification), (ProviderFiling, filing)):
        assert model.objects.get(pk=paper.pk).organisation == unit
    assert set(Proof.objects.values_list("organisation", flat=True)) == {unit.pk}
    assert set(AnnualStanding.objects.values_list("region", flat=True)) <= {unit.region_id}
    assert unit_called(double.name) == unit
    assert [change.what for change in (unit.changes.get(), double.changes.get())] == ["kept", "absorbed"]
    assert ["任职", "", "1"] in unit.changes.get().details
    event = Event.objects.get(action="unit.merge")
    assert (event.actor, event.reason) == (city, "同一单位重复登记")


def test_merging_twice_is_merging_once(unit: Organisation, double: Organisation, city: User) -> None:
    for _ in range(2):
        assert unit_merge(actor=city, kept=unit, other=double, reason=REASON) == unit
    assert Event.objects.filter(action="unit.merge").count() == 1


def test_somebody_of_both_records_ends_up_once_at_the_kept_one(
    unit: Organisation, double: Organisation, city: User
) -> None:
    stays, comes = PractitionerFactory(organisation=unit), PractitionerFactory(organisation=double)
    link_ask(actor=stays.user, practitioner=stays, organisation=double)
    link_ask(actor=comes.user, practitioner=comes, organisation=unit)
    both = AppointmentFactory(employer_admin=True, organisation=unit).user
    AppointmentFactory(employer_admin=True, organisation=double, user=both)
    unit_merge(actor=city, kept=unit, other=double, reason=REASON)
    for person in (stays, comes):
        person.refresh_from_db()
        assert (person.organisation, person.link_state) == (unit, LinkState.CONFIRMED)
        assert person.links.filter(state=UnitLinkState.CONFIRMED).get().organisation == unit
        assert not person.links.filter(state=UnitLinkState.PENDING).exists()
    assert Appointment.objects.filter(user=both, organisation=unit).count() == 1
    assert User.objects.get(pk=both.pk).has_role(Role.EMPLOYER_ADMIN)


def test_the_same_certificate_at_both_records_stays_where_it_is(
    unit: Organisation, double: Organisation, city: User
) -> None:
    for shade, place in enumerate((unit, double)):
        qualified(city, place, shade=shade)
    unit_merge(actor=city, kept=unit, other=double, reason=REASON)
    assert set(Qualification.objects.values_list("organisation", flat=True)) == {unit.pk, double.pk}


REFUSED: dict[str, tuple[Callable[[Organisation, Organisation, User], None], type[Exception], str]] = {
    "no reason": (lambda *_: None, InputError, "reason_missing"),
    "the kept one is closed": (
        lambda unit, _, city: unit_close(actor=city, unit=unit, reason=REASON),
        InputError,
        "unit_inactive",
    ),
    "the other went elsewhere": (
        lambda _, double, city: unit_merge(actor=city, kept=OrganisationFactory(), other=double, reason=REASON),
        Conflict,
        "unit_merged",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_merged_is_told(unit: Organisation, double: Organisation, city: User, case: str) -> None:
    prepare, error, code = REFUSED[case]
    prepare(unit, double, city)
    with pytest.raises(error) as refusal:
        unit_merge(actor=city, kept=unit, other=double, reason="" if code == "reason_missing" else REASON)
    assert refusal.value.code == code
    with pytest.raises(InputError) as same:
        unit_merge(actor=city, kept=unit, other=unit, reason=REASON)
    assert same.value.code == "same_unit"


def test_a_merged_record_is_not_opened_again(unit: Organisation, double: Organisation, city: User) -> None:
    unit_merge(actor=city, kept=unit, other=double, reason=REASON)
    with pytest.raises(InputError) as refusal:
        unit_reopen(actor=city, unit=double, reason=REASON)
    assert refusal.value.code == "unit_merged"


@pytest.mark.django_db(transaction=True)
def test_two_merges_across_at_once_leave_one_record() -> None:
    city, deputy = AppointmentFactory(city=True).user, AppointmentFactory(city=True).user
    one, two = OrganisationFactory(), OrganisationFactory()
    person = PractitionerFactory(organisation=one)
    found = at_once(
        [
            lambda: unit_merge(actor=city, kept=one, other=two, reason=REASON),
            lambda: unit_merge(actor=deputy, kept=two, other=one, reason=REASON),
        ]
    )
    assert sum(isinstance(one_of, InputError | Conflict) for one_of in found) == 1
    kept = Organisation.objects.get(is_active=True, pk__in=[one.pk, two.pk])
    person.refresh_from_db()
    assert person.organisation == kept


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
