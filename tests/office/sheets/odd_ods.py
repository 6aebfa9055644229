"""What writers of .ods leave behind, and how it must read."""

from __future__ import annotations

from tests.office.sheets.build import NAMESPACES, ODS_TYPE, archive, ods, row, table, text_cell
from tests.office.sheets.cases import read_as

COLLAPSED = ' table:visibility="collapse"'
OTHER_PREFIXES = (
    NAMESPACES.replace("xmlns:office=", "<o:c xmlns:o=")
    .replace("xmlns:table=", "xmlns:b=")
    .replace("xmlns:text=", "xmlns:x=")
    + "><b:table b:name='表'><b:table-row><b:table-cell o:value-type='string'><x:p>姓名</x:p></b:table-cell>"
    "</b:table-row></b:table></o:c>"
)
HIDDEN = (
    '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def _value(kind: str, value: str, shown: str = "", more: str = "") -> str:
    name = {"float": "value", "percentage": "value", "currency": "value"}.get(kind, f"{kind}-value")
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}="{value}"{more}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def _string(inner: str) -> str:
    return f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'


def _formula(more: str, inner: str = "") -> str:
    return f'<table:table-cell table:formula="of:=[.A1]"{more}>{inner}</table:table-cell>'


def _blank(count: int) -> str:
    return f'<table:table-cell table:number-columns-repeated="{count}"/>'


ALL = [
    read_as(
        "a sheet blank to its very end",
        "a.ods",
        ods(
            table(
                row("姓名", _blank(16_383))
                + row(_blank(16_384), more=' table:number-rows-repeated="1048573"')
                + row("末行")
                + row(_blank(16_384))
            )
        ),
        {1: ["姓名"], 1_048_575: ["末行"]},
    ),
    read_as(
        "rows and cells repeated",
        "a.ods",
        ods(
            table(
                row("", more=' table:number-rows-repeated="3"')
                + row(
                    text_cell("甲", ' table:number-columns-repeated="2"'),
                    _blank(2),
                    "乙",
                    more=' table:number-rows-repeated="2"',
                )
                + row("丙")
            )
        ),
        {4: ["甲", "甲", "", "", "乙"], 5: ["甲", "甲", "", "", "乙"], 6: ["丙"]},
    ),
    read_as(
        "header rows and groups",
        "a.ods",
        ods(
            table(
                f"<table:table-header-rows>{row('姓名')}</table:table-header-rows>"
                f"<table:table-row-group>{row('甲', more=COLLAPSED)}</table:table-row-group>"
            )
        ),
        {1: ["姓名"], 2: ["甲"]},
    ),
    read_as(
        "merged down in .ods",
        "a.ods",
        ods(
            table(
                row(text_cell("某公司", ' table:number-rows-spanned="3"'), "甲")
                + row("<table:covered-table-cell/>", "乙")
                + row("<table:covered-table-cell/>")
            )
        ),
        {1: ["某公司", "甲"], 2: ["某公司", "乙"]},
    ),
    read_as(
        "text in pieces",
        "a.ods",
        ods(
            table(
                row(
                    _string(
                        '<text:p>认<text:s text:c="3"/>定</text:p><text:p><text:span>学</text:span>时'
                        "<text:line-break/>（<text:tab/>个）<text:a>链</text:a></text:p>"
                    )
                )
            )
        ),
        {1: ["认 定 学时 （ 个）链"]},
    ),
    read_as(
        "comments and shapes are no text",
        "a.ods",
        ods(
            table(
                row(
                    _string(
                        "<office:annotation><text:p>批注</text:p></office:annotation><text:p>姓名</text:p>"
                        "<draw:frame><draw:text-box><text:p>图形</text:p></draw:text-box></draw:frame>"
                    ),
                    "<table:table-cell><draw:frame><draw:text-box><text:p>浮着</text:p></draw:text-box></draw:frame></table:table-cell>",
                )
            )
        ),
        {1: ["姓名"]},
    ),
    read_as(
        "values of every kind in .ods",
        "a.ods",
        ods(
            table(
                row(
                    _value("float", "7.50", "7.5"),
                    _value("percentage", "0.5", "50%"),
                    _value("currency", "120", "￥120"),
                    _value("boolean", "true", "TRUE"),
                    _value("date", "2024-05-01", "5月1日"),
                    _value("date", "2024-12-31T23:59:00", ""),
                    _value("date", "1899-12-30T08:30:00", "8:30"),
                    _value("time", "PT08H30M00S", "8:30"),
                    _value("time", "PT30H05M00S", "30:05"),
                    _value("float", "330902199001011234", "3.3E17"),
                    _value("string", "值", "显示"),
                )
            )
        ),
        {
            1: [
                "7.5",
                "0.5",
                "120",
                "TRUE",
                "2024-05-01",
                "2024-12-31 23:59",
                "08:30",
                "08:30",
                "30:05",
                "3.30902199001011E+17",
                "值",
            ]
        },
        {"J1": "lost_digits"},
    ),
    read_as(
        "formulas and errors in .ods",
        "a.ods",
        ods(
            table(
                row(
                    _formula(' office:value-type="float" office:value="7"', "<text:p>7</text:p>"),
                    _formula(' office:value-type="float" office:value="1"', "<text:p>TRUE</text:p>"),
                    _formula(
                        ' office:value-type="string" office:string-value="" calcext:value-type="error"',
                        "<text:p>#DIV/0!</text:p>",
                    ),
                    _formula(' office:value-type="string" office:string-value="#N/A"', "<text:p>#N/A</text:p>"),
                    _formula("", "<text:p/>"),
                    "甲",
                    _formula(""),
                )
            )
        ),
        {1: ["7", "TRUE", "#DIV/0!", "#N/A", "", "甲", ""]},
        {"C1": "error", "D1": "error", "G1": "no_result"},
    ),
    read_as(
        "hidden tables and cached ones are not read",
        "a.ods",
        ods(
            table(row("甲"), "隐藏", ' table:style-name="h"')
            + table(row("乙"), "花名册")
            + f"<table:dde-links>{table(row('丙'), '缓存')}</table:dde-links>",
            styles=HIDDEN,
        ),
        sheets={"花名册": {1: ["乙"]}},
    ),
    read_as(
        "a table inside a cell is none of ours",
        "a.ods",
        ods(
            table(
                row(
                    f'<table:table-cell><table:table table:name="内">{row("内")}</table:table></table:table-cell>', "外"
                )
            )
        ),
        {1: ["", "外"]},
    ),
    read_as(
        "names under other prefixes",
        "a.ods",
        archive({"mimetype": ODS_TYPE, "content.xml": OTHER_PREFIXES}),
        {1: ["姓名"]},
    ),
]
