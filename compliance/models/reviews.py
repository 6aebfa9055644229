"""The office's sign-off of one person's year, and its history."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models

from accounts.models import Organisation, Region
from compliance.states import ReviewState
from registry.models import Practitioner


class AnnualReviewQuerySet(models.QuerySet["AnnualReview"]):
    """Sets of reviews; what a user may see comes from `compliance.queries.reviews.visible_to`."""


@pghistory.track()
class AnnualReview(models.Model):
    """年度审核 of one practitioner's year. A year without a row is open: nobody has looked at it yet.

    `region` is the office that reviews: that of the person's unit on 31 December (**D**). It follows the person while
    the year lasts and the review is open, and stays when they move afterwards: a person who then belongs to another
    office gets a row before anybody has looked. `astray` says that the two differ, so that an office's list is a
    condition on its people's own region but for these few. `organisation` is the unit at the decision.

    `seen` are the figures of the standing that the last decision was made on (`compliance.queries.seen`), so that a
    sign-off names what it saw; when they change afterwards the review falls open again and `changed` says so until
    somebody decides anew.
    """

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="annual_reviews")
    year = models.SmallIntegerField("年度")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="审核单位")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    state = models.CharField(
        "状态", max_length=10, choices=ReviewState.choices, default=ReviewState.OPEN, editable=False
    )
    state_at = models.DateTimeField(editable=False)
    changed = models.BooleanField("审核后有变动", default=False, editable=False)
    astray = models.BooleanField(
        default=False, editable=False, help_text="another office than the person's own reviews"
    )
    seen = models.JSONField(default=dict)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("审核时间", null=True, editable=False)
    reason = models.CharField("理由", max_length=500, blank=True)

    objects = AnnualReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "年度审核"
        indexes = [
            models.Index(fields=["year", "region", "state", "practitioner"], name="review_list"),
            # The few of whom a report asks, beside a city's standings: without their table being read.
            models.Index(
                fields=["year", "practitioner"],
                include=["region"],
                condition=models.Q(astray=True),
                name="review_astray",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "year"], name="review_once_a_year"),
            models.CheckConstraint(
                condition=models.Q(state=ReviewState.OPEN)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="review_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(changed=False) | models.Q(state=ReviewState.OPEN), name="review_changed_is_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.practitioner_id}"


class AnnualReviewStep(models.Model):
    """One transition of one review: who (nobody: the system), when, from, to, why, and the figures seen."""

    review = models.ForeignKey(AnnualReview, models.PROTECT, related_name="steps")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=60)
    before = models.CharField(max_length=10, choices=ReviewState.choices, blank=True)
    after = models.CharField(max_length=10, choices=ReviewState.choices)
    reason = models.CharField(max_length=500, blank=True)
    seen = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
