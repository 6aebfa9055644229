"""Who may do what to accounts, as `rules` predicates (table "Who may do what" of domain.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.permissions import add_perm
from rules.predicates import predicate

from accounts.models import Role
from accounts.queries import organisations_run, regions_reviewed

if TYPE_CHECKING:
    from accounts.models import Appointment, Organisation, Region, User


@predicate
def keeps_accounts(user: User) -> bool:
    """The system administrator."""
    return user.has_role(Role.SYSADMIN)


@predicate
def keeps_offices(user: User) -> bool:
    """The city office keeps how all offices are printed."""
    return user.has_role(Role.CITY)


@predicate
def is_own_account(user: User, account: User) -> bool:
    """The account is the user's own."""
    return account.pk == user.pk


@predicate
def is_own_appointment(user: User, appointment: Appointment) -> bool:
    """The appointment is the user's own: nobody ends or hands over what they hold themselves."""
    return appointment.user_id == user.pk


@predicate
def keeps_units_of(user: User, region: Region) -> bool:
    """The county bureau of the region, or the city office, which keeps all."""
    return user.has_role(Role.CITY) or region.pk in regions_reviewed(user)


@predicate
def keeps_unit(user: User, unit: Organisation) -> bool:
    """The county bureau of the unit's region, or the city office."""
    return user.has_role(Role.CITY) or unit.region_id in regions_reviewed(user)


@predicate
def runs_unit(user: User, unit: Organisation) -> bool:
    """The user acts for the unit: nobody decides on the own unit."""
    return unit.pk in organisations_run(user)


@predicate
def decides_on_people(user: User, _account: User) -> bool:
    """An office, or a unit's administrator: whoever may say that a sign-up is not the person it claims to be."""
    return user.has_role(Role.CITY, Role.COUNTY, Role.EMPLOYER_ADMIN)


add_perm("accounts.offices_keep", keeps_offices)
add_perm("accounts.desk", keeps_accounts)
add_perm("accounts.user_create", keeps_accounts)
add_perm("accounts.user_change", keeps_accounts)
add_perm("accounts.user_close", keeps_accounts & ~is_own_account)
add_perm("accounts.password_link", keeps_accounts & ~is_own_account)
add_perm("accounts.sessions_end", keeps_accounts | is_own_account)
add_perm("accounts.appointment_create", keeps_accounts & ~is_own_account)
add_perm("accounts.appointment_end", keeps_accounts & ~is_own_appointment)
add_perm("accounts.organisation_create", keeps_units_of)
add_perm("accounts.organisation_change", keeps_unit & ~runs_unit)
add_perm("accounts.first_admin_appoint", keeps_unit & ~runs_unit)
add_perm("accounts.account_release", is_own_account | decides_on_people)
add_perm("accounts.password_change", is_own_account)
add_perm("accounts.two_step_reset", keeps_accounts & ~is_own_account)
