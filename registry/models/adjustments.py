"""One person's own minimums for one year (**D**), entered by one person of the city office, approved by another."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.conf import settings
from django.db import models

from registry.adjustment_states import ADJUSTMENT_LIVE, AdjustmentState
from registry.models.fields import HoursField
from registry.models.people import Practitioner

FIGURES = ("total", "professional", "industry_public", "general_public")


@pghistory.track()
class Adjustment(models.Model):
    """Lowered minimums (调整最低学时) of a practitioner's year; a figure left empty stays the notice's.

    The notice grants no exemption, so each names the `authority` it rests on. Only what is approved counts, in the
    statement that composes standings and in `hours_rules.compose` alike.
    """

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="adjustments")
    year = models.SmallIntegerField("年度")
    minimum_total = HoursField("合计", null=True)
    minimum_professional = HoursField("专业科目", null=True)
    minimum_industry_public = HoursField("行业公需科目", null=True)
    minimum_general_public = HoursField("一般公需科目", null=True)
    authority = models.CharField("依据", max_length=300)
    reason = models.CharField("理由", max_length=500)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=AdjustmentState.choices,
        default=AdjustmentState.ENTERED,
        editable=False,
    )
    entered_at = models.DateTimeField("提出时间", auto_now_add=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("复核时间", null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    remark = models.CharField("复核意见", max_length=500, blank=True)
    revoked_at = models.DateTimeField("撤销时间", null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoke_reason = models.CharField("撤销理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "最低学时调整"
        indexes = [
            models.Index(fields=["year", "-entered_at", "-id"], name="adjustment_list"),
            # What the statement reads: nothing else of the table is touched by a check of a million people.
            models.Index(
                fields=["year", "practitioner"],
                condition=models.Q(state=AdjustmentState.APPROVED),
                name="adjustment_in_force",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "year"],
                condition=models.Q(state__in=ADJUSTMENT_LIVE),
                name="adjustment_one_live_a_year",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[AdjustmentState.APPROVED, AdjustmentState.REVOKED])
                | models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("entered_by")),
                name="adjustment_by_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(*((f"minimum_{name}__isnull", False) for name in FIGURES), _connector="OR"),
                name="adjustment_of_something",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    *(
                        models.Q(**{f"minimum_{name}__isnull": True}) | models.Q(**{f"minimum_{name}__gte": 0})
                        for name in FIGURES
                    )
                ),
                name="adjustment_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.year}年度"

    @property
    def minimums(self) -> dict[str, Decimal]:
        """The adjusted figures by category or "total", as `hours_rules.compose` takes them; those of the notice not."""
        given = {name: getattr(self, f"minimum_{name}") for name in FIGURES}
        return {name: hours for name, hours in given.items() if hours is not None}
