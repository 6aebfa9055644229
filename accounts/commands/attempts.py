"""How often something may be tried from one address: a search for valid links, or SMS sent to everybody's phones.

Kept in PostgreSQL as the sign-ins are: a limit that vanishes with a cache is none.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.crypto import blind_index
from accounts.errors import TooOften
from accounts.models.attempts import Attempt

KEPT = timedelta(days=1)  # the longest that anything counts


@transaction.atomic
def attempt_note(*, kind: str, who: str, most: int, within: timedelta) -> None:
    """Note one more attempt of `who` (an address); nothing for an empty one, which a test or a command has.

    Raises TooOften `too_often` instead when there were `most` of the kind `within` that time already.
    """
    if not who:
        return
    index, now = blind_index(f"attempt:{kind}", who), timezone.now()
    with connection.cursor() as cursor:  # of two at once the second sees the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"attempt:{index.hex()}"])
    _check(Attempt.objects.filter(who_hash=index, at__gt=now - within).count(), most, within)
    Attempt.objects.filter(at__lt=now - KEPT).delete()
    Attempt.objects.create(kind=kind, who_hash=index, at=now)


def attempt_check(*, kind: str, who: str, most: int, within: timedelta) -> None:
    """Raise TooOften when `attempt_note` would; nothing is noted."""
    if who:
        since = timezone.now() - within
        _check(Attempt.objects.filter(who_hash=blind_index(f"attempt:{kind}", who), at__gt=since).count(), most, within)


def _check(count: int, most: int, within: timedelta) -> None:
    if count >= most:
        minutes = max(int(within.total_seconds() // 60), 1)
        raise TooOften("too_often", f"从您所在的网络操作过于频繁，请{minutes}分钟后再试。")
