"""Who hears of it when standings change: rooms above register a listener; this room knows none of them.

The statement that refreshes standings tells every listener, in the transaction that refreshes and under its locks,
which people's year is another one now: when hours are posted or reversed, somebody moves, a notice comes into force,
minimums are adjusted, or an annual check puts drift right. A sign-off can so fall open, a certificate be revoked, in
the same commit as the hours it rested on. What a listener raises undoes the refresh.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Ids of practitioners whose standing of `year` was written, each in one of three ways, ascending.

    `added`: there was none. `changed`: a figure, the verdict, the notice or the adjustment is another one; every line
    of the ledger moves the recorded hours, so whoever's entries changed is here. `moved`: only the region is another.
    """

    year: int
    added: tuple[int, ...]
    changed: tuple[int, ...]
    moved: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.moved)


Listener = Callable[[Change], None]
_listeners: list[Listener] = []


def on_change(listener: Listener) -> None:
    """Call `listener` with every change from now on (in an AppConfig's `ready`); the same one twice is called once.

    It is given thousands of people at a time (a whole bucket), so it works in sets. It must leave standings alone.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def tell(change: Change) -> None:
    """Let every listener know; nobody is called for a refresh that found everything right."""
    if change:
        for listener in _listeners:
            listener(change)
