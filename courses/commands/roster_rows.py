"""Checked rows of a roster, kept: ID numbers and phones sealed with the roster's data key, written by COPY.

A part of the commands that check a roster: the caller has asked the guard, locked the roster and holds the transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection

from accounts.crypto import new_data_key, sealer, unseal
from courses.models import Roster, RosterRow
from courses.roster.check import Checked, Checking
from courses.roster.findings import Finding
from courses.roster.rules import Judged

ID_AAD, PHONE_AAD = "courses.rosterrow.id_number", "courses.rosterrow.phone"
COLUMNS = (
    "roster_id",
    "revision",
    "mended",
    "row",
    "verdict",
    "problems",
    "practitioner_id",
    "name",
    "id_number",
    "id_hash",
    "id_last4",
    "phone",
    "training_unit",
    "class_title",
    "sex",
    "employer_name",
    "employer_id",
    "series",
    "title_level",
    "title",
    "tenths",
    "is_municipal",
)
COPY_SQL = f"COPY courses_rosterrow ({', '.join(COLUMNS)}) FROM STDIN"
_LINES_AT_ONCE = 500
_NONE, _BYTES = "\\N", "\\\\x"
_NO_HASH = f"{_NONE}\t"
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " "})


def stage(roster: Roster, checking: Checking) -> None:
    """Replace the rows of the roster's present revision by those of this check, which is run meanwhile."""
    RosterRow.objects.filter(roster=roster, revision=roster.revision).delete()
    for some in checking.chunks():
        _copy(roster, some, mended=False)


def put(roster: Roster, checked: Checked) -> RosterRow:
    """Keep one row that was mended in the browser, instead of what the file said."""
    RosterRow.objects.filter(roster=roster, revision=roster.revision, row=checked.row).delete()
    _copy(roster, [checked], mended=True)
    return RosterRow.objects.get(roster=roster, revision=roster.revision, row=checked.row)


def numbers_of(roster: Roster, row: RosterRow) -> tuple[str, str]:
    """ID number and phone of a row in clear: what the cells say, when they do not hold."""
    sealed = (row.id_number, ID_AAD), (row.phone, PHONE_AAD)
    number, phone = (unseal(bytes(roster.data_key), bytes(blob), aad) if blob else "" for blob, aad in sealed)
    return number, phone


def problems_of(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as a row keeps them."""
    return [{"code": finding.code, "column": finding.column, "text": finding.text} for finding in findings]


def _copy(roster: Roster, checked: Iterable[Checked], *, mended: bool) -> None:
    if not roster.data_key:  # before COPY has the connection to itself
        roster.data_key = new_data_key()
        roster.save(update_fields=["data_key"])
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY_SQL, _Stream(_lines(roster, checked, mended=mended)))


class _Stream:
    """What COPY reads from: lines as they are made, so that PostgreSQL writes the first while the next are checked."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def read(self, _size: int) -> str:
        """The next few hundred lines; "" after the last."""
        return "".join(islice(self._lines, _LINES_AT_ONCE))


def _lines(roster: Roster, checked: Iterable[Checked], *, mended: bool) -> Iterator[str]:
    """COPY's text format. What a statement says, and what is wrong with it, is put into words once."""
    key = bytes(roster.data_key)
    seal_id, seal_phone = sealer(key, ID_AAD), sealer(key, PHONE_AAD)
    head = f"{roster.pk}\t{roster.revision}\t{mended}"
    statements: dict[int, str] = {}
    problems: dict[tuple[Finding, ...], str] = {(): "[]"}
    for row, verdict, findings, name, (number, id_hash, _, _), phone, person, judged in checked:
        stated = statements.get(id(judged)) or statements.setdefault(id(judged), _statement(judged))
        said = problems.get(findings) or problems.setdefault(findings, _plain(json.dumps(problems_of(findings))))
        whose = person.pk if person else _NONE
        sealed_id = seal_id(number).hex() if number else ""
        sealed_phone = seal_phone(phone).hex() if phone else ""
        hashed = f"{_BYTES}{id_hash.hex()}\t{number[-4:]}" if id_hash else _NO_HASH
        yield (
            f"{head}\t{row}\t{verdict}\t{said}\t{whose}\t{name if name.isalnum() else _plain(name)}"
            f"\t{_BYTES}{sealed_id}\t{hashed}\t{_BYTES}{sealed_phone}\t{stated}\n"
        )


def _statement(judged: Judged) -> str:
    """The columns from `training_unit` on."""
    said: list[object] = [
        _plain(judged.organiser),
        _plain(judged.class_name),
        judged.sex,
        _plain(judged.employer),
        _NONE if judged.unit is None else judged.unit.pk,
        _plain(judged.series),
        judged.level,
        _plain(judged.title),
        _NONE if judged.tenths is None else judged.tenths,
        _NONE if judged.is_municipal is None else judged.is_municipal,
    ]
    return "\t".join(map(str, said))


def _plain(text: str) -> str:
    return text if text.isalnum() else text.translate(_ESCAPED)
