"""Checked rows on their way to the ledger: written by COPY, read in slices, gone when their import is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from django.db import connection

from registry.commands.platforms.check import Checked, sentence
from registry.models import PlatformImport, PlatformRow, RowVerdict

COLUMNS = (
    "platform_import_id",
    "row",
    "verdict",
    "code",
    "problems",
    "practitioner_id",
    "name",
    "id_masked",
    "activity",
    "course_code",
    "course_name",
    "tenths",
    "completed_on",
)
_LINES_AT_ONCE = 500
COPY_SQL = f"COPY registry_platformrow ({', '.join(COLUMNS)}) FROM STDIN"
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " "})


def stage(row: PlatformImport, checked: Iterable[Checked], headings: Mapping[str, str]) -> None:
    """Replace the import's staged rows by these."""
    PlatformRow.objects.filter(platform_import=row).delete()
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY_SQL, _Stream(_lines(row.pk, checked, headings)))


def unstage(row: PlatformImport, *, keep_reasons: bool) -> None:
    """Let the staged rows go; with `keep_reasons` those stay that were not imported, and say why."""
    rows = PlatformRow.objects.filter(platform_import=row)
    if keep_reasons:
        kept = [RowVerdict.ERROR] if row.with_warnings else [RowVerdict.ERROR, RowVerdict.WARNED]
        rows = rows.exclude(verdict__in=kept)
    rows.delete()


class _Stream:
    """What COPY reads from: lines as they are made, so that PostgreSQL writes the first while the next are checked."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def read(self, _size: int) -> str:
        """The next few hundred lines; "" after the last."""
        return "".join(islice(self._lines, _LINES_AT_ONCE))


def _lines(pk: int, checked: Iterable[Checked], headings: Mapping[str, str]) -> Iterator[str]:
    """COPY's text format. What a course says is put into words once."""
    courses: dict[int, str] = {}
    sentences: dict[tuple[object, ...], str] = {}
    for row, verdict, problems, name, found, judged in checked:
        course = courses.get(id(judged))
        if course is None:
            course = courses[id(judged)] = _course(judged)
        said = ""
        if problems:
            said = sentences.get(problems) or sentences.setdefault(problems, _plain(sentence(problems, headings)))
        code = problems[0].code if problems else ""
        whose = found.person.pk if found.person else "\\N"
        yield f"{pk}\t{row}\t{verdict}\t{code}\t{said}\t{whose}\t{_plain(name)}\t{_plain(found.masked)}\t{course}\n"


def _course(judged: object) -> str:
    activity, code, name, tenths, day = (getattr(judged, key) for key in ("activity", "code", "name", "tenths", "day"))
    none = "\\N"
    return f"{activity}\t{_plain(code)}\t{_plain(name)}\t{none if tenths is None else tenths}\t{day or none}"


def _plain(text: str) -> str:
    return text if text.isalnum() else text.translate(_ESCAPED)
