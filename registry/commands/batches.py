"""One decision on many claims, as a job: each claim for itself and with its own result.

A claim's decision, its result and the job's place in the list are one transaction, so that a job that lost its worker
goes on where it stopped, and whatever it did is in its results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.errors import Conflict, DomainError, Forbidden, InputError
from accounts.guard import require
from accounts.models import User
from hours_rules import RuleError
from office.audit.commands import record
from office.jobs.commands import enqueue
from office.jobs.models import Job
from registry.commands.claim_input import checked_reason
from registry.commands.decisions import claim_accept, claim_refuse, claim_return
from registry.models import Claim
from registry.queries.claims import queue
from registry.states import ClaimState

KIND = "claim_batch"
MOST = 200
DECISIONS: dict[str, Callable[..., Claim]] = {
    ClaimState.ACCEPTED.value: partial(claim_accept, one_of_many=True),
    ClaimState.RETURNED.value: claim_return,
    ClaimState.REFUSED.value: claim_refuse,
}


@transaction.atomic
def batch_request(
    *,
    actor: User,
    claims: Sequence[int],
    token: UUID,
    decision: ClaimState = ClaimState.ACCEPTED,
    reason: str = "",
) -> Job:
    """Ask for one decision on these claims (their ids), at most 200. The same form (`token`) is the same job.

    Ids that the actor may not see are left out as if they were not there. Raises Forbidden and InputError: `claims`
    for none or too many, `reason` where the decision needs one.
    """
    require(actor, "registry.work_queue")
    reason = checked_reason(reason, needed=decision != ClaimState.ACCEPTED)
    key = f"{KIND}:{actor.pk}:{token}"
    with connection.cursor() as cursor:  # of two posts at once the second waits here and finds the first one's job
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    if existing := Job.objects.filter(key=key).first():
        return existing
    if len(set(claims)) > MOST:
        raise InputError("too_many_claims", f"一次最多办理{MOST}件，已选择{len(set(claims))}件。", field="claims")
    there = list(queue(actor).filter(pk__in=claims).values_list("pk", flat=True))
    if not there:
        raise InputError("no_claims", "没有选择申报，请先勾选。", field="claims")
    params = {"actor": actor.pk, "claims": there, "decision": str(decision), "reason": reason}
    job = enqueue(actor=actor, kind=KIND, key=key, params=params)
    record(actor=actor, action="claim.batch", obj=job, after=decision, reason=reason, rows=len(there))
    return job


@transaction.atomic
def decide_one(*, actor: User, claim_id: int, decision: str, reason: str) -> dict[str, Any]:
    """Decide one claim of a batch; what came of it: `outcome` and, where it was not done, the Chinese `text`.

    In spite of a finding nothing is accepted here: a batch looks at no single claim.
    """
    claim = queue(actor).filter(pk=claim_id).first()
    if claim is None:
        return {"claim": claim_id, "number": "", "outcome": "gone", "text": "已移交其他单位或不再可见。"}
    try:
        with transaction.atomic():
            DECISIONS[decision](actor=actor, claim=claim, reason=reason)
    except (DomainError, RuleError) as error:
        outcome, text = _refusal(error)
    else:
        outcome, text = "done", ""
    return {"claim": claim_id, "number": claim.number, "outcome": outcome, "text": text}


def _refusal(error: DomainError | RuleError) -> tuple[str, str]:
    if isinstance(error, Conflict):
        return "decided", error.message
    if isinstance(error, Forbidden):
        return "elsewhere", "不由本单位受理，或是本人的申报，不能办理。"
    if error.code == "finding_needs_a_look":
        return "finding", str(error)
    return "wrong", str(error)


def summary(results: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many were done, and how many not."""
    done = sum(result["outcome"] == "done" for result in results)
    return {"done": done, "left": len(results) - done}
