"""The closing statement of an office's year: numbered, frozen, never changed."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

import pgtrigger
from django.conf import settings
from django.db import models

from accounts.models import Region


class YearClosingQuerySet(models.QuerySet["YearClosing"]):
    """Sets of closing statements; what a user may see comes from `compliance.queries.closings.visible_to`."""


class YearClosing(models.Model):
    """年度审核汇总表 of one office: who was reviewed with which result, as it stood when the office closed the year.

    `figures` and `rows` are the document's data, not links to what may change later; `sha256` is over both and what the
    head says, so that a later look shows whether a document is the one that was made. A new statement of the same year
    and office supersedes the last one; neither is ever changed.
    """

    number = models.CharField("编号", max_length=20, unique=True)
    year = models.SmallIntegerField("年度")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="审核单位")
    sequence = models.SmallIntegerField()
    office_name = models.CharField("审核单位名称", max_length=60)
    notice_id = models.CharField("依据", max_length=60)
    closed_at = models.DateTimeField("办结时间")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_by_name = models.CharField("经办人", max_length=60)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    figures = models.JSONField()
    rows = models.JSONField()
    sha256 = models.CharField(max_length=64)

    objects = YearClosingQuerySet.as_manager()

    class Meta:
        verbose_name = "年度审核汇总表"
        ordering = ["-year", "region", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["year", "region", "sequence"], name="closing_in_sequence"),
        ]
        triggers = [
            pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'this table is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def fingerprint(self) -> str:
        """SHA-256 of what the document says, whatever order the database keeps its keys in."""
        said = {
            "number": self.number,
            "year": self.year,
            "region": self.region_id,
            "notice": self.notice_id,
            "closed_at": self.closed_at.astimezone(UTC).isoformat(),
            "closed_by": self.closed_by_name,
            "figures": self.figures,
            "rows": self.rows,
        }
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def is_intact(self) -> bool:
        """Whether what is kept is what was frozen."""
        return self.fingerprint() == self.sha256
