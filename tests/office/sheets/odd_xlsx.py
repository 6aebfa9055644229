"""What writers of .xlsx leave behind, and how it must read. Rows by their number in the sheet."""

from __future__ import annotations

from tests.office.sheets.build import MAIN, SHEET_TYPE, archive, cells, line, prefixed, worksheet, xlsx, xlsx_parts
from tests.office.sheets.cases import read_as

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
NAME = {1: {"A": "姓名"}, 2: {"A": "江听澜"}}
NAME_ROWS = {1: ["姓名"], 2: ["江听澜"]}


def _moved(old: str, new: str, *, strings: bool = False) -> bytes:
    """The relations of a workbook changed."""
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>' if strings else cells(NAME)
    text = "<si><t>江听澜</t></si>" if strings else ""
    parts = xlsx_parts([worksheet(rows)], ["表"], [], [], text, "", "", MAIN, SHEET_TYPE)
    moved = {name.replace(old, new): content for name, content in parts.items()}
    links = "xl/_rels/workbook.xml.rels"
    return archive({**moved, links: str(parts[links]).replace(old, new)})


def _with_backslashes() -> bytes:
    """Parts named as old libraries of Windows name them."""
    parts = xlsx_parts([worksheet(cells(NAME))], ["表"], [], [], "", "", "", MAIN, SHEET_TYPE)
    return archive({name.replace("/", "\\"): content for name, content in parts.items()})


WRITERS = [
    read_as("no r attributes", "a.xlsx", xlsx(worksheet("<row/><row><c/><c><v>7</v></c></row>")), {2: ["", "7"]}),
    read_as(
        "a wrong dimension, as WPS writes",
        "a.xlsx",
        xlsx(worksheet(cells(NAME), before='<dimension ref="A1"/>')),
        NAME_ROWS,
    ),
    read_as(
        "a dimension far too large",
        "a.xlsx",
        xlsx(worksheet(cells(NAME), before='<dimension ref="A1:XFD1048576"/>')),
        NAME_ROWS,
    ),
    read_as("names with a prefix", "a.xlsx", lambda: xlsx(prefixed(worksheet(cells(NAME)))), NAME_ROWS),
    read_as(
        "texts in entities, as openpyxl writes them",
        "a.xlsx",
        xlsx(worksheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&#22995;&#21517;</t></is></c></row>')),
        {1: ["姓名"]},
    ),
    read_as("single quotes", "a.xlsx", xlsx(worksheet(cells(NAME).replace('"', "'"))), NAME_ROWS),
    read_as(
        "strict OOXML with dates in ISO",
        "a.xlsx",
        xlsx(
            worksheet(
                '<row r="1"><c r="A1" t="d"><v>2024-05-01</v></c><c r="B1" t="d"><v>2024-05-01T08:30:00</v></c></row>',
                namespace=STRICT,
            ),
            namespace=STRICT,
        ),
        {1: ["2024-05-01", "2024-05-01 08:30"]},
    ),
    read_as(
        "parts named from the root",
        "a.xlsx",
        lambda: _moved('Target="worksheets/', 'Target="/xl/worksheets/'),
        NAME_ROWS,
    ),
    read_as(
        "texts in runs, with pinyin above",
        "a.xlsx",
        xlsx(
            worksheet(
                line(
                    't="s"><v>0</v>',
                    't="inlineStr"><is><r><t>学</t></r><r><t xml:space="preserve">时 </t></r>'
                    '<rPh sb="0" eb="1"><t>xue</t></rPh></is>',
                )
            ),
            strings="<si><r><t>江</t></r><r><rPr><b/></rPr><t>听澜</t></r>"
            '<rPh sb="0" eb="1"><t>jiang</t></rPh><phoneticPr fontId="1"/></si>',
        ),
        {1: ["江听澜", "学时"]},
    ),
    read_as("parts with backslashes", "a.xlsx", _with_backslashes, NAME_ROWS),
    read_as(
        "texts in capitals",
        "a.xlsx",
        lambda: _moved("sharedStrings.xml", "SharedStrings.xml", strings=True),
        {1: ["江听澜"]},
    ),
    read_as(
        "rows out of order",
        "a.xlsx",
        xlsx(worksheet(cells({5: {"B": "后"}, 2: {"A": "前"}}))),
        {2: ["前"], 5: ["", "后"]},
    ),
    read_as(
        "a million blank cells with borders",
        "a.xlsx",
        lambda: xlsx(
            worksheet(
                cells(NAME)
                + "".join(f'<row r="{i}"><c r="A{i}" s="0"/><c r="AZZ{i}" s="0"/></row>' for i in range(3, 20_000))
                + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
            )
        ),
        NAME_ROWS,
    ),
    read_as("a comment inside the sheet", "a.xlsx", xlsx(worksheet(cells(NAME) + '<!-- <row r="9"/> -->')), NAME_ROWS),
]

PLACES = [
    read_as(
        "blank rows above and between",
        "a.xlsx",
        xlsx(worksheet(cells({4: {"C": "姓名"}, 9: {"C": "江听澜"}}))),
        {4: ["", "", "姓名"], 9: ["", "", "江听澜"]},
    ),
    read_as(
        "hidden rows and columns count",
        "a.xlsx",
        xlsx(
            worksheet(
                cells(NAME).replace('<row r="2"', '<row r="2" hidden="1"'),
                before='<cols><col min="1" max="1" hidden="1"/></cols>',
            )
        ),
        NAME_ROWS,
    ),
    read_as(
        "only blanks", "a.xlsx", xlsx(worksheet(cells({3: {"A": " \u3000\u200b"}, 4: {"B": "x"}}))), {4: ["", "x"]}
    ),
    read_as(
        "merged down: said of each row, but no row made by it",
        "a.xlsx",
        xlsx(
            worksheet(
                cells({1: {"A": "单位", "B": "姓名"}, 2: {"A": "某公司", "B": "甲"}, 3: {"B": "乙"}, 5: {"B": "丙"}}),
                after='<mergeCells><mergeCell ref="A2:A5"/><mergeCell ref="C1:E1"/></mergeCells>',
            )
        ),
        {1: ["单位", "姓名"], 2: ["某公司", "甲"], 3: ["某公司", "乙"], 5: ["某公司", "丙"]},
    ),
    read_as(
        "merged across: said once",
        "a.xlsx",
        xlsx(
            worksheet(
                cells({1: {"A": "标题"}, 2: {"A": "甲", "C": "乙"}}),
                after='<mergeCells><mergeCell ref="A1:C1"/></mergeCells>',
            )
        ),
        {1: ["标题"], 2: ["甲", "", "乙"]},
    ),
    read_as(
        "hidden sheets are not read",
        "a.xlsx",
        xlsx(
            *[worksheet(cells({1: {"A": name}})) for name in "甲乙丙"],
            names=["甲", "乙", "丙"],
            states=["hidden", "", "veryHidden"],
        ),
        sheets={"乙": {1: ["乙"]}},
    ),
    read_as(
        "charts are no sheets",
        "a.xlsx",
        xlsx("<chartsheet/>", worksheet(cells(NAME)), kinds=["chartsheet"]),
        sheets={"Sheet2": NAME_ROWS},
    ),
    read_as(
        "a blank sheet before the one",
        "a.xlsx",
        xlsx(worksheet(""), worksheet(cells(NAME))),
        sheets={"Sheet1": {}, "Sheet2": NAME_ROWS},
    ),
]


ALL = WRITERS + PLACES
