"""What waits for a unit because of its classes: every number is the length of the list behind its link."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Role, User
from courses.models import ClassApplication
from courses.queries import applications
from courses.states import ApplicationState

SHOWN = 5


def unit_tasks(user: User) -> list[dict[str, Any]]:
    """Applications that came back, each by its name, and how many drafts there are; empty for who acts for no unit."""
    if not user.has_role(Role.ORGANISER, Role.EMPLOYER_ADMIN):
        return []
    own = applications.of_units_of(user)
    back = own.filter(state=ApplicationState.RETURNED).order_by("-state_at", "-pk")[:SHOWN]
    drafts = {
        "title": "培训班申请草稿",
        "url": f"{reverse('courses:application_list')}?state={ApplicationState.DRAFT}",
        "hint": "还没有提交的培训班申请，开班前10个工作日须提交。",
        "count": own.filter(state=ApplicationState.DRAFT).count(),
    }
    return [*(_returned(application) for application in back), drafts]


def _returned(application: ClassApplication) -> dict[str, Any]:
    return {
        "title": f"培训班申请：{application.title}",
        "url": reverse("courses:application_detail", args=[application.pk]),
        "hint": "申请被退回，请修改后重新提交。",
        "state": application.state,
        "label": application.get_state_display(),
    }
