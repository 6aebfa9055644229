"""What workers run for the registry room."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from office.jobs.registry import JobRun, handler
from registry.commands.batches import KIND as BATCH
from registry.commands.batches import decide_one, summary
from registry.commands.notices import RECOMPOSE
from registry.commands.platforms.credit import import_credit
from registry.commands.platforms.imports import CHECK, CREDIT, UNDO
from registry.commands.platforms.reading import import_check
from registry.commands.platforms.undo import import_undo
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


PLATFORM_RESULT = "registry/platforms/_job_result.html"


@handler(CHECK, name="核对平台学时文件", result_template=PLATFORM_RESULT)
def check_platform_file(run: JobRun) -> dict[str, object]:
    """Read a platform's file and check every row; what it writes it writes at once, so a next attempt starts anew."""
    row = import_check(pk=run.params["import"], progress=lambda done, total, note: run.progress(done, total, note=note))
    return {"import": row.pk}


@handler(CREDIT, name="导入平台学时", result_template=PLATFORM_RESULT)
def credit_platform_import(run: JobRun) -> dict[str, object]:
    """Credit a confirmed import; each chunk's checkpoint stands exactly when the chunk does."""

    def progress(done: int, total: int, after: int) -> None:
        run.progress(done, total, note=f"已处理{done}条", checkpoint={"after": after})

    import_credit(pk=run.params["import"], after=run.checkpoint.get("after", 0), progress=progress)
    return {"import": run.params["import"]}


@handler(UNDO, name="撤销平台学时导入", result_template=PLATFORM_RESULT)
def undo_platform_import(run: JobRun) -> dict[str, object]:
    """Reverse everything an import credited."""
    actor = User.objects.get(pk=run.params["actor"])
    import_undo(pk=run.params["import"], actor=actor, progress=run.progress)
    return {"import": run.params["import"]}
