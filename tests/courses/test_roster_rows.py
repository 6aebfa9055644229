"""Every way a row of a roster can be wrong: its code, its column, its gravity, and what the office reads."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from courses.models import RowVerdict
from courses.roster.findings import WARNINGS, Code
from office.sheets.sheet import Flag
from tests.courses.sheets import CLASS, EMPLOYER, checked, found, row
from tests.factories import OrganisationFactory, make_id_number, region

pytestmark = pytest.mark.django_db
ID = make_id_number()
MISTYPED = ID[:-1] + ("2" if ID.endswith("1") else "1")
WOMAN = make_id_number(sex="female")


@pytest.fixture(autouse=True)
def units() -> None:
    """The unit of every good row, one of the city, one that is closed, and one that was merged into the city's."""
    OrganisationFactory(name=EMPLOYER)
    city = OrganisationFactory(name="舟山虚构市政院（集团）", region=region("city"))
    OrganisationFactory(name="舟山虚构停业公司", is_active=False)
    OrganisationFactory(name="舟山虚构旧市政院", is_active=False, merged_into=city)


def wrong(code: Code, column: str, says: str, **changed: Any) -> Any:
    """A changed row, what it is called, in which column, and words of the sentence."""
    (key, value), *_ = changed.items()
    return pytest.param(code, column, says, changed, id=f"{key}={str(value)[:24]!r} {code}")


ERRORS = [
    wrong(Code.ID_MISSING, "id_number", "没有填写身份证号", id_number=""),
    wrong(Code.ID_MISSING, "id_number", "没有填写身份证号", id_number="\u3000"),
    wrong(Code.ID_LENGTH, "id_number", "应为18位", id_number=ID[:17]),
    wrong(Code.ID_LENGTH, "id_number", "应为18位", id_number=ID + "1"),
    wrong(Code.ID_LENGTH, "id_number", "应为18位", id_number="同上"),
    wrong(Code.ID_LENGTH, "id_number", "15位旧身份证号已停用", id_number="330902850615001"),
    wrong(Code.ID_LENGTH, "id_number", "15位旧身份证号已停用", id_number=330902850615001.0 / 1),
    wrong(Code.ID_LENGTH, "id_number", "应为18位", id_number=33090219850615),
    wrong(Code.ID_CHARACTERS, "id_number", "前17位应为数字", id_number="33090219850615O0O1"),
    wrong(Code.ID_CHARACTERS, "id_number", "前17位应为数字", id_number=ID[:6] + "********" + ID[14:]),
    wrong(Code.ID_BIRTH, "id_number", "出生日期不存在", id_number="330902198502300019"),
    wrong(Code.ID_BIRTH, "id_number", "出生日期不存在", id_number="330902198513010019"),
    wrong(Code.ID_BIRTH, "id_number", "不合理", id_number="330902205001010019"),
    wrong(Code.ID_BIRTH, "id_number", "不合理", id_number="330902189901010019"),
    wrong(Code.ID_CHECK_DIGIT, "id_number", "校验位不符", id_number=MISTYPED),
    wrong(Code.ID_CHECK_DIGIT, "id_number", "校验位不符", id_number=ID[:1] + ID[2] + ID[1] + ID[3:]),
    wrong(Code.LOST_DIGITS, "id_number", "存成了数字", id_number=330902198506150010),
    wrong(Code.LOST_DIGITS, "id_number", "存成了数字", id_number=3.30902198506e17),
    wrong(Code.LOST_DIGITS, "id_number", "存成了数字", id_number="3.30902E+17"),
    wrong(Code.CELL_ERROR, "id_number", "错误值", id_number=Flag.ERROR),
    wrong(Code.CELL_ERROR, "id_number", "未计算的公式", id_number=Flag.NO_RESULT),
    wrong(Code.NAME_MISSING, "name", "没有填写姓名", name=""),
    wrong(Code.NAME_WRONG, "name", "只能填写汉字", name="张三3"),
    wrong(Code.NAME_WRONG, "name", "只能填写汉字", name="张三（补）"),
    wrong(Code.NAME_WRONG, "name", "只能填写汉字", name="张三、李四"),
    wrong(Code.NAME_WRONG, "name", "不能超过50字", name="长" * 51),
    wrong(Code.NAME_WRONG, "name", "请勿填写身份证号", name=ID),
    wrong(Code.NAME_WRONG, "name", "只能填写汉字", name="=CMD()"),
    wrong(Code.CELL_ERROR, "name", "错误值", name=Flag.ERROR),
    wrong(Code.SEX_MISSING, "sex", "请填“男”或“女”", sex=""),
    wrong(Code.SEX_UNKNOWN, "sex", "看不懂“先生”", sex="先生"),
    wrong(Code.SEX_UNKNOWN, "sex", "看不懂“1”", sex=1),
    wrong(Code.SEX_DIFFERS, "sex", "按身份证号应为“男”", sex="女"),
    wrong(Code.SEX_DIFFERS, "sex", "按身份证号应为“女”", id_number=WOMAN),
    wrong(Code.PHONE_MISSING, "phone", "没有填写手机号码", phone=""),
    wrong(Code.PHONE_WRONG, "phone", "应为11位", phone="1380000000"),
    wrong(Code.PHONE_WRONG, "phone", "应为11位", phone="138000000000"),
    wrong(Code.PHONE_WRONG, "phone", "应为11位", phone="12800000000"),
    wrong(Code.PHONE_WRONG, "phone", "应为11位", phone="0580-2000000"),
    wrong(Code.PHONE_WRONG, "phone", "应为11位", phone="13800000000/13900000000"),
    wrong(Code.PHONE_WRONG, "phone", "应为11位", phone=1.38e15),
    wrong(Code.CELL_ERROR, "phone", "未计算的公式", phone=Flag.NO_RESULT),
    wrong(Code.EMPLOYER_MISSING, "employer", "没有单位的填“无单位”", employer=""),
    wrong(Code.EMPLOYER_WRONG, "employer", "不能超过100字", employer="长" * 101),
    wrong(Code.EMPLOYER_WRONG, "employer", "请勿填写身份证号", employer=f"公司{ID}"),
    wrong(Code.LEVEL_MISSING, "level", "请填初级、中级、高级", level=""),
    wrong(Code.LEVEL_UNKNOWN, "level", "看不懂“二级”", level="二级"),
    wrong(Code.LEVEL_UNKNOWN, "level", "看不懂“工程师”", level="工程师"),
    wrong(Code.LEVEL_UNKNOWN, "level", "看不懂“…”", level="19850615"),
    wrong(Code.CELL_ERROR, "level", "错误值", level=Flag.ERROR),
    wrong(Code.SERIES_WRONG, "series", "不能超过50字", series="长" * 51),
    wrong(Code.SERIES_WRONG, "series", "请勿填写身份证号或手机号码", series="13800000000"),
    wrong(Code.TITLE_WRONG, "title", "不能超过30字", title="长" * 31),
    wrong(Code.TITLE_WRONG, "title", "请勿填写身份证号或手机号码", title="13800000000"),
    wrong(Code.HOURS_MISSING, "hours", "没有填写认定学时", hours=""),
    wrong(Code.HOURS_WRONG, "hours", "应为数字", hours="十六"),
    wrong(Code.HOURS_WRONG, "hours", "应为数字", hours="16/24"),
    wrong(Code.HOURS_WRONG, "hours", "应为数字", hours="NaN"),
    wrong(Code.HOURS_WRONG, "hours", "应为数字", hours="1_6"),
    wrong(Code.HOURS_WRONG, "hours", "应为数字", hours=True),
    wrong(Code.HOURS_WRONG, "hours", "应大于0", hours=0),
    wrong(Code.HOURS_WRONG, "hours", "应大于0", hours=-8),
    wrong(Code.HOURS_WRONG, "hours", "最多保留一位小数", hours=7.25),
    wrong(Code.HOURS_ABOVE, "hours", "2天最多16学时", hours=16.5),
    wrong(Code.HOURS_WRONG, "hours", "过大", hours=99999),
    wrong(Code.CELL_ERROR, "hours", "未计算的公式", hours=Flag.NO_RESULT),
    wrong(Code.MUNICIPAL_MISSING, "municipal", "请填“是”或“否”", municipal=""),
    wrong(Code.MUNICIPAL_UNKNOWN, "municipal", "看不懂“定海”", municipal="定海"),
    wrong(Code.MUNICIPAL_UNKNOWN, "municipal", "看不懂“是/否”", municipal="是/否"),
    wrong(Code.MUNICIPAL_DIFFERS, "municipal", "县（区）单位，应填“否”", municipal="是"),
    wrong(Code.MUNICIPAL_DIFFERS, "municipal", "市属单位，应填“是”", employer="舟山虚构市政院（集团）"),
    wrong(Code.MUNICIPAL_DIFFERS, "municipal", "市属单位，应填“是”", employer="舟山虚构市政院(集团)"),
    wrong(Code.MUNICIPAL_DIFFERS, "municipal", "市属单位，应填“是”", employer="舟山虚构旧市政院"),
]
WARNED = [
    wrong(Code.ID_COUNTY, "id_number", "行政区划代码", id_number=make_id_number("339999")),
    wrong(Code.EMPLOYER_UNKNOWN, "employer", "平台中没有这个单位", employer="从未登记的公司"),
    wrong(Code.EMPLOYER_CLOSED, "employer", "已停用", employer="舟山虚构停业公司"),
    wrong(Code.SERIES_UNKNOWN, "series", "请核对", series="航海"),
    wrong(Code.TITLE_UNKNOWN, "title", "请核对", title="一级建造师"),
    wrong(Code.TITLE_MISSING, "title", "没有填写职称", title=""),
    wrong(Code.LEVEL_DIFFERS, "level", "属高级", title="高级工程师"),
    wrong(Code.LEVEL_DIFFERS, "level", "属中级", level="初级"),
    wrong(Code.ORGANISER_DIFFERS, "organiser", "不一致", organiser="另一培训中心"),
    wrong(Code.CLASS_DIFFERS, "class_name", "“装配式建筑培训班”不一致", class_name="另一个班"),
]


@pytest.mark.parametrize(("code", "column", "says", "changed"), ERRORS)
def test_an_error_names_its_column_and_says_why(code: Code, column: str, says: str, changed: dict[str, Any]) -> None:
    good, bad = checked([row(1), row(**changed)])
    assert (good.verdict, good.findings, good.row) == (RowVerdict.READY, (), 3)
    assert (bad.verdict, bad.row, found(bad)) == (RowVerdict.ERROR, 4, [(code.value, column)])
    assert says in bad.findings[0].text


@pytest.mark.parametrize(("code", "column", "says", "changed"), WARNED)
def test_a_warning_is_told_and_keeps_nobody_out(code: Code, column: str, says: str, changed: dict[str, Any]) -> None:
    (one,) = checked([row(**changed)])
    assert (one.verdict, found(one)) == (RowVerdict.WARNED, [(code.value, column)])
    assert says in one.findings[0].text
    assert code in WARNINGS


@pytest.mark.parametrize(
    ("key", "given", "understood"),
    [
        ("id_number", f" {ID[:6]} {ID[6:14]}-{ID[14:]}", ID),
        ("id_number", ID.translate({48 + n: 0xFF10 + n for n in range(10)}), ID),
        ("phone", "+86 138-7000-0000", "13870000000"),
        ("phone", "１３８７０００００００", "13870000000"),
        ("phone", 13870000000, "13870000000"),
        ("phone", 13870000000.0, "13870000000"),
        ("name", "江\u3000听 澜", "江听澜"),
        ("name", "阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("sex", "男性", "male"),
        ("sex", " 男 ", "male"),
        ("employer", "舟山虚构 建工有限公司", "舟山虚构 建工有限公司"),
        ("employer", "无单位", ""),
        ("level", "中级职称", "middle"),
        ("hours", "16学时", 160),
        ("hours", "１６．０", 160),
        ("hours", 7.5, 75),
        ("hours", 0.5, 5),
        ("hours", "8.", 80),
        ("municipal", False, False),
        ("municipal", "×", False),
        ("municipal", "非市属", False),
    ],
)
def test_other_ways_of_writing_the_same_are_understood(key: str, given: Any, understood: Any) -> None:
    (one,) = checked([row(**{key: given})])
    says = {
        "id_number": one.identity.number,
        "phone": one.phone,
        "name": one.name,
        "sex": one.judged.sex,
        "employer": one.judged.employer,
        "level": one.judged.level,
        "hours": one.judged.tenths,
        "municipal": one.judged.is_municipal,
    }
    assert (one.verdict, says[key]) == (RowVerdict.READY, understood)


@pytest.mark.parametrize(
    ("level", "title", "code"),
    [
        ("高级", "高级工程师", "senior"),
        ("副高", "高级工程师", "senior"),
        ("正高", "正高级工程师", "senior"),
        ("教授级", "教授级高级工程师", "senior"),
        ("初级", "助理工程师", "junior"),
        ("员级", "技术员", "assistant"),
        ("无职称", "", "none"),
        ("无", "无", "none"),
        ("/", "/", "none"),
    ],
)
def test_levels_as_offices_write_them(level: str, title: str, code: str) -> None:
    (one,) = checked([row(level=level, title=title)])
    assert (one.verdict, one.judged.level) == (RowVerdict.READY, code)
    assert one.judged.title == ("" if code == "none" else title)


def test_everything_wrong_with_a_row_is_told_errors_first() -> None:
    (one,) = checked([row(series="航海", name="", phone="1", hours="x", id_number=MISTYPED)])
    assert found(one) == [
        ("id_check_digit", "id_number"),
        ("hours_wrong", "hours"),
        ("name_missing", "name"),
        ("phone_wrong", "phone"),
        ("series_unknown", "series"),
    ]


def test_the_hours_of_a_class_are_no_more_than_the_office_approved() -> None:
    facts = replace(CLASS, hours=Decimal("12.5"))
    fits, above = checked([row(hours="12.5"), row(1, hours=13)], facts)
    assert (fits.verdict, found(above)) == (RowVerdict.READY, [("hours_above", "hours")])
    assert "核定的12.5学时" in above.findings[0].text
