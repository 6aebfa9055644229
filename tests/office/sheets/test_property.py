"""What one library writes, the reader gives back: random tables by openpyxl, xlwt and odfpy."""

from __future__ import annotations

import io
import unicodedata
from decimal import Decimal

import openpyxl
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from odf import table as odf_table
from odf import text as odf_text
from odf.opendocument import OpenDocumentSpreadsheet

from office.sheets.child import read_file
from office.sheets.limits import Limits
from office.sheets.wire import pack, unpack

PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12).filter(
    lambda text: unicodedata.normalize("NFKC", text) == text and not text.startswith("=") and "_x" not in text
)
HOURS = st.integers(0, 99_999).map(lambda tenths: Decimal(tenths) / 10)
CELLS = st.one_of(st.none(), PLAIN, st.integers(-(10**14), 10**14), HOURS, st.booleans())
TABLES = st.dictionaries(st.integers(1, 40), st.lists(CELLS, max_size=6), max_size=8)
Table = dict[int, list[str | int | Decimal | bool | None]]


def expected(rows: Table) -> dict[int, list[str]]:
    """The rows as text, blanks at the end and blank rows left off."""
    made = {}
    for number, cells in sorted(rows.items()):
        texts = [shown(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            made[number] = texts
    return made


def shown(cell: str | int | Decimal | bool | None) -> str:
    """A cell as an office reads it."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return f"{Decimal(cell).normalize():f}"


def by_openpyxl(rows: Table) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for number, cells in rows.items():
        for column, cell in enumerate(cells, 1):
            written = book.active.cell(number, column, cell)
            if isinstance(cell, str):  # else "#N/A" would become an error
                written.data_type = "s"
    book.save(out)
    return out.getvalue()


def by_xlwt(rows: Table) -> bytes:
    book, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet = book.add_sheet("表")
    for number, cells in rows.items():
        for column, cell in enumerate(cells):
            sheet.write(number - 1, column, float(cell) if isinstance(cell, Decimal) else cell)
    book.save(out)
    return out.getvalue()


def by_odfpy(rows: Table) -> bytes:
    book, out = OpenDocumentSpreadsheet(), io.BytesIO()
    sheet = odf_table.Table(name="表")
    book.spreadsheet.addElement(sheet)
    last = 0
    for number, cells in sorted(rows.items()):
        if number > last + 1:
            sheet.addElement(odf_table.TableRow(numberrowsrepeated=number - last - 1))
        row = odf_table.TableRow()
        for cell in cells:
            row.addElement(_odf_cell(cell))
        sheet.addElement(row)
        last = number
    book.write(out)
    return out.getvalue()


def _odf_cell(cell: str | int | Decimal | bool | None) -> odf_table.TableCell:
    if cell is None:
        return odf_table.TableCell()
    if isinstance(cell, bool):
        return odf_table.TableCell(valuetype="boolean", booleanvalue="true" if cell else "false")
    if isinstance(cell, str):
        made = odf_table.TableCell(valuetype="string")
        made.addElement(odf_text.P(text=cell))
        return made
    return odf_table.TableCell(valuetype="float", value=str(cell))


WRITERS = {"表.xlsx": by_openpyxl, "表.xls": by_xlwt, "表.ods": by_odfpy}


@settings(max_examples=60, deadline=None)
@given(rows=TABLES, file=st.sampled_from(sorted(WRITERS)))
def test_a_table_reads_as_it_was_written(rows: Table, file: str) -> None:
    sheet = unpack(pack(read_file(WRITERS[file](rows), file, Limits()))).sheets[0]
    assert {row.number: list(row.cells) for row in sheet.rows} == expected(rows)
    assert not sheet.flags
