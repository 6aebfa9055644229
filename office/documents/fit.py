"""How high a text stands in a cell of a workbook: whoever opens the file does not work it out.

Merged cells never grow with their text, and LibreOffice draws the lines of a row whose height is not told over one
another. Other letters than ours may be used where it is opened, so rather a line too many than a line cut off.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SIZE = 11.0  # points, of a form's letters
TALLEST = 400.0  # points; Excel ends a row at 409
_LEADING = 1.45  # height of a line by the size of its letters
_ROOM = 6  # points above and below a text together
_DIGIT = 5.25  # points that one unit of a column's width takes: 7 pixels
_INSIDE, _INDENTED = 6, 18  # points of a cell's width that no text uses, without and with an indent
_WIDE, _NARROW = 2.0, 1.2  # widths of letters, by half their size
_NOT_FIRST = "，。；：、！？）》」』”’％%,.;:!?)"  # what no line begins with


def points_for(text: str, width: float, *, size: float = SIZE, indent: bool = False) -> float:
    """The height of a text in a cell so many digits wide, in points."""
    room = _room(width, size, indent)
    lines = 1 if _WIDE * len(text) <= room and "\n" not in text else len(_wrapped(text, room))
    return lines * size * _LEADING + _ROOM


def pieces(text: str, width: float, *, most: int, size: float = SIZE) -> list[str]:
    """An indented text cut into pieces of at most so many lines, that rows can hold and a page can end between."""
    lines = _wrapped(text, _room(width, size, True))
    return ["".join(lines[start : start + most]).rstrip("\n") for start in range(0, len(lines), most)]


def _room(width: float, size: float, indent: bool) -> float:
    return (width * _DIGIT - (_INDENTED if indent else _INSIDE)) / (size / 2)


@lru_cache(maxsize=1000)
def _wrapped(text: str, room: float) -> list[str]:
    """The lines as they will be broken, each with the line feed it ends with."""
    lines = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for letter in paragraph:
            wide = _WIDE if unicodedata.east_asian_width(letter) in "WFA" else _NARROW
            if line and used + wide > room and letter not in _NOT_FIRST:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + letter, used + wide
        lines.append(line + "\n")
    return lines
