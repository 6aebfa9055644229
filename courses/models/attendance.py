"""Attendance on the spot: one check-in for each day of a class, and who confirmed being there."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.classes import TrainingClass
from registry.models import Practitioner


def new_secret() -> bytes:
    """What a check-in's codes are made from; it never leaves the portal."""
    return secrets.token_bytes(32)


class CheckIn(models.Model):
    """现场签到 of one day of a class; its code on the screen changes every `CHECK_IN_SECONDS`."""

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="check_ins", verbose_name="培训班")
    day = models.DateField("日期")
    secret = models.BinaryField(max_length=32, default=new_secret, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("开始时间", auto_now_add=True)
    closed_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = "现场签到"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["training_class", "day"], name="check_in_once_a_day")]

    def __str__(self) -> str:
        return f"{self.training_class} {self.day}"


class Attendance(models.Model):
    """One person who was there on one day; taken back (with a reason) it stays, and counts no longer."""

    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="attendances")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="attendances")
    at = models.DateTimeField("签到时间", auto_now_add=True)
    removed_at = models.DateTimeField("作废时间", null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("作废原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "签到记录"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "practitioner"], condition=Q(removed_at__isnull=True), name="attends_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, reason="")
                | Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(reason=""),
                name="attendance_removed_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.check_in.day}"
