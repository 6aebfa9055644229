"""The table of printed accounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from accounts.models import Role
from registry.models import Practitioner
from zsjxjy.demo.people import PRINTED
from zsjxjy.demo.staff import PASSWORD, STAFF, Account

HEADINGS = ("用户名", "密码", "角色", "是谁")
DUTIES = {
    Role.SYSADMIN: "账号与任职",
    Role.AUDITOR: "审计",
    Role.EMPLOYER_ADMIN: "单位人员",
    Role.ORGANISER: "培训班",
    Role.COUNTY: "审核本县（区）人员的申报",
    Role.CITY: "审核市属单位人员的申报，查看全市",
}
STORIES = ("学时还差一点，有退回、待审核和草稿", "本年度已达标", "市属单位，由市学时办审核")


def accounts_table() -> str:
    """User name, password, role and what each printed account is good for, in columns."""
    rows = [HEADINGS, *_practitioners(), *(_staff(account) for account in STAFF)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(_line(row, widths) for row in rows)


def _practitioners() -> Iterator[tuple[str, str, str, str]]:
    people = {
        person.user.username: person
        for person in Practitioner.objects.filter(user__username__in=PRINTED).select_related("user", "organisation")
        if person.user
    }
    for username, story in zip(PRINTED, STORIES, strict=True):
        person = people[username]
        yield username, PASSWORD, "专业技术人员", f"{person.name}，{person.unit_name}；{story}"


def _staff(account: Account) -> tuple[str, str, str, str]:
    place = f"{account.unit.name}；" if account.unit else ""
    return account.username, PASSWORD, account.role.label, f"{account.display_name}；{place}{DUTIES[account.role]}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
