"""The guard of every command: deny unless a permission's predicate says yes."""

from __future__ import annotations

from typing import Any

from rules.permissions import has_perm

from accounts.errors import Forbidden
from accounts.models import User


def require(actor: User | None, permission: str, obj: Any = None) -> None:
    """Raise Forbidden unless an active `actor` has `permission` on `obj`. An unknown permission is denied."""
    if actor is None or not actor.is_active or not has_perm(permission, actor, obj):
        raise Forbidden("forbidden", "您没有办理此事项的权限。")


def may(actor: User, permission: str, obj: Any = None) -> bool:
    """Whether `require` would let it through, for showing or hiding a button."""
    return bool(actor.is_active and has_perm(permission, actor, obj))
