"""The lock of one office's year: decisions share it, closing the year has it alone.

So what a closing statement reads is everything that was decided before it, and nothing half decided. Taken after the
people's locks (`registry.commands.standing`), of several regions in order.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

_CLASS = 90_019  # beside the buckets' namespace (90018); the second key is year and region


def hold_year(year: int, region_ids: Iterable[int], *, alone: bool = False) -> None:
    """Share the year of these regions until the transaction ends, or have it `alone`."""
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        for region in sorted(set(region_ids)):
            cursor.execute(f"SELECT {function}(%s, hashtext(%s))", [_CLASS, f"{year}:{region}"])
