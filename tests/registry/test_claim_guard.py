"""Who may ask for what: the owner, the right office, and nobody else; and never on one's own claim."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from accounts.errors import Forbidden
from accounts.models import Appointment, User
from office.audit.models import Event
from registry.commands.claims import claim_draft
from registry.commands.decisions import claim_accept, claim_return, claim_reverse
from registry.commands.evidence import evidence_add, evidence_remove
from registry.commands.handover import claim_hand_over
from registry.models import Claim, Evidence, Practitioner
from registry.states import ClaimState
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import EXAM, PractitionerFactory, draft, submitted, upload
from tests.registry.stages import COMMANDS, REASON, claim_in

OWNER = {"update", "submit", "withdraw"}
REVIEW = {"accept", "return", "refuse"}
NOTHING: set[str] = set()


def _past(**fields: object) -> Appointment:
    return AppointmentFactory(valid_from=date(2019, 1, 1), valid_to=date(2021, 8, 31), **fields)


def _inactive() -> Appointment:
    return AppointmentFactory(user=UserFactory(is_active=False))


def actors(person: Practitioner) -> dict[str, User]:
    """One of each kind, seen from a claim of this person."""
    assert person.user is not None
    return {
        "owner": person.user,
        "other practitioner": PractitionerFactory(organisation=person.organisation).user,
        "定海": AppointmentFactory().user,
        "普陀": AppointmentFactory(region=region("putuo")).user,
        "city office": AppointmentFactory(city=True).user,
        "定海 until yesterday": _past().user,
        "定海 from tomorrow": AppointmentFactory(valid_from=date(2021, 9, 2)).user,
        "定海 switched off": _inactive().user,
        "employer admin": AppointmentFactory(employer_admin=True, organisation=person.organisation).user,
        "organiser": AppointmentFactory(organiser=True, organisation=person.organisation).user,
        "auditor": AppointmentFactory(auditor=True).user,
        "system admin": AppointmentFactory(sysadmin=True).user,
        "nobody in particular": UserFactory(),
    }


# Who may do what with a claim of somebody in 定海, and with one of somebody in a municipal unit; the rest: nothing.
COUNTY_CLAIM = {"owner": OWNER, "定海": REVIEW | {"reverse"}, "city office": {"reverse"}}
CITY_CLAIM = {"owner": OWNER, "city office": REVIEW | {"reverse"}}
STATE = {"update": ClaimState.RETURNED, "submit": ClaimState.RETURNED, "reverse": ClaimState.ACCEPTED}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(("code", "allowed"), [("dinghai", COUNTY_CLAIM), ("city", CITY_CLAIM)])
def test_the_right_people_may_and_nobody_else(name: str, code: str, allowed: dict[str, set[str]], db: None) -> None:
    person = PractitionerFactory(organisation=OrganisationFactory(region=region(code)))
    office = (AppointmentFactory(city=True) if code == "city" else AppointmentFactory(region=region(code))).user
    everybody = actors(person)
    may = set()
    for who, actor in everybody.items():
        claim = claim_in(STATE.get(name, ClaimState.SUBMITTED), person, office)
        events = Event.objects.count()
        try:
            COMMANDS[name](actor, claim)
            may.add(who)
        except Forbidden as error:
            assert error.message == "您没有办理此事项的权限。"
            assert Event.objects.count() == events
            assert Claim.objects.get(pk=claim.pk).state == claim.state
    assert may == {who for who in everybody if name in allowed.get(who, NOTHING)}


@pytest.mark.parametrize("name", [*sorted(REVIEW), "reverse"])
@pytest.mark.parametrize("code", ["dinghai", "city"])
def test_nobody_decides_on_their_own_claim(name: str, code: str, db: None) -> None:
    kind = {"city": True} if code == "city" else {}
    both = AppointmentFactory(**kind).user
    person = PractitionerFactory(user=both, organisation=OrganisationFactory(region=region(code)))
    colleague = AppointmentFactory(**kind).user
    claim = claim_in(STATE.get(name, ClaimState.SUBMITTED), person, colleague)
    with pytest.raises(Forbidden):
        COMMANDS[name](both, claim)
    COMMANDS[name](colleague, claim)


def test_drafts_and_evidence_are_the_owners_alone(person: Practitioner) -> None:
    claim = submitted(person)
    evidence, waiting = claim.evidence.get(), draft(person)
    for who, actor in actors(person).items():
        if who == "owner":
            continue
        with pytest.raises(Forbidden):
            claim_draft(actor=actor, practitioner=person, data=EXAM, token=uuid.uuid4())
        with pytest.raises(Forbidden):
            evidence_add(actor=actor, claim=waiting, kind="exam_result", upload=upload(), token=uuid.uuid4())
        with pytest.raises(Forbidden):
            evidence_remove(actor=actor, evidence=evidence)
    assert (Claim.objects.count(), Evidence.objects.count()) == (2, 1)


def test_a_token_of_somebody_else_opens_nothing(person: Practitioner) -> None:
    claim = draft(person)
    other = PractitionerFactory()
    with pytest.raises(Forbidden):
        claim_draft(actor=other.user, practitioner=other, data=EXAM, token=claim.token)


def test_the_office_is_judged_by_the_claim_as_it_stands(person: Practitioner, county: User) -> None:
    as_read = submitted(person)
    claim = claim_hand_over(actor=county, claim=Claim.objects.get(pk=as_read.pk), region=region("putuo"), reason=REASON)
    for command in (claim_accept, claim_return, claim_reverse):
        with pytest.raises(Forbidden):
            command(actor=county, claim=as_read, reason=REASON)
    putuo = AppointmentFactory(region=region("putuo")).user
    assert claim_accept(actor=putuo, claim=claim).state == ClaimState.ACCEPTED


def test_a_move_of_unit_leaves_a_claim_that_is_handed_in_where_it_is(person: Practitioner, county: User) -> None:
    claim = submitted(person)
    moved = Practitioner.objects.get(pk=person.pk)
    moved.organisation = OrganisationFactory(region=region("putuo"))
    moved.region = region("putuo")
    moved.save()
    assert claim_accept(actor=county, claim=claim).region.code == "dinghai"
