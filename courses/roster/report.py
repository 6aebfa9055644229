"""What a check found, told: as data for programs, and as lines that an office reads. No ID number stands in either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.errors import InputError
from courses.roster import columns
from courses.roster.check import Checking
from courses.roster.findings import WARNINGS, Finding
from office.sheets.header import Header

ERRORS, WARNED = "errors", "warnings"


def told(checking: Checking, header: Header) -> dict[str, Any]:
    """Take every row of the check and tell what is wrong with it.

    `rows`, `ok` (rows without an error), `errors` and `warnings`, each a list of `row` (as numbered in the sheet; none
    for the file as a whole), `column` (as 附件2 prints it), `code`, `message`.
    """
    called = {key: columns.called(header, key) for key in columns.KEYS}
    lists: dict[str, list[dict[str, Any]]] = {ERRORS: [], WARNED: []}
    failed = set()
    for row in checking.rows():
        for finding in row.findings:
            if finding.code not in WARNINGS:
                failed.add(row.row)
            _list_of(lists, finding).append({"row": row.row, **item(finding, called)})
    for finding in checking.of_file():
        _list_of(lists, finding).append(item(finding, called))
    rows = checking.total
    return {"rows": rows, "ok": rows - len(failed), **lists}


def unreadable(error: InputError) -> dict[str, Any]:
    """The same shape for a file that cannot be read: one error without a row."""
    return {
        "rows": 0,
        "ok": 0,
        ERRORS: [{"column": "", "code": error.code, "message": error.message}],
        WARNED: [],
    }


def item(finding: Finding, called: Mapping[str, str]) -> dict[str, str]:
    """One finding: its column as 附件2 prints it; the sentence says what the file calls it, where that differs."""
    heading = called.get(finding.column, "")
    message = f"（文件中的“{heading}”列）{finding.text}" if heading else finding.text
    return {"column": columns.TITLES.get(finding.column, ""), "code": finding.code.value, "message": message}


def lines(report: Mapping[str, Any]) -> Iterable[str]:
    """The report in sentences, a line for each finding, errors first."""
    for kind, word in ((ERRORS, "错误"), (WARNED, "提示")):
        for each in report[kind]:
            place = f"第{each['row']}行" if "row" in each else "文件"
            column = f" {each['column']}" if each["column"] else ""
            yield f"{word} {place}{column}：{each['message']}（{each['code']}）"
    errors, warned = len(report[ERRORS]), len(report[WARNED])
    yield f"共{report['rows']}行，{report['ok']}行无错误；{errors}个错误，{warned}个提示。"


def _list_of(lists: dict[str, list[dict[str, Any]]], finding: Finding) -> list[dict[str, Any]]:
    return lists[WARNED if finding.code in WARNINGS else ERRORS]
