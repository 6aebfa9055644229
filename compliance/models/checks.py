"""The ranges of practitioners that an annual check is split into, each claimed and finished by one worker."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from office.jobs.models import Job


class CheckRange(models.Model):
    """One bucket of people in one annual check, and what was found there.

    A worker claims it by locking the row and finishes it in the transaction that refreshes the bucket: whoever is
    killed in between leaves it unclaimed and untouched, so nobody's range is done twice and no lease runs out.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="check_ranges")
    bucket = models.IntegerField()
    done_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    people = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    drift_ids = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = "年度核算分段"
        ordering = ["bucket"]
        constraints = [models.UniqueConstraint(fields=["job", "bucket"], name="check_range_once")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.bucket}"
