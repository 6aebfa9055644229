"""The certificates of a whole unit as one zip, made by a job: each person's issued for itself, then all put together.

The job goes on with the person it stopped at; whoever has no passed year is left out, and the zip says who.
"""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import Conflict, DomainError, InputError
from accounts.guard import require
from accounts.models import Organisation, User
from compliance.commands.certificates import certificate_issue
from compliance.models import Certificate, CertificateBundle
from compliance.models.certificates import BUNDLES
from compliance.queries.certificates import passed_in_unit
from office.audit.commands import record
from office.jobs.commands import enqueue
from office.jobs.models import Job
from registry.commands.files import discard
from registry.models import Practitioner
from registry.queries.notices import has_notice

KIND = "certificate_bundle"
LIST = "未签发人员.txt"
Progress = Callable[[int, int, dict[str, Any]], None]


@transaction.atomic
def bundle_request(*, actor: User, organisation: Organisation, year: int, token: uuid.UUID) -> Job:
    """Ask for the certificates of a unit's people of one year. The same form (`token`) is the same job.

    Raises Forbidden; InputError (field `year`) for a year without notice; Conflict `nobody_passed`.
    """
    require(actor, "compliance.certificate_bundle", organisation)
    key = f"{KIND}:{actor.pk}:{token}"
    with connection.cursor() as cursor:  # of two posts at once the second waits here and finds the first one's job
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    if existing := Job.objects.filter(key=key).first():
        return existing
    if not has_notice(year):
        raise InputError("year_without_notice", f"{year}年没有生效的通知。", field="year")
    people = list(passed_in_unit(organisation, year).order_by("practitioner").values_list("practitioner", flat=True))
    if not people:
        raise Conflict("nobody_passed", f"{organisation.name}{year}年度还没有审核通过的人员，没有可签发的证明。")
    job = enqueue(actor=actor, kind=KIND, key=key, params={"people": people})
    bundle = CertificateBundle.objects.create(job=job, organisation=organisation, year=year, requested_by=actor)
    record(
        actor=actor, action="certificate.bundle", obj=bundle, organisation=organisation.pk, year=year, rows=len(people)
    )
    return job


def bundle_make(*, job: uuid.UUID, people: list[int], results: list[list[Any]], progress: Progress) -> dict[str, Any]:
    """Issue what is left of `people`, then the zip. `results` so far: [certificate or None, person (ids), why not]."""
    bundle = CertificateBundle.objects.select_related("organisation", "requested_by").get(job=job)
    for pk in people[len(results) :]:
        with transaction.atomic():
            results.append(_issue(bundle, pk))
            progress(len(results), len(people) + 1, {"results": results})
    return _packed(bundle, results)


def _issue(bundle: CertificateBundle, pk: int) -> list[Any]:
    person = Practitioner.objects.get(pk=pk)
    try:
        with transaction.atomic():
            made = certificate_issue(actor=bundle.requested_by, practitioner=person, years=[bundle.year])
    except DomainError as error:
        return [None, pk, error.message]
    return [made.pk, pk, ""]


def _packed(bundle: CertificateBundle, results: list[list[Any]]) -> dict[str, Any]:
    made = [pk for pk, _, _ in results if pk is not None]
    names = dict(Practitioner.objects.filter(pk__in=[pk for _, pk, _ in results]).values_list("pk", "name"))
    left = [(names[person], why) for pk, person, why in results if pk is None]
    path = f"{BUNDLES}/{uuid.uuid4().hex}.zip"
    with TemporaryFile() as file:
        _write(file, made, left)
        file.seek(0)
        path = default_storage.save(path, File(file))
    old = CertificateBundle.objects.get(pk=bundle.pk).file
    bundle.issued, bundle.left_out, bundle.file = len(made), len(left), path
    bundle.expires_at = timezone.now() + timedelta(days=settings.CERTIFICATE_BUNDLE_DAYS)
    bundle.save()
    if old:
        discard(old)
    return {"bundle": bundle.pk, "issued": len(made), "left_out": len(left)}


def _write(file: Any, made: list[int], left: list[tuple[str, str]]) -> None:
    """PDFs are packed already, so they are stored as they are; one at a time, whatever their number."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for certificate in Certificate.objects.filter(pk__in=made).select_related("practitioner").iterator(200):
            name = (
                f"{certificate.content['person']['name']}-{certificate.practitioner.id_last4}-{certificate.number}.pdf"
            )
            with default_storage.open(certificate.file) as stored:
                archive.writestr(name.replace("/", "／"), stored.read())
        if left:
            archive.writestr(LIST, "\r\n".join(f"{name}：{why}" for name, why in left))
