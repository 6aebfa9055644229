"""Certificates made up for tests: of people whose year somebody signed."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from accounts.models import User
from compliance.commands.certificates import certificate_issue
from compliance.models import Certificate
from registry.models import Practitioner
from tests.compliance.signing import signed


def certified(clerk: User, **fields: object) -> Certificate:
    """The certificate of 2021 of a new person, issued by themselves."""
    return issued(signed(clerk, **fields))


def issued(person: Practitioner, *years: int) -> Certificate:
    """A certificate of these years (2021), issued by the person."""
    assert person.user is not None
    return certificate_issue(actor=person.user, practitioner=person, years=years or (2021,))


def file_of(certificate: Certificate) -> bytes:
    """The stored PDF."""
    return (Path(settings.MEDIA_ROOT) / certificate.file).read_bytes()
