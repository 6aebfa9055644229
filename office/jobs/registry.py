"""Which function does which kind of job."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


class JobRun(Protocol):
    """What a handler is given; `pk` is the job's id."""

    pk: uuid.UUID
    params: dict[str, Any]
    checkpoint: dict[str, Any]

    def progress(self, done: int, total: int, *, note: str = "", checkpoint: dict[str, Any] | None = None) -> None:
        """Write how far the job is; raises LeaseLost when another attempt has taken over."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: its function, its Chinese name, and the template that shows its result.

    The function must be resumable: it may be started again after any crash, with the checkpoint it last committed.
    """

    run: Callable[[Any], dict[str, Any]]
    name: str
    result_template: str


_kinds: dict[str, Kind] = {}


def handler(
    kind: str,
    *,
    name: str,
    result_template: str = "jobs/_result.html",
) -> Callable[[Callable[[Any], dict[str, Any]]], Callable[[Any], dict[str, Any]]]:
    """Register the decorated function for `kind`."""

    def register(run: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
        _kinds[kind] = Kind(run, name, result_template)
        return run

    return register


def kind_of(kind: str) -> Kind:
    """The registered kind; KeyError for one that no room registered."""
    return _kinds[kind]


def name_of(kind: str) -> str:
    """The Chinese name of a kind, or its code when no room of this release knows it."""
    return _kinds[kind].name if kind in _kinds else kind


def names() -> dict[str, str]:
    """Code → Chinese name of all kinds."""
    return {code: kind.name for code, kind in _kinds.items()}
