"""附件1: a unit's application for a training class, its lecturers, timetable, attachments and history."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Organisation, Region
from courses.states import ApplicationState, Route
from registry.models.fields import HoursField


class Delivery(models.TextChoices):
    """The teaching forms of §三; whether a unit runs the class itself is a fact of its own."""

    FACE_TO_FACE = "face_to_face", "集中面授"
    ONLINE = "online", "网络学习"
    MIXED = "mixed", "面授与网络结合"


class Assessment(models.TextChoices):
    """How a class assesses (§四 严格考核)."""

    ATTENDANCE = "attendance", "考勤"
    EXAMINATION = "examination", "考试"
    BOTH = "both", "考勤和考试"


class AttachmentKind(models.TextChoices):
    """What goes with the form (§三)."""

    CLASS_PLAN = "class_plan", "办班方案"
    LETTER = "letter", "正式文件或函件"
    QUALIFICATION = "qualification", "资质证明"
    TRAINEE_LIST = "trainee_list", "培训人员清单"
    OTHER = "other", "其他材料"


class ApplicationPart(models.TextChoices):
    """The parts in which an application is filled in, and sent back to be mended."""

    UNIT = "unit", "单位和联系人"
    CLASS = "class", "培训班"
    LECTURERS = "lecturers", "授课教师"
    TIMETABLE = "timetable", "课程安排"
    ATTACHMENTS = "attachments", "申请材料"


class ClassApplicationQuerySet(models.QuerySet["ClassApplication"]):
    """Sets of applications; what a user may see comes from `courses.queries.applications.visible_to`."""


@pghistory.track(exclude=["contact_phone"])
class ClassApplication(models.Model):
    """A unit asks for a training class (培训班申请, 附件1). One row from draft to decision.

    A draft may be incomplete. `first_day`, `last_day`, `day_count` and `asked_hours` are worked out from the timetable
    whenever it is saved. What the form prints of the unit (`unit_…`), the `route` and the county's `region` are fixed
    when it is handed in. `handed_in_at` is the first hand-in, by which the ten working days are counted;
    `submitted_at` the latest. `token` makes a form posted twice one application. `mended_parts` were changed since the
    application came back.
    """

    token = models.UUIDField(unique=True, editable=False)
    number = models.CharField("受理编号", max_length=20, unique=True, null=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="class_applications", verbose_name="单位"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    state = models.CharField(
        "状态", max_length=10, choices=ApplicationState.choices, default=ApplicationState.DRAFT, editable=False
    )
    state_at = models.DateTimeField(editable=False)
    route = models.CharField("办理方式", max_length=1, choices=Route.choices, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="class_applications", verbose_name="属地")
    handed_in_at = models.DateTimeField("首次提交时间", null=True, editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    is_late = models.BooleanField("逾期申请", default=False, editable=False)
    late_reason = models.CharField("逾期原因", max_length=300, blank=True)
    unit_name = models.CharField("单位名称", max_length=100, blank=True)
    unit_code = models.CharField("组织机构代码", max_length=18, blank=True)
    unit_address = models.CharField("单位地址", max_length=120, blank=True)
    contact_name = models.CharField("联系人", max_length=30, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    title = models.CharField("培训名称", max_length=100, blank=True)
    content = models.TextField("培训主要内容", max_length=2000, blank=True)
    place = models.CharField("培训地点", max_length=120, blank=True)
    delivery = models.CharField("培训形式", max_length=12, choices=Delivery.choices, blank=True)
    is_self_run = models.BooleanField("自主办班", null=True)
    levels: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, help_text="codes of TitleLevel"
    )
    specialties: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, help_text="codes of Specialty"
    )
    assessment = models.CharField("考核方式", max_length=12, choices=Assessment.choices, blank=True)
    planned_number = models.IntegerField("计划培训人数", null=True)
    registration = models.CharField("报名方式", max_length=300, blank=True)
    first_day = models.DateField("开班日期", null=True, editable=False)
    last_day = models.DateField("结束日期", null=True, editable=False)
    day_count = models.SmallIntegerField("天数", default=0, editable=False)
    asked_hours = HoursField("申请学时", db_column="asked_tenths", null=True, editable=False)
    mended_parts: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=12), default=list, blank=True, editable=False, help_text="codes of ApplicationPart"
    )

    objects = ClassApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "培训班申请"
        indexes = [
            models.Index(fields=["state", "submitted_at", "id"], name="class_queue_all"),
            models.Index(fields=["region", "state", "submitted_at", "id"], name="class_queue"),
            models.Index(fields=["organisation", "-created_at", "-id"], name="class_of_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=ApplicationState.DRAFT)
                | models.Q(
                    number__isnull=False,
                    handed_in_at__isnull=False,
                    submitted_at__isnull=False,
                    first_day__isnull=False,
                    last_day__isnull=False,
                    asked_hours__isnull=False,
                ),
                name="class_handed_in_is_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(is_late=False) | ~models.Q(late_reason=""), name="class_late_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title or "未命名培训班"


class ClassApplicationStep(models.Model):
    """One transition of one application: who, when, from, to, why, and which parts a return asks to mend."""

    application = models.ForeignKey(ClassApplication, models.PROTECT, related_name="steps")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=60)
    before = models.CharField(max_length=10, choices=ApplicationState.choices, blank=True)
    after = models.CharField(max_length=10, choices=ApplicationState.choices)
    reason = models.CharField(max_length=500, blank=True)
    parts: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=12), default=list, blank=True, help_text="codes of ApplicationPart"
    )

    class Meta:
        ordering = ["id"]


class Lecturer(models.Model):
    """One lecturer of a class; on route B each must be 高级工程师 or above (§三（二）)."""

    application = models.ForeignKey(ClassApplication, models.CASCADE, related_name="lecturers")
    order = models.SmallIntegerField(default=0)
    name = models.CharField("姓名", max_length=50)
    unit = models.CharField("单位", max_length=100)
    title = models.CharField("职称", max_length=30)

    class Meta:
        verbose_name = "授课教师"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """One line of the timetable: a day, from–to (none for online study), what is taught by whom, and its hours."""

    application = models.ForeignKey(ClassApplication, models.CASCADE, related_name="sessions")
    day = models.DateField("日期")
    starts = models.TimeField("开始", null=True)
    ends = models.TimeField("结束", null=True)
    hours = HoursField("学时", db_column="tenths")
    topic = models.CharField("课程内容", max_length=120)
    lecturer = models.ForeignKey(Lecturer, models.SET_NULL, null=True, related_name="sessions", verbose_name="授课教师")

    class Meta:
        verbose_name = "课程安排"
        ordering = ["day", "starts", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="session_takes_time"),
            models.CheckConstraint(
                condition=models.Q(starts__isnull=True, ends__isnull=True)
                | models.Q(starts__isnull=False, ends__gt=models.F("starts")),
                name="session_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.topic}"


class Attachment(models.Model):
    """A file that goes with the form. It lies under a random name outside the web root."""

    application = models.ForeignKey(ClassApplication, models.PROTECT, related_name="attachments")
    kind = models.CharField("材料", max_length=16, choices=AttachmentKind.choices)
    file = models.FileField(upload_to="classes", max_length=120)
    name = models.CharField("文件名", max_length=150)
    media_type = models.CharField(max_length=40)
    size = models.IntegerField()
    sha256 = models.BinaryField(max_length=32)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "培训班申请材料"
        ordering = ["kind", "id"]

    def __str__(self) -> str:
        return self.name
