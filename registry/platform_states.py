"""The tables of legal moves of a platform's import and its results, and for each the one function that makes a move.

Beside `registry.states`, which would grow beyond what one reads at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from accounts.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry.models import PlatformImport, PlatformResult


class ImportState(models.TextChoices):
    """Where the import of a platform's file stands."""

    READING = "reading", "读取中"
    UNMAPPED = "unmapped", "待对应列"
    CHECKING = "checking", "核对中"
    READY = "ready", "待确认"
    IN_ERROR = "in_error", "没有可导入的记录"
    UNREADABLE = "unreadable", "无法读取"
    IMPORTING = "importing", "导入中"
    DONE = "done", "已导入"
    REVERSING = "reversing", "撤销中"
    REVERSED = "reversed", "已撤销"
    ABANDONED = "abandoned", "已放弃"


IMPORT_MOVES: dict[str, frozenset[str]] = {
    ImportState.READING: frozenset(
        {ImportState.UNMAPPED, ImportState.CHECKING, ImportState.UNREADABLE, ImportState.ABANDONED}
    ),
    ImportState.UNMAPPED: frozenset({ImportState.CHECKING, ImportState.ABANDONED}),
    ImportState.CHECKING: frozenset(
        {
            ImportState.READY,
            ImportState.IN_ERROR,
            ImportState.UNMAPPED,
            ImportState.UNREADABLE,
            ImportState.ABANDONED,
        }
    ),
    ImportState.READY: frozenset({ImportState.CHECKING, ImportState.IMPORTING, ImportState.ABANDONED}),
    ImportState.IN_ERROR: frozenset({ImportState.CHECKING, ImportState.ABANDONED}),
    ImportState.IMPORTING: frozenset({ImportState.DONE}),
    ImportState.DONE: frozenset({ImportState.REVERSING}),
    ImportState.REVERSING: frozenset({ImportState.REVERSED}),
    ImportState.UNREADABLE: frozenset(),
    ImportState.REVERSED: frozenset(),
    ImportState.ABANDONED: frozenset(),
}


def move_import(row: PlatformImport, to: ImportState) -> None:
    """Move a locked import. Conflict (`state_moved`) when the table has no such move. The caller saves and records."""
    if to not in IMPORT_MOVES[row.state]:
        raise Conflict("state_moved", f"{row.number}现为“{ImportState(row.state).label}”，不能进行此操作。")
    row.state, row.state_at = to, timezone.now()


class ResultState(models.TextChoices):
    """Where a platform's result stands."""

    RECORDED = "recorded", "已登记"
    REVERSED = "reversed", "已撤销"


RESULT_MOVES: dict[str, frozenset[str]] = {
    ResultState.RECORDED: frozenset({ResultState.REVERSED}),
    ResultState.REVERSED: frozenset(),
}


def move_results(model: type[PlatformResult], ids: Iterable[int], to: ResultState) -> int:
    """Move these results in one statement, those that the table lets move; how many did."""
    from_states = [state for state, moves in RESULT_MOVES.items() if to in moves]
    return model._default_manager.filter(pk__in=list(ids), state__in=from_states).update(state=to)
