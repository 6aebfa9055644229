"""A closing statement as a PDF and as a workbook, from its frozen data alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone

from compliance.models import YearClosing
from compliance.queries.closings import COLUMNS
from office.documents.pdf import render
from office.documents.workbook import TEXT, Column, Form, write

TEMPLATE = Path(__file__).parent / "templates" / "closing.typ"
FIGURES = (
    ("people", "应审核人数"),
    ("met", "达标"),
    ("passed", "审核通过"),
    ("failed", "审核不通过"),
    ("undecided", "未达标未审核"),
    ("adjusted", "最低学时已调整"),
)
UNIT_COLUMNS = ("单位", "人数", "达标", "审核通过", "审核不通过", "未达标未审核")
# More people than this and the PDF holds the figures by unit alone: nobody prints a list of hundreds of pages.
PRINTED = 2_000
_WIDTHS = (5, 9, 20, 26, 14, 8, 8, 8, 8, 8, 12, 11, 11, 12, 20)
_PRINTED_COLUMNS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)


def title_of(closing: YearClosing) -> str:
    """The document's title."""
    return f"{closing.region.name}{closing.year}年度建设工程专业技术人员继续教育学时审核汇总表"


def as_pdf(closing: YearClosing) -> bytes:
    """The statement to print and stamp: figures, units, and the people when they are not too many."""
    printed = len(closing.rows) <= PRINTED
    rows = [[row[place] for place in _PRINTED_COLUMNS] for row in closing.rows] if printed else []
    data: dict[str, Any] = {
        "form_title": title_of(closing),
        "above": _head(closing),
        "figures": [[name, str(closing.figures[code])] for code, name in FIGURES],
        "unit_columns": UNIT_COLUMNS,
        "units": [[str(cell) for cell in row] for row in closing.figures["units"]],
        "columns": [COLUMNS[place] for place in _PRINTED_COLUMNS],
        "widths": [_WIDTHS[place] for place in _PRINTED_COLUMNS],
        "rows": rows,
        "unprinted": "" if printed else f"人员名册共{len(closing.rows)}人，见同编号的Excel文件。",
        "office": closing.office_name,
        "day": timezone.localdate(closing.closed_at),
        "sha256": closing.sha256,
        "standing": standing_of(closing),
        "footer": f"{closing.number}\u3000{standing_of(closing)}".strip(),
    }
    return render(TEMPLATE, data, tagged=len(rows) <= PRINTED // 10)


def as_workbook(closing: YearClosing) -> bytes:
    """Every person of the statement as .xlsx, with the head of the document above."""
    columns = [Column(name, width, TEXT) for name, width in zip(COLUMNS, _WIDTHS, strict=True)]
    figures = "\u3000".join(f"{name}{closing.figures[code]}人" for code, name in FIGURES)
    form = Form(
        title_of(closing),
        columns,
        above=_head(closing),
        notes=[figures, f"数据校验值（SHA-256）：{closing.sha256}", *filter(None, [standing_of(closing)])],
        sheet=f"{closing.year}年度",
        footer=closing.number,
    )
    return write(form, closing.rows)


def standing_of(closing: YearClosing) -> str:
    """What is said on every page of a statement that no longer stands."""
    later = getattr(closing, "superseded_by", None)
    return f"已由{later.number}替代" if later else ""


def _head(closing: YearClosing) -> list[str]:
    day = timezone.localdate(closing.closed_at)
    return [
        f"编号：{closing.number}",
        f"依据：{closing.notice_id}",
        f"办结日期：{day.year}年{day.month}月{day.day}日",
        f"经办人：{closing.closed_by_name}",
    ]
