"""A notice tried out on a year of the ledger before it judges anybody: what it would make of each person and line."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Region
from office.jobs.models import Job
from registry.models import HourEntry, NoticeVersion, Practitioner
from registry.models.fields import HoursField
from registry.queries.recrediting import Verdict

NAMES = ("total", "professional", "industry_public", "general_public")


class Outcome(models.TextChoices):
    """What the other notice does to a person's verdict."""

    NEWLY_SHORT = "newly_short", "新增未达标"
    NEWLY_MET = "newly_met", "新增达标"
    STILL_SHORT = "still_short", "仍未达标"
    STILL_MET = "still_met", "仍达标"


class Trial(models.Model):
    """One run of one version over the ledger as it stood then. It is no part of the ledger and judges nobody.

    `numbers` are its people by year, region, specialty, level and outcome, counted once at the end. The lines are
    thrown away with the trial after `settings.WHAT_IF_DAYS`.
    """

    version = models.ForeignKey(NoticeVersion, models.PROTECT, related_name="trials", verbose_name="标准")
    years = ArrayField(models.SmallIntegerField(), verbose_name="年度")
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField("试算时间", auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    numbers = models.JSONField(default=list)

    class Meta:
        verbose_name = "标准试算"
        indexes = [models.Index(fields=["-requested_at", "-id"], name="trial_list")]

    def __str__(self) -> str:
        return f"{self.version} {self.years}"


def _hours() -> HoursField:
    return HoursField()


class TrialLine(models.Model):
    """One person's year as it stands (`was_…`) and as the tried version would have it.

    Person and region are copied by the statement from the person's own row, as a standing's are (decision 9).
    """

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="lines", db_index=False)
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    year = models.SmallIntegerField()
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    was_counted_total = _hours()
    was_counted_professional = _hours()
    was_counted_industry_public = _hours()
    was_counted_general_public = _hours()
    was_deficit_total = _hours()
    was_deficit_professional = _hours()
    was_deficit_industry_public = _hours()
    was_deficit_general_public = _hours()
    counted_total = _hours()
    counted_professional = _hours()
    counted_industry_public = _hours()
    counted_general_public = _hours()
    deficit_total = _hours()
    deficit_professional = _hours()
    deficit_industry_public = _hours()
    deficit_general_public = _hours()

    class Meta:
        verbose_name = "试算人员"
        indexes = [
            models.Index(fields=["trial", "outcome", "region", "practitioner"], name="trial_line_list"),
        ]
        constraints = [models.UniqueConstraint(fields=["trial", "practitioner", "year"], name="trial_line_once")]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.practitioner_id} {self.outcome}"


class TrialEntry(models.Model):
    """One line of the ledger that the tried version would not have credited as it stands."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="entries", db_index=False)
    entry = models.ForeignKey(HourEntry, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    year = models.SmallIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    before = _hours()
    after = _hours()
    clause = models.CharField(max_length=30)
    said = models.CharField(max_length=500)

    class Meta:
        verbose_name = "试算登记"
        indexes = [models.Index(fields=["trial", "practitioner"], name="trial_entry_list")]
        constraints = [models.UniqueConstraint(fields=["trial", "entry"], name="trial_entry_once")]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.entry_id}"
