"""People of a group claim by a list: every row held against the unit's people, every mistake told, nothing half-saved.

An ID number decides; a name alone will do while nobody else of the unit bears it. Of somebody who is not the unit's no
more is told than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.guard import require
from accounts.identity import check_id_number
from accounts.models import User
from accounts.texts import check_text
from registry.commands.groups import MOST_PEOPLE, Participant, group_people_add
from registry.models import Claim, GroupClaim, LinkState, Practitioner
from registry.queries.group_names import bare_name
from registry.queries.groups import confirmed_people

_NUMBER_LENGTH = Claim._meta.get_field("certificate_number").max_length
_LABELS = {"name": "姓名", "id_number": "身份证号", "certificate_number": "证书编号"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: its number in the sheet, its cells, and what was wrong with a cell already (column, why)."""

    row: int
    name: str
    id_number: str = ""
    certificate_number: str = ""
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one row: its number in the sheet, the column, a stable code, the sentence."""

    row: int
    column: str
    code: str
    message: str

    @property
    def text(self) -> str:
        """第5行 身份证号：……"""
        return f"第{self.row}行 {_LABELS[self.column]}：{self.message}"


class ListRefused(InputError):
    """A list with mistakes; `problems` holds them all, in the order of the rows."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.problems = tuple(problems)
        message = f"名单中有{len(problems)}处需要更正，没有添加任何人员：\n" + "\n".join(each.text for each in problems)
        super().__init__("list_refused", message, "file")


def group_list_add(*, actor: User, group: GroupClaim, lines: Sequence[Line]) -> int:
    """Add everybody of a list, or nobody. How many came new.

    Raises ListRefused with every mistake of every row; InputError `list_empty`, and those of `group_people_add`.
    """
    require(actor, "registry.group_edit", group)
    if not lines:
        raise InputError("list_empty", "表头下面没有人员，请填写后上传。", "file")
    if len(lines) > MOST_PEOPLE:
        message = f"名单有{len(lines)}人，每份集体申报最多{MOST_PEOPLE}人，请分成几份。"
        raise InputError("too_many_people", message, "file")
    people = _People(group, lines)
    found: list[Participant] = []
    problems: list[RowProblem] = []
    for line in lines:
        wrong = list(people.problems_of(line))
        problems += wrong
        person = None if wrong else people.person_of(line)
        if person is not None:
            found.append(Participant(person, line.certificate_number))
    if problems:
        raise ListRefused(problems)
    return group_people_add(actor=actor, group=group, people=found)


@dataclass
class _People:
    """Everybody that the list could mean, asked for in two questions."""

    group: GroupClaim
    lines: Sequence[Line]
    _hashes: dict[int, bytes] = field(default_factory=dict)
    _seen: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.lines:
            if line.id_number and not line.problems:
                try:
                    self._hashes[line.row] = blind_index("id", check_id_number(line.id_number).number)
                except InputError:
                    continue  # told with its row
        known = Practitioner.objects.filter(id_hash__in=set(self._hashes.values()))
        self._by_hash = {bytes(person.id_hash): person for person in known}
        self._by_name: dict[str, list[Practitioner]] = {}
        for person in confirmed_people(self.group.organisation_id):
            self._by_name.setdefault(bare_name(person.name), []).append(person)

    def person_of(self, line: Line) -> Practitioner | None:
        """Whom a row means; None when that is not to be told."""
        if line.row in self._hashes:
            return self._by_hash.get(self._hashes[line.row])
        same = self._by_name.get(bare_name(line.name), [])
        return same[0] if len(same) == 1 else None

    def problems_of(self, line: Line) -> Iterator[RowProblem]:
        """Every mistake of a row."""
        for column, message in line.problems:
            yield RowProblem(line.row, column, "cell_no_data", message)
        try:
            check_text(line.certificate_number, "certificate_number", "证书编号", _NUMBER_LENGTH, number=True)
        except InputError as error:
            yield RowProblem(line.row, "certificate_number", error.code, error.message)
        if line.problems:
            return
        if not line.name:
            yield RowProblem(line.row, "name", "name_missing", "请填写姓名。")
            return
        yield from self._of_person(line)

    def _of_person(self, line: Line) -> Iterator[RowProblem]:
        if line.id_number and line.row not in self._hashes:
            try:
                check_id_number(line.id_number)
            except InputError as error:
                yield RowProblem(line.row, "id_number", error.code, error.message)
            return
        problem = self._of_known(line) if line.id_number else self._of_name(line)
        if problem is not None:
            yield problem
            return
        person = self.person_of(line)
        if person is not None:
            first = self._seen.setdefault(person.pk, line.row)
            if first != line.row:
                yield RowProblem(line.row, "name", "person_twice", f"与第{first}行是同一人，请只保留一行。")

    def _of_known(self, line: Line) -> RowProblem | None:
        """By ID number."""
        person = self.person_of(line)
        if person is None:
            message = "该身份证号没有在平台登记，请核对；本人注册并经单位确认后再申报。"
            return RowProblem(line.row, "id_number", "id_unknown", message)
        if bare_name(person.name) != bare_name(line.name):
            return RowProblem(line.row, "name", "name_differs", "姓名与身份证号不符，请核对。")
        if person.organisation_id == self.group.organisation_id:
            if person.link_state == LinkState.CONFIRMED:
                return None
            message = "本人与本单位的关系待确认，请先在“本单位人员”中确认。"
            return RowProblem(line.row, "name", "person_pending", message)
        if person.link_state == LinkState.CONFIRMED:
            message = "该人员在其他单位在册，不能由本单位申报；已调入本单位的，请本人先申请加入。"
            return RowProblem(line.row, "name", "person_elsewhere", message)
        return RowProblem(line.row, "name", "person_not_in_unit", "该人员不是本单位在册人员，请本人先申请加入本单位。")

    def _of_name(self, line: Line) -> RowProblem | None:
        """By name alone: only among the unit's own people."""
        same = self._by_name.get(bare_name(line.name), [])
        if len(same) == 1:
            return None
        if same:
            message = f"本单位有{len(same)}名“{line.name}”，请填写身份证号。"
            return RowProblem(line.row, "id_number", "name_twice_in_unit", message)
        message = "本单位在册人员中没有此人，请核对姓名，或填写身份证号。"
        return RowProblem(line.row, "name", "person_not_in_unit", message)
