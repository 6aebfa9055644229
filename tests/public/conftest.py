"""A made-up notice that differs from the shipped one in every figure a page could have hard-coded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import hours_rules.notices
from hours_rules.types import Notice
from registry.commands.notices import notice_agree, notice_draft, notice_propose
from registry.queries.notices import in_force
from tests.factories import AppointmentFactory

SHIPPED = Path(hours_rules.notices.__file__).parent / "zjf-2021-38.toml"
CHANGES = {
    'id = "舟建发〔2021〕38号"': 'id = "舟建发〔2031〕7号"',
    "2021年度": "2031年度",
    "issued = 2021-04-26": "issued = 2031-03-03",
    "valid_from = 2021-01-01": "valid_from = 2031-01-01",
    "total = 90": 'total = "97.5"',
    "professional = 60": "professional = 61",
    "general_public = 18": "general_public = 19",
    "industry_public = 12": "industry_public = 13",
    "apply_working_days = 10": "apply_working_days = 11",
    "roster_days = 7": "roster_days = 9",
    "yearly_cap = 36": 'yearly_cap = "37.5"',
    'clause = "二（二）8"': 'clause = "二（二）9"',
    'name = "核心刊物", hours = 8': 'name = "顶级刊物", hours = "8.5"',
}


@pytest.fixture
def second_text() -> str:
    """The notice of 2031, as it is written."""
    text = SHIPPED.read_text(encoding="utf-8")
    for before, after in CHANGES.items():
        assert before in text
        text = text.replace(before, after)
    return text


@pytest.fixture
def second_notice(second_text: str) -> Notice:
    """The notice of 2031."""
    return hours_rules.notices.load(second_text)


@pytest.fixture
def both_notices(second_text: str, db: None) -> Any:
    """The portal once two people of the city office have put the notice of 2031 in force."""
    first, second = AppointmentFactory(city=True).user, AppointmentFactory(city=True).user
    version = notice_propose(actor=first, version=notice_draft(actor=first, text=second_text))
    notice_agree(actor=second, version=version)
    return in_force()
