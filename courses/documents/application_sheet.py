"""附件1 as a workbook in the same printed layout: the form on the first sheet, the class plan on the second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from courses.documents import application as pages
from courses.documents import words
from courses.documents.papers import ApplicationForm, ClassPlan
from hours_rules.types import Notice
from office.documents.fit import SIZE, pieces, points_for
from office.documents.grid import Box, Grid, Row, write

_WIDTHS = (16.5, 33.5, 12.3, 24.5)  # 31, 65, 24 and 46 mm, as the PDF
_PLAN_WIDTHS = (17.5, 15.0, 34.4, 12.5, 7.0)
_LINE = 40.0  # points of a line of the form: room for two lines
_CONTENT, _ONE_PAGE = 160.0, 260.0  # points of the content's box: at least, and at most on one page
_CONTENT_WIDTH = sum(_WIDTHS[1:])
_SMALL = 9.5
_LINES_A_ROW = 8  # of a content too long for one row, so that a page can end between two
_INDENT = "\u3000\u3000"


def as_workbook(form: ApplicationForm, notice: Notice) -> bytes:
    """The printed form as .xlsx; the second sheet is there once there is a plan."""
    foot = pages.footer(form)
    grids = [Grid("申请表", _WIDTHS, [*_form(form, notice)], foot, one_page=_is_short(form.content))]
    if not form.plan.is_empty:
        grids.append(Grid("办班方案", _PLAN_WIDTHS, [*_plan(form.title, form.plan)], foot))
    return write(grids)


def _form(form: ApplicationForm, notice: Notice) -> Iterator[Row]:
    shown, labels = pages.page(form, notice), pages.LABELS
    number = Box("C:D", shown["number"], align="right", size=9, edges="")
    yield Row((Box("A:B", "附件 1", align="left", size=12, edges=""), number), 22)
    yield Row((Box("A:D", words.TITLE_1, size=18, bold=True, edges=""),), 44)
    for left, right in (("unit", "code"), ("address", "contact"), ("title", "place")):
        yield _four(labels[left], shown[left], labels[right], shown[right])
    yield from _content(form.content)
    yield Row((Box("A", labels["period"]), Box("B:D", shown["period"])), _LINE)
    yield _four(labels["hours"], shown["hours"], labels["planned"], shown["planned"])
    yield from _opinion(words.opinion_label(notice), shown["opinion"])
    seal = Box("A:B", "培训单位盖章：", align="left", edges="")
    yield Row((seal, Box("C:D", f"时间：{shown['stamped']}", align="right", edges="")), 58)
    first, *others = shown["notes"]
    for note in (f"备注：{first}", *(f"{_INDENT}\u3000{other}" for other in others)):
        yield Row((Box("A:D", note, align="left", size=9, edges=""),))


def _four(*texts: str) -> Row:
    return Row(tuple(Box(column, text) for column, text in zip("ABCD", texts, strict=True)), _LINE)


def _content(text: str) -> Iterator[Row]:
    """One box, in small letters what would not fit; what takes more than the page in several without rules between."""
    label = pages.LABELS["content"]
    if _is_short(text):
        size = SIZE if points_for(text, _CONTENT_WIDTH, indent=True) <= _CONTENT else _SMALL
        yield Row((Box("A", label), Box("B:D", text, align="left", size=size)), _CONTENT)
        return
    parts = pieces(text, _CONTENT_WIDTH, most=_LINES_A_ROW, size=_SMALL)
    for number, part in enumerate(parts):
        edges = "lr" + "t" * (number == 0) + "b" * (number == len(parts) - 1)
        box = Box("B:D", part, align="left", vertical="top", size=_SMALL, edges=edges)
        yield Row((Box("A", label, vertical="top", rows=len(parts)), box) if number == 0 else (box,))


def _is_short(content: str) -> bool:
    """Whether the form is still one page that can be read."""
    return points_for(content, _CONTENT_WIDTH, size=_SMALL, indent=True) <= _ONE_PAGE


def _opinion(label: str, shown: dict[str, str]) -> Iterator[Row]:
    agreed = Box("B:D", f"{_INDENT}{shown['agreed']}", align="left", edges="ltr")
    yield Row((Box("A", label, rows=3), agreed), 44)
    reviewer = Box("B", f"审核人：{shown['reviewer']}", align="left", edges="l")
    yield Row((reviewer, Box("C:D", f"盖章：{shown['office']}", align="left", edges="r")), 52)
    yield Row((Box("B:D", shown["day"], align="right", edges="lbr"),), 42)


def _plan(title: str, plan: ClassPlan) -> Iterator[Row]:
    yield Row((Box("A:E", words.PLAN_TITLE, size=18, bold=True, edges=""),), 40)
    yield Row((Box("A:E", title, edges=""),), 26)
    for name, told in plan.facts:
        yield Row((Box("A", name, bold=True), Box("B:E", told, align="left")), 22)
    if plan.lecturers:
        yield _heading("师资介绍")
        yield _row(("A", "B:C", "D:E"), pages.LECTURER_COLUMNS, bold=True)
        for each in plan.lecturers:
            yield _row(("A", "B:C", "D:E"), (each.name, each.unit, each.title))
    if plan.lessons:
        yield _heading("课程安排")
        yield _row(tuple("ABCDE"), pages.LESSON_COLUMNS, bold=True)
        for lesson in plan.lessons:
            yield _row(tuple("ABCDE"), pages.lesson(lesson), left="C")
    if plan.endorsement:
        yield _heading("属地建设主管部门审查意见")
        yield from _endorsement(pages.endorsement(plan.endorsement))


def _endorsement(shown: dict[str, str]) -> Iterator[Row]:
    yield Row((Box("A:E", f"{_INDENT}{shown['words']}", align="left", edges="ltr"),), 40)
    reviewer = Box("A:B", f"审查人：{shown['reviewer']}", align="left", edges="l")
    yield Row((reviewer, Box("C:E", f"盖章：{shown['office']}", align="left", edges="r")), 48)
    yield Row((Box("A:E", shown["day"], align="right", edges="lbr"),), 30)


def _heading(text: str) -> Row:
    return Row((Box("A:E", text, align="left", vertical="bottom", bold=True, edges=""),), 32)


def _row(columns: tuple[str, ...], texts: tuple[str, ...], *, bold: bool = False, left: str = "") -> Row:
    boxes = []
    for column, text in zip(columns, texts, strict=True):
        align: Literal["left", "center"] = "left" if column == left else "center"
        boxes.append(Box(column, text, align=align, bold=bold))
    return Row(tuple(boxes), 22)
