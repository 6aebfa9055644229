"""The clock by which the demo's history is written.

Commands and columns stamp with `timezone.now()` and take no moment from outside: nobody may date a decision back. The
demo's past needs just that, so its command, a process of its own that serves nobody, turns the clock while it writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


class Clock:
    """Stands still until it is turned, and only turns forward."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """What `timezone.now()` answers."""
        return self.moment

    def turn_to(self, moment: datetime) -> None:
        """Let time pass. ValueError when it would run backwards."""
        if moment < self.moment:
            raise ValueError(f"the clock stands at {self.moment}, {moment} is past")
        self.moment = moment


@contextmanager
def turned(start: datetime) -> Iterator[Clock]:
    """`timezone.now()` of this process is the yielded clock, until the block ends."""
    clock, real = Clock(start), timezone.now
    timezone.now = clock  # type: ignore[assignment]
    try:
        yield clock
    finally:
        timezone.now = real
