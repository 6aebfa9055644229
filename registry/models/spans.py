"""The days that activities take, of whatever source, so that one day's claims, classes and courses can be compared."""

from __future__ import annotations

from django.db import models

from registry.models.fields import HoursField
from registry.models.people import Practitioner


class SpanSource(models.TextChoices):
    """What holds the days; `source_id` is the row's id there."""

    CLAIM = "claim", "学时申报"
    ROSTER = "roster", "培训班登记"
    PLATFORM = "platform", "平台学习"


class ActivitySpan(models.Model):
    """Days that one person spent on one activity: `days` of those from `started_on` to `ended_on`, both included.

    `hours` are all the hours of these days. `day_measured`: a day spent so is spent (**D**, a day belongs once); other
    activities (courses by their labelled hours) may share a day, but not beyond its hours. A source whose days are
    known one by one has one row for each.
    """

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="spans", db_index=False)
    source = models.CharField("来源", max_length=10, choices=SpanSource.choices)
    source_id = models.BigIntegerField()
    started_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期")
    days = models.SmallIntegerField("天数")
    hours = HoursField("学时", db_column="tenths")
    day_measured = models.BooleanField("按天认定")

    class Meta:
        verbose_name = "活动日期"
        indexes = [
            models.Index(fields=["practitioner", "ended_on"], name="span_days"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id", "practitioner", "started_on"], name="span_once_per_source"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__gte=models.F("started_on")), name="span_dates_in_order"
            ),
            models.CheckConstraint(condition=models.Q(days__gt=0, hours__gt=0), name="span_takes_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.started_on}至{self.ended_on}"
