"""The group claims of the printed employer: being prepared, before the office, decided, and sent back (§三（三）)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from registry.commands.claim_input import ClaimInput
from registry.commands.decisions import claim_return
from registry.commands.group_certificates import certificate_add
from registry.commands.group_decisions import ACCEPT, group_decide
from registry.commands.group_evidence import group_evidence_add
from registry.commands.groups import Participant, group_draft, group_people_add, group_submit
from registry.models import GroupClaim
from registry.queries.evidence import group_rules_of
from registry.queries.groups import people_of
from zsjxjy.demo.activities import Facts, stated
from zsjxjy.demo.days import Days
from zsjxjy.demo.papers import paper
from zsjxjy.demo.people import Person
from zsjxjy.demo.staff import REVIEWERS
from zsjxjy.demo.steps import City, Step
from zsjxjy.demo.units import OF_EMPLOYER

EMPLOYER = "employer"
TRAINING = Facts("training_class", hours="16", days=2)
RETURNED_FOR = "证书照片看不清姓名，请重新拍照后提交。"
DRAFT, WAITING, DECIDED, RETURNED = "draft", "waiting", "decided", "returned"
# How each ends, and how many days ago it was begun.
STORIES = ((DECIDED, 12), (RETURNED, 9), (WAITING, 4), (DRAFT, 1))
PEOPLE = 4


@dataclass
class Group:
    """One group claim to be: who is in it, where it ends."""

    people: list[Person]
    data: ClaimInput
    end: str
    rng: Random = field(repr=False)
    row: GroupClaim | None = None

    @property
    def claim(self) -> GroupClaim:
        """The envelope once there."""
        if self.row is None:
            raise LookupError(f"{self.data.title} is not drafted yet")
        return self.row

    def token(self) -> UUID:
        """The next one."""
        return UUID(int=self.rng.getrandbits(128), version=4)


def group_steps(people: list[Person], days: Days, rng: Random) -> Iterator[Step]:
    """Every command of the employer's group claims, each at its moment; none before its people were confirmed."""
    for end, ago in STORIES:
        begun = days.now - timedelta(days=ago)
        settled = begun - timedelta(days=30)
        there = [person for person in people if _there(person) and person.registered < settled]
        last = timezone.localdate(begun) - timedelta(days=2)
        if len(there) < PEOPLE or last - timedelta(days=1) < days.first:
            continue  # a portal in its first days has nobody yet
        group = Group(rng.sample(there, PEOPLE), stated(TRAINING, last, rng), end, rng)
        yield Step(begun, partial(_prepare, group=group))
        if end != DRAFT:
            yield Step(begun + timedelta(minutes=20), partial(_hand_in, group=group))
        if end in (DECIDED, RETURNED):
            yield Step(days.at_the_office(begun, 2, rng), partial(_decide, group=group))


def _there(person: Person) -> bool:
    return person.unit == OF_EMPLOYER and person.confirmed and bool(person.username)


def _prepare(city: City, *, group: Group) -> None:
    """All but a draft's last certificate."""
    admin, unit = _admin(city), city.units[OF_EMPLOYER.name]
    group.row = group_draft(actor=admin, organisation=unit, data=group.data, token=group.token())
    joining = [Participant(person.record, f"演示培{group.rng.randrange(10**6):06d}") for person in group.people]
    group_people_add(actor=admin, group=group.row, people=joining)
    for proof in group_rules_of(group.row).evidence:
        upload = paper(proof.name, group.rng.randrange(10_000), [group.data.title])
        group_evidence_add(actor=admin, group=group.row, kind=proof.code, upload=upload, token=group.token())
    claims = list(people_of(group.row).select_related("practitioner__organisation", "group"))
    for claim in claims[1:] if group.end == DRAFT else claims:
        upload = paper("合格证书", group.rng.randrange(10_000), [claim.practitioner.name, group.data.title])
        certificate_add(actor=admin, claim=claim, upload=upload, token=group.token())


def _hand_in(city: City, *, group: Group) -> None:
    group.row = group_submit(actor=_admin(city), group=group.claim)


def _decide(city: City, *, group: Group) -> None:
    """All of them alike, but for the one that comes back first."""
    office = city.users[REVIEWERS[OF_EMPLOYER.region]]
    if group.end == RETURNED:
        claim = people_of(group.claim).select_related("group")[0]
        claim_return(actor=office, claim=claim, reason=RETURNED_FOR)
    group_decide(actor=office, group=group.claim, decision=ACCEPT, reason="材料齐全，予以认定。")


def _admin(city: City) -> User:
    return city.users[EMPLOYER]
