"""How the forms write dates, figures and notes: the notice's words with its blanks, filled in or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from hours_rules.types import Notice

TITLE_1 = "专业技术人员继续教育培训班申请表"
TITLE_2 = "学时登记信息汇总表"
PLAN_TITLE = "培训班办班方案"
BLANK = "\u3000\u3000"  # where the paper is written on by hand
_DIGITS = "零一二三四五六七八九十"
_WEEK = 7


def figure(value: Decimal | int | None) -> str:
    """16 for 16.0, 7.5 for 7.50; a blank for nothing."""
    return BLANK if value is None else f"{Decimal(value).normalize():f}"


def day(value: date | None) -> str:
    """年月日 with or without its figures."""
    if value is None:
        return f"{BLANK}年{BLANK}月{BLANK}日"
    return f"{value.year}年{value.month}月{value.day}日"


def period(first: date | None, last: date | None, days: int | None) -> str:
    """培训时间 as 附件1 prints it."""
    return f"{day(first)}至{day(last)}，共{_spaced(days)}天"


def hours_asked(daily: Sequence[Decimal], total: Decimal | None) -> str:
    """培训学时 as 附件1 prints it; days of different length are told as 6至8."""
    ends = sorted({*daily})
    each = figure(None) if not ends else "至".join(figure(end) for end in dict.fromkeys((ends[0], ends[-1])))
    return f"按每天{_padded(each)}学时认定，共计{_spaced(total)}学时"


def agreed(hours: Decimal | None) -> str:
    """The sentence of the office's box."""
    return f"同意该培训班按{_spaced(hours)}学时认定，并办理相关登记手续。"


def opinion_label(notice: Notice) -> str:
    """Whose opinion the box is for, in the notice's words."""
    return f"{notice.office.name}意见"


def notes(notice: Notice) -> tuple[str, ...]:
    """备注 1–3 of 附件1, with the periods and the address of the notice."""
    rules = notice.class_rules
    within = "一周" if rules.roster_days == _WEEK else f"{rules.roster_days}日"
    before = _numeral(rules.apply_working_days)
    office = notice.office.short_name
    return (
        "1、各行政事业单位、培训机构、社会团体、企业等申请举办的专业技术人员继续教育培训班次，应符合住建主管部门规定的办班要求，"
        f"于办班前{before}个工作日向{office}备案；",
        "2、随申请表需一并提交培训办班方案（包括师资介绍、课程安排等）；",
        f"3、培训结束后，须于{within}内将填写好的《培训班学员学时登记信息汇总表》（EXCEL表格）通过纸质版和电子版形式报送"
        f"{office}，邮箱：{notice.office.email}",
    )


def _spaced(value: Decimal | int | None) -> str:
    return _padded(figure(value))


def _padded(text: str) -> str:
    return text if text == BLANK else f" {text} "


def _numeral(number: int) -> str:
    return _DIGITS[number] if number < len(_DIGITS) else str(number)
