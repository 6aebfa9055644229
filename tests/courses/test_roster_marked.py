"""The workbook given back: its own cells coloured, each row's findings behind it, nothing of ours a formula."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from accounts.errors import InputError
from courses.roster import columns
from courses.roster.check import check
from courses.roster.marked import marked
from office.sheets.limits import Limits
from office.sheets.marker import COLOURS
from office.sheets.reading import read
from tests.courses.sheets import HEADINGS, TITLE, row, xlsx
from tests.office.soffice import convert

ERROR, WARNING = COLOURS["error"], COLOURS["warning"]
PROBLEMS = {
    4: [
        {"code": "id_length", "column": "id_number", "text": "身份证号应为18位。"},
        {"code": "organiser_differs", "column": "organiser", "text": "与本培训单位的名称不一致。"},
    ],
    5: [{"code": "class_overlap", "column": "", "text": '=HYPERLINK("http://example.org")'}],
}
SAID = "错误 身份证号：身份证号应为18位。\n提示 培训单位：与本培训单位的名称不一致。"
REMARKS = len(HEADINGS) + 1


def office_file() -> openpyxl.Workbook:
    """A roster as an office makes it: title over all columns, a merged unit, fonts, choices, a formula, a remark."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([TITLE])
    sheet.merge_cells("A1:M1")
    sheet.append(HEADINGS)
    for n in range(4):
        sheet.append(row(n))
    for n in range(4, 7):
        sheet.cell(n, 2).value = None
    sheet.merge_cells("B3:B6")
    sheet["D4"].font, sheet["D4"].fill = Font(bold=True, color="FF112233"), PatternFill("solid", fgColor="FF00FF00")
    sheet["K6"] = "=8+8"
    sheet["D3"].comment = Comment("请核对", "办公室")
    choices = DataValidation(type="list", formula1='"男,女"')
    choices.add("E3:E99")
    sheet.add_data_validation(choices)
    sheet.column_dimensions["G"].width = 31
    book.create_sheet("说明")["A1"] = "填表说明"
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    """As a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def given_back(data: bytes, name: str = "花名册.xlsx", problems: Any = PROBLEMS) -> Worksheet:
    """The sheet of the marked workbook."""
    sheet = openpyxl.load_workbook(io.BytesIO(marked(data, name=name, problems=problems))).active
    assert isinstance(sheet, Worksheet)
    return sheet


def coloured(sheet: Worksheet) -> dict[str, str]:
    """Cells in our colours."""
    cells = (cell for line in sheet.iter_rows() for cell in line)
    return {cell.coordinate: cell.fill.fgColor.rgb for cell in cells if cell.fill.fgColor.rgb in COLOURS.values()}


def test_cells_are_coloured_and_each_row_s_findings_told_behind_it() -> None:
    sheet = given_back(saved(office_file()))
    assert coloured(sheet) == {"G4": ERROR, "B3": WARNING, "D5": ERROR}  # B4 lies in B3's merged cell
    assert [sheet.cell(number, REMARKS).value for number in range(1, 7)] == [
        None,
        "核对结果",
        None,
        SAID,
        '错误 =HYPERLINK("http://example.org")',
        None,
    ]


def test_the_workbook_stays_what_it_was() -> None:
    before = office_file()
    after = openpyxl.load_workbook(io.BytesIO(marked(saved(before), name="花名册.xlsx", problems=PROBLEMS)))
    assert after.sheetnames == before.sheetnames
    sheet, old = after.worksheets[0], before.worksheets[0]
    for line in old.iter_rows(max_col=len(HEADINGS)):
        for cell in line:
            if cell.coordinate != "K6":
                assert sheet[cell.coordinate].value == cell.value
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:M1", "B3:B6"}
    assert (sheet["D4"].font.b, sheet["D4"].fill.fgColor.rgb) == (True, "FF00FF00")
    assert (sheet.row_dimensions[3].height, sheet.row_dimensions[4].height) == (None, 30)  # for two lines of remarks
    assert (sheet.column_dimensions["G"].width, sheet["D3"].comment.text) == (31, "请核对")
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["E3:E99"]


def test_no_cell_starts_a_formula(tmp_path: Path) -> None:
    """Formulas become their results; one that nobody has worked out stays as the text that it is."""
    plain = saved(office_file())
    assert given_back(plain)["K6"].value == "=8+8"
    (worked_out,) = convert([_file(tmp_path / "源" / "花名册.xlsx", plain)], "xlsx", tmp_path / "工")
    for data, result in ((plain, "=8+8"), (worked_out.read_bytes(), 16)):
        out = marked(data, name="花名册.xlsx", problems=PROBLEMS)
        cells = [cell for line in openpyxl.load_workbook(io.BytesIO(out)).active.iter_rows() for cell in line]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
        assert next(cell.value for cell in cells if cell.coordinate == "K6") == result
        with zipfile.ZipFile(io.BytesIO(out)) as parts:
            assert not [name for name in parts.namelist() if b"<f>" in parts.read(name)]


def test_a_link_to_another_file_does_not_come_back() -> None:
    book = office_file()
    book.defined_names["外部"] = openpyxl.workbook.defined_name.DefinedName("外部", attr_text="[1]Sheet1!$A$1")
    out = marked(saved(book), name="花名册.xlsx", problems=PROBLEMS)
    with zipfile.ZipFile(io.BytesIO(out)) as parts:
        assert not [name for name in parts.namelist() if "external" in name.lower()]
        assert "[1]" not in parts.read("xl/workbook.xml").decode()


def test_marking_again_takes_the_earlier_marks_away() -> None:
    first = marked(saved(office_file()), name="花名册.xlsx", problems=PROBLEMS)
    book = read(first, name="花名册.xlsx")
    assert columns.find(book).unknown == ("核对结果",)
    again = given_back(first, problems={6: PROBLEMS[5]})
    assert coloured(again) == {"D6": ERROR}
    assert [again.cell(number, REMARKS).value for number in (3, 4, 5)] == [None, None, None]
    assert (again.max_column, again["D4"].fill.fgColor.rgb) == (REMARKS, "FF00FF00")


@pytest.mark.django_db
def test_a_marked_workbook_reads_like_the_one_it_was_made_of() -> None:
    data = xlsx([row(), row(1, id_number="1"), row(2)])
    again = marked(data, name="花名册.xlsx", problems=PROBLEMS)
    before, after = (
        [
            (one.row, one.findings, one.name, one.identity.number)
            for one in check(columns.find(read(each, name="a.xlsx"))).rows()
        ]
        for each in (data, again)
    )
    assert before == after


@pytest.mark.parametrize(("ending", "written"), [("xls", "xls:MS Excel 97"), ("ods", "ods:calc8")])
def test_old_excel_and_opendocument_come_back_as_xlsx_in_the_same_rows(
    ending: str, written: str, tmp_path: Path
) -> None:
    data = xlsx([row(), row(1), row(2)], above=([TITLE], [], ["填报人：江听澜"]))
    (file,) = convert([_file(tmp_path / "源" / "花名册.xlsx", data)], written, tmp_path / ending)
    sheet = given_back(file.read_bytes(), file.name, {7: PROBLEMS[4]})
    assert [cell.value for cell in sheet[7]][:13] == [str(value) for value in row(2)]
    assert (sheet.cell(7, REMARKS).value, sheet.cell(4, REMARKS).value) == (SAID, "核对结果")
    assert coloured(sheet) == {"G7": ERROR, "B7": WARNING}


def test_a_hostile_workbook_is_refused_by_the_marking_too() -> None:
    data = saved(office_file())
    bomb = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as out:
        for name in parts.namelist():
            text = parts.read(name)
            if name == "docProps/core.xml":  # no part that reading a roster looks at
                text = b'<!DOCTYPE x [<!ENTITY a "b">]>' + text
            out.writestr(name, text)
    with pytest.raises(InputError) as refused:
        marked(bomb.getvalue(), name="花名册.xlsx", problems=PROBLEMS)
    assert (refused.value.code, refused.value.field) == ("file_hostile", "file")


def test_marking_keeps_to_the_limits_of_reading() -> None:
    """A merged area over the whole sheet is a small file and a billion cells for openpyxl."""
    book = office_file()
    data = saved(book)
    huge = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(huge, "w", zipfile.ZIP_DEFLATED) as out:
        for name in parts.namelist():
            out.writestr(name, parts.read(name).replace(b'"A1:M1"', b'"O1:XFD1048576"'))
    limits = Limits(memory_bytes=400 * 2**20)
    sheet = openpyxl.load_workbook(
        io.BytesIO(marked(huge.getvalue(), name="花名册.xlsx", problems=PROBLEMS, limits=limits))
    )
    assert not sheet.active.merged_cells.ranges  # the values alone came back
    assert sheet.active.cell(4, REMARKS).value == SAID


def _file(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
