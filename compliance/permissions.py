"""Who may do what with the year as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from accounts.models import Role
from accounts.queries import organisations_run, regions_reviewed

if TYPE_CHECKING:
    from accounts.models import Organisation, Region, User
    from compliance.models import AnnualReview, Certificate
    from registry.models import Practitioner


@rules.predicate
def reviews_year(user: User, review: AnnualReview) -> bool:
    """The year lies with the user's office: county bureau → own region, city office → municipal people."""
    return review.region_id in regions_reviewed(user)


@rules.predicate
def is_own_year(user: User, review: AnnualReview) -> bool:
    """The year is the user's own."""
    return review.practitioner.user_id == user.pk


@rules.predicate
def is_own_record(user: User, practitioner: Practitioner) -> bool:
    """The person is the user."""
    return practitioner.user_id == user.pk


@rules.predicate
def is_of_own_office(user: User, practitioner: Practitioner) -> bool:
    """The user's office reviews the person now, or reviewed a year of theirs; the city office may for everybody."""
    regions = regions_reviewed(user)
    if user.has_role(Role.CITY) or practitioner.region_id in regions:
        return True
    return bool(regions) and practitioner.annual_reviews.filter(region__in=regions).exists()


@rules.predicate
def is_of_own_unit(user: User, practitioner: Practitioner) -> bool:
    """The unit that the user administers has, or had at a sign-off, the person."""
    units = organisations_run(user, Role.EMPLOYER_ADMIN)
    if not units:
        return False
    here = practitioner.link_state == "confirmed" and practitioner.organisation_id in units
    return here or bool(practitioner.annual_reviews.filter(organisation__in=units).exists())


@rules.predicate
def revokes_certificate(user: User, certificate: Certificate) -> bool:
    """The office that signed its latest year; the city office all."""
    return user.has_role(Role.CITY) or certificate.region_id in regions_reviewed(user)


@rules.predicate
def is_own_certificate(user: User, certificate: Certificate) -> bool:
    """The certificate is the user's own."""
    return certificate.practitioner.user_id == user.pk


@rules.predicate
def makes_bundles_of(user: User, organisation: Organisation) -> bool:
    """The unit's administrator, the county bureau of its region, or the city office."""
    if user.has_role(Role.CITY) or organisation.region_id in regions_reviewed(user):
        return True
    return organisation.pk in organisations_run(user, Role.EMPLOYER_ADMIN)


def reviews_region(user: User, region: Region) -> bool:
    """The region is the user's office's own."""
    return region.pk in regions_reviewed(user)


def _is_review_office(user: User) -> bool:
    return bool(user.has_role(Role.COUNTY, Role.CITY))


def _is_office_or_unit(user: User) -> bool:
    return bool(user.has_role(Role.COUNTY, Role.CITY, Role.EMPLOYER_ADMIN))


def _has_reports(user: User) -> bool:
    return bool(user.has_role(Role.COUNTY, Role.CITY, Role.AUDITOR, Role.EMPLOYER_ADMIN))


def _is_city(user: User) -> bool:
    return bool(user.has_role(Role.CITY))


rules.add_perm("compliance.annual_list", rules.predicate(_is_review_office))
rules.add_perm("compliance.reports", rules.predicate(_has_reports))
rules.add_perm("compliance.person_year", rules.predicate(_is_office_or_unit))
rules.add_perm("compliance.annual_check", rules.predicate(_is_city))
rules.add_perm("compliance.what_if", rules.predicate(_is_city))
rules.add_perm("compliance.correct", rules.predicate(_is_city))
# Nobody signs their own year.
rules.add_perm("compliance.review", reviews_year & ~is_own_year)
rules.add_perm("compliance.certificate_issue", is_own_record | is_of_own_office | is_of_own_unit)
rules.add_perm("compliance.certificate_revoke", revokes_certificate & ~is_own_certificate)
rules.add_perm("compliance.certificate_bundle", makes_bundles_of)
rules.add_perm("compliance.certificate_bundles", rules.predicate(_is_office_or_unit))
rules.add_perm("compliance.close_year", reviews_region)
rules.add_perm("compliance.reminders_keep", rules.predicate(_is_city))
