"""One account under its several spellings: `Engineer`, ` engineer`, `ｅngineer`, `138 0000 0000`, `+8613800000000`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.identity import check_phone, normalise
from accounts.models import User


def login_name(text: str) -> str:
    """A user name as it is stored and looked up: half-width, without spaces and hyphens, lower case."""
    return normalise(text).lower().replace("\x00", "")


def phone_or_none(text: str) -> str | None:
    """The phone a sign-in name spells, or None when it is a user name."""
    try:
        return check_phone(text)
    except InputError:
        return None


def find_user(name: str) -> User | None:
    """The account with this user name or phone."""
    phone = phone_or_none(name)
    if phone is not None:
        return User.objects.filter(phone_hash=blind_index("phone", phone)).first()
    return User.objects.filter(username=login_name(name)).first()


def lockout_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """What lock-outs count by: a keyed hash of the account, the same for each spelling, telling nobody the phone."""
    given = (credentials or {}).get("username") or (request.POST.get("username", "") if request else "")
    user = find_user(given)
    text = f"user:{user.pk}" if user else f"name:{phone_or_none(given) or login_name(given)}"
    return blind_index("lockout", text).hex()[:34]
