"""附件2: the workbook to fill in for one class, and a filled roster as a workbook and as a PDF in the same layout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from courses.documents import words
from courses.documents.papers import RosterForm, RosterLine, RosterTemplate
from office.documents.pdf import render
from office.documents.workbook import HOURS, Column, Form, spans, write
from registry.models import Sex, TitleLevel

TEMPLATE = Path(__file__).parent / "templates" / "roster.typ"
YES, NO = "是", "否"
# Widths in digits, as the notice's own table divides its page; the PDF takes the same shares.
COLUMNS = (
    Column("序号", 5),
    Column("培训单位", 16),
    Column("培训班名称", 18),
    Column("姓名", 10),
    Column("性别", 5.5, choices=tuple(Sex.labels)),
    Column("企业名称", 20),
    Column("身份证号", 24, hint="18位，按文本填写；本列已设为文本格式。"),
    Column("职称专业系列", 13),
    Column("职称级别", 8.5, choices=tuple(TitleLevel.labels)),
    Column("职称", 12),
    Column("认定学时", 5.5, HOURS, hint="不超过核准的学时；未完成培训或考核不合格的人员不填入本表。"),
    Column("手机号码", 14, hint="11位，按文本填写；本列已设为文本格式。"),
    Column("是（否）市属单位人员", 9, choices=(YES, NO)),
)
MARK = "附件 2"
MOST_PLANNED = 5000


def template(blank: RosterTemplate) -> bytes:
    """The workbook to fill in: a line for each person planned, unit, class and hours filled in already."""
    begun = (blank.training_unit, blank.class_title, None, None, None, None, None, None, None, blank.hours, None, None)
    rows = ((str(number), *begun) for number in range(1, max(1, min(blank.planned, MOST_PLANNED)) + 1))
    return write(_form(RosterForm()), rows)


def as_workbook(roster: RosterForm) -> bytes:
    """The filled roster as .xlsx; ID numbers and phones are text."""
    return write(_form(roster), _rows(roster))


def as_pdf(roster: RosterForm) -> bytes:
    """The filled roster on A4, landscape. Untagged: a table of thousands."""
    above, widths = _above(roster), [column.width for column in COLUMNS]
    data = {
        "mark": MARK,
        "form_title": words.TITLE_2,
        "above": above,
        "above_widths": [sum(widths[start:end]) for start, end in spans(len(widths), len(above))],
        "columns": [column.header for column in COLUMNS],
        "widths": widths,
        "rows": list(_rows(roster)),
        "footer": _footer(roster),
    }
    return render(TEMPLATE, data, tagged=False)


def _form(roster: RosterForm) -> Form:
    return Form(words.TITLE_2, COLUMNS, above=_above(roster), sheet="汇总表", mark=MARK, footer=_footer(roster))


def _footer(roster: RosterForm) -> str:
    return "\u3000".join(part for part in (roster.number, roster.standing) if part)


def _above(roster: RosterForm) -> tuple[str, str, str]:
    return (
        f"填报人：{roster.filled_by}",
        f"联系电话：{roster.phone}",
        f"填报日期：{words.day(roster.filled_on) if roster.filled_on else ''}",
    )


def _rows(roster: RosterForm) -> Iterator[tuple[Any, ...]]:
    for number, line in enumerate(roster.lines, start=1):
        yield (str(number), *_cells(line))


def _cells(line: RosterLine) -> tuple[Any, ...]:
    return (
        line.training_unit,
        line.class_title,
        line.name,
        line.sex,
        line.employer,
        line.id_number,
        line.series,
        line.title_level,
        line.title,
        line.hours,
        line.phone,
        line.municipal,
    )
