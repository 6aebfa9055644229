"""Who may do what to accounts, as `rules` predicates (table "Who may do what" of domain.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.permissions import add_perm
from rules.predicates import predicate

from accounts.models import Role
from accounts.queries import regions_reviewed

if TYPE_CHECKING:
    from accounts.models import Region, User


@predicate
def keeps_accounts(user: User) -> bool:
    """The system administrator."""
    return user.has_role(Role.SYSADMIN)


@predicate
def is_own_account(user: User, account: User) -> bool:
    """The account is the user's own."""
    return account.pk == user.pk


@predicate
def keeps_units_of(user: User, region: Region) -> bool:
    """The county bureau of the region, or the city office, which keeps all."""
    return user.has_role(Role.CITY) or region.pk in regions_reviewed(user)


add_perm("accounts.user_create", keeps_accounts)
add_perm("accounts.appointment_create", keeps_accounts & ~is_own_account)
add_perm("accounts.organisation_create", keeps_units_of)
add_perm("accounts.password_change", is_own_account)
add_perm("accounts.two_step_reset", keeps_accounts & ~is_own_account)
