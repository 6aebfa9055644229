"""Files of certificates and bundles taken away: recorded; bundles after their time and files without a row: deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.guard import require
from accounts.models import User
from compliance.models import Certificate, CertificateBundle
from compliance.models.certificates import BUNDLES, FOLDER
from office.audit.commands import record
from registry.commands.files import clean_up, discard
from registry.models import Practitioner


@transaction.atomic
def certificate_taken(*, actor: User, certificate: Certificate) -> None:
    """Record that somebody took a certificate's file."""
    record(actor=actor, action="certificate.download", obj=certificate, practitioner=certificate.practitioner_id)


@transaction.atomic
def sheet_taken(*, actor: User, practitioner: Practitioner, year: int) -> None:
    """Record that somebody took a person's 学时情况表 of a year."""
    record(actor=actor, action="certificate.sheet", obj=practitioner, year=year)


@transaction.atomic
def bundle_taken(*, actor: User, bundle: CertificateBundle) -> None:
    """Record that somebody took a unit's certificates together."""
    require(actor, "compliance.certificate_bundle", bundle.organisation)
    record(actor=actor, action="certificate.bundle_download", obj=bundle, year=bundle.year, rows=bundle.issued)


@transaction.atomic
def certificates_exported(*, actor: User, rows: int, filters: Iterable[str]) -> None:
    """Record that an office took the list away. `filters` are names alone: their values may name people."""
    require(actor, "compliance.annual_list")
    record(actor=actor, action="certificate.export", rows=rows, filters=sorted(filters))


def bundles_expire() -> int:
    """Delete the zips whose time is over; how many went. The row stays and says that there was one."""
    gone = 0
    for bundle in CertificateBundle.objects.filter(expires_at__lte=timezone.now()).exclude(file=""):
        path = bundle.file
        CertificateBundle.objects.filter(pk=bundle.pk).update(file="")
        discard(path)  # what cannot be deleted now is left to the clean-up
        gone += 1
    return gone


def certificate_files_clean_up(*, older_than: timedelta = timedelta(hours=24)) -> int:
    """Delete files that no row names, left by a crash; how many went."""
    certificates = clean_up(FOLDER, lambda path: Certificate.objects.filter(file=path).exists(), older_than=older_than)
    bundles = clean_up(
        BUNDLES, lambda path: CertificateBundle.objects.filter(file=path).exists(), older_than=older_than
    )
    return certificates + bundles
