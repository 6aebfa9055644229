"""What workers run for the registry room."""

from __future__ import annotations

from django.db import transaction

from office.jobs.registry import JobRun, handler
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
