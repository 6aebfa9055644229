"""The menu of each role, and what every page knows of the portal (context processor `portal`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.guard import may
from accounts.models import Role
from accounts.models.appointments import UNIT_ROLES
from hours_rules import RuleError
from hours_rules.types import Office
from office.messages.queries import unread_count
from registry.queries.notices import notice_on
from registry.queries.people import practitioner_of

REVIEWERS = (Role.COUNTY, Role.CITY)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of a menu; `current` when the page shown lies under it."""

    label: str
    url: str
    current: bool = False


class Portal:
    """What base.html shows on every page, worked out only when a template asks: fragments cost no query."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def demo(self) -> bool:
        """Whether the data is made up."""
        return bool(settings.DEMO)

    @cached_property
    def office(self) -> Office | None:
        """The hours office as today's notice names it; None on a day without a notice."""
        try:
            return notice_on(timezone.localdate()).office
        except RuleError:
            return None

    @cached_property
    def unread(self) -> int:
        """How many unread messages wait for the user; 100 stands for more than can be counted at a glance."""
        user: Any = getattr(self._request, "user", None)
        return unread_count(user) if user is not None and user.is_authenticated else 0

    @cached_property
    def practitioner(self) -> bool:
        """Whether the user is a person with hours of their own; known already from the menu."""
        user: Any = getattr(self._request, "user", None)
        return user is not None and user.is_authenticated and practitioner_of(user) is not None

    @cached_property
    def menu(self) -> list[MenuItem]:
        """The main menu for this user's roles. The longest address that the page lies under is the current one."""
        entries = [(label, reverse(name)) for label, name in _entries(self._request)]
        path = self._request.path
        under = [url for _, url in entries if path == url or (url != "/" and path.startswith(url))]
        current = max(under, key=len, default="")
        return [MenuItem(label, url, url == current) for label, url in entries]


def _entries(request: HttpRequest) -> list[tuple[str, str]]:
    entries = [("首页", "home")]
    user: Any = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        if practitioner_of(user) is not None:
            entries += [
                ("新建申报", "registry:claim_new"),
                ("我的申报", "registry:claim_list"),
                ("学时台账", "registry:ledger"),
                ("我的证明", "certificates:own"),
            ]
        if user.has_role(*REVIEWERS):
            entries += [
                ("申报审核", "registry:review_queue"),
                ("培训班审核", "courses:review_queue"),
                ("学时汇总表", "courses:roster_list"),
                ("年度达标", "compliance:annual_list"),
                ("学时证明", "certificates:list"),
                ("单位", "units:list"),
            ]
        if user.has_role(*UNIT_ROLES):
            entries += [("本单位", "units:own"), ("培训班", "courses:application_list")]
        if user.has_role(Role.EMPLOYER_ADMIN):
            entries += [
                ("本单位人员", "units:people"),
                ("集体申报", "registry:group_list"),
                ("单位证明", "certificates:bundles"),
            ]
        if may(user, "compliance.reports"):
            entries.append(("统计报表", "compliance:report_list"))
        if user.has_role(Role.AUDITOR):
            entries.append(("审计记录", "audit:list"))
        if user.has_role(Role.CITY):
            entries += [("平台学时", "registry:platform_list"), ("基础设置", "office_settings")]
        if user.has_role(Role.SYSADMIN):
            entries += [("账号管理", "accounts:desk")]
    return [*entries, ("认定标准", "standards")]


def portal(request: HttpRequest) -> dict[str, Portal]:
    """Context processor: `portal.demo`, `portal.menu`, `portal.office`."""
    return {"portal": Portal(request)}
