"""Every workbook we write, reopened by LibreOffice: compared cell by cell with ours, and looked at page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from courses.documents import application, roster
from tests.access.case import undone
from tests.courses import papers
from tests.documents.drawn import A4, Page, pages
from tests.documents.written import NOTICE, WORKBOOKS, too_low
from tests.office.soffice import convert

pytestmark = pytest.mark.django_db  # for the one workbook that is asked of a page
ROOT = Path(__file__).resolve().parent.parent.parent
FAULTY = "行高不足"
PDFS = {
    "附件1": lambda: application.as_pdf(papers.application(opinion=papers.OPINION), NOTICE),
    "附件1-空白": lambda: application.as_pdf(papers.EMPTY, NOTICE),
    "附件2-一页": lambda: roster.as_pdf(papers.roster(8)),
}
ALIKE = 50  # of 255: how much darker a field of the table may be in one picture than in the other
NEAR = 0.02  # of a frame's width or height
ANYWHERE = re.compile(r"from office\.documents\.(workbook|grid) import [^\n]*\bwrite\b|import openpyxl|from openpyxl")
# What lays workbooks out for others; and what the demo hands in as if others had written it.
NO_WRITERS = {
    "office.documents.workbook",
    "office.documents.grid",
    "office.documents.paper",
    "zsjxjy.demo.platforms",
    "zsjxjy.demo.rosters",
}


@dataclass(frozen=True)
class Reopened:
    """A workbook as we wrote it, as LibreOffice wrote it again, and its printed pages."""

    ours: Any
    again: Any
    pages: list[Page]


@pytest.fixture(scope="module")
def reopened(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> dict[str, Reopened]:
    """All of them, through two starts of LibreOffice."""
    folder = tmp_path_factory.mktemp("reopened")
    files = []
    with django_db_blocker.unblock(), undone(), time_machine.travel("2021-09-01T10:00:00+08:00", tick=False):
        for name, data in {**{name: each.data for name, each in WORKBOOKS.items()}, FAULTY: too_low}.items():
            files.append(folder / f"{name}.xlsx")
            files[-1].write_bytes(data())
    again = convert(files, "xlsx:Calc MS Excel 2007 XML", folder / "again")
    printed = convert(files, "pdf", folder / "printed")
    return {
        ours.stem: Reopened(openpyxl.load_workbook(ours), openpyxl.load_workbook(theirs), pages(pdf.read_bytes()))
        for ours, theirs, pdf in zip(files, again, printed, strict=True)
    }


def test_no_workbook_is_written_that_is_not_looked_at_here() -> None:
    found = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for room in ("accounts", "office", "registry", "units", "courses", "compliance", "zsjxjy")
        for file in (ROOT / room).rglob("*.py")
        if ANYWHERE.search(file.read_text(encoding="utf-8"))
    }
    assert found - NO_WRITERS == {each.writer for each in WORKBOOKS.values()}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_cell_comes_back_as_it_was_written(reopened: dict[str, Reopened], name: str) -> None:
    ours, again = reopened[name].ours, reopened[name].again
    assert ours.sheetnames == again.sheetnames
    for mine, theirs in zip(ours.worksheets, again.worksheets, strict=True):
        assert list(_cells(mine)) == list(_cells(theirs))
        assert set(map(str, mine.merged_cells.ranges)) == set(map(str, theirs.merged_cells.ranges))


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_sheet_comes_back_as_it_is_printed_and_filled_in(reopened: dict[str, Reopened], name: str) -> None:
    for mine, theirs in zip(reopened[name].ours.worksheets, reopened[name].again.worksheets, strict=True):
        assert _setup(mine) == _setup(theirs)
        assert _rules(mine) == _rules(theirs)
        for row in range(1, mine.max_row + 1):
            assert theirs.row_dimensions[row].height == pytest.approx(mine.row_dimensions[row].height, abs=1)
        for letter in {cell.column_letter for cell in next(mine.iter_rows()) if isinstance(cell, Cell)}:
            width = mine.column_dimensions[letter].width
            assert _width(theirs, letter) == pytest.approx(width, rel=0.06)


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_page_is_a4_and_everything_on_it_can_be_read(reopened: dict[str, Reopened], name: str) -> None:
    printed, wanted = reopened[name].pages, WORKBOOKS[name]
    assert len(printed) == wanted.pages
    size = A4[::-1] if wanted.landscape else A4
    for page in printed:
        assert page.millimetres == size
        assert (page.unseen(), page.overprinted()) == ([], [])
    text = "".join(page.text for page in printed)
    for sheet in reopened[name].ours.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell, Cell) and cell.value):
            assert _shown(cell) in text


@pytest.mark.parametrize("name", [name for name, each in WORKBOOKS.items() if each.ruled])
def test_every_row_is_ruled_and_the_header_is_on_every_page(reopened: dict[str, Reopened], name: str) -> None:
    (sheet,) = reopened[name].ours.worksheets
    header = int(sheet.print_title_rows.split("$")[-1])
    ruled = sum(sheet.cell(row, 1).border.left.style is not None for row in range(header + 1, sheet.max_row + 1))
    printed = reopened[name].pages
    assert sum(len(page.rules()[0]) - 2 for page in printed) == ruled
    for page in printed:
        assert len(page.rules()[1]) == sheet.max_column + 1
        assert "".join(str(sheet.cell(header, 2).value).split()) in page.text


def test_a_row_too_low_for_its_text_would_be_found(reopened: dict[str, Reopened]) -> None:
    (page,) = reopened[FAULTY].pages
    assert page.overprinted() or page.unseen()


@pytest.mark.parametrize("name", PDFS)
def test_workbook_and_pdf_are_the_same_form(reopened: dict[str, Reopened], name: str) -> None:
    mine, theirs = pages(PDFS[name]())[0], reopened[name].pages[0]
    assert (mine.unseen(), mine.overprinted()) == ([], [])
    for across in (False, True):
        assert _shares(mine, across=across) == pytest.approx(_shares(theirs, across=across), abs=2 * NEAR)
    texts = [text for text in _texts(reopened[name].ours.worksheets[0]) if mine.text.count(text) == 1]
    assert len(texts) > 15
    for text in texts:
        assert theirs.place_of(text) == pytest.approx(mine.place_of(text), abs=3 * NEAR), text


@pytest.mark.parametrize("name", PDFS)
def test_workbook_and_pdf_are_one_picture_from_afar(reopened: dict[str, Reopened], name: str) -> None:
    """Letters differ, the paper does not: each field of the table is about as dark in one as in the other."""
    mine = pages(PDFS[name]())[0]
    assert _apart(mine, reopened[name].pages[0]) <= ALIKE
    assert all(_apart(mine, reopened[other].pages[0]) > ALIKE for other in PDFS if other != name)


WORD = "HTTPS://" + "x" * 92


@pytest.mark.parametrize(
    "pdf",
    [
        lambda: application.as_pdf(papers.application(title=WORD, place=WORD, address=WORD), NOTICE),
        lambda: roster.as_pdf(papers.RosterForm(lines=(papers.line(1, name=WORD[:50], employer=WORD),) * 3)),
    ],
)
def test_a_word_longer_than_its_cell_is_broken(pdf: Any) -> None:
    page = pages(pdf())[0]
    assert (page.unseen(), page.overprinted()) == ([], [])
    assert all(letter.box[2] < page.frame[2] + 1 for letter in page.letters)


def _apart(one: Page, other: Page) -> float:
    """The two fields most unlike each other, of 255."""
    return max(abs(mine - theirs) for mine, theirs in zip(one.blurred(), other.blurred(), strict=True))


def _shares(page: Page, *, across: bool) -> list[float]:
    """Where the rules lie, by the frame: from 0 to 1."""
    rules = page.rules()[0 if across else 1]
    return [(rule - rules[0]) / (rules[-1] - rules[0]) for rule in rules]


def _texts(sheet: Worksheet) -> Iterator[str]:
    """What the form and its lines say, short words aside, which stand in longer ones."""
    rows = sheet.iter_rows(min_row=3)
    yield from (_shown(cell) for row in rows for cell in row if isinstance(cell, Cell) and len(_shown(cell)) > 3)


def _cells(sheet: Worksheet) -> Iterator[tuple[Any, ...]]:
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, MergedCell) or (cell.value is None and cell.border.left.style is None):
                continue
            letters = (
                cell.font.sz or 11,
                bool(cell.font.b),
            )  # the name comes back as that of another font
            placed = cell.alignment.horizontal or "general", cell.alignment.vertical, cell.alignment.wrap_text
            edges = tuple(getattr(cell.border, side).style for side in ("left", "right", "top", "bottom"))
            yield (cell.coordinate, cell.value, cell.data_type, cell.number_format, letters, placed, edges)


def _setup(sheet: Worksheet) -> tuple[Any, ...]:
    page = sheet.page_setup
    return (
        page.orientation,
        int(page.paperSize),
        page.fitToWidth,
        page.fitToHeight,
        sheet.print_title_rows,
        sheet.oddFooter.right.text,
    )


def _rules(sheet: Worksheet) -> list[tuple[Any, ...]]:
    """Drop-downs and hints: from which cell on, and that they go on well below the last row."""
    found = []
    for rule in sheet.data_validations.dataValidation:
        (cells,) = rule.sqref.ranges
        lower = cells.max_row > sheet.max_row + 500
        choices = rule.formula1 if rule.type == "list" else ""
        found.append((cells.min_col, cells.min_row, lower, choices, rule.prompt or ""))
    return sorted(found)


def _width(sheet: Worksheet, letter: str) -> float:
    """LibreOffice tells neighbours of one width once."""
    index = openpyxl.utils.column_index_from_string(letter)
    return next(float(each.width) for each in sheet.column_dimensions.values() if each.min <= index <= each.max)


def _shown(cell: Cell) -> str:
    value = "" if cell.value is None else cell.value
    if isinstance(value, str):
        return "".join(value.split())
    return f"{value:.1f}" if cell.number_format == "0.0" else f"{value:g}"
