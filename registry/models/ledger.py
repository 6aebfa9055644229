"""The ledger of hours, and the year composed from it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from accounts.models import Region
from registry.models.adjustments import Adjustment
from registry.models.fields import HoursField
from registry.models.people import Practitioner


class EntrySource(models.TextChoices):
    """What put an entry in the ledger; `source_id` is the row's id there."""

    CLAIM = "claim", "学时申报"
    PLATFORM = "platform", "平台学习结果"
    ROSTER = "roster", "培训班登记"
    HISTORY = "history", "往年台账"


class HourEntry(models.Model):
    """One credited line (学时登记): never edited, only reversed by a second, negative line.

    `tenths` holds what the activity was worth before annual caps (**D**: the composition counts, the ledger records).
    `activity` and `category` are the notice's small numbers, so that summing a year reads the covering index alone.
    `corrects` is the line, by then reversed, in whose place a corrected notice put this one: of the same source, so
    that whoever reverses what a source put in reverses what stands of it.
    """

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="entries", db_index=False)
    year = models.SmallIntegerField()
    activity = models.SmallIntegerField()
    category = models.SmallIntegerField()
    hours = HoursField(db_column="tenths")
    source = models.CharField(max_length=10, choices=EntrySource.choices)
    source_id = models.BigIntegerField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by", db_index=False)
    notice_id = models.CharField(max_length=60)
    clause = models.CharField(max_length=30)
    facts = models.JSONField(help_text="what it was credited on, and the explanation shown then")
    reason = models.CharField(max_length=500, blank=True)
    posted_at = models.DateTimeField(auto_now_add=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["year", "practitioner", "activity"], include=["hours"], name="entry_composition"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id", "practitioner"],
                condition=models.Q(reverses__isnull=True, corrects__isnull=True),
                name="entry_once_per_source",
            ),
            models.UniqueConstraint(
                fields=["corrects"], condition=models.Q(corrects__isnull=False), name="entry_corrected_once"
            ),
            models.CheckConstraint(
                condition=models.Q(reverses__isnull=True, hours__gt=0) | models.Q(reverses__isnull=False, hours__lt=0),
                name="entry_negative_only_to_reverse",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'this table is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.practitioner_id} {self.hours}"


class AnnualStanding(models.Model):
    """Composition of one practitioner's year: a projection of the ledger, rebuilt by one statement, never by hand.

    `adjustment` is the one in force whose minimums the verdict was found by; None: the notice's.

    The statement copies person and region from the person's own row, so the database does not look both up again for
    every row it writes: that took as long as all the rest of a check (decision 9).
    """

    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, related_name="standings", db_index=False, db_constraint=False
    )
    year = models.SmallIntegerField()
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    notice_id = models.CharField(max_length=60)
    adjustment = models.ForeignKey(
        Adjustment, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    recorded_total = HoursField()
    recorded_professional = HoursField()
    recorded_industry_public = HoursField()
    recorded_general_public = HoursField()
    counted_total = HoursField()
    counted_professional = HoursField()
    counted_industry_public = HoursField()
    counted_general_public = HoursField()
    deficit_total = HoursField()
    deficit_professional = HoursField()
    deficit_industry_public = HoursField()
    deficit_general_public = HoursField()
    meets = models.BooleanField()

    class Meta:
        verbose_name = "年度组成"
        indexes = [models.Index(fields=["year", "region", "meets", "practitioner"], name="standing_list")]
        constraints = [models.UniqueConstraint(fields=["practitioner", "year"], name="standing_one_per_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.practitioner_id}"

    @property
    def adjusted(self) -> bool:
        """Whether the verdict was found by the person's own minimums; it shows wherever the verdict shows (**D**)."""
        return self.adjustment_id is not None
