"""Passing many people's year at once, as a job: each person for themselves and with their own result.

Some dozens at a time are one transaction together with the job's place in the list, so that a job that lost its worker
goes on where it stopped, and whatever it did is in its results.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.errors import Conflict, DomainError, Forbidden, InputError
from accounts.guard import require
from accounts.models import User
from compliance.commands.reviews import review_pass
from compliance.queries.reviews import people_of_year, to_review
from office.audit.commands import record
from office.jobs.commands import enqueue
from office.jobs.models import Job
from registry.commands.claim_input import checked_reason
from registry.commands.standing import lock_people

KIND = "review_batch"
MOST = 5_000
AT_ONCE = 50
Result = tuple[int, str, str, str]  # practitioner, name, outcome, what to tell where it was not done


@transaction.atomic
def review_batch_request(*, actor: User, year: int, practitioners: Sequence[int], token: UUID, reason: str = "") -> Job:
    """Ask to pass the year of these people (their ids), at most 5,000. The same form (`token`) is the same job.

    Ids that the actor may not see are left out as if they were not there. Raises Forbidden and InputError: `people`
    for none or too many, `reason`.
    """
    require(actor, "compliance.annual_list")
    reason = checked_reason(reason)
    key = f"{KIND}:{actor.pk}:{token}"
    with connection.cursor() as cursor:  # of two posts at once the second waits here and finds the first one's job
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    if existing := Job.objects.filter(key=key).first():
        return existing
    wanted = set(practitioners)
    if len(wanted) > MOST:
        raise InputError("too_many_people", f"一次最多审核{MOST}人，已选择{len(wanted)}人。", field="people")
    there = to_review(actor, year).filter(practitioner__in=wanted).order_by("practitioner")
    ids = list(there.values_list("practitioner", flat=True))
    if not ids:
        raise InputError("no_people", "没有选择人员，请先勾选。", field="people")
    job = enqueue(
        actor=actor,
        kind=KIND,
        key=key,
        params={"actor": actor.pk, "year": year, "people": ids, "reason": reason},
    )
    record(actor=actor, action="review.batch", obj=job, reason=reason, year=year, rows=len(ids))
    return job


def pass_some(*, actor: User, year: int, practitioners: Sequence[int], reason: str) -> list[Result]:
    """Pass each of these people's year for itself, in the caller's transaction; what came of each, in their order.

    Their locks are taken together, in one order. Who may pass whom is asked anew for each.
    """
    lock_people(practitioners)
    people = people_of_year(actor, year).select_related("region", "organisation__region").in_bulk(list(practitioners))
    results = []
    for pk in practitioners:
        person = people.get(pk)
        if person is None:
            results.append((pk, "", "gone", "已移交其他单位或不再可见。"))
            continue
        try:
            with transaction.atomic():
                review_pass(actor=actor, practitioner=person, year=year, reason=reason)
        except DomainError as error:
            results.append((pk, person.name, *_refusal(error)))
        else:
            results.append((pk, person.name, "done", ""))
    return results


def _refusal(error: DomainError) -> tuple[str, str]:
    if isinstance(error, Conflict):
        return "decided", error.message
    if isinstance(error, Forbidden):
        return "elsewhere", "不由本单位审核，或是本人的年度，不能办理。"
    return "short" if error.code == "deficit" else "wrong", error.message


def summary(results: Sequence[Sequence[Any]]) -> dict[str, int]:
    """How many were passed, and how many not."""
    done = sum(result[2] == "done" for result in results)
    return {"done": done, "left": len(results) - done}
