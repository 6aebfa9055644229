"""A certificate states passed years only: in the commit in which a year's sign-off falls open, its certificates go.

The check page says so from then on, and the person is told.
"""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from compliance.models import AnnualReview, Certificate
from compliance.queries.certificates import covering
from compliance.states import CertificateState, ReviewState, move_certificate
from office.audit.commands import record
from office.messages.commands import send
from registry.commands.changes import Change


def certificates_follow(change: Change) -> None:
    """Called when standings changed, after the reviews were (`review_changes`), under the people's locks."""
    if change.changed:
        certificates_lapse(year=change.year, people=change.changed, reason="所载年度的学时有变动，年度审核已重新打开")


def certificates_lapse(*, year: int, people: Collection[int], reason: str) -> int:
    """Revoke what covers this year of those of `people` whose review is not passed any more; how many went.

    In the caller's transaction, which holds the people's locks. By the system.
    """
    passed = AnnualReview.objects.filter(year=year, practitioner__in=people, state=ReviewState.PASSED)
    astray = covering(year, people).exclude(practitioner__in=passed.values("practitioner"))
    found = list(astray.select_related("practitioner__user").order_by("pk"))
    for certificate in found:
        why = f"{year}年度：{reason}"
        before = certificate.state
        move_certificate(certificate, CertificateState.REVOKED, actor=None, reason=why)
        record(
            actor=None, action="certificate.lapse", obj=certificate, before=before, after=certificate.state, reason=why
        )
        tell_revoked(certificate)
    return len(found)


def tell_revoked(certificate: Certificate) -> None:
    """Tell the person that a certificate of theirs is worth nothing any more, and why."""
    user = certificate.practitioner.user
    if user is not None:
        send(
            to=user,
            kind="certificate.revoked",
            key=f"certificate_revoked:{certificate.pk}",
            link=reverse("certificates:own"),
            number=certificate.number,
            reason=certificate.reason,
        )
