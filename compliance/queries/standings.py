"""The year as an office sees it: counts that equal their lists, the last annual check."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.guard import may
from accounts.models import User
from compliance.queries.checks import checks_of, drifted
from compliance.queries.corrections import to_agree
from compliance.queries.reviews import CHANGED, waiting_numbers
from compliance.states import ReviewState
from office.jobs import queries as jobs
from office.jobs.states import JobState
from registry.queries.adjustments import to_approve
from registry.queries.claims import counted, to_decide
from registry.queries.notices import has_notice
from registry.queries.second_looks import to_act


def office_dashboard(user: User) -> dict[str, Any]:
    """What waits for an office: every number is the length of the list behind its link."""
    year = timezone.localdate().year
    numbers = waiting_numbers(user, year)
    tasks = [
        {
            "title": "待审核的学时申报",
            "url": reverse("registry:review_queue"),
            "hint": "由本单位受理、尚未办理的申报，先交先审。",
            "count": counted(to_decide(user)),
        },
        {
            "title": f"{year}年度未达标人员",
            "url": f"{reverse('compliance:annual_list')}?year={year}&verdict=short",
            "hint": "四项学时中至少一项未达到最低要求。",
            "count": numbers["short"],
        },
        *_review_tasks(year, numbers),
    ]
    if has_notice(year - 1):
        tasks += _review_tasks(year - 1, waiting_numbers(user, year - 1))
    looks = counted(to_act(user))
    if looks:
        tasks.append(
            {
                "title": "待复核或裁定的抽查",
                "url": f"{reverse('registry:look_list')}?state=mine",
                "hint": "随机抽中的已认定申报，由初审以外的人员复核。",
                "count": looks,
            }
        )
    second = to_approve(user).count() if may(user, "registry.adjustments_keep") else 0
    if second:
        tasks.append(
            {
                "title": "待复核的最低学时调整",
                "url": f"{reverse('registry:adjustment_list')}?state=mine",
                "hint": "由他人提出，须经第二人复核后生效。",
                "count": second,
            }
        )
    waiting = to_agree(user).count()
    if waiting:
        tasks.append(
            {
                "title": "待复核的标准更正",
                "url": reverse("compliance:correction_list"),
                "hint": "由他人提出，须核对更正前后的名单，经第二人同意后登记。",
                "count": waiting,
            }
        )
    may_check = may(user, "compliance.annual_check")
    if may_check:
        tasks += [
            {
                "title": f"{job.params['year']}年度核算与台账不符人员",
                "url": f"{reverse('compliance:annual_list')}?year={job.params['year']}&check={job.pk}",
                "hint": "年度组成与台账不符，已按台账更正；请查看名单，并联系系统管理员查明原因。",
                "count": job.result["drift"],
            }
            for job in drifted(user, year)
        ]
        tasks.append(
            {
                "title": "未完成的后台任务",
                "url": f"{reverse('jobs:list')}?state={JobState.FAILED}",
                "hint": "多次尝试后仍未完成，需要查看原因或重新开始。",
                "count": jobs.visible_to(user).filter(state=JobState.FAILED).count(),
            }
        )
    return {
        "year": year,
        "tasks": tasks,
        "may_check": may_check,
        "checks": checks_of(user, year) if may_check else None,
    }


def _review_tasks(year: int, numbers: dict[str, int]) -> list[dict[str, Any]]:
    """What waits for the own office's signature of a year, as far as there is anything."""
    address = f"{reverse('compliance:annual_list')}?year={year}&region=own"
    lines = [
        (
            f"{year}年度达标待审核人员",
            f"{address}&verdict=met&review={ReviewState.OPEN}",
            "由本单位审核、已达标、尚未审核；可以批量通过。",
            numbers["waiting"],
        ),
        (
            f"{year}年度审核后有变动人员",
            f"{address}&review={CHANGED}",
            "审核后学时有变动，须重新审核。",
            numbers["changed"],
        ),
    ]
    return [{"title": title, "url": url, "hint": hint, "count": count} for title, url, hint, count in lines if count]
