"""A roster written by LibreOffice as .xlsx, .xls and .ods, and as WPS writes it: all read and judged alike."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from courses.roster import columns
from courses.roster.check import Checked, check
from courses.roster.report import told
from office.sheets.reading import read
from tests.courses.sheets import CLASS, EMPLOYER, TITLE, row
from tests.factories import OrganisationFactory, make_id_number
from tests.office.soffice import convert

pytestmark = pytest.mark.django_db
FORMATS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97", "ods": "ods:calc8"}
# Renamed and in another order; the class stands nowhere, the unit is merged over all its rows.
ORDER = {
    "name": "学员 姓名",
    "id_number": "公民身份\n号码",
    "sex": "性别*",
    "phone": "手机（11位）",
    "employer": "工作单位",
    "municipal": "是否市属",
    "level": "职称等级",
    "title": "现有职称",
    "series": "专业",
    "hours": "学时数",
    "organiser": "承办单位",
}
ROWS: list[dict[str, Any]] = [
    {},
    {"name": "李　四", "phone": 13870000001, "hours": 7.5},
    {"id_number": 330902198506150010},
    {"id_number": make_id_number(serial=3).translate({48 + n: 0xFF10 + n for n in range(10)}), "sex": "女"},
    {"hours": "=8+9", "municipal": True},
    {"hours": "=1/0", "name": ""},
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same roster in each format."""
    folder = tmp_path_factory.mktemp("rosters")
    source = folder / "source" / "花名册.xlsx"
    source.parent.mkdir()
    _book().save(source)
    return {kind: convert([source], FORMATS[kind], folder / kind)[0] for kind in FORMATS}


def _book() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([TITLE])
    sheet.merge_cells("A1:K1")
    sheet.append([])
    sheet.append(["填报人：江听澜", "", "", "联系电话：0580-2000000"])
    sheet.append(list(ORDER.values()))
    for n, changed in enumerate(ROWS):
        cells = dict(zip(columns.KEYS, row(n, **changed), strict=True))
        sheet.append([cells[key] for key in ORDER])
        if n:
            sheet.cell(5 + n, len(ORDER)).value = None
    sheet.merge_cells(start_row=5, end_row=4 + len(ROWS), start_column=len(ORDER), end_column=len(ORDER))
    sheet.append([])
    sheet.append(["合计", "", "", "", "", "", "", "", "", f"=SUM(J5:J{4 + len(ROWS)})"])
    sheet.append(["注：本表一式两份。"])
    sheet.row_dimensions[6].hidden = True
    return book


@pytest.fixture(autouse=True)
def unit() -> None:
    """The unit of every row."""
    OrganisationFactory(name=EMPLOYER)


def checked(data: bytes, name: str) -> tuple[list[Checked], dict[str, Any]]:
    """The rows of a file, and what is told of them."""
    header = columns.find(read(data, name=name))
    return list(check(header, CLASS).rows()), told(check(header, CLASS), header)


@pytest.mark.parametrize("kind", FORMATS)
def test_libreoffice_s_rosters_are_judged_alike(files: dict[str, Path], kind: str) -> None:
    rows, report = checked(files[kind].read_bytes(), files[kind].name)
    assert [(one.row, one.name, one.judged.tenths, one.judged.organiser) for one in rows] == [
        (5, "江听澜", 160, CLASS.organiser),
        (6, "李四", 75, CLASS.organiser),
        (7, "江听澜", 160, CLASS.organiser),
        (8, "江听澜", 160, CLASS.organiser),
        (9, "江听澜", None, CLASS.organiser),
        (10, "", None, CLASS.organiser),
    ]
    assert [(each["row"], each["column"], each["code"]) for each in report["errors"]] == [
        (7, "身份证号", "id_lost_digits"),
        (8, "性别", "sex_differs"),
        (9, "认定学时", "hours_above"),
        (9, "是（否）市属单位人员", "municipal_differs"),
        (10, "姓名", "name_missing"),
        (10, "认定学时", "cell_error"),
    ]
    assert report["warnings"] == []
    assert report["errors"][0]["message"].startswith("（文件中的“公民身份 号码”列）")


def test_a_dimension_that_says_less_than_there_is_loses_nobody(files: dict[str, Path]) -> None:
    """As WPS writes it: openpyxl's quick reader drops the rows beyond it."""
    data = files["xlsx"].read_bytes()
    wrong = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(wrong, "w", zipfile.ZIP_DEFLATED) as out:
        for name in parts.namelist():
            text = parts.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text, times = re.subn(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:C5"/>', text)
                assert times == 1
            out.writestr(name, text)
    assert checked(wrong.getvalue(), "花名册.xlsx")[0] == checked(data, "花名册.xlsx")[0]
