"""Undoing what an import credited: one result, or all of them by a job; by reversing lines, never by deleting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict
from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.commands import ledger
from registry.commands.claim_input import checked_reason
from registry.commands.platforms.telling import tell_result_reversed, tell_reversed
from registry.commands.standing import lock_people
from registry.models import EntrySource, PlatformImport, PlatformResult
from registry.platform_states import ImportState, ResultState, move_import, move_results
from registry.queries.platforms import sums_of

Progress = Callable[[int, int], None]


@transaction.atomic
def result_reverse(*, actor: User, result: PlatformResult, reason: str) -> PlatformResult:
    """Reverse one result, for a reason. Raises Forbidden, Conflict (reversed already), InputError `reason_missing`."""
    result = PlatformResult.objects.select_related("practitioner", "platform_import").get(pk=result.pk)
    require(actor, "registry.platform_result_reverse", result)
    reason = checked_reason(reason, needed=True)
    lock_people([result.practitioner_id])
    if not move_results(PlatformResult, [result.pk], ResultState.REVERSED):
        raise Conflict("state_moved", "该学习结果已撤销，不能再进行此操作。")
    ledger.reverse_all(actor=actor, source=EntrySource.PLATFORM, source_ids=[result.pk], reason=reason)
    result.refresh_from_db()
    record(
        actor=actor,
        action="platform_result.reverse",
        obj=result,
        before=ResultState.RECORDED,
        after=result.state,
        reason=reason,
    )
    tell_result_reversed(result, reason)
    return result


def import_undo(*, pk: int, actor: User, progress: Progress) -> dict[str, Any]:
    """The job: reverse what is left of an import's results, chunk by chunk. Goes on where a killed attempt stopped."""
    row = PlatformImport.objects.get(pk=pk)
    if row.state != ImportState.REVERSING:
        return dict(row.counts.get("undone", {}))
    left = PlatformResult.objects.filter(platform_import=row, state=ResultState.RECORDED).order_by("pk")
    total = PlatformResult.objects.filter(platform_import=row).count()
    while some := list(left.values_list("pk", "practitioner_id")[: settings.PLATFORM_CHUNK]):
        ids = [result for result, _ in some]
        with transaction.atomic():
            lock_people(practitioner for _, practitioner in some)
            move_results(PlatformResult, ids, ResultState.REVERSED)
            ledger.reverse_all(actor=actor, source=EntrySource.PLATFORM, source_ids=ids, reason=row.reversal_reason)
            progress(total - left.count(), total)
    tell_reversed(row, row.reversal_reason)
    return _undone(row, actor)


@transaction.atomic
def _undone(row: PlatformImport, actor: User) -> dict[str, Any]:
    locked = PlatformImport.objects.select_for_update().get(pk=row.pk)
    found = {"years": sums_of(PlatformResult.objects.filter(platform_import=row))}
    if locked.state == ImportState.REVERSING:
        move_import(locked, ImportState.REVERSED)
        locked.counts = locked.counts | {"undone": found}
        locked.finished_at = timezone.now()
        locked.save()
        record(actor=actor, action="platform_import.reversed", obj=locked, after=locked.state)
    return found
