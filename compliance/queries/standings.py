"""The year as an office sees it: counts that equal their lists, the last annual check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.guard import may
from accounts.models import User
from compliance.queries.reviews import CHANGED, waiting_numbers
from compliance.states import ReviewState
from office.jobs import queries as jobs
from office.jobs.models import Job
from office.jobs.states import UNDER_WAY, JobState
from registry.queries.adjustments import to_approve
from registry.queries.claims import counted, to_decide
from registry.queries.notices import has_notice
from registry.queries.second_looks import to_act

KIND = "annual_check"


@dataclass(frozen=True, slots=True)
class Checks:
    """The annual checks of a year: the one under way, and the last one that came to its end."""

    running: Job | None
    last: Job | None


def checks_of(user: User, year: int) -> Checks:
    """Annual checks of a year that the user may see."""
    of_year = jobs.visible_to(user).filter(kind=KIND, params__year=year)
    running = of_year.filter(state__in=UNDER_WAY).order_by("-created_at").first()
    return Checks(running, of_year.filter(state=JobState.DONE).order_by("-finished_at").first())


def under_way(year: int) -> Job | None:
    """The check of the year that waits or runs, or None."""
    return Job.objects.filter(kind=KIND, params__year=year, state__in=UNDER_WAY).order_by("-created_at").first()


def drift_of(user: User, job_id: str) -> list[int]:
    """Ids of the people whose standing a check found different from the ledger; empty for a check one may not see."""
    job = jobs.visible_to(user).filter(kind=KIND, pk=job_id).first()
    return list(job.result.get("drift_ids", [])) if job else []


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
    may_check = may(user, "compliance.annual_check")
    if may_check:
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
