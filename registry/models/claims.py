"""Claim, its history and its evidence."""

from __future__ import annotations

import unicodedata

import pghistory
from django.conf import settings
from django.db import models

from accounts.models import Region
from registry.models.facts import StatedFacts
from registry.models.groups import GroupClaim
from registry.models.people import Practitioner
from registry.states import ClaimState

SHORTEST_KEY = 4


def certificate_key(number: str) -> str:
    """A certificate's number as it is compared and searched: letters and digits alone, of one width and case.

    Empty for what tells no certificate apart: without a digit (暂无), or with fewer than four signs.
    """
    most = Claim._meta.get_field("certificate_key").max_length
    signs = [sign for sign in unicodedata.normalize("NFKC", number).upper() if sign.isalnum()][:most]
    if len(signs) < SHORTEST_KEY or not any(sign.isdigit() for sign in signs):
        return ""
    return "".join(signs)


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Sets of claims; what a user may see comes from `registry.queries.claims.visible_to`."""


@pghistory.track()
class Claim(StatedFacts):
    """One practitioner's request to have one activity credited (学时申报).

    `hours`, `category`, `clause`, `explanation` and `notice_id` are what `hours_rules.credit` answered for the facts;
    `region` is the office that decides, fixed when the claim is handed in. `token` makes a form posted twice one claim.
    `finding_count` is how many serious findings there were when it was handed in, for the lists; a decision asks anew.
    `group` is the envelope of a claim that the person's unit filed.
    """

    token = models.UUIDField(unique=True, editable=False)
    number = models.CharField("受理编号", max_length=20, unique=True, null=True, editable=False)
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="claims")
    group = models.ForeignKey(
        GroupClaim, models.PROTECT, null=True, editable=False, related_name="claims", verbose_name="集体申报"
    )
    region = models.ForeignKey(Region, models.PROTECT, related_name="claims", verbose_name="受理单位")
    state = models.CharField(
        "状态", max_length=10, choices=ClaimState.choices, default=ClaimState.DRAFT, editable=False
    )
    state_at = models.DateTimeField(editable=False)
    certificate_number = models.CharField("证书（文号）编号", max_length=60, blank=True)
    certificate_key = models.CharField(max_length=60, blank=True, editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    finding_count = models.SmallIntegerField("提交时的提示", default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "学时申报"
        indexes = [
            models.Index(fields=["region", "state", "submitted_at", "id"], name="claim_queue"),
            models.Index(fields=["state", "submitted_at", "id"], name="claim_queue_all"),
            models.Index(fields=["region", "submitted_at", "id"], name="claim_region_by_date"),
            models.Index(fields=["submitted_at", "id"], name="claim_by_date"),
            models.Index(
                fields=["region", "submitted_at", "id"],
                name="claim_queue_told",
                condition=models.Q(state="submitted", finding_count__gt=0),
            ),
            models.Index(fields=["practitioner", "year", "-id"], name="claim_own"),
            models.Index(
                fields=["certificate_key"],
                name="claim_certificate",
                condition=~models.Q(certificate_key=""),
                opclasses=["text_pattern_ops"],
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on__gte=models.F("started_on")), name="claim_dates_in_order"
            ),
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="claim_hours_positive"),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "withdrawn"]) | models.Q(number__isnull=False),
                name="claim_numbered_once_submitted",
            ),
            models.UniqueConstraint(
                fields=["group", "practitioner"],
                condition=models.Q(group__isnull=False) & ~models.Q(state="withdrawn"),
                name="claim_once_per_group",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"草稿 {self.pk}"


class ClaimStep(models.Model):
    """One transition of one claim: who, when, from, to, why.

    A hand-over to another office leaves the state as it was and names the two offices (`moved_from`, `moved_to`).
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="steps")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=60)
    before = models.CharField(max_length=10, choices=ClaimState.choices)
    after = models.CharField(max_length=10, choices=ClaimState.choices)
    moved_from = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    moved_to = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    findings = models.JSONField(default=list, help_text="what it was accepted in spite of: code and text of each")

    class Meta:
        ordering = ["id"]


class Evidence(models.Model):
    """One proof handed in with a claim, or with the envelope of a group's claims.

    The file lies under a random name outside the web root.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="evidence")
    group = models.ForeignKey(GroupClaim, models.PROTECT, null=True, related_name="evidence")
    kind = models.CharField("材料类型", max_length=40)
    file = models.FileField(upload_to="evidence", max_length=120)
    name = models.CharField("文件名", max_length=150)
    media_type = models.CharField(max_length=40)
    size = models.IntegerField()
    pages = models.PositiveIntegerField("页数", null=True)  # unknown of what was handed in before previews
    sha256 = models.BinaryField(max_length=32, db_index=True)
    token = models.UUIDField(unique=True, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            # One file may prove two things (a notice and a certificate in one scan), but each of them once.
            models.UniqueConstraint(fields=["claim", "kind", "sha256"], name="evidence_once_per_kind"),
            models.UniqueConstraint(fields=["group", "kind", "sha256"], name="evidence_once_per_kind_of_group"),
            models.CheckConstraint(
                condition=models.Q(claim__isnull=False, group__isnull=True)
                | models.Q(claim__isnull=True, group__isnull=False),
                name="evidence_of_a_claim_or_a_group",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sha256_hex(self) -> str:
        """Fingerprint of the file as people compare it."""
        return bytes(self.sha256).hex()
