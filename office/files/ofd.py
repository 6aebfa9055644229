"""OFD (GB/T 33190): a zip whose OFD.xml names its documents, each with pages of text, paths and pictures.

Checked whole; of a page its words and pictures are given, not its layout: no library that is well kept lays an OFD out
safely, and a reviewer is told to fetch the file for that. Electronic seals are neither drawn nor verified.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property
from xml.etree import ElementTree

from office.files.limits import FileLimits
from office.limited.archive import Archive
from office.limited.refused import Refused

ROOT = "OFD.xml"
PICTURES = ("PNG", "JPEG", "BMP")
_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp")
_ARCHIVE_CODES = {
    "archive_entries": "ofd_entries",
    "archive_names": "ofd_names",
    "archive_unpacked": "ofd_unpacked",
    "archive_ratio": "ofd_ratio",
    "file_encrypted": "ofd_encrypted",
    "file_hostile": "ofd_hostile",
}
_SAME_LINE = 1.5  # mm by which two words of one line may differ in height
_MOST_LINES, _MOST_LETTERS = 2_000, 100_000

Element = ElementTree.Element


class Ofd:
    """An OFD within the limits; raises Refused (`file_type` for a zip that is none)."""

    def __init__(self, data: bytes, limits: FileLimits) -> None:
        try:
            self._archive = Archive(data, limits)
        except Refused as refused:
            raise Refused(_ARCHIVE_CODES.get(refused.code, refused.code), **refused.details) from None
        if ROOT not in self._archive.names:
            raise Refused("file_type")
        self._parts = {name.lower() for name in self._archive.names}
        self._trees: dict[str, Element] = {}

    def check(self) -> int:
        """How many pages; each part's checksum is looked at. Refused when encrypted, or when it names no page."""
        if "encryptions.xml" in self._parts or any(_all(self._xml(ROOT), "Encryptions")):
            raise Refused("ofd_encrypted")
        if not self.documents:
            raise Refused("ofd_without_document")
        if not self.pages:
            raise Refused("ofd_without_pages")
        for name in self._archive.names:
            if not name.endswith("/"):
                self._archive.read(name)
        return len(self.pages)

    @cached_property
    def documents(self) -> list[str]:
        """Paths of the documents that OFD.xml names and that are there."""
        root = self._xml(ROOT)
        if _name(root) != "OFD":
            raise Refused("file_damaged")
        return list(self._there(ROOT, [place.text or "" for place in _all(root, "DocRoot")]))

    @cached_property
    def pages(self) -> list[str]:
        """Paths of all pages that are there, document by document."""
        found: list[str] = []
        for document in self.documents:
            places = [page.get("BaseLoc") or "" for page in _all(self._xml(document), "Page")]
            found += self._there(document, places)
        return found

    def lines(self, page: int) -> list[str]:
        """The words of a page (from 1) in reading order, the template's under it included."""
        words: list[tuple[float, float, str]] = []
        for tree in self._layers(page):
            for piece in _all(tree, "TextObject"):
                text = "".join(code.text or "" for code in _all(piece, "TextCode"))
                left, top, *_ = (*_figures(piece.get("Boundary")), 0.0, 0.0)
                if text.strip():
                    words.append((top, left, text))
        return _lined_up(words)

    def image_count(self, page: int) -> int:
        """How many pictures of a page can be drawn."""
        return len(self._images(page))

    def image(self, page: int, number: int) -> bytes:
        """Picture `number` (from 1) of a page, as it lies in the archive."""
        images = self._images(page)
        if not 1 <= number <= len(images):
            raise Refused("page_absent")
        return self._archive.read(images[number - 1])

    def _images(self, page: int) -> list[str]:
        wanted = [image.get("ResourceID") for tree in self._layers(page) for image in _all(tree, "ImageObject")]
        files = self._media(self._document_of(page))
        return [files[key] for key in dict.fromkeys(wanted) if key in files]

    def _document_of(self, page: int) -> str:
        place = self._page(page)
        return next(d for d in self.documents if place in self._there(d, self._places(d)))

    def _places(self, document: str) -> list[str]:
        return [page.get("BaseLoc") or "" for page in _all(self._xml(document), "Page")]

    def _page(self, page: int) -> str:
        if not 1 <= page <= len(self.pages):
            raise Refused("page_absent")
        return self.pages[page - 1]

    def _layers(self, page: int) -> Iterator[Element]:
        """The templates that a page lies on, then the page."""
        content = self._xml(self._page(page))
        document = self._document_of(page)
        templates = {t.get("ID"): t.get("BaseLoc") or "" for t in _all(self._xml(document), "TemplatePage")}
        places = [templates.get(used.get("TemplateID"), "") for used in _all(content, "Template")]
        for path in self._there(document, places):
            yield self._xml(path)
        yield content

    def _media(self, document: str) -> dict[str | None, str]:
        """Id of each picture that a document's resources name → its path, of the kinds that can be drawn."""
        found: dict[str | None, str] = {}
        tree = self._xml(document)
        places = [r.text or "" for name in ("PublicRes", "DocumentRes") for r in _all(tree, name)]
        for path in self._there(document, places):
            resources = self._xml(path)
            base = _joined(path, f"{resources.get('BaseLoc') or '.'}/x")
            for media in _all(resources, "MultiMedia"):
                file = next(_all(media, "MediaFile"), None)
                for place in self._there(base, [file.text or ""] if file is not None else []):
                    if place.lower().endswith(_ENDINGS):
                        found[media.get("ID")] = place
        return found

    def _there(self, beside: str, places: list[str]) -> Iterator[str]:
        """Those of the places, relative to a part, at which there is a part."""
        for place in places:
            path = _joined(beside, place.strip())
            if place.strip() and path.lower() in self._parts:
                yield path

    def _xml(self, name: str) -> Element:
        if name in self._trees:
            return self._trees[name]
        try:
            tree = ElementTree.fromstring(self._archive.xml(name))  # noqa: S314 - no DTD, no entities: Archive.xml
        except Refused as refused:
            raise Refused(_ARCHIVE_CODES.get(refused.code, refused.code)) from None
        except (ElementTree.ParseError, ValueError) as error:
            raise Refused("file_damaged") from error
        self._trees[name] = tree
        return tree


def _lined_up(words: list[tuple[float, float, str]]) -> list[str]:
    """Words of about one height are a line, left to right."""
    lines: list[list[tuple[float, str]]] = []
    height = float("-inf")
    for top, left, text in sorted(words):
        if top - height > _SAME_LINE or not lines:
            lines.append([])
            height = top
        lines[-1].append((left, text))
    texts = [" ".join(text for _, text in sorted(line)) for line in lines[:_MOST_LINES]]
    kept, room = [], _MOST_LETTERS
    for text in texts:
        kept.append(text[:room])
        room -= len(text)
        if room <= 0:
            break
    return kept


def _figures(boundary: str | None) -> list[float]:
    try:
        return [float(figure) for figure in (boundary or "").split()]
    except ValueError:
        return []


def _joined(beside: str, place: str) -> str:
    """A path inside the archive: relative to the part that names it, or from the root when it starts with a slash."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(beside), place.replace("\\", "/"))).lstrip("/")


def _all(tree: Element, name: str) -> Iterator[Element]:
    """Elements of that name, whatever their namespace's prefix or year."""
    return (element for element in tree.iter() if _name(element) == name)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
