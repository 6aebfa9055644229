"""How often certificates may be looked up, and names compared, from one address: nobody tries codes or guesses."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from accounts.commands.attempts import attempt_note
from compliance.models import Certificate

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
NAMES_PER_CERTIFICATE = 50  # a day, from wherever


def looked_up(*, whence: str) -> None:
    """Note one look at a certificate, found or not. TooOften."""
    most = settings.CERTIFICATE_CHECKS_PER_ADDRESS
    attempt_note(kind="certificate_check", who=whence, most=most, within=_HOUR)


def name_compared(*, whence: str, certificate: Certificate) -> None:
    """Note one name compared with a certificate's. TooOften."""
    most = settings.CERTIFICATE_NAMES_PER_ADDRESS
    attempt_note(kind="certificate_name", who=whence, most=most, within=_HOUR)
    attempt_note(kind="certificate_of", who=certificate.code, most=NAMES_PER_CERTIFICATE, within=_DAY)
