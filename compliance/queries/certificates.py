"""Certificates and bundles: who may see which; which years of a person can be certified."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.models import Organisation, Role, User
from accounts.queries import organisations_run, regions_reviewed
from compliance.models import AnnualReview, Certificate, CertificateBundle
from compliance.states import CertificateState, ReviewState
from registry.models import Practitioner

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: none is taken for another
CODE_LENGTH = 28  # 140 bits
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u3000": None})


def visible_to(user: User) -> QuerySet[Certificate]:
    """One's own; those of the own region's office and of its people for a county; all for the city office."""
    rows = Certificate.objects.all()
    if user.has_role(Role.CITY):
        return rows
    seen = Q(practitioner__user=user)
    if regions := regions_reviewed(user):
        seen |= Q(region__in=regions) | Q(practitioner__region__in=regions)
    return rows.filter(seen)


def own(practitioner: Practitioner) -> QuerySet[Certificate]:
    """A person's certificates, the latest first."""
    return Certificate.objects.filter(practitioner=practitioner).select_related("superseded_by").order_by("-pk")


def with_code(typed: str) -> Certificate | None:
    """The certificate that a code opens, however it is spaced and whatever letter was misread; None for no code."""
    code = plain_code(typed)
    if len(code) != CODE_LENGTH:
        return None
    return Certificate.objects.select_related("superseded_by", "region").filter(code=code).first()


def plain_code(typed: str) -> str:
    """A typed code as it is kept."""
    return typed[:100].upper().translate(_MISREAD)


def passed_years(practitioner: Practitioner) -> list[AnnualReview]:
    """The person's passed years, which can be certified, the earliest first."""
    rows = AnnualReview.objects.filter(practitioner=practitioner, state=ReviewState.PASSED)
    return list(rows.select_related("region", "organisation").order_by("year"))


def covering(year: int, people: Collection[int]) -> QuerySet[Certificate]:
    """Valid certificates that cover this year of these people."""
    return Certificate.objects.filter(years__year=year, years__practitioner__in=people, state=CertificateState.VALID)


def units_of(user: User) -> QuerySet[Organisation]:
    """Units for whose people the user may have certificates made together."""
    units = Organisation.objects.select_related("region")
    if user.has_role(Role.CITY):
        return units
    run = organisations_run(user, Role.EMPLOYER_ADMIN)
    return units.filter(Q(pk__in=run) | Q(region__in=regions_reviewed(user)))


def bundles_visible_to(user: User) -> QuerySet[CertificateBundle]:
    """Bundles of those units."""
    rows = CertificateBundle.objects.select_related("organisation", "requested_by", "job")
    return rows.filter(organisation__in=units_of(user))


def passed_in_unit(organisation: Organisation, year: int) -> QuerySet[AnnualReview]:
    """Passed reviews of a year of whom the office took for this unit's people then."""
    return AnnualReview.objects.filter(organisation=organisation, year=year, state=ReviewState.PASSED)
