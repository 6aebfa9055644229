"""What every workbook of ours shares: its letters, its A4 page, and text that is nothing but text."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Font
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

FONT = "宋体"
# Widths of columns are told in digits of this font. Excel, WPS and LibreOffice all have it or one as wide; with the
# Calibri of openpyxl, LibreOffice without it draws columns a fifth too wide and shrinks the whole sheet to fit.
_MEASURE = Font(name="Arial", size=10)


def new_book() -> Workbook:
    """A workbook without sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book._named_styles["Normal"].font = _MEASURE
    book._fonts[0] = _MEASURE
    return book


def put_text(cell: Cell, text: str) -> None:
    """Text stays text whatever it begins with; characters that no workbook may hold are left out."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"


def set_page(sheet: Worksheet, *, landscape: bool, footer: str, margin: float) -> None:
    """A4, one page wide; `margin` in inches, left and right; the page's number at the foot, and `footer` beside it."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4  # type: ignore[assignment]  # its type wants the number itself
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.page_margins = PageMargins(left=margin, right=margin, top=0.75, bottom=0.75, header=0.3, footer=0.35)
    sheet.print_options.horizontalCentered = True
    if footer:
        sheet.oddFooter.left.text = footer.replace("&", "&&")
    sheet.oddFooter.right.text = "第 &P 页，共 &N 页"
