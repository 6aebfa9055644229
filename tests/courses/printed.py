"""What a document says, as a reader finds it."""

from __future__ import annotations

import io

import openpyxl
from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page without its spaces."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def sheets_of(data: bytes) -> list[list[str]]:
    """The filled cells of each sheet, as text."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value] for sheet in book.worksheets]
