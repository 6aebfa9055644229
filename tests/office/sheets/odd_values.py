"""Values as .xlsx keeps them, and the text they must read as."""

from __future__ import annotations

from tests.office.sheets.build import cells, line, number_formats, worksheet, xlsx
from tests.office.sheets.cases import read_as

NAME = {1: {"A": "姓名"}, 2: {"A": "江听澜"}}
NAME_ROWS = {1: ["姓名"], 2: ["江听澜"]}
FORMATS = (
    '<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
    '<numFmt numFmtId="165" formatCode="h:mm"/><numFmt numFmtId="166" formatCode="[h]:mm"/>'
    '<numFmt numFmtId="167" formatCode="G/通用格式"/></numFmts>'
)


def _line(*values: str, **more: str) -> bytes:
    return xlsx(worksheet(line(*values)), **more)  # type: ignore[arg-type]


ALL = [
    read_as(
        "numbers without noise",
        "a.xlsx",
        xlsx(
            worksheet(
                cells(
                    {
                        1: {
                            "A": 7.0,
                            "B": 7.5,
                            "C": 0.1 + 0.2,
                            "D": -2.5,
                            "E": 1e-7,
                            "F": 123456789012345,
                            "G": 13800000001,
                        }
                    }
                )
            )
        ),
        {1: ["7", "7.5", "0.3", "-2.5", "0.0000001", "123456789012345", "13800000001"]},
    ),
    read_as(
        "an ID typed as a number",
        "a.xlsx",
        _line("><v>330902199001011234</v>"),
        {1: ["3.30902199001011E+17"]},
        {"A1": "lost_digits"},
    ),
    read_as(
        "an ID that is text again after it was a number",
        "a.xlsx",
        xlsx(worksheet(cells({1: {"A": "3.30902E+17", "B": "1E05"}}))),
        {1: ["3.30902E+17", "1E05"]},
        {"A1": "lost_digits"},
    ),
    read_as(
        "full width and odd spaces",
        "a.xlsx",
        xlsx(
            worksheet(
                cells(
                    {
                        1: {
                            "A": "\ufeff１３８－００００\u200b００００１\u00a0",
                            "B": "李\u3000 四",
                            "C": "７．５",
                            "D": "（一）Ａ班：甲",
                            "E": "ｘＸ\t9",
                        }
                    }
                )
            )
        ),
        {1: ["138-000000001", "李 四", "7.5", "（一）A班：甲", "xX 9"]},
    ),
    read_as(
        "line breaks and what Excel escapes",
        "a.xlsx",
        xlsx(worksheet(cells({1: {"A": "认 定_x000D_\n学 时", "B": "a&b <c>", "C": "𠮷野"}}))),
        {1: ["认 定 学 时", "a&b <c>", "𠮷野"]},
    ),
    read_as(
        "truth and errors",
        "a.xlsx",
        _line(
            't="b"><v>1</v>',
            't="b"><v>0</v>',
            't="e"><v>#REF!</v>',
            't="e"><f>1/0</f><v>#DIV/0!</v>',
            't="inlineStr"><is><t>#N/A</t></is>',
        ),
        {1: ["TRUE", "FALSE", "#REF!", "#DIV/0!", "#N/A"]},
        {"C1": "error", "D1": "error"},
    ),
    read_as(
        "truth is no number",
        "a.xlsx",
        _line("><v>1</v>", 't="b"><v>1</v>', "><v>1</v>"),
        {1: ["1", "TRUE", "1"]},
    ),
    read_as(
        "formulas with and without a result",
        "a.xlsx",
        _line(
            "><f>3+4</f><v>7</v>",
            't="str"><f>"甲"</f><v>甲</v>',
            't="str"><f>""</f><v></v>',
            "><f>3+4</f>",
            "><f>A1</f><v></v>",
        ),
        {1: ["7", "甲", "", "", ""]},
        {"D1": "no_result", "E1": "no_result"},
    ),
    read_as(
        "a row of formulas without results",
        "a.xlsx",
        xlsx(worksheet(cells(NAME) + '<row r="3"><c r="A3"><f>B3</f></c></row>')),
        {**NAME_ROWS, 3: [""]},
        {"A3": "no_result"},
    ),
    read_as(
        "results left for the next program",
        "a.xlsx",
        _line("><f>3+4</f><v>0</v>", properties='<calcPr fullCalcOnLoad="1"/>'),
        {1: [""]},
        {"A1": "no_result"},
    ),
    read_as(
        "shared formulas",
        "a.xlsx",
        _line('><f t="shared" ref="A1:B1" si="0">1+1</f><v>2</v>', '><f t="shared" si="0"/><v>2</v>'),
        {1: ["2", "2"]},
    ),
    read_as(
        "dates in Chinese built-in formats",
        "a.xlsx",
        xlsx(
            worksheet(
                line('s="1"><v>45413</v>', 's="2"><v>45413</v>', 's="3"><v>45413.354166667</v>', 's="0"><v>45413</v>')
            ),
            styles=number_formats(0, 31, 57, 22),
        ),
        {1: ["2024-05-01", "2024-05-01", "2024-05-01 08:30", "45413"]},
    ),
    read_as(
        "dates in formats of their own",
        "a.xlsx",
        xlsx(
            worksheet(
                line(
                    's="0"><v>45413</v>',
                    's="1"><v>0.35416666666666669</v>',
                    's="2"><v>1.2534722222222223</v>',
                    's="3"><v>45413</v>',
                )
            ),
            styles=number_formats(
                164,
                165,
                166,
                167,
                defined=FORMATS,
            ),
        ),
        {1: ["2024-05-01", "08:30", "30:05", "45413"]},
    ),
    read_as(
        "dates counted from 1904",
        "a.xlsx",
        xlsx(
            worksheet('<row r="1"><c r="A1" s="0"><v>43951</v></c><c r="B1" s="1"><v>43951</v></c></row>'),
            styles=number_formats(14, 31),
            properties='<workbookPr date1904="1"/>',
        ),
        {1: ["2024-05-01", "2024-05-01"]},
    ),
    read_as(
        "the last seconds of a year",
        "a.xlsx",
        xlsx(
            worksheet(
                '<row r="1"><c r="A1" s="0"><v>45657.999988426</v></c><c r="B1" s="0"><v>45657.9999999</v></c></row>'
            ),
            styles=number_formats(22),
        ),
        {1: ["2024-12-31 23:59:59", "2025-01-01"]},
    ),
]
