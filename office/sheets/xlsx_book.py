"""The parts of an .xlsx around its sheets: which are visible, where they lie, how its dates and formulas are kept."""

from __future__ import annotations

import posixpath
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from office.limited.archive import Archive
from office.sheets.grid import sheet_name
from office.sheets.refusals import Refusal

# Dates of Chinese, Japanese and Korean Excel, written without their format: 31 is 2024年5月1日.
EASTERN_DATES = {*range(27, 37), *range(50, 59)}


@dataclass(frozen=True)
class SheetPart:
    """A visible worksheet and the part that holds it."""

    name: str
    path: str

    @property
    def shown(self) -> str:
        """The name as it may stand in a message."""
        return sheet_name(self.name)


@dataclass(frozen=True)
class Book:
    """What the sheets need to know of their workbook."""

    sheets: list[SheetPart]
    strings_path: str
    date_styles: frozenset[str]  # indexes of cell styles with one of EASTERN_DATES
    from_1904: bool
    recalculates: bool  # its writer left the formulas for the next program to work out: no result can be trusted


def read_book(archive: Archive) -> Book:
    """Follows the relations from the root, as a spreadsheet program does."""
    path = next((target for kind, target in _relations(archive, "").values() if kind == "officeDocument"), "")
    tree = _tree(archive, path)
    if tree is None:
        raise Refusal("file_damaged")
    relations = _relations(archive, path)
    by_kind = dict(relations.values())
    properties, calculation = _first(tree, "workbookPr"), _first(tree, "calcPr")
    return Book(
        sheets=list(_visible(tree, relations)),
        strings_path=by_kind.get("sharedStrings", ""),
        date_styles=_date_styles(_tree(archive, by_kind.get("styles", ""))),
        from_1904=properties is not None and _true(properties.get("date1904")),
        recalculates=calculation is not None and _true(calculation.get("fullCalcOnLoad")),
    )


def _visible(tree: ET.Element, relations: dict[str, tuple[str, str]]) -> Iterator[SheetPart]:
    for sheet in _all(tree, "sheet"):
        link = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        kind, target = relations.get(link, ("", ""))
        if kind.endswith(("acrosheet", "acroSheet")):  # xlMacrosheet, xlIntlMacrosheet
            raise Refusal("file_macro")
        if kind == "worksheet" and sheet.get("state", "visible") == "visible":
            yield SheetPart(sheet.get("name", ""), target)


def _date_styles(styles: ET.Element | None) -> frozenset[str]:
    if styles is None:
        return frozenset()
    defined = {form.get("numFmtId") for form in _all(styles, "numFmt")}
    eastern = {str(number) for number in EASTERN_DATES} - defined
    used = _first(styles, "cellXfs")
    formats = () if used is None else _all(used, "xf")
    return frozenset(str(index) for index, xf in enumerate(formats) if xf.get("numFmtId") in eastern)


def _relations(archive: Archive, path: str) -> dict[str, tuple[str, str]]:
    """Id → kind and part of what the part at `path` refers to."""
    folder, name = posixpath.split(path)
    tree = _tree(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    found = {}
    for relation in _all(tree, "Relationship") if tree is not None else ():
        kind = relation.get("Type", "").rsplit("/", 1)[-1]
        target = relation.get("Target", "").replace("\\", "/")
        found[relation.get("Id", "")] = kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return found


def _tree(archive: Archive, path: str) -> ET.Element | None:
    text = archive.xml(path)
    try:
        return ET.fromstring(text) if text else None  # noqa: S314 - see the import
    except ET.ParseError as error:
        raise Refusal("file_damaged") from error


def _all(tree: ET.Element, name: str) -> Iterator[ET.Element]:
    """Elements by local name: the strict and the usual namespace are told apart by nobody who writes files."""
    return (element for element in tree.iter() if isinstance(element.tag, str) and element.tag.rsplit("}")[-1] == name)


def _first(tree: ET.Element, name: str) -> ET.Element | None:
    return next(_all(tree, name), None)


def _true(value: str | None) -> bool:
    return value in ("1", "true", "on")
