"""A unit files for many people: one envelope, one claim each, handed in together, mended one by one (§三（三）)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from hours_rules.notices import shipped_texts
from office.audit.models import Event
from office.messages.models import Message
from registry.commands.claims import claim_draft, claim_submit, claim_update, claim_withdraw, input_of
from registry.commands.decisions import claim_accept, claim_return
from registry.commands.evidence import evidence_add, evidence_remove
from registry.commands.group_decisions import group_decide
from registry.commands.group_evidence import group_evidence_add, group_evidence_remove
from registry.commands.groups import (
    Participant,
    group_draft,
    group_number_set,
    group_people_add,
    group_submit,
    group_update,
    group_withdraw,
)
from registry.commands.notices import notice_agree, notice_draft, notice_propose
from registry.models import Claim, Evidence, GroupClaim, HourEntry, Practitioner
from registry.queries import claims
from registry.queries.evidence import missing_evidence
from registry.queries.groups import evidence_visible_to
from registry.states import ClaimState
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.groups import CLASS, admin_of, certify, claim_of, envelope, handed_in, prepared, prove, team
from tests.registry.people import EXAM, PractitionerFactory, upload

REASON = "证书看不清"


@pytest.fixture
def people(db: None) -> list[Practitioner]:
    """Three people of one unit in 定海."""
    return team(OrganisationFactory(), 3)


@pytest.fixture
def admin(people: list[Practitioner]) -> User:
    """Their unit's employer admin."""
    unit = people[0].organisation
    assert unit is not None
    return admin_of(unit)


def states(group: GroupClaim) -> list[str]:
    return list(group.claims.order_by("id").values_list("state", flat=True))


def test_everybody_gets_the_hours_and_is_told(admin: User, people: list[Practitioner], county: User) -> None:
    group = handed_in(admin, people)
    assert group.number is not None
    assert group.number.startswith("JT2021")
    assert states(group) == ["submitted"] * 3
    told = Message.objects.filter(kind="claim.filed_by_unit")
    assert {message.recipient_id for message in told} == {person.user_id for person in people}
    assert people[0].unit_name in told[0].body
    results = group_decide(actor=county, group=group, decision="accept")
    assert [result.problem for result in results] == [""] * 3
    assert [entry.hours for entry in HourEntry.objects.filter(practitioner__in=people)] == [Decimal(16)] * 3
    done = Event.objects.get(action="group.decide")
    assert (done.after, done.data["people"]) == ("accept", 3)


def test_a_person_sees_the_own_claim_and_the_notice_but_not_the_list(admin: User, people: list[Practitioner]) -> None:
    group = prepared(admin, people)
    first, second, _ = people
    assert not claims.own(first.user).exists()
    assert not evidence_visible_to(first.user).exists()
    group_submit(actor=admin, group=group)
    mine = claims.own(first.user).get()
    assert not claims.visible_to(first.user).filter(practitioner=second).exists()
    assert [file.kind for file in evidence_visible_to(first.user)] == ["superior_notice"]
    assert [file.claim_id for file in claims.evidence_visible_to(first.user)] == [mine.pk]


def test_the_envelopes_notice_stands_for_each_persons(admin: User, people: list[Practitioner]) -> None:
    group = envelope(admin, people[0].organisation)
    group_people_add(actor=admin, group=group, people=[Participant(people[0])])
    claim = claim_of(group, people[0])
    assert missing_evidence(claim) == ["培训通知", "培训合格证书"]
    prove(admin, group, ["superior_notice"])
    assert missing_evidence(claim) == ["培训合格证书"]
    certify(admin, claim)
    assert missing_evidence(claim) == []


def test_what_is_missing_is_named_and_nothing_is_handed_in(admin: User, people: list[Practitioner]) -> None:
    group = envelope(admin, people[0].organisation)

    def refused(code: str, *said: str) -> None:
        with pytest.raises(InputError) as wrong:
            group_submit(actor=admin, group=group)
        assert wrong.value.code == code
        assert all(text in wrong.value.message for text in said)
        assert not Claim.objects.filter(state=ClaimState.SUBMITTED).exists()

    refused("group_empty")
    group_people_add(actor=admin, group=group, people=[Participant(person) for person in people])
    refused("group_evidence_missing", "上级主管部门的培训通知", "参加培训人员名单")
    prove(admin, group)
    refused("certificates_missing", *(person.name for person in people))
    for person in people[:2]:
        certify(admin, claim_of(group, person))
    refused("certificates_missing", people[2].name)
    certify(admin, claim_of(group, people[2]))
    assert group_submit(actor=admin, group=group).number is not None


def test_a_returned_one_is_mended_and_handed_in_alone(admin: User, people: list[Practitioner], county: User) -> None:
    group = handed_in(admin, people)
    claim = claim_return(actor=county, claim=claim_of(group, people[0]), reason=REASON)
    assert Message.objects.get(kind="claim.returned_to_unit").recipient_id == people[0].user_id
    assert Message.objects.get(kind="group.returned").recipient_id == admin.pk
    group_number_set(actor=admin, claim=claim, number="浙建培2021-018")
    certify(admin, claim)
    assert claim_submit(actor=admin, claim=claim).state == ClaimState.SUBMITTED
    assert states(group) == ["submitted"] * 3


def test_all_returned_come_in_again_with_one_command(admin: User, people: list[Practitioner], county: User) -> None:
    group = handed_in(admin, people)
    number = group.number
    group_decide(actor=county, group=group, decision="return", reason=REASON)
    assert Message.objects.filter(kind="group.returned").count() == 1
    group_update(actor=admin, group=group, data=replace(CLASS, hours=Decimal(12)))
    assert group_submit(actor=admin, group=group).number == number
    assert set(group.claims.values_list("state", "hours")) == {("submitted", Decimal(12))}


def test_the_person_may_not_change_or_take_back_what_the_unit_filed(admin: User, people: list[Practitioner]) -> None:
    group = handed_in(admin, people)
    claim = claim_of(group, people[0])
    mine = people[0].user
    proof = claim.evidence.get()
    for command in (
        lambda: claim_update(actor=mine, claim=claim, data=input_of(claim)),
        lambda: claim_submit(actor=mine, claim=claim),
        lambda: claim_withdraw(actor=mine, claim=claim),
        lambda: evidence_add(actor=mine, claim=claim, kind="training_certificate", upload=upload(), token=uuid.uuid4()),
        lambda: evidence_remove(actor=mine, evidence=proof),
        lambda: group_withdraw(actor=mine, group=group),
        lambda: group_submit(actor=mine, group=group),
    ):
        with pytest.raises(Forbidden):
            command()
    assert states(group) == ["submitted"] * 3


def test_another_units_admin_may_nothing(admin: User, people: list[Practitioner], county: User) -> None:
    group = prepared(admin, people)
    stranger = admin_of(OrganisationFactory())
    claim = claim_of(group, people[0])
    proof = group.evidence.first()
    for actor in (stranger, county, AppointmentFactory(city=True).user):
        for command in (
            lambda actor=actor: group_draft(
                actor=actor, organisation=group.organisation, data=CLASS, token=uuid.uuid4()
            ),
            lambda actor=actor: group_update(actor=actor, group=group, data=CLASS),
            lambda actor=actor: group_people_add(actor=actor, group=group, people=[]),
            lambda actor=actor: group_submit(actor=actor, group=group),
            lambda actor=actor: group_withdraw(actor=actor, group=group),
            lambda actor=actor: group_evidence_remove(actor=actor, evidence=proof),
            lambda actor=actor: claim_withdraw(actor=actor, claim=claim),
            lambda actor=actor: group_number_set(actor=actor, claim=claim, number="1"),
        ):
            with pytest.raises(Forbidden):
                command()


def test_a_unit_files_for_its_own_confirmed_people_alone(admin: User, people: list[Practitioner]) -> None:
    unit = people[0].organisation
    group = envelope(admin, unit)
    waiting = PractitionerFactory(organisation=unit, link_state="pending")
    for somebody in (PractitionerFactory(), waiting):
        with pytest.raises(InputError) as refused:
            group_people_add(actor=admin, group=group, people=[Participant(people[0]), Participant(somebody)])
        assert refused.value.code == "person_not_in_unit"
    assert not group.claims.exists()
    with pytest.raises(Forbidden):  # and only through an envelope
        claim_draft(actor=admin, practitioner=people[0], data=EXAM, token=uuid.uuid4())


def test_the_same_person_stands_there_once(admin: User, people: list[Practitioner]) -> None:
    group = envelope(admin, people[0].organisation)
    assert group_people_add(actor=admin, group=group, people=[Participant(people[0])]) == 1
    assert group_people_add(actor=admin, group=group, people=[Participant(people[0], "浙建培1号")]) == 0
    assert claim_of(group, people[0]).certificate_number == "浙建培1号"
    with pytest.raises(IntegrityError), transaction.atomic():
        claim_draft(actor=admin, practitioner=people[0], data=CLASS, token=uuid.uuid4(), group=group)
    claim_withdraw(actor=admin, claim=claim_of(group, people[0]))
    assert group_people_add(actor=admin, group=group, people=[Participant(people[0])]) == 1


def test_more_than_two_hundred_are_refused(admin: User, people: list[Practitioner]) -> None:
    unit = people[0].organisation
    group = envelope(admin, unit)
    crowd = [Participant(person) for person in Practitioner.objects.filter(pk=people[0].pk)] * 201
    many = [replace(each, practitioner=Practitioner(pk=number)) for number, each in enumerate(crowd, 10**9)]
    with pytest.raises(InputError) as refused:
        group_people_add(actor=admin, group=group, people=many)
    assert (refused.value.code, "201人" in refused.value.message) == ("too_many_people", True)


@pytest.mark.parametrize(
    ("activity", "facts"), [("paper", {"tier": "core", "quantity": 1, "hours": None, "days": None})]
)
def test_what_is_no_training_is_not_for_groups(
    admin: User, people: list[Practitioner], activity: str, facts: dict[str, object]
) -> None:
    with pytest.raises(InputError) as refused:
        envelope(admin, people[0].organisation, replace(CLASS, activity=activity, **facts))
    assert (refused.value.code, refused.value.field) == ("activity_not_for_groups", "activity")


def test_a_notice_without_rules_for_groups_takes_none(admin: User, people: list[Practitioner]) -> None:
    text = shipped_texts()[0]
    old = text[: text.index("[group_claims]")] + text[text.index("[[platforms]]") :]
    first, second = (AppointmentFactory(city=True).user for _ in range(2))
    notice_agree(actor=second, version=notice_propose(actor=first, version=notice_draft(actor=first, text=old)))
    with pytest.raises(InputError) as refused:
        envelope(admin, people[0].organisation)
    assert refused.value.code == "no_group_rules"


def test_common_facts_stay_once_somebodys_claim_is_before_an_office(admin: User, people: list[Practitioner]) -> None:
    group = prepared(admin, people)
    group_update(actor=admin, group=group, data=replace(CLASS, hours=Decimal(8)))
    assert set(group.claims.values_list("hours", flat=True)) == {Decimal(8)}
    group_submit(actor=admin, group=group)
    with pytest.raises(InputError) as refused:
        group_update(actor=admin, group=group, data=CLASS)
    assert refused.value.code == "not_editable"
    with pytest.raises(InputError) as refused:
        group_people_add(actor=admin, group=group, people=[])
    assert refused.value.code == "group_submitted"
    with pytest.raises(InputError) as refused:
        group_evidence_remove(actor=admin, evidence=group.evidence.first())
    assert refused.value.code == "not_editable"
    with pytest.raises(InputError) as refused:
        group_evidence_add(actor=admin, group=group, kind="superior_notice", upload=upload(shade=9), token=uuid.uuid4())
    assert refused.value.code == "not_editable"


def test_taken_back_as_a_whole_or_one_by_one(admin: User, people: list[Practitioner], county: User) -> None:
    group = handed_in(admin, people)
    claim_withdraw(actor=admin, claim=claim_of(group, people[0]), reason="本人已另行申报")
    claim_accept(actor=county, claim=claim_of(group, people[1]))
    assert group_withdraw(actor=admin, group=group, reason="重新整理") == 1
    assert states(group) == ["withdrawn", "accepted", "withdrawn"]
    with pytest.raises(Conflict):
        group_withdraw(actor=admin, group=group)
    empty = envelope(admin, people[0].organisation)
    assert group_withdraw(actor=admin, group=empty) == 0
    with pytest.raises(Conflict):
        group_people_add(actor=admin, group=empty, people=[Participant(people[0])])


def test_a_claim_of_a_group_goes_in_with_its_envelope(admin: User, people: list[Practitioner]) -> None:
    group = prepared(admin, people)
    with pytest.raises(InputError) as refused:
        claim_submit(actor=admin, claim=claim_of(group, people[0]))
    assert refused.value.code == "group_not_submitted"


def test_asked_for_twice_it_is_done_once(admin: User, people: list[Practitioner]) -> None:
    token = uuid.uuid4()
    drafts = {
        group_draft(actor=admin, organisation=people[0].organisation, data=CLASS, token=token).pk for _ in range(2)
    }
    assert len(drafts) == 1
    group = prepared(admin, people)
    numbers = {group_submit(actor=admin, group=group).number for _ in range(2)}
    assert len(numbers) == 1
    assert Event.objects.filter(action="group.submit").count() == 1


def test_nobody_decides_on_the_own_claim_or_on_the_own_units(admin: User, people: list[Practitioner]) -> None:
    """The one reviewer is in the group, the other acts for the unit: each is told, and what they may do is done."""
    group = handed_in(admin, people)
    taking_part = people[0].user
    AppointmentFactory(user=taking_part)
    results = group_decide(actor=taking_part, group=group, decision="accept")
    assert [bool(result.problem) for result in results].count(True) == 1
    assert sorted(states(group)) == ["accepted", "accepted", "submitted"]
    AppointmentFactory(user=admin)
    admin = User.objects.get(pk=admin.pk)  # a new day: the appointments are read again
    results = group_decide(actor=admin, group=group, decision="accept")
    assert [result.problem for result in results] == ["您没有办理此事项的权限。"]
    assert sorted(states(group)) == ["accepted", "accepted", "submitted"]


def test_each_office_decides_on_those_it_has(admin: User, people: list[Practitioner], county: User) -> None:
    group = handed_in(admin, people)
    Claim.objects.filter(pk=claim_of(group, people[0]).pk).update(region=region("putuo"))
    assert len(group_decide(actor=county, group=group, decision="refuse", reason=REASON)) == 2
    assert sorted(states(group)) == ["refused", "refused", "submitted"]


def test_a_reason_is_asked_for_before_the_first_is_decided(
    admin: User, people: list[Practitioner], county: User
) -> None:
    group = handed_in(admin, people)
    with pytest.raises(InputError) as refused:
        group_decide(actor=county, group=group, decision="return", reason=" ")
    assert refused.value.code == "reason_missing"
    assert states(group) == ["submitted"] * 3


def test_what_was_decided_before_stays_as_it_is(admin: User, people: list[Practitioner], county: User) -> None:
    group = handed_in(admin, people)
    claim_accept(actor=county, claim=claim_of(group, people[0]))
    assert len(group_decide(actor=AppointmentFactory().user, group=group, decision="refuse", reason=REASON)) == 2
    assert sorted(states(group)) == ["accepted", "refused", "refused"]


def test_one_with_a_finding_waits_for_a_reason(admin: User, people: list[Practitioner], county: User) -> None:
    """The same certificate's number twice: the others are accepted, the two say why not."""
    group = prepared(admin, people)
    for person in people[:2]:
        group_number_set(actor=admin, claim=claim_of(group, person), number="浙建培2021018")
    group_submit(actor=admin, group=group)
    problems = [
        result.problem for result in group_decide(actor=county, group=group, decision="accept") if result.problem
    ]
    assert len(problems) == 2
    assert all("须写明理由" in problem for problem in problems)
    assert sorted(states(group)) == ["accepted", "submitted", "submitted"]
    again = group_decide(actor=county, group=group, decision="accept", reason="同一批证书，编号无误")
    assert [result.problem for result in again] == ["", ""]


@pytest.mark.parametrize("holders", [{}, {"claim": True, "group": True}])
def test_a_file_is_a_claims_or_an_envelopes(admin: User, people: list[Practitioner], holders: dict[str, bool]) -> None:
    group = prepared(admin, people)
    row = group.evidence.first()
    assert row is not None
    row.group = group if holders else None
    row.claim = claim_of(group, people[0]) if holders else None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    assert Evidence.objects.filter(group=group).count() == 2
