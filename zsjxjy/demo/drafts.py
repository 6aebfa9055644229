"""A draft of next year's notice in the demo, 24 hours of general public subjects instead of 18, and a trial of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from compliance.commands.draft_trials import trial_request
from hours_rules.notices import shipped_texts
from registry.commands.notices import notice_draft
from registry.models import NoticeVersion
from zsjxjy.demo.days import Days, start_of
from zsjxjy.demo.staff import CITY_OFFICE
from zsjxjy.demo.steps import City, Step

REMARK = "征求意见稿：一般公需科目由18学时提高到24学时，合计仍为90学时。"


def draft_steps(days: Days) -> list[Step]:
    """Drafted two days ago; tried out now on this year, in which most people of the demo did something."""
    this, opened = days.years[-1], start_of(days.first)
    drafted = max(days.now - timedelta(days=2), opened + (days.now - opened) / 2)
    return [
        Step(drafted, partial(_draft, year=this + 1)),
        Step(days.now, partial(_try, year=this)),
    ]


def _draft(city: City, *, year: int) -> None:
    text = shipped_texts()[-1]
    for before, after in (
        ('id = "舟建发〔2021〕38号"', f'id = "舟建发〔{year}〕征求意见稿"'),
        ("关于做好2021年度", f"关于做好{year}年度"),
        ("issued = 2021-04-26", f"issued = {year}-01-01"),
        ("valid_from = 2021-01-01", f"valid_from = {year}-01-01"),
        ("general_public = 18", "general_public = 24"),
    ):
        text = text.replace(before, after, 1)
    notice_draft(actor=city.users[CITY_OFFICE.username], text=text, remark=REMARK)


def _try(city: City, *, year: int) -> None:
    version = NoticeVersion.objects.get(remark=REMARK)
    trial_request(actor=city.users[CITY_OFFICE.username], version=version, years=[year])
