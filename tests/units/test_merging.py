"""Two records of one unit become one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.errors import Conflict, InputError
from accounts.models import Appointment, Organisation, Role, User
from office.audit.models import Event
from registry.commands.links import link_ask
from registry.models import AnnualStanding, LinkState, UnitLink
from registry.queries.people import unit_called
from registry.states import UnitLinkState
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory
from tests.units.at_once import at_once
from tests.units.made import REASON, filed, qualified
from units.commands.changes import unit_close, unit_reopen
from units.commands.merging import unit_merge
from units.models import Bureau, Proof, ProviderFiling, Qualification

pytestmark = pytest.mark.django_db


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
