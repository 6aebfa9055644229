"""Who may do what with the year as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from accounts.models import Role
from accounts.queries import regions_reviewed

if TYPE_CHECKING:
    from accounts.models import Region, User
    from compliance.models import AnnualReview


@rules.predicate
def reviews_year(user: User, review: AnnualReview) -> bool:
    """The year lies with the user's office: county bureau → own region, city office → municipal people."""
    return review.region_id in regions_reviewed(user)


@rules.predicate
def is_own_year(user: User, review: AnnualReview) -> bool:
    """The year is the user's own."""
    return review.practitioner.user_id == user.pk


@rules.predicate
def reviews_region(user: User, region: Region) -> bool:
    """The region is the user's office's own."""
    return region.pk in regions_reviewed(user)


def _is_review_office(user: User) -> bool:
    return bool(user.has_role(Role.COUNTY, Role.CITY))


def _is_office_or_unit(user: User) -> bool:
    return bool(user.has_role(Role.COUNTY, Role.CITY, Role.EMPLOYER_ADMIN))


def _is_city(user: User) -> bool:
    return bool(user.has_role(Role.CITY))


rules.add_perm("compliance.annual_list", rules.predicate(_is_review_office))
rules.add_perm("compliance.person_year", rules.predicate(_is_office_or_unit))
rules.add_perm("compliance.annual_check", rules.predicate(_is_city))
# Nobody signs their own year.
rules.add_perm("compliance.review", reviews_year & ~is_own_year)
rules.add_perm("compliance.close_year", reviews_region)
