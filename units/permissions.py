"""Who may do what to units, as `rules` predicates (table "Who may do what" of domain.md).

Seeing is not here: `visible_to` of the queries decides that, and what one may not see answers 404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from accounts.models import Role
from accounts.permissions import keeps_unit, keeps_units_of, runs_unit
from registry.permissions import administers

if TYPE_CHECKING:
    from accounts.models import User
    from units.models import UnitApplication


@rules.predicate
def is_own_application(user: User, application: UnitApplication) -> bool:
    """The application is the user's own."""
    return application.applicant_id == user.pk


@rules.predicate
def reviews_application(user: User, application: UnitApplication) -> bool:
    """The county bureau of the region it names, or the city office."""
    return bool(keeps_units_of(user, application.region))


def _offices(user: User) -> bool:
    return bool(user.has_role(Role.COUNTY, Role.CITY))


def _city(user: User) -> bool:
    return bool(user.has_role(Role.CITY))


def _admin(user: User) -> bool:
    return bool(user.has_role(Role.EMPLOYER_ADMIN))


def _acts_for_a_unit(user: User) -> bool:
    return bool(user.has_role(Role.EMPLOYER_ADMIN, Role.ORGANISER))


is_office = rules.predicate(_offices)
is_city_office = rules.predicate(_city)
is_admin = rules.predicate(_admin)
acts_for_a_unit = rules.predicate(_acts_for_a_unit)

rules.add_perm("units.application_own", is_own_application)
# Nobody decides on their own application.
rules.add_perm("units.application_decide", reviews_application & ~is_own_application)
rules.add_perm("units.list", is_office)
rules.add_perm("units.own", acts_for_a_unit)
rules.add_perm("units.people", is_office | is_admin)
rules.add_perm("units.remind", administers)
rules.add_perm("units.keep", keeps_unit & ~runs_unit)
rules.add_perm("units.qualification_file", administers)
# 市学时办 keeps qualifications and provider filings; nobody confirms those of the own unit.
rules.add_perm("units.papers_keep", is_city_office & ~runs_unit)
