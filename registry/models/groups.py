"""One unit's claim for many people (§三（三）): an envelope around one claim each."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from registry.models.facts import StatedFacts


class GroupClaimQuerySet(models.QuerySet["GroupClaim"]):
    """Sets of group claims; what a user may see comes from `registry.queries.groups.visible_to`."""


@pghistory.track()
class GroupClaim(StatedFacts):
    """The envelope (集体申报): the facts that all its people share, its own proofs, and who filed it.

    It has no state: each person's claim has one. `submitted_at` says when it was first handed in, `withdrawn_at` when
    the unit took it back as a whole. `token` makes a form posted twice one envelope.
    """

    token = models.UUIDField(unique=True, editable=False)
    number = models.CharField("受理编号", max_length=20, unique=True, null=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="group_claims", verbose_name="单位")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GroupClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "集体申报"
        indexes = [models.Index(fields=["organisation", "-id"], name="group_claim_of_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__gte=models.F("started_on")), name="group_claim_dates_in_order"
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="group_claim_hours_positive"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(number__isnull=False),
                name="group_claim_numbered_once_submitted",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"集体申报草稿 {self.pk}"
