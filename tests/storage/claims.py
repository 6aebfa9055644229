"""A claim of these days: an S3 server refuses who comes from another year, so these tests freeze no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from registry.models import Claim
from tests.registry.people import EXAM, PractitionerFactory, draft


def draft_of_today() -> Claim:
    """An examination of yesterday, claimed by somebody and not handed in."""
    day = timezone.localdate() - timedelta(days=1)
    return draft(PractitionerFactory(), replace(EXAM, started_on=day, ended_on=day))
