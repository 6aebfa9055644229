"""What a file really is, by its content; its name is only checked against that."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePath

from office.sheets.refusals import Refusal

_LONGEST_ENDING = 10  # that a message repeats
ENDINGS = ("xlsx", "xls", "ods")
_MACRO_ENDINGS = ("xlsm", "xltm", "xlam", "xla")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = [
    (b"%PDF-", "PDF 文件"),
    (b"\xff\xd8\xff", "图片"),
    (b"\x89PNG\r\n", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"PK\x05\x06", "空的压缩包"),
    (b"{\\rtf", "Word 文档（RTF）"),
]
_OTHER_ARCHIVES = [
    (b"wordprocessingml", "Word 文档"),
    (b"presentationml", "演示文稿"),
    (b"opendocument", "其他 OpenDocument 文档"),
]
_OLD_EXCEL = re.compile(rb"\x09[\x00\x02\x04][\x04-\x08]\x00")  # the BOF record of Excel 2, 3 and 4
_HTML = re.compile(r"<(!doctype html|html|head|body|table|meta|style|div)\b|^mime-version:", re.IGNORECASE)
_ENCODINGS = ("utf-8-sig", "gb18030")


def check_name(name: str) -> str:
    """The ending of a file's name, lower case; refuses one that is never a workbook we read."""
    ending = PurePath(name.replace("\\", "/")).suffix.lower().lstrip(".")
    if ending in _MACRO_ENDINGS:
        raise Refusal("file_macro")
    if ending == "xlsb":
        raise Refusal("file_xlsb")
    if ending not in ENDINGS:
        raise Refusal("file_ending", ending=f".{ending[:_LONGEST_ENDING]}" if ending else "（无）")
    return ending


def check_kind(ending: str, kind: str) -> None:
    """Refuses a file whose name says another of the three formats than its content."""
    if ending != kind:
        raise Refusal("file_misnamed", ending=ending, kind=kind)


def container(data: bytes) -> str:
    """`zip` or `ole`; everything else is refused by its own name."""
    if not data:
        raise Refusal("file_empty")
    if data.startswith(ZIP):
        return "zip"
    if data.startswith(OLE):
        return "ole"
    for start, what in _OTHERS:
        if data.startswith(start):
            raise Refusal("file_not_workbook", what=what)
    if _OLD_EXCEL.match(data):
        raise Refusal("file_old_excel")
    raise Refusal(_kind_of_text(data[:8192]))


def kind_of_zip(names: Collection[str], mimetype: bytes, content_types: bytes) -> str:
    """`xlsx` or `ods` from the parts of an archive; documents, slides and plain archives are named."""
    if b"ms-excel.sheet.binary" in content_types:
        raise Refusal("file_xlsb")
    if b"macroEnabled" in content_types or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refusal("file_macro")
    if b"spreadsheetml" in content_types:
        return "xlsx"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    for sign, what in (
        (b"wordprocessingml", "Word 文档"),
        (b"presentationml", "演示文稿"),
        (b"opendocument", "其他文档"),
    ):
        if sign in content_types or sign in mimetype:
            raise Refusal("file_not_workbook", what=what)
    if {"[content_types].xml", "mimetype"} & {name.lower() for name in names}:
        raise Refusal("file_damaged")
    raise Refusal("file_not_workbook", what="压缩包")


def kind_of_ole(streams: Collection[str]) -> str:
    """`xls` from the streams of a compound file; an encrypted .xlsx is one, too."""
    if "EncryptedPackage" in streams:
        raise Refusal("file_encrypted")
    if "_VBA_PROJECT_CUR" in streams:
        raise Refusal("file_macro")
    if {"Workbook", "Book"} & set(streams):
        return "xls"
    for stream, what in (("WordDocument", "Word 文档"), ("PowerPoint Document", "演示文稿")):
        if stream in streams:
            raise Refusal("file_not_workbook", what=what)
    raise Refusal("file_unknown")


def _kind_of_text(head: bytes) -> str:
    """The code for a file that is text, or `file_unknown`."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace")
    elif b"\x00" in head:
        return "file_unknown"
    else:
        text = next((found for name in _ENCODINGS if (found := _decoded(head, name)) is not None), "")
    if "urn:schemas-microsoft-com:office:spreadsheet" in text:
        return "file_xml_2003"
    if "urn:oasis:names:tc:opendocument" in text:
        return "file_flat_ods"
    if _HTML.search(text.lstrip()):
        return "file_html"
    return "file_text" if text.strip() else "file_unknown"


def _decoded(head: bytes, encoding: str) -> str | None:
    try:
        return head.decode(encoding)
    except UnicodeDecodeError as error:
        return head[: error.start].decode(encoding) if error.start > len(head) - 4 and error.start else None
