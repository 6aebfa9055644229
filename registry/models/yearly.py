"""What the city office sets for a year: its registration window and its prescribed public courses."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models

from registry.models.fields import HoursField
from registry.models.people import Practitioner


@pghistory.track()
class RegistrationWindow(models.Model):
    """When activities of a year may be claimed (§三（四） 在规定时间内); a year without a row has the default."""

    year = models.SmallIntegerField("年度", primary_key=True)
    opens_on = models.DateField("开始日期")
    closes_on = models.DateField("截止日期")
    reason = models.CharField("依据", max_length=300)

    class Meta:
        verbose_name = "登记时间"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(condition=models.Q(closes_on__gte=models.F("opens_on")), name="window_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年度 {self.opens_on}至{self.closes_on}"


@pghistory.track()
class WindowReopening(models.Model):
    """A year opened again for one person until `until` (included), for a reason; over sooner once it is closed."""

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="reopenings")
    year = models.SmallIntegerField("年度")
    until = models.DateField("截止日期")
    reason = models.CharField("理由", max_length=300)
    opened_at = models.DateTimeField("开放时间", auto_now_add=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField("关闭时间", null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "个人补登"
        indexes = [
            models.Index(fields=["year", "-opened_at", "-id"], name="reopening_list"),
            models.Index(fields=["practitioner", "year"], name="reopening_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.year}年度 至{self.until}"


@pghistory.track()
class PrescribedCourse(models.Model):
    """A public course that counts in a year (§二（一） 当年规定课程), on a platform that the notice allows."""

    year = models.SmallIntegerField("年度")
    code = models.CharField("课程编号", max_length=40)
    name = models.CharField("课程名称", max_length=120)
    category = models.CharField("科目", max_length=20)
    hours = HoursField("学时")
    platform = models.CharField("学习平台", max_length=40)
    is_active = models.BooleanField("有效", default=True)

    class Meta:
        verbose_name = "规定课程"
        ordering = ["category", "code"]
        constraints = [
            models.UniqueConstraint(fields=["year", "code"], name="course_once_a_year"),
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="course_hours_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
