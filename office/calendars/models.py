"""Years that have data, and in them the days that differ from the week's own order."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models


class CalendarYear(models.Model):
    """A year whose holidays and make-up working days are known; a year without a row answers no question."""

    year = models.SmallIntegerField("年份", primary_key=True)
    source = models.CharField("依据", max_length=120)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "工作日年份"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year}年"


@pghistory.track()
class SpecialDay(models.Model):
    """A weekday off, or a Saturday or Sunday on which the offices work."""

    date = models.DateField("日期", primary_key=True)
    year = models.ForeignKey(CalendarYear, models.PROTECT, related_name="days")
    is_working = models.BooleanField("是否上班")
    name = models.CharField("说明", max_length=40)

    class Meta:
        verbose_name = "特殊日期"
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_working=True, date__iso_week_day__in=[6, 7])
                | models.Q(is_working=False, date__iso_week_day__in=[1, 2, 3, 4, 5]),
                name="special_day_differs_from_its_weekday",
            ),
            models.CheckConstraint(condition=models.Q(date__year=models.F("year_id")), name="special_day_of_its_year"),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {'上班' if self.is_working else '放假'}"
