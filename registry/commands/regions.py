"""People and the office that reviews them: moved together with their standings, under the locks of `standing`.

What was handed in before stays with the office it was handed in to: only new claims go to the new one.
"""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Region
from registry.commands.standing import refresh_people
from registry.models import AnnualStanding, Practitioner


def move_people(practitioner_ids: Iterable[int], region: Region) -> list[int]:
    """Put people into a region and let their standings say so; those who moved. The caller holds `lock_people`."""
    people = Practitioner.objects.filter(pk__in=list(practitioner_ids)).exclude(region=region)
    ids = sorted(people.values_list("pk", flat=True))
    if not ids:
        return []
    Practitioner.objects.filter(pk__in=ids).update(region=region)
    years = AnnualStanding.objects.filter(practitioner__in=ids).order_by("year").values_list("year", flat=True)
    for year in list(years.distinct()):
        refresh_people(ids, year)
    return ids
