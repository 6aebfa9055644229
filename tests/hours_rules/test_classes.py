"""The conditions of §三 for a training class, one by one, and the routes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from hours_rules.classes import (
    MET,
    ROUTE_A,
    ROUTE_B,
    UNKNOWN,
    UNMET,
    ClassFacts,
    Condition,
    conditions,
    is_late,
    is_senior,
    proofs_of,
    route_of,
    taught_hours,
)
from hours_rules.notices import shipped

(NOTICE,) = shipped()
RULES = NOTICE.class_rules
HANDED_IN, FIRST = date(2021, 9, 1), date(2021, 9, 20)
ALL = frozenset({"class_plan", "letter", "qualification", "trainee_list"})
GOOD = ClassFacts(
    route=ROUTE_B,
    handed_in=HANDED_IN,
    first_day=FIRST,
    working_days=10,
    latest=date(2021, 9, 3),
    hours_by_day={FIRST: Decimal(8), FIRST + timedelta(days=1): Decimal(8)},
    delivery="face_to_face",
    grade="一级",
    filed=True,
    lecturers=(("郑远航", "正高级工程师"), ("方知微", "高级工程师")),
    attachments=ALL,
)


def by_code(facts: ClassFacts) -> dict[str, Condition]:
    """The conditions of these facts."""
    return {condition.code: condition for condition in conditions(facts, NOTICE)}


def test_a_class_that_has_everything_is_held_up_by_nothing() -> None:
    found = by_code(GOOD)
    assert {condition.state for condition in found.values()} == {MET}
    assert not any(condition.holds_up for condition in found.values())
    assert {condition.clause for condition in found.values()} == {"三", "三（二）", "二（二）2(3)"}


def hours(*of_days: str) -> dict[date, Decimal]:
    """So many hours on days that follow each other."""
    return {FIRST + timedelta(days=n): Decimal(text) for n, text in enumerate(of_days)}


@pytest.mark.parametrize(
    ("code", "changes", "state", "blocks", "says"),
    [
        ("working_days", {"working_days": 9}, UNMET, False, "只有9个工作日"),
        ("working_days", {"working_days": 0}, UNMET, False, "只有0个工作日"),
        ("working_days", {"working_days": 10, "latest": None}, MET, False, "不少于10个工作日"),
        ("working_days", {"working_days": 10}, MET, False, "最迟应于2021年9月3日提交"),
        ("working_days", {"first_day": HANDED_IN, "working_days": None}, UNMET, True, "不晚于提交日期"),
        ("working_days", {"first_day": date(2021, 8, 31), "working_days": None}, UNMET, True, "不晚于提交日期"),
        ("working_days", {"working_days": None, "calendar_problem": "没有2022年"}, UNKNOWN, True, "没有2022年"),
        ("working_days", {"first_day": None, "working_days": None}, UNKNOWN, True, "填好课程安排"),
        ("grade", {"grade": ""}, UNMET, True, "没有查到"),
        ("grade", {"grade": "二级"}, UNMET, True, "有效资质：二级"),
        ("grade", {"grade": "乙级"}, UNMET, True, "有效资质：乙级"),
        ("grade", {"grade": "特级"}, MET, True, "特级"),
        ("grade", {"grade": "壹级"}, MET, True, "壹级"),
        ("grade", {"grade": "综合资质"}, MET, True, "综合资质"),
        ("grade", {"grade": "甲级"}, MET, True, "甲级"),
        ("lecturer_titles", {"lecturers": ()}, UNKNOWN, True, "填写授课教师后"),
        ("lecturer_titles", {"lecturers": (("林海", "工程师"), ("郑远航", "教授"))}, UNMET, True, "林海（工程师）"),
        ("lecturer_titles", {"lecturers": (("林海", ""),)}, UNMET, True, "林海（职称未填）"),
        ("daily_hours", {"hours_by_day": {}}, UNKNOWN, True, "填好课程安排"),
        ("daily_hours", {"hours_by_day": hours("8", "8.1")}, UNMET, True, "2021年9月21日8.1学时"),
        ("daily_hours", {"hours_by_day": hours("8", "8", "0.5")}, MET, True, "共3天，16.5学时"),
        ("face_to_face_hours", {"hours_by_day": hours("8", "7.9")}, UNMET, True, "还差0.1学时"),
        ("face_to_face_hours", {"hours_by_day": hours("8", "8")}, MET, True, "16学时"),
        ("face_to_face_hours", {"hours_by_day": {}}, UNKNOWN, True, "填好课程安排"),
        ("provider_filed", {"filed": False}, UNMET, True, "有效备案"),
        ("class_plan", {"attachments": ALL - {"class_plan"}}, UNMET, True, "还没有上传"),
        ("letter", {"attachments": ALL - {"letter"}}, UNMET, True, "须盖章"),
        ("qualification", {"attachments": ALL - {"qualification"}}, UNMET, True, "资质证书"),
        ("trainee_list", {"attachments": ALL - {"trainee_list"}}, UNMET, True, "还没有上传"),
    ],
)
def test_each_condition(code: str, changes: dict[str, Any], state: str, blocks: bool, says: str) -> None:
    found = by_code(replace(GOOD, **changes))[code]
    assert (found.state, found.blocks) == (state, blocks and not (code == "working_days" and state == MET))
    assert says in found.words
    assert found.holds_up == (found.blocks and state != MET)


@pytest.mark.parametrize(
    ("business", "route"),
    [("construction", ROUTE_B), ("design", ROUTE_B), ("other", ROUTE_A), ("", ROUTE_A)],
)
def test_the_route_follows_the_business(business: str, route: str) -> None:
    assert route_of(business) == route


@pytest.mark.parametrize(
    ("route", "delivery", "asked"),
    [
        (ROUTE_A, "online", ["working_days", "daily_hours", "class_plan"]),
        (ROUTE_A, "mixed", ["working_days", "daily_hours", "class_plan"]),
        (
            ROUTE_A,
            "face_to_face",
            ["working_days", "daily_hours", "face_to_face_hours", "provider_filed", "class_plan"],
        ),
        (
            ROUTE_B,
            "mixed",
            ["working_days", "grade", "lecturer_titles", "daily_hours"]
            + ["class_plan", "letter", "qualification", "trainee_list"],
        ),
    ],
)
def test_what_is_asked_for_on_which_route(route: str, delivery: str, asked: list[str]) -> None:
    found = conditions(replace(GOOD, route=route, delivery=delivery), NOTICE)
    assert [condition.code for condition in found] == asked
    assert found[0].clause == {ROUTE_A: "三（一）", ROUTE_B: "三（二）"}[route]
    assert [proof.code for proof in proofs_of(route)] == asked[-len(proofs_of(route)) :]


@pytest.mark.parametrize(("days", "late"), [(9, True), (10, False), (None, False)])
def test_late_is_known_or_not_said(days: int | None, late: bool) -> None:
    assert is_late(conditions(replace(GOOD, working_days=days), NOTICE)) is late


@pytest.mark.parametrize(
    ("title", "senior"),
    [
        *((title, True) for title in (RULES.self_run_lecturer_title, *RULES.lecturer_titles)),
        ("高级工程师（建筑结构）", True),
        ("高级工程师(给排水)", True),
        (" 高级 工程师 ", True),
        ("工程师", False),
        ("助理工程师", False),
        ("高级技师", False),
        ("高级经济师", False),
        ("待评高级工程师", False),
        ("讲师", False),
        ("", False),
    ],
)
def test_which_titles_are_senior(title: str, senior: bool) -> None:
    assert is_senior(title, RULES) is senior


@pytest.mark.parametrize(
    ("starts", "ends", "worth"),
    [
        (time(8, 30), time(9, 15), "1"),
        (time(8, 30), time(11, 30), "4"),
        (time(9), time(11, 30), "3.3"),
        (time(9), time(9, 44), "0.9"),
        (time(9), time(9, 4), "0.0"),
    ],
)
def test_hours_of_a_lesson_from_its_times(starts: time, ends: time, worth: str) -> None:
    assert taught_hours(starts, ends, RULES) == Decimal(worth)


def test_a_notice_that_does_not_say_how_long_an_hour_is_works_nothing_out() -> None:
    older = replace(RULES, minutes_per_hour=None, lecturer_titles=())
    assert taught_hours(time(8), time(9), older) is None
    assert is_senior("高级工程师", older)
    assert not is_senior("教授", older)


def test_every_interpretation_says_whose_it_is() -> None:
    assert [decision.authority for decision in RULES.interpretations] == ["本系统约定"] * 4
