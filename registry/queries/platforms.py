"""Imports of platforms' results, their rows and profiles, as the city office sees them."""

from __future__ import annotations

from django.db.models import Count, QuerySet, Sum

from accounts.guard import may
from accounts.models import User
from registry.models import ImportProfile, PlatformImport, PlatformResult, PlatformRow
from registry.platform_states import ImportState
from registry.queries.notices import in_force

KEEP = "registry.platform_import"
# What the check may find of a row, in a few words; the gravest of a row is what the list is filtered by.
PROBLEMS = {
    "person_unknown": "平台中没有此人",
    "name_differs": "姓名与身份证号不符",
    "name_missing": "没有姓名",
    "id_missing": "没有身份证号",
    "id_wrong": "身份证号有误",
    "id_lost_digits": "身份证号存成了数字",
    "own_row": "导入人本人的记录",
    "course_missing": "没有课程",
    "course_wrong": "课程名称或编号有误",
    "category_unknown": "科目不明",
    "category_differs": "科目与名单不一致",
    "platform_not_allowed": "该科目不认定此平台",
    "date_missing": "没有完成日期",
    "date_wrong": "完成日期有误",
    "date_future": "完成日期在今天之后",
    "year_without_notice": "该年度没有生效的通知",
    "result_unknown": "没有考试结果列",
    "not_passed": "考试未合格",
    "hours_wrong": "学时有误",
    "hours_unknown": "无从得知学时",
    "hours_differ": "学时与名单不一致",
    "cell_error": "单元格是错误值",
    "repeated_differs": "文件中重复且不一致",
    "known_differs": "已登记但学时不同",
    "claimed": "本人申报已认定",
    "course_off_list": "不在规定课程名单上",
    "other_platform": "名单上属于另一平台",
    "window_closed": "不在登记时间内",
    "known": "已登记过",
    "repeated": "文件中重复",
}


def platform_names() -> dict[str, str]:
    """Code → name of every platform that a notice in force names (§二（一）), the newest notice's name first."""
    names: dict[str, str] = {}
    for notice in in_force():
        for place in notice.platforms:
            names.setdefault(place.code, place.name)
    return names


def visible_to(user: User) -> QuerySet[PlatformImport]:
    """All imports for the city office; none for others."""
    if not may(user, KEEP):
        return PlatformImport.objects.none()
    return PlatformImport.objects.select_related("profile", "created_by", "confirmed_by")


def rows_of(row: PlatformImport) -> QuerySet[PlatformRow]:
    """The staged rows of an import that the user may see, in the order of the file."""
    return PlatformRow.objects.filter(platform_import=row)


def results_visible_to(user: User) -> QuerySet[PlatformResult]:
    """Every result for the city office; none for others, who see their own in the ledger."""
    if not may(user, KEEP):
        return PlatformResult.objects.none()
    return PlatformResult.objects.select_related("practitioner__organisation", "platform_import")


def sums_of(results: QuerySet[PlatformResult]) -> dict[str, list[int]]:
    """Year → how many courses and how many tenths of hours, oldest year first."""
    sums = results.order_by().values("year").annotate(courses=Count("pk"), total=Sum("hours")).order_by("year")
    return {str(line["year"]): [line["courses"], int(line["total"] * 10)] for line in sums}


def profiles_visible_to(user: User) -> QuerySet[ImportProfile]:
    """The profiles, those in use first."""
    return ImportProfile.objects.all() if may(user, KEEP) else ImportProfile.objects.none()


def earlier_of(row: PlatformImport) -> list[PlatformImport]:
    """Imports that have credited the very same file before, newest first."""
    same = PlatformImport.objects.filter(sha256=row.sha256, state__in=[ImportState.DONE, ImportState.REVERSED])
    return list(same.exclude(pk=row.pk).order_by("-pk")[:5])
