"""The class that an approval makes."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models

from accounts.models import CityOffice, Organisation
from courses.models.applications import ClassApplication
from registry.models.fields import HoursField


class TrainingClassQuerySet(models.QuerySet["TrainingClass"]):
    """Sets of classes; what a user may see comes from `courses.queries.classes.visible_to`."""


@pghistory.track()
class TrainingClass(models.Model):
    """An approved training class: the office's own figure of hours, who gave it, and for which office.

    What the class teaches, and when, stays with its application, which cannot be changed any more; title, organiser and
    days are repeated here for lists. Cancelled is the application's state.
    """

    application = models.OneToOneField(ClassApplication, models.PROTECT, related_name="training_class")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="classes", verbose_name="培训单位")
    title = models.CharField("培训班名称", max_length=100)
    first_day = models.DateField("开班日期")
    last_day = models.DateField("结束日期")
    day_count = models.SmallIntegerField("天数")
    hours = HoursField("认定学时", db_column="tenths")
    office = models.CharField("审核单位", max_length=10, choices=CityOffice.choices)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_by_name = models.CharField("审核人", max_length=60)
    approved_at = models.DateTimeField("审核时间")

    objects = TrainingClassQuerySet.as_manager()

    class Meta:
        verbose_name = "培训班"
        indexes = [
            models.Index(fields=["-first_day", "-id"], name="training_class_by_day"),
            models.Index(fields=["organisation", "-first_day", "-id"], name="training_class_of_unit"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(hours__gt=0, day_count__gt=0), name="training_class_takes_time"),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="training_class_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title
