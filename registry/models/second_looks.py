"""A random sample of what was accepted is looked at once more, by somebody else."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models

from accounts.models import Region
from registry.models.claims import Claim
from registry.states import SecondLookState


@pghistory.track()
class SampleRate(models.Model):
    """How many per cent of a region's accepted claims are drawn; a region without a row has the default."""

    region = models.OneToOneField(Region, models.PROTECT, primary_key=True, related_name="sample_rate")
    percent = models.DecimalField("抽查比例（%）", max_digits=4, decimal_places=1)
    reason = models.CharField("依据", max_length=500)

    class Meta:
        verbose_name = "抽查比例"
        constraints = [
            models.CheckConstraint(condition=models.Q(percent__gte=0, percent__lte=100), name="sample_rate_per_cent"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.percent}%"


class SecondLook(models.Model):
    """One accepted claim, drawn when it was accepted (抽查复核). Who disagrees opens a reversal; another decides it."""

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="second_look")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="受理单位")
    first_reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(
        "状态", max_length=10, choices=SecondLookState.choices, default=SecondLookState.OPEN, editable=False
    )
    drawn_at = models.DateTimeField("抽取时间", auto_now_add=True)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    looked_at = models.DateTimeField("复核时间", null=True)
    opinion = models.CharField("复核意见", max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("裁定时间", null=True)
    decision = models.CharField("裁定理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "抽查复核"
        indexes = [
            models.Index(fields=["state", "drawn_at", "id"], name="look_by_state"),
            models.Index(fields=["region", "drawn_at", "id"], name="look_by_region"),
            models.Index(fields=["drawn_at", "id"], name="look_by_date"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(looked_by=models.F("first_reviewer")), name="look_by_somebody_else"
            ),
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("looked_by"))
                & ~models.Q(decided_by=models.F("first_reviewer")),
                name="look_decided_by_a_third",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.get_state_display()}"
