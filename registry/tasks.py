"""What workers run for the registry room."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from office.jobs.registry import JobRun, handler
from registry.commands.batches import KIND as BATCH
from registry.commands.batches import decide_one, summary
from registry.commands.notices import RECOMPOSE
from registry.commands.standing import buckets, lock_bucket, refresh_bucket


@handler(RECOMPOSE, name="按新标准重新组成年度学时", result_template="registry/notices/_recomposed.html")
def recompose(run: JobRun) -> dict[str, object]:
    """After a notice came into force: every standing of the years it judges, bucket by bucket, each a transaction."""
    steps = [(year, bucket) for year in run.params["years"] for bucket in buckets()]
    start, changed = run.checkpoint.get("done", 0), run.checkpoint.get("changed", 0)
    for done, (year, bucket) in enumerate(steps, 1):
        if done <= start:
            continue
        with transaction.atomic():
            lock_bucket(bucket)
            found = refresh_bucket(bucket, year)
            changed += found.added + found.changed
            run.progress(done, len(steps), note=f"{year}年度", checkpoint={"done": done, "changed": changed})
    return {"years": run.params["years"], "changed": changed}


@handler(BATCH, name="批量办理学时申报", result_template="registry/review/_batch_result.html")
def decide_batch(run: JobRun) -> dict[str, object]:
    """One decision on many claims, each a transaction; who may decide is asked anew for each."""
    ids, results = run.params["claims"], list(run.checkpoint.get("results", []))
    for claim_id in ids[len(results) :]:
        with transaction.atomic():
            results.append(
                decide_one(
                    actor=User.objects.get(pk=run.params["actor"]),
                    claim_id=claim_id,
                    decision=run.params["decision"],
                    reason=run.params["reason"],
                )
            )
            run.progress(len(results), len(ids), checkpoint={"results": results})
    return {"decision": run.params["decision"], **summary(results), "results": results}
