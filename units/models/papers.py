"""What proves a unit: its qualifications (资质) and, for providers of face-to-face classes, its filings (§三)."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from units.states import PaperState


class Bureau(models.TextChoices):
    """The two bureaus that a provider of face-to-face classes is filed with (§三)."""

    PERSONNEL = "personnel", "市人社局"
    CONSTRUCTION = "construction", "市住建局"


class Proof(models.Model):
    """A file that proves something of a unit. It lies under a random name outside the web root."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="proofs")
    file = models.FileField(upload_to="units", max_length=120)
    name = models.CharField("文件名", max_length=150)
    media_type = models.CharField(max_length=40)
    size = models.IntegerField()
    sha256 = models.BinaryField(max_length=32)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "单位证明材料"

    def __str__(self) -> str:
        return self.name


class _Paper(models.Model):
    """What both papers have: dates (`valid_to` is the last day, none for good), state, and who decided why."""

    valid_to = models.DateField("有效期至", null=True)
    proof = models.OneToOneField(Proof, models.PROTECT, null=True, related_name="%(class)s")
    token = models.UUIDField(unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=PaperState.choices, default=PaperState.PENDING)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField("理由", max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def is_expired(self) -> bool:
        """Whether its last day is past."""
        return self.valid_to is not None and self.valid_to < timezone.localdate()


@pghistory.track()
class Qualification(_Paper):
    """资质: a grade in one field. Filed by the unit it waits to be confirmed; entered by 市学时办 it is confirmed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="qualifications")
    name = models.CharField("资质名称", max_length=60)
    grade = models.CharField("等级", max_length=20)
    number = models.CharField("证书编号", max_length=60)
    valid_from = models.DateField("有效期起")

    class Meta:
        verbose_name = "资质"
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number", "name", "grade"],
                condition=Q(state__in=["pending", "confirmed"]),
                name="qualification_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="qualification_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["filed_at", "id"], name="qualification_waiting", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return f"{self.name}{self.grade}"


@pghistory.track()
class ProviderFiling(_Paper):
    """面授辅导机构备案 with one bureau, as 市学时办 keeps it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="filings")
    bureau = models.CharField("备案部门", max_length=12, choices=Bureau.choices)
    number = models.CharField("备案号", max_length=60)
    filed_on = models.DateField("备案日期")

    class Meta:
        verbose_name = "面授辅导机构备案"
        ordering = ["bureau", "-filed_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "bureau", "number"], condition=Q(state="confirmed"), name="filing_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("filed_on")),
                name="filing_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_bureau_display()}备案{self.number}"
