"""Who keeps the working days: the city office."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from accounts.models import Role

if TYPE_CHECKING:
    from accounts.models import User


@rules.predicate
def is_city_office(user: User) -> bool:
    """市学时办."""
    return bool(user.has_role(Role.CITY))


rules.add_perm("calendars.keep", is_city_office)
