"""Made-up practitioners and claims, made through the commands wherever a command exists."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from accounts.crypto import blind_index
from accounts.models import User
from registry.commands.claims import ClaimInput, claim_draft, claim_submit
from registry.commands.decisions import claim_accept
from registry.commands.evidence import evidence_add
from registry.commands.surnames import sort_key
from registry.models import Claim, LinkState, Practitioner, RegistrationWindow, UnitLink
from tests.factories import OrganisationFactory, UserFactory, make_id_number, make_phone

EXAM = ClaimInput(
    activity="licence_exam",
    tier="national",
    quantity=2,
    title="2021年度一级建造师执业资格考试",
    started_on=date(2021, 5, 22),
    ended_on=date(2021, 5, 23),
)


def keep_2021_open() -> None:
    """For tests by the real clock: their activities are of 2021, whose registration ended long ago."""
    days = {"opens_on": date(2021, 1, 1), "closes_on": date(2100, 1, 31), "reason": "测试"}
    RegistrationWindow.objects.get_or_create(year=2021, defaults=days)


class PractitionerFactory(DjangoModelFactory):
    """An engineer of a unit in 定海 with an account."""

    class Meta:
        model = Practitioner
        skip_postgeneration_save = True

    class Params:
        n = factory.Sequence(lambda n: n)

    user = factory.SubFactory(UserFactory)
    name = factory.LazyAttribute(lambda o: f"测试工程师{o.n}")
    name_sort = factory.LazyAttribute(lambda o: sort_key(o.name))
    id_number = factory.LazyAttribute(
        lambda o: make_id_number(birth=date(1980 + o.n // 400 % 20, 3, 1), serial=o.n % 400),
    )
    id_hash = factory.LazyAttribute(lambda o: blind_index("id", o.id_number))
    id_last4 = factory.LazyAttribute(lambda o: o.id_number[-4:])
    phone = factory.LazyAttribute(lambda o: make_phone(50_000_000 + o.n))
    phone_hash = factory.LazyAttribute(lambda o: blind_index("phone", o.phone))
    sex = "male"
    specialty = "structure"
    organisation = factory.SubFactory(OrganisationFactory)
    link_state = LinkState.CONFIRMED
    region = factory.LazyAttribute(lambda o: o.organisation.region)

    @factory.post_generation
    def link(self, create: bool, _extracted: object, **_: object) -> None:
        """The link that the person's own row is the projection of."""
        if create and self.organisation is not None:
            confirmed = self.link_state == LinkState.CONFIRMED
            started_on = timezone.localdate() if confirmed else None
            UnitLink.objects.create(
                practitioner=self, organisation=self.organisation, state=self.link_state, started_on=started_on
            )


def png(shade: int = 0) -> bytes:
    """A small picture; each shade another file."""
    out = io.BytesIO()
    Image.new("RGB", (4, 4), (shade % 256, shade // 256 % 256, 7)).save(out, "PNG")
    return out.getvalue()


def upload(name: str = "成绩单.png", shade: int = 0) -> SimpleUploadedFile:
    """The picture as a browser hands it in."""
    return SimpleUploadedFile(name, png(shade), content_type="image/png")


def draft(person: Practitioner, data: ClaimInput = EXAM) -> Claim:
    """A claim not handed in."""
    return claim_draft(actor=_user(person), practitioner=person, data=data, token=uuid.uuid4())


def draft_of_today() -> Claim:
    """Somebody's claim of yesterday's examination, not handed in: for tests that cannot freeze the clock."""
    day = timezone.localdate() - timedelta(days=1)
    return draft(PractitionerFactory(), replace(EXAM, started_on=day, ended_on=day))


def submitted(person: Practitioner, data: ClaimInput = EXAM, *, kind: str = "exam_result") -> Claim:
    """A claim handed in with one proof."""
    return claim_submit(actor=_user(person), claim=proven(draft(person, data), kind=kind))


def proven(claim: Claim, *, kind: str = "exam_result") -> Claim:
    """The claim with one proof."""
    actor = _user(claim.practitioner)
    evidence_add(actor=actor, claim=claim, kind=kind, upload=upload(shade=claim.pk), token=uuid.uuid4())
    return claim


def accepted(person: Practitioner, reviewer: User, data: ClaimInput = EXAM, *, kind: str = "exam_result") -> Claim:
    """A claim whose hours are in the ledger."""
    return claim_accept(actor=reviewer, claim=submitted(person, data, kind=kind))


def cpd(hours: str, title: str = "一级建造师继续教育") -> ClaimInput:
    """A licence's continuing education: `licence_cpd`, at most 36 hours of it count in a year."""
    day = date(2021, 6, 30)
    return ClaimInput(activity="licence_cpd", hours=Decimal(hours), title=title, started_on=day, ended_on=day)


def _user(person: Practitioner) -> User:
    assert person.user is not None
    return person.user
