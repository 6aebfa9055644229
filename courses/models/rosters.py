"""附件2: the roster of a class, or an office's ledger of a past year, its rows and its history."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models

from accounts.models import Organisation
from accounts.sealed import SealedModel, SealedTextField
from courses.models.classes import TrainingClass
from courses.states import RosterState
from registry.models import Practitioner
from registry.models.fields import HoursField


class RosterKind(models.TextChoices):
    """What the workbook is: a class's roster, or an office's old ledger."""

    CLASS = "class", "培训班学员登记"
    HISTORY = "history", "往年台账"


class RowVerdict(models.TextChoices):
    """What the check found of a row: the gravest thing."""

    READY = "ready", "无误"
    WARNED = "warned", "有提示"
    ERROR = "error", "有错误"


class RosterQuerySet(models.QuerySet["Roster"]):
    """Sets of rosters; what a user may see comes from `courses.queries.rosters.visible_to`."""


@pghistory.track(exclude=["data_key", "filler_phone"])
class Roster(SealedModel):
    """The roster (学时登记信息汇总表) that a class awaits, or a past year's ledger (then `year`, without a class).

    `revision` counts the checks whose rows may have reached the ledger: it grows when a reversed roster is checked
    again, so that the lines posted before keep their rows. The rows' ID numbers and phones are sealed with this row's
    data key. `counts` are the figures of the last check; `file` is the workbook as it was handed in.
    """

    kind = models.CharField("类别", max_length=10, choices=RosterKind.choices, default=RosterKind.CLASS)
    training_class = models.OneToOneField(
        TrainingClass, models.PROTECT, null=True, related_name="roster", verbose_name="培训班"
    )
    year = models.SmallIntegerField("年度", null=True, help_text="of a past year's ledger")
    number = models.CharField("受理编号", max_length=20, unique=True, null=True, editable=False)
    token = models.UUIDField(unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(
        "状态", max_length=10, choices=RosterState.choices, default=RosterState.AWAITED, editable=False
    )
    state_at = models.DateTimeField(editable=False)
    revision = models.SmallIntegerField(default=1, editable=False)
    job_id = models.UUIDField(null=True, editable=False)
    file = models.FileField(upload_to="rosters", max_length=120, blank=True)
    file_name = models.CharField("文件名", max_length=150, blank=True)
    file_sha256 = models.BinaryField(max_length=32, null=True)
    file_problem = models.CharField("文件问题", max_length=600, blank=True)
    headings = models.JSONField(default=dict, help_text="key of a column → what the file calls it")
    counts = models.JSONField(default=dict)
    filler = models.CharField("填报人", max_length=50, blank=True)
    filler_phone = SealedTextField(aad="courses.roster.filler_phone")
    filled_on = models.DateField("填报日期", null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    is_late = models.BooleanField("逾期报送", default=False, editable=False)
    late_reason = models.CharField("逾期原因", max_length=300, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField("确认时间", null=True, editable=False)
    paper_received_on = models.DateField("纸质盖章件收到日期", null=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = "学时登记信息汇总表"
        indexes = [models.Index(fields=["state", "submitted_at", "id"], name="roster_queue")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=RosterKind.CLASS, training_class__isnull=False, year__isnull=True)
                | models.Q(kind=RosterKind.HISTORY, training_class__isnull=True, year__isnull=False),
                name="roster_of_class_or_year",
            ),
            models.CheckConstraint(
                condition=models.Q(is_late=False) | ~models.Q(late_reason=""), name="roster_late_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number or (self.training_class.title if self.training_class else f"{self.year}年台账")


class RosterStep(models.Model):
    """One transition of one roster: who, when, from, to, why."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="steps")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=60)
    before = models.CharField(max_length=10, choices=RosterState.choices, blank=True)
    after = models.CharField(max_length=10, choices=RosterState.choices)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]


class RosterRow(models.Model):
    """One person of a roster as the workbook states them; `row` is its number in the sheet.

    `id_number` and `phone` are sealed with the roster's data key. `practitioner` is whom the ID number named when it
    was checked; a person not registered yet is created, unclaimed, when the roster is confirmed. The ledger's lines
    point here (`source_id`), so rows of a confirmed revision stay.

    Written by COPY, tens of thousands at a time: the references stand without constraints, which PostgreSQL would check
    row by row, and filters look through one roster.
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="rows", db_index=False, db_constraint=False)
    revision = models.SmallIntegerField(editable=False)
    row = models.IntegerField("行号")
    verdict = models.CharField("核对结果", max_length=10, choices=RowVerdict.choices)
    problems = models.JSONField(default=list, help_text="code, key of the column, words; of each problem")
    mended = models.BooleanField("在线更正", default=False)
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, null=True, related_name="roster_rows", db_index=False, db_constraint=False
    )
    training_unit = models.CharField("培训单位", max_length=100, blank=True)
    class_title = models.CharField("培训班名称", max_length=100, blank=True)
    name = models.CharField("姓名", max_length=50, blank=True)
    sex = models.CharField("性别", max_length=6, blank=True)
    employer_name = models.CharField("企业名称", max_length=100, blank=True)
    employer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    id_number = models.BinaryField(default=b"", help_text="sealed with the roster's data key")
    id_hash = models.BinaryField(max_length=40, null=True, editable=False)
    id_last4 = models.CharField(max_length=4, blank=True)
    phone = models.BinaryField(default=b"", help_text="sealed with the roster's data key")
    series = models.CharField("职称专业系列", max_length=50, blank=True)
    title_level = models.CharField("职称级别", max_length=10, blank=True)
    title = models.CharField("职称", max_length=30, blank=True)
    hours = HoursField("认定学时", db_column="tenths", null=True)
    is_municipal = models.BooleanField("是否市属单位人员", null=True)

    class Meta:
        verbose_name = "汇总表行"
        constraints = [
            models.UniqueConstraint(fields=["roster", "revision", "row"], name="roster_row_once"),
        ]
        indexes = [models.Index(fields=["id_hash"], name="roster_row_person")]

    def __str__(self) -> str:
        return f"第{self.row}行"
