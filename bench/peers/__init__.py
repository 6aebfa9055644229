"""The peers that crediting is set against: each holds the notice's table and gives the same answer in its own way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hours_rules import Activity
from hours_rules.types import Credit


class Peer(NamedTuple):
    """One peer. Only `answer` is timed: putting the question into its words and reading its answer cost it nothing."""

    name: str
    question: Callable[[Activity], Any]
    answer: Callable[[Any], Any]
    credit: Callable[[Any], Credit]
