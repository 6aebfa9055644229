"""Every way a row can be wrong: what it is called, which column it names, and whether it may still be imported."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from registry.commands.platforms.imports import check_again, import_reverse
from registry.commands.platforms.profiles import ProfileInput
from registry.commands.yearly import CourseInput, course_change, window_set
from registry.models import PlatformRow, Practitioner, PrescribedCourse
from registry.queries.findings import findings_of
from tests.factories import make_id_number
from tests.platforms.made import ETHICS, LABELLED, OFF_LIST, PROFILE, SAFETY, checked, imported, row, work
from tests.registry.people import PractitionerFactory, accepted, cpd, submitted

pytestmark = pytest.mark.django_db
UNKNOWN = make_id_number(serial=400)
MISTYPED = UNKNOWN[:-1] + ("2" if UNKNOWN.endswith("1") else "1")


def wrong(label: str, code: str, says: str, course: tuple[Any, ...] = SAFETY, **changed: Any) -> Any:
    """A changed row, what its gravest problem is called, and what the office reads."""
    return pytest.param(course, changed, code, says, id=label)


ERRORS = [
    wrong("nobody known", "person_unknown", "平台中没有此人", id_number=UNKNOWN),
    wrong("another's name", "name_differs", "“姓名”列：姓名与身份证号不符", name="王某某"),
    wrong("no name", "name_missing", "“姓名”列：没有填写姓名", name=""),
    wrong("no ID", "id_missing", "“身份证号”列：没有填写", id_number=""),
    wrong("a short ID", "id_wrong", "身份证号应为18位", id_number="33090219800301"),
    wrong("an old ID", "id_wrong", "15位旧身份证号已停用", id_number="330902800301007"),
    wrong("letters in the ID", "id_wrong", "前17位应为数字", id_number="33090219800301AB12"),
    wrong("a wrong check digit", "id_wrong", "校验位不符", id_number=MISTYPED),
    wrong("a birth date that never was", "id_wrong", "出生日期不存在", id_number="330902198002300019"),
    wrong("an ID as a number", "id_lost_digits", "存成了数字", id_number=330902198003010074),
    wrong("an ID with an exponent", "id_lost_digits", "存成了数字", id_number="3.30902E+17"),
    wrong("no course", "course_missing", "没有填写课程", course_code="", course_name=""),
    wrong("a course name without end", "course_wrong", "不能超过120字", course_name="长" * 121),
    wrong("an ID for a course", "course_wrong", "个人号码", course_name=UNKNOWN),
    wrong("a category nobody explained", "category_unknown", "“科目”列：看不出是哪一科目", category="选修"),
    wrong("no category", "category_unknown", "看不出", category=""),
    wrong("another category than listed", "category_differs", "与年度规定课程名单上的不一致", category="一般公需科目"),
    wrong("no date", "date_missing", "“完成日期”列：没有填写完成日期", completed_on=""),
    wrong("a day that never was", "date_wrong", "不是有效的日期", completed_on="2021-02-30"),
    wrong("a day number", "date_wrong", "不是有效的日期", completed_on="44317"),
    wrong("words for a date", "date_wrong", "不是有效的日期", completed_on="去年"),
    wrong("tomorrow", "date_future", "完成日期在今天之后", completed_on="2021-09-02"),
    wrong("before the first notice", "year_without_notice", "2020年没有生效的通知", completed_on="2020-12-31"),
    wrong("failed", "not_passed", "“考试结果”列：考试未合格", passed="不合格"),
    wrong("no result", "not_passed", "没有考试结果", passed=""),
    wrong("too few marks", "not_passed", "考试未合格", passed=59),
    wrong("a professional one failed", "not_passed", "考试未合格", LABELLED, passed="不合格"),
    wrong("no hours", "hours_wrong", "“学时”列：没有填写学时", hours=""),
    wrong("words for hours", "hours_wrong", "学时应为数字", hours="十二"),
    wrong("no hours at all", "hours_wrong", "应大于0", LABELLED, hours=0),
    wrong("negative hours", "hours_wrong", "应大于0", LABELLED, hours=-6),
    wrong("two decimal places", "hours_wrong", "最多保留一位小数", LABELLED, hours=6.25),
    wrong("hours beyond reason", "hours_wrong", "过大", LABELLED, hours=30_000),
    wrong("other hours than listed", "hours_differ", "规定课程名单上的12学时不一致", hours=10),
]


@pytest.mark.parametrize(("course", "changed", "code", "says"), ERRORS)
def test_a_wrong_row_is_not_imported_and_says_why(
    city: User, people: list[Practitioner], course: tuple[Any, ...], changed: dict[str, Any], code: str, says: str
) -> None:
    found = checked(city, [row(people[1], ETHICS), row(people[0], course, **changed)])
    told = PlatformRow.objects.get(platform_import=found, verdict="error")
    assert (told.row, told.code, found.counts["ready"]) == (3, code, 1)
    assert says in told.problems
    assert UNKNOWN not in str(PlatformRow.objects.filter(row=3).values().get())


@pytest.mark.parametrize(
    "changed",
    [
        {"id_number": lambda person: f" {person.id_number[:6]} {person.id_number[6:]}\u3000"},
        {"id_number": lambda person: person.id_number.translate({48 + n: 0xFF10 + n for n in range(10)})},
        {"id_number": lambda person: person.id_number.lower()},
        {"name": lambda person: f" {person.name[:2]} {person.name[2:]}"},
        {"completed_on": lambda _: "2021/5/20"},
        {"completed_on": lambda _: "2021年5月20日"},
        {"completed_on": lambda _: "20210520"},
        {"completed_on": lambda _: "2021-05-20 08:30:15"},
        {"course_code": lambda _: "ｈｇ－０１"},
        {"passed": lambda _: "通过"},
        {"passed": lambda _: 60},
        {"hours": lambda _: "12学时"},
        {"hours": lambda _: "12.0"},
    ],
)
def test_other_ways_of_writing_the_same_are_accepted(
    city: User, people: list[Practitioner], changed: dict[str, Any]
) -> None:
    people.append(PractitionerFactory(id_number=_with_x()))
    for person in people:
        found = checked(city, [row(person, **{key: write(person) for key, write in changed.items()})])
        assert (found.state, found.counts["codes"]) == ("ready", {})


def _with_x() -> str:
    return next(number for n in range(100) if (number := make_id_number(serial=n)).endswith("X"))


@pytest.mark.parametrize(
    ("course", "platform", "code", "verdict"),
    [
        (OFF_LIST, "zhoushan", "course_off_list", "warned"),
        (("HG-02", "绿色建造", "行业公需科目", 7.5, "2021-05-20", "合格"), "zhoushan", "other_platform", "warned"),
        (ETHICS, "zjjsrc", "platform_not_allowed", "error"),
        (LABELLED, "zjjsrc", "platform_not_allowed", "error"),
        (LABELLED, "zhoushan", "", "ready"),
    ],
)
def test_courses_are_held_against_the_list_and_the_platforms_of_the_notice(
    city: User, people: list[Practitioner], course: tuple[Any, ...], platform: str, code: str, verdict: str
) -> None:
    checked(city, [row(people[0], course)], platform=platform)
    told = PlatformRow.objects.get()
    assert (told.code, told.verdict) == (code, verdict)


def test_a_course_taken_off_the_list_is_off_the_list(city: User, people: list[Practitioner]) -> None:
    course = PrescribedCourse.objects.get(code="HG-01")
    data = CourseInput(course.code, course.name, course.category, course.hours, course.platform, is_active=False)
    course_change(actor=city, course=course, data=data)
    assert checked(city, [row(people[0])]).counts["codes"] == {"course_off_list": 1}


def test_a_closed_window_is_a_finding(city: User, people: list[Practitioner]) -> None:
    window_set(actor=city, year=2021, opens_on=date(2021, 1, 1), closes_on=date(2021, 8, 31), reason="通知")
    found = checked(city, [row(people[0])])
    assert (found.counts["warned"], found.counts["codes"]) == (1, {"window_closed": 1})


def test_the_same_course_twice_in_a_file_counts_once(city: User, people: list[Practitioner]) -> None:
    other = row(people[1], LABELLED, hours=9)
    found = imported(city, [row(people[0]), row(people[0]), row(people[1], LABELLED), other])
    assert found.counts["codes"] == {"repeated": 1, "repeated_differs": 1}
    assert found.counts["import"]["imported"] == 2


def test_what_was_credited_with_other_hours_is_not_credited_again(city: User, people: list[Practitioner]) -> None:
    imported(city, [row(people[0], LABELLED)])
    found = checked(city, [row(people[0], LABELLED, hours=9)])
    assert found.counts["codes"] == {"known_differs": 1}
    assert "已登记6学时" in PlatformRow.objects.get().problems


def test_a_course_claimed_and_accepted_is_not_imported(city: User, county: User, people: list[Practitioner]) -> None:
    claim = replace(cpd("6", title="装配式施工"), activity="online_course")
    number = accepted(people[0], county, claim, kind="course_certificate").number
    found = checked(city, [row(people[0], LABELLED), row(people[1], LABELLED)])
    assert (found.counts["codes"], found.counts["ready"]) == ({"claimed": 1}, 1)
    assert number in PlatformRow.objects.get(code="claimed").problems


def test_an_imported_course_claimed_again_is_told_to_the_reviewer(city: User, people: list[Practitioner]) -> None:
    done = imported(city, [row(people[0], LABELLED)])
    claims = [
        submitted(person, replace(cpd("6", title=title), activity="online_course"), kind="course_certificate")
        for person, title in (
            (people[0], "装配式 施工"),
            (people[0], "KJ-7"),
            (people[0], "别的"),
            (people[1], "装配式施工"),
        )
    ]
    told = [[finding.code for finding in findings_of(claim)] for claim in claims]
    assert [codes.count("course_imported") for codes in told] == [1, 1, 0, 0]
    import_reverse(actor=city, row=done, reason="平台来函")
    work()
    assert all(finding.code != "course_imported" for finding in findings_of(claims[0]))


@pytest.mark.parametrize(
    ("drop", "profile", "told"),
    [
        # the whole file of one category; the list's own; the list's hours; a platform that exports only who passed
        ("category", replace(PROFILE, category="industry_public", categories={}), {}),
        ("category", replace(PROFILE, categories={}), {}),
        ("hours", PROFILE, {}),
        ("passed", replace(PROFILE, only_passed=True), {}),
        ("course_code", PROFILE, {}),
    ],
)
def test_columns_that_a_platform_has_not(
    city: User, people: list[Practitioner], drop: str, profile: ProfileInput, told: dict[str, int]
) -> None:
    place = list(PROFILE.columns).index(drop)
    lines = [[cell for at, cell in enumerate(row(person)) if at != place] for person in people]
    headings = [heading for key, heading in PROFILE.columns.items() if key != drop]
    columns = {key: heading for key, heading in PROFILE.columns.items() if key != drop}
    found = checked(city, lines, headings=headings, profile=replace(profile, columns=columns))
    assert (found.counts["ready"], found.counts["codes"]) == (3, told)


def test_title_rows_repeated_headings_and_blank_rows_are_passed_over(city: User, people: list[Practitioner]) -> None:
    lines = [row(people[0]), [], list(PROFILE.columns.values()), row(people[1])]
    found = checked(city, lines, above=[["继续教育学习记录"], ["导出日期：2021-08-31"]])
    assert list(PlatformRow.objects.order_by("row").values_list("row", flat=True)) == [4, 7]
    assert found.counts["ready"] == 2


def test_the_check_asks_the_same_for_three_rows_and_for_three_hundred(
    city: User, people: list[Practitioner], django_assert_max_num_queries: Any
) -> None:
    for many in (1, 100):
        lines = [
            row(person, (f"X{n}", f"课件{n}", "专业科目", 1, "2021-05-20", ""))
            for n in range(many)
            for person in people
        ]
        found = checked(city, lines)
        check_again(actor=city, row=found)
        with django_assert_max_num_queries(45):  # job and lease included
            work()
