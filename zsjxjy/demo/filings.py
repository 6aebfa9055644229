"""A claim's way through the commands, from draft to the state it ends in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from accounts.models import User
from hours_rules import notice_for
from hours_rules.types import EvidenceRule
from registry.commands.claims import ClaimInput, claim_draft, claim_submit, claim_withdraw
from registry.commands.decisions import claim_accept, claim_refuse, claim_return, claim_reverse
from registry.commands.evidence import evidence_add
from registry.models import Claim
from registry.queries.findings import findings_of, serious
from registry.states import ClaimState
from zsjxjy.demo.days import Days
from zsjxjy.demo.papers import paper
from zsjxjy.demo.people import Person
from zsjxjy.demo.staff import CITY_OFFICE, REVIEWERS
from zsjxjy.demo.steps import City, Step

MINUTE = timedelta(minutes=1)
RETURNED_FOR = (
    "证明材料看不清日期，请重新扫描后提交。",
    "证明材料缺少盖章页，请补充。",
    "填写的内容与证明材料不一致，请核对后重新提交。",
    "证明材料上看不到本人姓名，请补充。",
)
REFUSED_FOR = (
    "该活动不属于住房和城乡建设类，不予认定。",
    "证明材料所载姓名与申报人不一致，不予认定。",
    "同一事项已认定过学时，不重复认定。",
)
REVERSED_FOR = ("复核发现与另一件申报重复，撤销认定。", "主办单位来函更正材料，撤销后请重新申报。")
WITHDRAWN_FOR = ("选错了学时事项，重新申报。", "材料不全，补齐后再报。", "")
CHECKED = "已核对证书原件并与主办单位核实，不是重复登记，予以认定。"
ACCEPTED_WITH = ("", "", "", "材料齐全，予以认定。", "已与主办单位核实。")


@dataclass
class Filing:
    """One claim to be: what it says, the state it ends in, and when its draft was begun."""

    person: Person
    data: ClaimInput
    state: ClaimState
    begun: datetime
    mended: bool = False  # returned once before its end, and handed in again
    claim: Claim | None = None

    @property
    def row(self) -> Claim:
        """The claim once there."""
        if self.claim is None:
            raise LookupError(f"{self.data.title} is not drafted yet")
        return self.claim


def filing_steps(filing: Filing, days: Days, rng: Random) -> Iterator[Step]:
    """Every command of one claim, each at its moment, in order."""
    token, at = UUID(int=rng.getrandbits(128), version=4), filing.begun
    yield Step(at, partial(_draft, filing=filing, token=token))
    rule = notice_for(filing.data.ended_on).activities[filing.data.activity]
    # A draft waits for its files; other claims have all that is asked for, and some of what may be added.
    some = filing.state == ClaimState.DRAFT
    for asked in rule.evidence:
        if rng.random() < 0.3 if some or not asked.required else True:
            at = days.later(at, 2 * MINUTE)
            number, key = rng.randrange(10_000), UUID(int=rng.getrandbits(128), version=4)
            yield Step(at, partial(_prove, filing=filing, asked=asked, number=number, token=key))
    yield from _onwards(filing, at, days, rng)


def _onwards(filing: Filing, at: datetime, days: Days, rng: Random) -> Iterator[Step]:
    """From the finished draft on."""
    if filing.state == ClaimState.DRAFT:
        return
    at = days.later(at, 3 * MINUTE)
    if filing.state == ClaimState.WITHDRAWN and rng.random() < 0.4:  # taken back as a draft
        yield Step(at, partial(_withdraw, filing=filing, reason=""))
        return
    yield Step(at, partial(_submit, filing=filing))
    if filing.mended:
        at = days.at_the_office(at, rng.randint(2, 5), rng)
        yield Step(at, partial(_return, filing=filing, reason=rng.choice(RETURNED_FOR)))
        at = days.evening(at, rng.randint(1, 4), rng)
        yield Step(at, partial(_submit, filing=filing))
    if filing.state == ClaimState.WITHDRAWN:
        at = days.evening(at, rng.randint(1, 3), rng)
        yield Step(at, partial(_withdraw, filing=filing, reason=rng.choice(WITHDRAWN_FOR)))
    elif filing.state != ClaimState.SUBMITTED:
        yield from _decided(filing, at, days, rng)


def _decided(filing: Filing, at: datetime, days: Days, rng: Random) -> Iterator[Step]:
    at = days.at_the_office(at, rng.randint(1, 10), rng)
    if filing.state == ClaimState.RETURNED:
        yield Step(at, partial(_return, filing=filing, reason=rng.choice(RETURNED_FOR)))
    elif filing.state == ClaimState.REFUSED:
        yield Step(at, partial(_refuse, filing=filing, reason=rng.choice(REFUSED_FOR)))
    else:
        yield Step(at, partial(_accept, filing=filing, reason=rng.choice(ACCEPTED_WITH)))
    if filing.state == ClaimState.REVERSED:
        at = days.at_the_office(at, rng.randint(3, 20), rng)
        yield Step(at, partial(_reverse, filing=filing, reason=rng.choice(REVERSED_FOR)))


def _draft(_: City, *, filing: Filing, token: UUID) -> None:
    person = filing.person.record
    filing.claim = claim_draft(actor=_owner(filing), practitioner=person, data=filing.data, token=token)


def _prove(_: City, *, filing: Filing, asked: EvidenceRule, number: int, token: UUID) -> None:
    stated = filing.data
    lines = [filing.person.name, stated.title, f"{stated.started_on} - {stated.ended_on}"]
    upload = paper(asked.name, number, lines)
    evidence_add(actor=_owner(filing), claim=filing.row, kind=asked.code, upload=upload, token=token)


def _submit(_: City, *, filing: Filing) -> None:
    filing.claim = claim_submit(actor=_owner(filing), claim=filing.row)


def _withdraw(_: City, *, filing: Filing, reason: str) -> None:
    filing.claim = claim_withdraw(actor=_owner(filing), claim=filing.row, reason=reason)


def _return(city: City, *, filing: Filing, reason: str) -> None:
    filing.claim = claim_return(actor=_reviewer(city, filing), claim=filing.row, reason=reason)


def _refuse(city: City, *, filing: Filing, reason: str) -> None:
    filing.claim = claim_refuse(actor=_reviewer(city, filing), claim=filing.row, reason=reason)


def _accept(city: City, *, filing: Filing, reason: str) -> None:
    """In spite of a finding for a reason, as the office would write it."""
    if not reason and serious(findings_of(filing.row)):
        reason = CHECKED
    filing.claim = claim_accept(actor=_reviewer(city, filing), claim=filing.row, reason=reason)


def _reverse(city: City, *, filing: Filing, reason: str) -> None:
    """The second look is another person's: the city office's."""
    filing.claim = claim_reverse(actor=city.users[CITY_OFFICE.username], claim=filing.row, reason=reason)


def _owner(filing: Filing) -> User:
    user = filing.person.record.user
    if user is None:
        raise LookupError(f"{filing.person.name} has no account to file with")
    return user


def _reviewer(city: City, filing: Filing) -> User:
    return city.users[REVIEWERS[filing.person.region]]
