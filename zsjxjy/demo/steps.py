"""One thing that happens in the demo, and the city it happens in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Organisation, Region, User


@dataclass
class City:
    """What the steps have made so far, for the steps to come: accounts by user name, units by name."""

    regions: dict[str, Region]
    users: dict[str, User] = field(default_factory=dict)
    units: dict[str, Organisation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A call of one command at its moment."""

    at: datetime
    do: Callable[[City], object]
