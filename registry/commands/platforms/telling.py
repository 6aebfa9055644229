"""What people are told of an import: once each, whatever number of courses it brought or took."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from accounts.models import User
from office.messages.commands import send_many
from registry.models import PlatformImport, PlatformResult
from registry.models.fields import to_hours
from registry.platform_states import ResultState
from registry.queries.platforms import platform_names

AT_ONCE = 2_000


def tell_credited(row: PlatformImport) -> None:
    """您在…平台学习的N门课程已登记X学时. Told again after a crash, it is told once."""
    results = PlatformResult.objects.filter(platform_import=row, state=ResultState.RECORDED)
    for some in _slices(results):
        with transaction.atomic():
            send_many(
                to=_news(row, some),
                kind="platform.credited",
                key=f"platform_import:{row.pk}",
                link=reverse("registry:ledger"),
            )


def tell_reversed(row: PlatformImport, reason: str) -> None:
    """The same of an import that was undone, with the reason."""
    results = PlatformResult.objects.filter(platform_import=row, state=ResultState.REVERSED)
    for some in _slices(results):
        _tell_undone(row, some, reason, f"platform_import:{row.pk}:reversed")


def tell_result_reversed(result: PlatformResult, reason: str) -> None:
    """The same of a single result."""
    one = PlatformResult.objects.filter(pk=result.pk)
    for some in _slices(one):
        _tell_undone(result.platform_import, some, reason, f"platform_result:{result.pk}:reversed")


def _tell_undone(row: PlatformImport, some: list[Any], reason: str, key: str) -> None:
    news = {user: {**params, "reason": reason} for user, params in _news(row, some).items()}
    with transaction.atomic():
        send_many(to=news, kind="platform.reversed", key=key, link=reverse("registry:ledger"))


def _slices(results: QuerySet[PlatformResult]) -> Iterator[list[Any]]:
    """User, courses, hours and years, by user; people without an account cannot be told."""
    grouped = (
        results.filter(practitioner__user__isnull=False)
        .order_by()
        .values("practitioner__user")
        .annotate(courses=Count("pk"), total=Sum("hours"), years=ArrayAgg("year", distinct=True))
        .order_by("practitioner__user")
    )
    after = 0
    while some := list(grouped.filter(practitioner__user__gt=after)[:AT_ONCE]):
        after = some[-1]["practitioner__user"]
        yield some


def _news(row: PlatformImport, some: list[Any]) -> dict[User, dict[str, object]]:
    users = User.objects.in_bulk([line["practitioner__user"] for line in some])
    platform = platform_names().get(row.platform, row.platform)
    return {
        users[line["practitioner__user"]]: {
            "platform": platform,
            "courses": line["courses"],
            "hours": f"{to_hours(int(line['total'] * 10)).normalize():f}",
            "years": "、".join(map(str, sorted(line["years"]))),
        }
        for line in some
    }
