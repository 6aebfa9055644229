"""What others build on: the names, signatures and sample answers that the rooms above rely on."""

from __future__ import annotations

import inspect
from datetime import date
from decimal import Decimal

import pytest

import hours_rules
from hours_rules import Activity, Entry, RuleError, compose, credit, notice_for, notices, plan
from hours_rules.types import CapApplied, Composition, Credit

NOTICE = notice_for(date(2021, 6, 1))


def test_names() -> None:
    assert set(hours_rules.__all__) == {"Activity", "Entry", "RuleError", "compose", "credit", "notice_for", "plan"}


@pytest.mark.parametrize(
    ("verb", "parameters"),
    [
        (Activity, {"code": ..., "tier": None, "quantity": None, "hours": None, "days": None}),
        (Entry, {"activity": ..., "hours": ...}),
        (notice_for, {"day": ...}),
        (credit, {"activity": ..., "notice": ...}),
        (compose, {"entries": ..., "notice": ..., "adjusted": None}),
        (plan, {"composition": ..., "notice": ...}),
        (notices.load, {"text": ...}),
        (notices.check, {"text": ...}),
        (notices.for_date, {"day": ..., "notices": ...}),
    ],
)
def test_signatures(verb: object, parameters: dict[str, object]) -> None:
    given = inspect.signature(verb).parameters  # type: ignore[arg-type]
    assert {name: ... if p.default is p.empty else p.default for name, p in given.items()} == parameters
    assert list(given) == list(parameters)


def test_two_national_subjects() -> None:
    granted = credit(Activity("licence_exam", tier="national", quantity=2), NOTICE)
    assert granted == Credit(
        hours=Decimal("16"),
        category="professional",
        clause="二（二）1",
        explanation=granted.explanation,
        notice_id="舟建发〔2021〕38号",
    )
    assert "共16学时" in granted.explanation


def test_fifty_hours_of_licence_training() -> None:
    zero = {
        "total": Decimal(0),
        "professional": Decimal(0),
        "industry_public": Decimal(0),
        "general_public": Decimal(0),
    }
    year = compose([Entry("licence_cpd", Decimal("50"))], NOTICE)
    assert isinstance(year, Composition)
    assert year.recorded == zero | {"total": Decimal(50), "professional": Decimal(50)}
    assert year.counted == zero | {"total": Decimal(36), "professional": Decimal(36)}
    cap = CapApplied(
        code="licence_cpd", recorded=Decimal(50), counted=Decimal(36), cap=Decimal(36), clause="二（二）2(1)"
    )
    assert year.caps == (cap,)
    assert year.deficits == dict(zip(zero, map(Decimal, (54, 24, 12, 18)), strict=True))
    assert year.meets is False


def test_the_plan_of_that_year() -> None:
    lines = plan(compose([Entry("licence_cpd", Decimal("50"))], NOTICE), NOTICE)
    assert [(line.category, line.name, line.missing) for line in lines] == [
        ("professional", "专业科目", Decimal(24)),
        ("industry_public", "行业公需科目", Decimal(12)),
        ("general_public", "一般公需科目", Decimal(18)),
    ]


def test_before_the_first_notice_there_is_none() -> None:
    with pytest.raises(RuleError) as refused:
        notice_for(date(2020, 12, 31))
    assert refused.value.code == "no_notice"
    assert str(refused.value) == "2020年12月31日没有生效的继续教育通知，不能认定学时。"


def test_the_error_is_a_value_error_with_a_field() -> None:
    with pytest.raises(ValueError, match="请填写数量。") as refused:
        credit(Activity("paper", tier="core"), NOTICE)
    assert isinstance(refused.value, RuleError)
    assert refused.value.field == "quantity"
    assert refused.value.code == "missing_quantity"


def test_shapes_are_values() -> None:
    assert Activity("paper", tier="core", quantity=1) == Activity("paper", "core", 1)
    with pytest.raises(AttributeError):
        Entry("paper", Decimal(1)).hours = Decimal(2)  # type: ignore[misc]
    with pytest.raises(TypeError):
        NOTICE.minimums["total"] = Decimal(1)  # type: ignore[index]
