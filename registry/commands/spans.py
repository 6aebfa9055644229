"""Holding the days of an activity for the people who took part, and letting them go.

A part of the commands that credit activities: claims hold theirs when handed in, a class holds its days for everybody
on its roster, with a row for each day. The caller has asked the guard and holds the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from registry.models import ActivitySpan, SpanSource
from registry.queries.spans import Span


def hold(*, source: SpanSource, source_id: int, spans: Mapping[int, Sequence[Span]]) -> None:
    """Hold these days, by person (the practitioner's id), instead of what this source held before."""
    release(source=source, source_id=source_id)
    ActivitySpan.objects.bulk_create(
        [
            ActivitySpan(
                practitioner_id=practitioner_id,
                source=source,
                source_id=source_id,
                started_on=span.started_on,
                ended_on=span.ended_on,
                days=span.days,
                hours=span.hours,  # type: ignore[misc]  # the stubs know no Decimal behind an integer
                day_measured=span.day_measured,
            )
            for practitioner_id, days in spans.items()
            for span in days
        ],
        batch_size=2000,
    )


def release(*, source: SpanSource, source_id: int) -> None:
    """Let the days of this source go: it counts no longer."""
    ActivitySpan.objects.filter(source=source, source_id=source_id).delete()
