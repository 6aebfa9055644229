"""The year as an office sees it: standings to list, counts that equal their lists, the last annual check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.guard import may
from accounts.models import Role, User
from accounts.queries import regions_reviewed
from office.jobs import queries as jobs
from office.jobs.models import Job
from office.jobs.states import UNDER_WAY, JobState
from registry.models import AnnualStanding
from registry.queries.claims import counted, to_decide
from registry.queries.second_looks import to_act
from registry.queries.years import standings_visible_to

KIND = "annual_check"


@dataclass(frozen=True, slots=True)
class Checks:
    """The annual checks of a year: the one under way, and the last one that came to its end."""

    running: Job | None
    last: Job | None


def standings(user: User) -> QuerySet[AnnualStanding]:
    """Standings of the people whom the user's office reviews; the city office sees all."""
    seen = standings_visible_to(user).select_related("practitioner__organisation", "practitioner__region", "adjustment")
    return seen if user.has_role(Role.CITY) else seen.filter(region_id__in=regions_reviewed(user))


def counts(found: QuerySet[AnnualStanding]) -> dict[str, int]:
    """How many of these standings meet the year, and how many do not, from the projection in one query."""
    met, short = Count("pk", filter=Q(meets=True)), Count("pk", filter=Q(meets=False))
    return dict(found.order_by().aggregate(met=met, short=short))


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
    short = standings(user).filter(year=year, meets=False).count()
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
            "count": short,
        },
    ]
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
