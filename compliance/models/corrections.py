"""A corrected notice for years already in use: what was asked for, who agreed, what was posted."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from compliance.models.trials import Trial
from compliance.states import CORRECTION_LIVE, CorrectionState
from office.jobs.models import Job
from registry.models import NoticeVersion


@pghistory.track()
class Correction(models.Model):
    """更正: a version that replaces the one in force, with the years it judges anew and the ledger credited again.

    `trial` is the list of people and lines, before and after, that both persons saw. `reversed_lines`, `posted_lines`
    and `standings` are what was really written: the ledger may have moved since the trial.
    """

    version = models.ForeignKey(NoticeVersion, models.PROTECT, related_name="corrections", verbose_name="标准")
    trial = models.OneToOneField(Trial, models.PROTECT, related_name="correction")
    years = ArrayField(models.SmallIntegerField(), verbose_name="年度")
    authority = models.CharField("依据", max_length=300)
    reason = models.CharField("理由", max_length=500)
    state = models.CharField(
        "状态", max_length=10, choices=CorrectionState.choices, default=CorrectionState.PROPOSED, editable=False
    )
    proposed_at = models.DateTimeField("提出时间", auto_now_add=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("复核时间", null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    remark = models.CharField("复核意见", max_length=500, blank=True)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField("登记完成时间", null=True)
    reversed_lines = models.IntegerField("冲销", default=0)
    posted_lines = models.IntegerField("重新登记", default=0)
    standings = models.IntegerField("有变化的年度组成", default=0)

    class Meta:
        verbose_name = "更正"
        indexes = [models.Index(fields=["-proposed_at", "-id"], name="correction_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(state__in=CORRECTION_LIVE), name="correction_one_live"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[CorrectionState.POSTING, CorrectionState.POSTED])
                | models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by")),
                name="correction_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} 更正"
