"""学时证明: issued of passed years, revoked for a reason.

Issuing takes the person's lock first, so that no sign-off falls open meanwhile; the same content issues the same
certificate, other content of the same years supersedes it.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import User
from compliance.commands.certificate_changes import tell_revoked
from compliance.models import AnnualReview, Certificate, CertificateYear
from compliance.models.certificates import FOLDER
from compliance.printed.certificate import draw
from compliance.queries.certificates import CODE_LENGTH, CODE_LETTERS
from compliance.queries.certified import content_of, digest
from compliance.states import CertificateState, ReviewState, move_certificate
from office.audit.commands import record
from registry.commands.claim_input import checked_reason
from registry.commands.files import discard
from registry.commands.standing import lock_people
from registry.models import Practitioner

MOST_YEARS = 10
NEW_CONTENT = "以新内容重新签发"


@transaction.atomic
def certificate_issue(*, actor: User, practitioner: Practitioner, years: Collection[int]) -> Certificate:
    """The certificate of these years, all of them passed: the valid one that says the same, or a new one.

    Raises Forbidden; InputError (field `years`): `years_missing`, `years_too_many`; Conflict `year_not_passed`.
    """
    require(actor, "compliance.certificate_issue", practitioner)
    wanted = sorted(set(years))
    if not wanted:
        raise InputError("years_missing", "请至少选择一个年度。", field="years")
    if len(wanted) > MOST_YEARS:
        raise InputError("years_too_many", f"一份证明最多包含{MOST_YEARS}个年度。", field="years")
    lock_people([practitioner.pk])
    person = Practitioner.objects.select_related("organisation").get(pk=practitioner.pk)
    reviews = _passed(person, wanted)
    content = content_of(person, reviews)
    valid = Certificate.objects.filter(practitioner=person, state=CertificateState.VALID)
    if existing := valid.filter(digest=digest(content)).first():
        return existing
    before = [one for one in valid if _years_of(one) == wanted]
    certificate = _new(actor, person, reviews, content)
    with _drawn(certificate):
        certificate.save()
    CertificateYear.objects.bulk_create(
        CertificateYear(certificate=certificate, practitioner=person, year=year) for year in wanted
    )
    certificate.steps.create(actor=actor, actor_name=actor.display_name, after=CertificateState.VALID)
    for old in before:
        move_certificate(old, CertificateState.SUPERSEDED, actor=actor, reason=NEW_CONTENT, by=certificate)
    record(actor=actor, action="certificate.issue", obj=certificate, practitioner=person.pk, years=wanted)
    return certificate


@transaction.atomic
def certificate_revoke(*, actor: User, certificate: Certificate, reason: str) -> Certificate:
    """Take a certificate back. Asked for twice by the same person, the first time stands. Conflict `state_moved`."""
    require(actor, "compliance.certificate_revoke", certificate)
    reason = checked_reason(reason, needed=True)
    lock_people([certificate.practitioner_id])
    certificate = Certificate.objects.select_related("practitioner__user").get(pk=certificate.pk)
    last = certificate.steps.order_by("-id").first()
    if certificate.state == CertificateState.REVOKED and last is not None and last.actor_id == actor.pk:
        return certificate
    before = certificate.state
    move_certificate(certificate, CertificateState.REVOKED, actor=actor, reason=reason)
    record(
        actor=actor, action="certificate.revoke", obj=certificate, before=before, after=certificate.state, reason=reason
    )
    tell_revoked(certificate)
    return certificate


def _passed(person: Practitioner, years: Sequence[int]) -> list[AnnualReview]:
    """The reviews of these years. Conflict for one that is not passed."""
    rows = AnnualReview.objects.filter(practitioner=person, year__in=years, state=ReviewState.PASSED)
    reviews = list(rows.select_related("region", "organisation").order_by("year"))
    missing = sorted(set(years) - {review.year for review in reviews})
    if missing:
        named = "、".join(str(year) for year in missing)
        raise Conflict("year_not_passed", f"{named}年度尚未审核通过，不能签发学时证明；可先打印未审核的学时情况表。")
    return reviews


def _years_of(certificate: Certificate) -> list[int]:
    return sorted(year["year"] for year in certificate.content["years"])


def _new(actor: User, person: Practitioner, reviews: list[AnnualReview], content: dict[str, object]) -> Certificate:
    now = timezone.now()
    return Certificate(
        number=_next_number(),
        code="".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)),
        practitioner=person,
        region=reviews[-1].region,
        organisation=reviews[-1].organisation,
        first_year=reviews[0].year,
        last_year=reviews[-1].year,
        content=content,
        digest=digest(content),
        state_at=now,
        issued_by=actor,
        issued_at=now,
    )


@contextmanager
def _drawn(certificate: Certificate) -> Iterator[None]:
    """Draw, sign and store the file for the row saved inside; when that fails, the file goes."""
    pdf, certificate.key_name = draw(certificate)
    certificate.sha256, certificate.size = hashlib.sha256(pdf).digest(), len(pdf)
    certificate.file = store(pdf, f"{FOLDER}/{uuid.uuid4().hex}.pdf")
    try:
        yield
    except (OperationalError, InterfaceError):
        raise  # lost in the middle of COMMIT the row may stand all the same: the clean-up will know
    except Exception:
        discard(certificate.file)
        raise


def store(data: bytes, path: str) -> str:
    """Put a file of ours where evidence lies. InputError `storage_full` when there is no room."""
    try:
        return default_storage.save(path, ContentFile(data))
    except OSError as error:
        discard(path)
        raise InputError("storage_full", "服务器暂时无法保存证明文件，请稍后再试。") from error


def _next_number() -> str:
    """XZ, the year of issue, seven digits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('compliance_certificate_number')")
        (serial,) = cursor.fetchone()
    return f"XZ{timezone.localdate().year}{serial:07d}"
