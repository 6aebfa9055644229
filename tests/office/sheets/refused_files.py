"""Files that are no workbook we read, by their name or content: each is told apart and says what to do."""

from __future__ import annotations

import struct

from office.sheets.limits import Limits
from tests.office.sheets.build import archive, cells, compound, ods, record, row, table, worksheet, xls, xlsx
from tests.office.sheets.cases import refused

GOOD_XLSX = xlsx(worksheet(cells({1: {"A": "姓名"}})))
GOOD_XLS = xls(lambda book: book.add_sheet("表").write(0, 0, "姓名"))
GOOD_ODS = ods(table(row("姓名")))
HTML = "<html><head><meta charset=gbk></head><body><table><tr><td>姓名</td></tr></table></body></html>"
XML_2003 = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
FLAT_ODS = '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"

NAMES = [
    refused("file_empty", "nothing in it", "名单.xlsx", b""),
    refused("file_too_big", "a byte above the limit", "名单.xlsx", bytes(2049), Limits(file_bytes=2048)),
    refused("file_ending", "CSV by name", "名单.csv", "姓名,学时".encode()),
    refused("file_ending", "no ending", "名单", GOOD_XLSX),
    refused("file_ending", "WPS's own ending", "名单.et", GOOD_XLS),
    refused("file_ending", "an ending in a folder's name", "名单.xlsx/附件", GOOD_XLSX),
    refused("file_macro", "macro workbook by name", "名单.xlsm", GOOD_XLSX),
    refused("file_xlsb", "binary workbook by name", "名单.xlsb", GOOD_XLSX),
    refused("file_misnamed", ".xlsx called .xls", "名单.xls", GOOD_XLSX),
    refused("file_misnamed", ".xls called .xlsx", "名单.xlsx", GOOD_XLS),
    refused("file_misnamed", ".ods called .xlsx", "名单.XLSX", GOOD_ODS),
    refused("file_misnamed", ".xlsx called .ods", "名单.ods", GOOD_XLSX),
]

OTHER_CONTENT = [
    refused("file_not_workbook", "PDF", "名单.xlsx", b"%PDF-1.7\n%\xe2\xe3"),
    refused("file_not_workbook", "JPEG", "名单.xls", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
    refused("file_not_workbook", "PNG", "名单.xls", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    refused("file_not_workbook", "RAR", "名单.xlsx", b"Rar!\x1a\x07\x01\x00"),
    refused("file_not_workbook", "gzip", "名单.xlsx", b"\x1f\x8b\x08\x00"),
    refused("file_not_workbook", "RTF", "名单.xls", b"{\\rtf1\\ansi"),
    refused("file_not_workbook", "plain archive", "名单.xlsx", lambda: archive({"名单.csv": "姓名"})),
    refused("file_not_workbook", "empty archive", "名单.xlsx", lambda: archive({})),
    refused("file_not_workbook", "Word document", "名单.xlsx", lambda: xlsx("", content_type=WORD)),
    refused("file_not_workbook", "slides", "名单.xlsx", lambda: xlsx("", content_type=SLIDES)),
    refused(
        "file_not_workbook",
        "OpenDocument text",
        "名单.ods",
        lambda: archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
    ),
    refused("file_not_workbook", "old Word document", "名单.xls", lambda: compound(bytes(4096), "WordDocument")),
    refused("file_not_workbook", "old slides", "名单.xls", lambda: compound(bytes(4096), "PowerPoint Document")),
    refused("file_unknown", "another compound file", "名单.xls", lambda: compound(bytes(4096), "Contents")),
    refused("file_unknown", "zeros", "名单.xlsx", bytes(1000)),
    refused("file_unknown", "noise", "名单.xls", bytes(range(128, 256)) * 10 + b"\0"),
    refused("file_html", "HTML in UTF-8", "名单.xls", HTML.encode()),
    refused("file_html", "HTML in GBK", "名单.xls", HTML.encode("gb18030")),
    refused("file_html", "HTML in UTF-16", "名单.xls", HTML.encode("utf-16")),
    refused("file_html", "a bare table", "名单.xls", b"\r\n <TABLE border=1><TR><TD>1</TD></TR></TABLE>"),
    refused("file_html", "web archive", "名单.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related"),
    refused("file_text", "CSV in GBK", "名单.xls", "序号,姓名\r\n1,江听澜".encode("gbk")),
    refused("file_text", "tabs in UTF-16", "名单.xls", "序号\t姓名\r\n1\t江听澜".encode("utf-16")),
    refused("file_xml_2003", "XML spreadsheet 2003", "名单.xls", XML_2003.encode()),
    refused("file_flat_ods", "flat OpenDocument", "名单.ods", FLAT_ODS.encode()),
    refused("file_old_excel", "Excel 4", "名单.xls", record(0x409, struct.pack("<HHH", 0x400, 0x10, 0)) + record(0x0A)),
    refused("file_old_excel", "Excel 2", "名单.xls", record(0x09, struct.pack("<HH", 2, 0x10)) + record(0x0A)),
    refused("file_xlsb", "binary workbook by content", "名单.xlsx", lambda: xlsx("", content_type=BINARY)),
]

LOCKED = [
    refused("file_encrypted", "encrypted .xlsx", "名单.xlsx", lambda: compound(bytes(4096), "EncryptedPackage")),
    refused("file_encrypted", "encrypted .xls", "名单.xls", lambda: biff8(record(0x2F, struct.pack("<HH", 1, 1)))),
    refused(
        "file_encrypted",
        "encrypted .ods",
        "名单.ods",
        lambda: ods("", parts={"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}),
    ),
    refused("file_encrypted", "encrypted archive", "名单.xlsx", lambda: _encrypted(GOOD_XLSX)),
    refused("file_macro", "macro workbook by type", "名单.xlsx", lambda: xlsx("", content_type=MACRO)),
    refused("file_macro", "VBA inside", "名单.xlsx", lambda: xlsx("", parts={"xl/vbaProject.bin": b"\0"})),
    refused("file_macro", "VBA inside .xls", "名单.xls", lambda: compound(bytes(4096), "_VBA_PROJECT_CUR")),
    refused("file_macro", "Excel 4 macro sheet in .xls", "名单.xls", lambda: biff8(sheet_kind=1)),
    refused(
        "file_macro",
        "Excel 4 macro sheet in .xlsx",
        "名单.xlsx",
        lambda: xlsx(worksheet(""), kinds=["xlMacrosheet"]),
    ),
    refused("file_macro", "Basic in .ods", "名单.ods", lambda: ods(table(""), parts={"Basic/script-lc.xml": "<a/>"})),
]


def biff8(more: bytes = b"", *, sheet_kind: int = 0, end: bytes = record(0x0A)) -> bytes:
    """An .xls stream with one empty sheet; `more` stands in the globals, `end` closes the sheet."""
    start = record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0x0DBB, 0x07CC, 0, 6)) + more
    bound = struct.pack("<BBBB", 0, sheet_kind, 6, 0) + b"Sheet1"
    place = len(start) + len(record(0x85, b"\0\0\0\0" + bound)) + len(record(0x0A))
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6)) + end
    stream = start + record(0x85, struct.pack("<I", place) + bound) + record(0x0A) + sheet
    return compound(stream if len(end) > 4 else stream.ljust(4096, b"\0"))


def _encrypted(data: bytes) -> bytes:
    """The same archive with the bit for encryption set on every part."""
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data = data[: start + place] + bytes([data[start + place] | 1]) + data[start + place + 1 :]
            start = data.find(mark, start + 4)
    return data


ALL = NAMES + OTHER_CONTENT + LOCKED
