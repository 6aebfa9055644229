"""A unit's application for registration with its history, and what happened to a unit since."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Business, Organisation, OrganisationKind, Region
from units.states import ApplicationState


class UnitApplication(models.Model):
    """A unit asks to be registered; accepted, it becomes an Organisation with the applicant as its 单位管理员.

    `token` makes a form posted twice one application.
    """

    token = models.UUIDField(unique=True, editable=False)
    number = models.CharField("受理编号", max_length=20, unique=True, editable=False)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="unit_applications")
    state = models.CharField(
        "状态", max_length=10, choices=ApplicationState.choices, default=ApplicationState.SUBMITTED, editable=False
    )
    state_at = models.DateTimeField(editable=False)
    submitted_at = models.DateTimeField("提交时间", editable=False)
    name = models.CharField("单位名称", max_length=100)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    old_code = models.CharField("组织机构代码", max_length=9, null=True)
    kind = models.CharField("单位性质", max_length=20, choices=OrganisationKind.choices)
    business = models.CharField("业务类别", max_length=20, choices=Business.choices)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="属地")
    address = models.CharField("单位地址", max_length=120)
    contact_name = models.CharField("联系人", max_length=30)
    phone = models.CharField("联系电话", max_length=20)
    organisation = models.OneToOneField(Organisation, models.PROTECT, null=True, related_name="application")

    class Meta:
        verbose_name = "单位登记申请"
        indexes = [
            models.Index(fields=["state", "submitted_at", "id"], name="application_queue_all"),
            models.Index(fields=["region", "state", "submitted_at", "id"], name="application_queue"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uscc__isnull=False) | models.Q(old_code__isnull=False), name="application_has_code"
            ),
            models.CheckConstraint(
                condition=models.Q(state=ApplicationState.ACCEPTED, organisation__isnull=False)
                | ~models.Q(state=ApplicationState.ACCEPTED) & models.Q(organisation__isnull=True),
                name="application_accepted_has_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def code(self) -> str:
        """The USCC, or the old code of a unit without one."""
        return self.uscc or self.old_code or ""


class UnitApplicationStep(models.Model):
    """One transition of one application: who, when, from, to, why."""

    application = models.ForeignKey(UnitApplication, models.PROTECT, related_name="steps")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=60)
    before = models.CharField(max_length=10, choices=ApplicationState.choices, blank=True)
    after = models.CharField(max_length=10, choices=ApplicationState.choices)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]


class UnitChange(models.Model):
    """One thing that happened to a unit, as its page tells it: who, when, what before and after, why.

    The row's own history in the database (pghistory) is the proof; this is the reading of it.
    """

    class What(models.TextChoices):
        """What happened."""

        REGISTERED = "registered", "准予登记"
        CHANGED = "changed", "变更信息"
        CLOSED = "closed", "停用"
        REOPENED = "reopened", "恢复"
        ABSORBED = "absorbed", "并入其他登记"
        KEPT = "kept", "合并其他登记"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="changes")
    what = models.CharField("事项", max_length=12, choices=What.choices)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=60)
    details = models.JSONField(default=list, help_text="pairs and triples of words: field, before, after")
    reason = models.CharField("理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "单位变更记录"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_what_display()}"
