"""Made-up group claims, made through the commands; and zip files as people and attackers hand them in."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, User
from registry.commands.claims import ClaimInput
from registry.commands.group_certificates import certificate_add
from registry.commands.group_evidence import group_evidence_add
from registry.commands.groups import Participant, group_draft, group_people_add, group_submit
from registry.models import Claim, GroupClaim, Practitioner
from tests.factories import AppointmentFactory
from tests.registry.people import PractitionerFactory, png, upload

CLASS = ClaimInput(
    activity="training_class",
    title="全省住建系统绿色建筑专题培训",
    organiser="省住房和城乡建设厅",
    started_on=date(2021, 4, 6),
    ended_on=date(2021, 4, 7),
    hours=Decimal(16),
    days=2,
)
OWN_PROOFS = ("superior_notice", "participant_list")


def admin_of(unit: Organisation) -> User:
    """The employer admin of a unit."""
    user: User = AppointmentFactory(employer_admin=True, organisation=unit).user
    return user


def team(unit: Organisation, count: int) -> list[Practitioner]:
    """So many confirmed people of a unit, each with an account."""
    return [PractitionerFactory(organisation=unit) for _ in range(count)]


def envelope(admin: User, unit: Organisation, data: ClaimInput = CLASS) -> GroupClaim:
    """A group claim with its facts alone."""
    return group_draft(actor=admin, organisation=unit, data=data, token=uuid.uuid4())


def prove(admin: User, group: GroupClaim, kinds: Sequence[str] = OWN_PROOFS) -> None:
    """The files that the envelope itself asks for."""
    for number, kind in enumerate(kinds):
        file = upload(f"{kind}.png", shade=60_000 + 10 * group.pk + number)
        group_evidence_add(actor=admin, group=group, kind=kind, upload=file, token=uuid.uuid4())


def certify(admin: User, claim: Claim) -> None:
    """One person's certificate."""
    file = upload(f"{claim.practitioner.name}.png", shade=30_000 + claim.pk)
    certificate_add(actor=admin, claim=claim, upload=file, token=uuid.uuid4())


def prepared(admin: User, people: Sequence[Practitioner], data: ClaimInput = CLASS) -> GroupClaim:
    """Everything there and nothing handed in."""
    unit = people[0].organisation
    assert unit is not None
    group = envelope(admin, unit, data)
    group_people_add(actor=admin, group=group, people=[Participant(person) for person in people])
    prove(admin, group)
    for claim in group.claims.select_related("practitioner", "group"):
        certify(admin, claim)
    return group


def handed_in(admin: User, people: Sequence[Practitioner], data: ClaimInput = CLASS) -> GroupClaim:
    """A group claim before its office."""
    return group_submit(actor=admin, group=prepared(admin, people, data))


def claim_of(group: GroupClaim, person: Practitioner) -> Claim:
    """One person's claim of a group, as a command takes it."""
    return Claim.objects.select_related("practitioner", "group").get(group=group, practitioner=person)


def zip_of(files: Mapping[str, bytes], **how: Any) -> bytes:
    """A zip archive with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how.get("method", zipfile.ZIP_DEFLATED)) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_upload(data: bytes, name: str = "证书.zip") -> SimpleUploadedFile:
    """An archive as a browser hands it in."""
    return SimpleUploadedFile(name, data, content_type="application/zip")


def pictures(*names: str) -> dict[str, bytes]:
    """A small picture under each name, no two alike."""
    return {name: png(20_000 + number) for number, name in enumerate(names)}
