"""What the city office sets for the whole portal, on one page: notices, years, working days, offices as printed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.pages import page_for
from office.calendars.queries import years_wanted


@page_for("calendars.keep")
@require_safe
def office_settings(request: HttpRequest) -> HttpResponse:
    """A task list of the settings; what is missing is said beside it."""
    years = "、".join(f"{year}年" for year in years_wanted(timezone.localdate()))
    missing = f"{years}待录入" if years else ""
    tasks = [
        _task("认定标准的版本", "registry:notice_list", "起草、比较、由两人生效；查看每一版的条款和约定。"),
        _task("标准试算", "compliance:draft_trial_list", "新标准印发前，先看哪些人会新增未达标、新增达标。"),
        _task("标准更正", "compliance:correction_list", "更正已适用年度的标准：列出前后变化，两人办理后重新登记。"),
        _task("年度设置", "registry:yearly_now", "各年度的登记时间和规定课程。"),
        _task("最低学时调整", "registry:adjustment_list", "有文件依据的，调低个别人员某一年度的最低学时，两人办理。"),
        _task("达标提醒", "compliance:reminder_plan", "登记截止前按计划提醒未达标人员和单位；发送前可预览。"),
        _task("抽查比例", "registry:sample_rates", "已认定的申报中由另一人复核的比例，各单位分别设定。"),
        _task(
            "平台学时导入",
            "registry:platform_list",
            "学习平台导出的一般公需、行业公需和网络课件学习结果，核对后成批登记。",
        ),
        _task(
            "工作日",
            "calendars:list",
            "放假和调休安排，用于计算办班申请的期限。",
            f"{missing}待录入" if missing else "",
        ),
        _task("办公信息", "accounts:offices", "各主管部门印在文书上的名称、地址和联系方式。"),
    ]
    return render(request, "settings.html", {"tasks": tasks})


def _task(title: str, name: str, hint: str, label: str = "") -> dict[str, str]:
    return {"title": title, "url": reverse(name), "hint": hint, "label": label, "state": "returned"}
