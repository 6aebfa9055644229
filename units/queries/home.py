"""What waits for somebody because of a unit: every number is the length of the list behind its link."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from accounts.queries import organisations_run
from registry.queries import links
from registry.states import ClaimState, UnitLinkState
from units.models import UnitApplication
from units.queries import applications, papers, registered, years
from units.states import ApplicationState

_HINTS = {
    ApplicationState.SUBMITTED: "等待属地住建部门或市学时办审核。",
    ApplicationState.RETURNED: "申请被退回，请补正后重新提交。",
    ApplicationState.REFUSED: "未予登记，点开查看理由。",
    ApplicationState.WITHDRAWN: "申请已撤回。",
}
APPLICATIONS_SHOWN = 5


def unit_home(user: User) -> dict[str, Any] | None:
    """The units one acts for, who waits there, and one's own applications; None for whom none of it concerns."""
    own = list(applications.own(user).exclude(state=ApplicationState.ACCEPTED)[:APPLICATIONS_SHOWN])
    run = organisations_run(user)
    if not run and not own:
        return None
    names = list(registered.visible_to(user).filter(pk__in=run).order_by("name")) if run else []
    tasks = []
    if user.has_role(Role.EMPLOYER_ADMIN):
        tasks = [*_people_tasks(user, f"{reverse('units:people')}?state={UnitLinkState.PENDING}"), *_year_tasks(user)]
    return {"names": names, "tasks": [*tasks, *(_application(application) for application in own)]}


def office_tasks(user: User) -> list[dict[str, Any]]:
    """What waits for an office."""
    tasks = [
        {
            "title": "单位登记申请",
            "url": reverse("units:application_list"),
            "hint": "待审核的单位登记；准予登记的同时确定首任单位管理员。",
            "count": applications.to_decide(user).count(),
        },
        *_people_tasks(user, reverse("units:people")),
    ]
    if user.has_role(Role.CITY):
        tasks.append(
            {
                "title": "待核验的资质",
                "url": reverse("units:qualifications_waiting"),
                "hint": "单位报送、尚未核验的资质。",
                "count": papers.to_confirm(user).count(),
            }
        )
    return tasks


def _people_tasks(user: User, address: str) -> list[dict[str, Any]]:
    return [
        {
            "title": "待确认的人员",
            "url": address,
            "hint": "注册时选择单位或申请转入的人员。",
            "count": links.to_decide(user).count(),
        },
        {
            "title": "待核对的注册",
            "url": reverse("units:join_list"),
            "hint": "身份证号已在名册中的注册人，须核对是否本人。",
            "count": links.joins_to_decide(user).count(),
        },
    ]


def _year_tasks(user: User) -> list[dict[str, Any]]:
    """Whose year is short, and who has to mend a claim, among the people of the units one administers."""
    year = timezone.localdate().year
    rows = years.people_in_year(user, None, year)
    address = f"{reverse('units:people_year')}?year={year}"
    return [
        {
            "title": f"{year}年度未达标人员",
            "url": f"{address}&verdict=short",
            "hint": "四项学时中至少一项未达到最低要求；可查看所缺、发出提醒。",
            "count": rows.filter(meets=False).count(),
        },
        {
            "title": "申报被退回的人员",
            "url": f"{address}&claims={ClaimState.RETURNED}",
            "hint": f"{year}年度的申报被退回、本人尚未重新提交。",
            "count": years.with_claims(rows, year, ClaimState.RETURNED).count(),
        },
    ]


def _application(application: UnitApplication) -> dict[str, Any]:
    return {
        "title": f"单位登记申请：{application.name}",
        "url": reverse("units:application_detail", args=[application.pk]),
        "hint": _HINTS[ApplicationState(application.state)],
        "state": application.state,
        "label": application.get_state_display(),
    }
