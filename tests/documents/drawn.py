"""A PDF looked at: what stands where on each page, whether all of it is really to be seen, and where its rules are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

SCALE = 2.0  # pixels by point
A4 = (210, 297)
_MM = 25.4 / 72
_DARK = 160  # of 255: what is as dark is ink
_OVER = 0.35  # of the smaller letter's area: more is one letter over another
_STRIP = 0.3  # of a letter's height, above and below, in which there is ink of it
_LARGE = 4.0  # points: smaller letters, such as commas, are not looked at strip by strip
_LONG, _RULE = 0.4, 0.72  # of the page's width; of the table's width or height: as long a line is a rule

Box = tuple[float, float, float, float]  # left, top, right, bottom in points from the page's upper left corner


@dataclass(frozen=True)
class Letter:
    """A letter and the box its ink fills."""

    text: str
    box: Box


@dataclass(frozen=True)
class Page:
    """One page of a PDF."""

    width: float
    height: float
    letters: tuple[Letter, ...]
    picture: Image.Image

    @property
    def millimetres(self) -> tuple[int, int]:
        """Width and height."""
        return round(self.width * _MM), round(self.height * _MM)

    @property
    def text(self) -> str:
        """All letters in the order they were written, without spaces."""
        return "".join(letter.text for letter in self.letters)

    def unseen(self) -> list[str]:
        """Letters that are in the page's text and not, or only in part, to be seen: cut off by their cell."""
        return [letter.text for letter in self.letters if not self._inked(letter.box)]

    def overprinted(self) -> list[str]:
        """Pairs of letters that stand over one another."""
        near: dict[tuple[int, int], list[Letter]] = defaultdict(list)
        found = []
        for letter in self.letters:
            left, top, right, bottom = letter.box
            fields = {(int(x // 20), int(y // 20)) for x in (left, right) for y in (top, bottom)}
            others = {id(other): other for field in fields for other in near[field]}
            found += [
                f"{other.text}{letter.text}" for other in others.values() if _share(other.box, letter.box) > _OVER
            ]
            for field in fields:
                near[field].append(letter)
        return found

    def rules(self) -> tuple[list[float], list[float]]:
        """Where long lines lie across and down the table, in points."""
        left, top, *_ = self.frame
        table = _ink(self._cut(self.frame))
        across = [top + y / SCALE for y in _dark_lines(table, across=True, share=_RULE)]
        down = [left + x / SCALE for x in _dark_lines(table, across=False, share=_RULE)]
        return across, down

    @cached_property
    def frame(self) -> Box:
        """The box from the first to the last rule that is long for the page, and as wide as they are."""
        ink = _ink(self.picture)
        lines = _dark_lines(ink, across=True, share=_LONG)
        assert lines, "no table on this page"
        left, _, right, _ = ink.crop((0, lines[0], ink.width, lines[0] + 1)).getbbox() or (0, 0, 0, 0)
        return left / SCALE, lines[0] / SCALE, right / SCALE, (lines[-1] + 1) / SCALE

    def blurred(self) -> bytes:
        """How dark each of 16 × 24 fields of the table is, from 0 to 255."""
        return _ink(self._cut(self.frame)).resize((16, 24), Image.Resampling.BOX).tobytes()

    def place_of(self, words: str) -> tuple[float, float]:
        """Where the middle of the first letter of these words stands, by the frame: 0 to 1 across and down."""
        wanted = "".join(words.split())
        at = self.text.index(wanted)
        left, top, right, bottom = self.letters[at].box
        frame = self.frame
        x = ((left + right) / 2 - frame[0]) / (frame[2] - frame[0])
        y = ((top + bottom) / 2 - frame[1]) / (frame[3] - frame[1])
        return x, y

    def _inked(self, box: Box) -> bool:
        left, top, right, bottom = box
        strips = [box]
        if bottom - top > _LARGE:
            height = (bottom - top) * _STRIP
            strips = [(left, top, right, top + height), (left, bottom - height, right, bottom)]
        return all(self._cut(strip).getextrema()[0] < _DARK for strip in strips)

    def _cut(self, box: Box) -> Image.Image:
        left, top, right, bottom = (side * SCALE for side in box)
        first = int(left), int(top)
        return self.picture.crop((*first, max(ceil(right), first[0] + 1), max(ceil(bottom), first[1] + 1)))


def pages(pdf: bytes) -> list[Page]:
    """The pages of a PDF."""
    with pdfium.PdfDocument(pdf) as document:
        return [_page(page) for page in document]


def _page(page: pdfium.PdfPage) -> Page:
    width, height = page.get_size()
    picture = page.render(scale=SCALE).to_pil().convert("L")
    return Page(width, height, tuple(_letters(page.get_textpage(), width, height)), picture)


def _letters(text: pdfium.PdfTextPage, width: float, height: float) -> Iterator[Letter]:
    """All but those wholly outside the page: LibreOffice draws a merged cell whole on each page it goes over."""
    for index in range(text.count_chars()):
        letter = chr(pdfium_c.FPDFText_GetUnicode(text, index))
        if letter.isspace() or not letter.isprintable():
            continue
        left, bottom, right, top = text.get_charbox(index)
        if 0 < left + right < 2 * width and 0 < top + bottom < 2 * height and right > left and top > bottom:
            yield Letter(letter, (left, height - top, right, height - bottom))


def _share(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / min(_area(one), _area(other))


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _ink(picture: Image.Image) -> Image.Image:
    return picture.point(lambda shade: 255 if shade < _DARK else 0)


def _dark_lines(ink: Image.Image, *, across: bool, share: float) -> list[int]:
    """Rows (or columns) of pixels that are dark over so much of the picture; neighbours are one line."""
    size = (1, ink.height) if across else (ink.width, 1)
    found: list[int] = []
    last = -2
    for index, mean in enumerate(ink.resize(size, Image.Resampling.BOX).tobytes()):
        if mean > 255 * share:
            if index > last + 1:
                found.append(index)
            last = index
    return found
