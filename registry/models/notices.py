"""NoticeVersion: the text of a notice as the portal works from it, from draft to force."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models

from registry.states import NoticeState


@pghistory.track(exclude=["text"])
class NoticeVersion(models.Model):
    """One text of one notice. Those in force together are the notices that judge; each first day is theirs once.

    `text` never changes: its SHA-256 is what the second person agreed to. `drafted_by` is NULL for what the package
    ships.
    """

    notice_id = models.CharField("文号", max_length=60)
    title = models.CharField("标题", max_length=200)
    valid_from = models.DateField("适用起始日期")
    text = models.TextField(editable=False)
    sha256 = models.BinaryField(max_length=32, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=NoticeState.choices, default=NoticeState.DRAFT, editable=False
    )
    remark = models.CharField("修改说明", max_length=300, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    in_force_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "认定标准版本"
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from"],
                condition=models.Q(state="in_force"),
                name="notice_one_in_force_per_first_day",
            ),
            models.UniqueConstraint(
                fields=["notice_id"],
                condition=models.Q(state="in_force"),
                name="notice_one_in_force_per_number",
            ),
            models.CheckConstraint(
                condition=~models.Q(agreed_by=models.F("proposed_by")) | models.Q(agreed_by__isnull=True),
                name="notice_agreed_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} 第{self.pk}稿"

    @property
    def sha256_hex(self) -> str:
        """Fingerprint of the text as people compare it."""
        return bytes(self.sha256).hex()
