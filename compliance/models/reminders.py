"""The plan of reminders before a year's window closes, and the rows that make each reminder one."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Organisation
from registry.models import Practitioner

MOST_DAYS = 180


@pghistory.track()
class ReminderStep(models.Model):
    """One step of a year's plan: who is short is reminded `days` before the registration window closes.

    A year without rows has the usual plan (`compliance.queries.reminders.USUAL_DAYS`). `done_at` is when a run last
    came to its end; the schedule leaves a step alone that has one.
    """

    year = models.SmallIntegerField("年度")
    days = models.SmallIntegerField("提前天数")
    is_on = models.BooleanField("启用", default=True)
    done_at = models.DateTimeField("发送时间", null=True, editable=False)

    class Meta:
        verbose_name = "提醒步骤"
        ordering = ["-year", "-days"]
        constraints = [
            models.UniqueConstraint(fields=["year", "days"], name="reminder_step_once"),
            models.CheckConstraint(condition=models.Q(days__gte=1, days__lte=MOST_DAYS), name="reminder_step_days"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.days}"


class Reminder(models.Model):
    """A person was reminded at a step: written in the transaction of the message, and never twice."""

    step = models.ForeignKey(ReminderStep, models.PROTECT, related_name="reminders", db_index=False)
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "本人提醒"
        constraints = [models.UniqueConstraint(fields=["step", "practitioner"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.step_id} {self.practitioner_id}"


class UnitReminder(models.Model):
    """A unit's administrators were told at a step how many of its people are short; never twice.

    `people` are those who were short then, `without_account` those among them whom no message reaches, `told` the
    administrators written to. A unit without any has no row: it is told as soon as a run finds one.
    """

    step = models.ForeignKey(ReminderStep, models.PROTECT, related_name="unit_reminders", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    people = models.IntegerField()
    without_account = models.IntegerField()
    told = models.IntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "单位提醒"
        constraints = [models.UniqueConstraint(fields=["step", "organisation"], name="unit_reminder_once")]

    def __str__(self) -> str:
        return f"{self.step_id} {self.organisation_id}"
