"""Who may read the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.permissions import add_perm
from rules.predicates import predicate

from accounts.models import Role

if TYPE_CHECKING:
    from accounts.models import User


@predicate
def is_auditor(user: User) -> bool:
    """An auditor, and nobody else: 三员分立."""
    return user.has_role(Role.AUDITOR)


add_perm("audit.read", is_auditor)
