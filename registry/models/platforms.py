"""Results of the learning platforms (§二（一）, §二（二）3): a file, its rows on their way, and what was passed."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone

from registry.models.fields import HoursField
from registry.models.people import Practitioner
from registry.platform_states import ImportState, ResultState


@pghistory.track()
class ImportProfile(models.Model):
    """How one platform calls its columns: kept from the first import, used again for every file with the same header.

    `columns` maps our names of columns to headings; `category` holds for the whole file, or `categories` maps what the
    column of categories says to ours. Without a column of hours the prescribed course's count. `passed` are the words
    of the examination column that mean 合格, `pass_mark` the figure from which on a mark does; without that column
    `only_passed` says that the platform exports no others.
    """

    name = models.CharField("名称", max_length=60, unique=True)
    platform = models.CharField("学习平台", max_length=40)
    columns = models.JSONField("列对应")
    category = models.CharField("科目", max_length=20, blank=True)
    categories = models.JSONField("科目对应", default=dict)
    passed = models.JSONField("表示合格的文字", default=list)
    pass_mark = models.SmallIntegerField("合格分数", null=True)
    only_passed = models.BooleanField("只含合格记录", default=False)
    fingerprint = models.CharField(max_length=64, db_index=True, editable=False)
    is_active = models.BooleanField("有效", default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "平台导入方案"
        ordering = ["-is_active", "platform", "name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(exclude=["data_key", "counts", "headings", "guess"])
class PlatformImport(models.Model):
    """One file of a platform, from its arrival to the ledger.

    The file holds ID numbers: it is kept sealed with the row's own data key, and deleted with the key as soon as the
    import is over. `counts` are the figures of check and import; `basis` is the fingerprint of what it was checked by.
    """

    platform = models.CharField("学习平台", max_length=40)
    name = models.CharField("文件名", max_length=150)
    sha256 = models.BinaryField(max_length=32, db_index=True)
    size = models.IntegerField()
    file = models.CharField(max_length=120, blank=True)
    data_key = models.BinaryField(max_length=120, default=b"", editable=False)
    profile = models.ForeignKey(ImportProfile, models.PROTECT, null=True, related_name="imports")
    state = models.CharField(
        "状态", max_length=10, choices=ImportState.choices, default=ImportState.READING, editable=False
    )
    state_at = models.DateTimeField(default=timezone.now, editable=False)
    headings = models.JSONField(default=list)
    guess = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    basis = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=500, blank=True, help_text="why the file could not be read")
    with_warnings = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True, help_text="why rows with findings were imported")
    reversal_reason = models.CharField(max_length=500, blank=True)
    job = models.UUIDField(null=True, help_text="the job under way, or the last one")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "平台学时导入"
        indexes = [models.Index(fields=["-created_at", "-id"], name="platform_import_list")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which office and file cabinet know it: PT, year, serial."""
        return f"PT{timezone.localdate(self.created_at).year}{self.pk:06d}"

    @property
    def sha256_hex(self) -> str:
        """Fingerprint of the file as people compare it."""
        return bytes(self.sha256).hex()


class RowVerdict(models.TextChoices):
    """What the check found of a row."""

    READY = "ready", "可导入"
    WARNED = "warned", "有提示"
    KNOWN = "known", "已登记过"
    ERROR = "error", "不能导入"


class PlatformRow(models.Model):
    """One checked row between preview and import; no ID number in it, only its mask.

    Written by COPY, so nothing is looked up row by row: the references stand without constraints, and the key is the
    only index (a file has 60,000 rows at most, and filters look through one file). What was not imported stays with
    its reason, so that the office can hand it back to the platform.
    """

    pk = models.CompositePrimaryKey("platform_import_id", "row")
    platform_import = models.ForeignKey(
        PlatformImport, models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    row = models.IntegerField("行号")
    verdict = models.CharField(max_length=6, choices=RowVerdict.choices)
    code = models.CharField(max_length=24, blank=True, help_text="of the first problem")
    problems = models.CharField(max_length=600, blank=True)
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    name = models.CharField("姓名", max_length=50, blank=True)
    id_masked = models.CharField("身份证号", max_length=20, blank=True)
    activity = models.CharField(max_length=40, blank=True)
    course_code = models.CharField("课程编号", max_length=120, blank=True)
    course_name = models.CharField("课程名称", max_length=120, blank=True)
    hours = HoursField("学时", null=True, db_column="tenths")
    completed_on = models.DateField("完成日期", null=True)

    class Meta:
        verbose_name = "平台学时记录"

    def __str__(self) -> str:
        return f"第{self.row}行"


class PlatformResult(models.Model):
    """One course passed by one person on a platform: the source row of a ledger entry.

    The same course once a year and person, however often and in however many files it comes; a reversed result makes
    room for a corrected one. `course_code` is the course's name where the platform has no codes.
    """

    platform_import = models.ForeignKey(PlatformImport, models.PROTECT, related_name="results", db_index=False)
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="platform_results", db_index=False)
    platform = models.CharField("学习平台", max_length=40)
    year = models.SmallIntegerField("年度")
    course_code = models.CharField("课程编号", max_length=120)
    course_name = models.CharField("课程名称", max_length=120)
    activity = models.CharField("学时事项", max_length=40)
    hours = HoursField("学时", db_column="tenths")
    completed_on = models.DateField("完成日期")
    state = models.CharField(
        "状态", max_length=10, choices=ResultState.choices, default=ResultState.RECORDED, editable=False
    )

    class Meta:
        verbose_name = "平台学习结果"
        indexes = [models.Index(fields=["platform_import", "id"], name="platform_result_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "year", "platform", "course_code"],
                condition=models.Q(state="recorded"),
                name="platform_result_once",
            ),
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="platform_result_hours_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.course_name}"
