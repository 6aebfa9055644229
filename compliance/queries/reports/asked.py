"""Whose hours a report counts for a user, and what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Region, Role, User
from accounts.queries import organisations_run, regions_reviewed


@dataclass(frozen=True, slots=True)
class Scope:
    """Of whom a user's reports count: everybody (`whole`), those of the own office's regions, else of the own units.

    `lists` says whether the user may also open the list of the people behind a figure.
    """

    whole: bool = False
    regions: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    lists: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report was asked for: a year, a dimension, and whom it is narrowed to; "" and None narrow nothing."""

    year: int
    by: str = ""
    region: Region | None = None
    unit: str = ""
    specialty: str = ""
    level: str = ""
    sort: str = ""


def scope_of(user: User) -> Scope:
    """All for the city office and the auditor, the own region for a county, the own units for their administrator.

    Reports show figures and units, never persons, so the auditor may see them; the annual list stays the offices' own.
    """
    if user.has_role(Role.CITY, Role.AUDITOR):
        return Scope(whole=True, lists=user.has_role(Role.CITY))
    if regions := regions_reviewed(user):
        return Scope(regions=tuple(sorted(regions)), lists=True)
    return Scope(units=tuple(sorted(organisations_run(user, Role.EMPLOYER_ADMIN))))
