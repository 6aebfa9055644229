"""The check of a roster: every row judged, nothing written.

Whatever repeats among the rows is judged once, and what PostgreSQL is asked does not depend on how many rows there are.
A single row mended in the browser goes through the same `Checking`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

from accounts.identity import PLAIN_MOBILE
from courses.models import RowVerdict
from courses.roster import people
from courses.roster.facts import NO_CLASS, ClassFacts
from courses.roster.findings import Code, Finding, gravest_first, verdict_of
from courses.roster.lines import READ, Flags, Line, flags_of, lines_of
from courses.roster.people import Identity
from courses.roster.rules import Judged, Rules
from courses.roster.texts import kept
from office.sheets.cells import clean
from office.sheets.header import Header
from office.sheets.sheet import Flag
from registry.queries.identities import NO_DATA, Known

AT_ONCE = 5_000
READY = RowVerdict.READY.value
_ERROR_CELL = Finding(Code.CELL_ERROR, "", NO_DATA)


class Checked(NamedTuple):
    """One row with everything found. `identity.number` and `phone` are in clear, to be sealed before they are kept;

    where they do not hold, they are what stands in the cell, for whoever mends it.
    """

    row: int
    verdict: str
    findings: tuple[Finding, ...]
    name: str
    identity: Identity
    phone: str
    person: Known | None
    judged: Judged


class Looked(NamedTuple):
    """What some thousand lines need: their ID cells read, their statements judged, their people, the people's days, and
    the cells among them that are no data."""

    identities: Mapping[str, Identity]
    judged: Mapping[tuple[str, ...], Judged]
    known: Mapping[bytes, Known]
    held: Mapping[int, tuple[Finding, ...]]
    flags: Flags


@dataclass
class Checking:
    """A roster being checked: rows are made one by one as they are taken, and not kept; the figures grow meanwhile.

    The lines may still be coming while the first are checked. What they need is looked up for some thousand together.
    """

    facts: ClassFacts
    lines: Iterable[Line]
    flags: Callable[[], Flags] = dict
    actor: int | None = None
    left_out: Iterable[str] = ()
    seen: dict[bytes, int] = field(default_factory=dict)
    phones: dict[str, int] = field(default_factory=dict)
    total: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._rules = Rules(self.facts)
        self._elsewhere = people.on_other_rosters(self.facts)

    def rows(self) -> Iterator[Checked]:
        """Every row with its verdict, in the order of the file; once. Asks the database in between: see `chunks`."""
        return chain.from_iterable(self.chunks())

    def chunks(self) -> Iterator[Iterator[Checked]]:
        """The same, some thousand at a time; while the rows of one are taken, the database is asked nothing."""
        every = iter(self.lines)
        while some := list(islice(every, AT_ONCE)):
            self.total += len(some)
            yield self._rows(some, self._look_up(some))

    def _look_up(self, lines: Sequence[Line]) -> Looked:
        identities = {text: people.identity_of(text) for text in {line[2] for line in lines}}
        judged = self._rules.judge_all(line[4] for line in lines)
        known = people.people_of(identities.values())
        held = people.days_held([person.pk for person in known.values()], self.facts)
        return Looked(identities, judged, known, held, self.flags())

    def _rows(self, lines: Sequence[Line], looked: Looked) -> Iterator[Checked]:
        identities, judged, known, _, flags = looked
        is_name, is_mobile, ready = people.PLAIN_NAME.fullmatch, PLAIN_MOBILE.fullmatch, 0
        for line in lines:
            row, name, id_text, phone, stated = line
            identity, said = identities[id_text], judged[stated]
            # Most rows have nothing wrong with them: a few comparisons tell, and `_checked` judges all others.
            if (
                not (identity.findings or said.findings or row in flags)
                and identity.sex == said.sex
                and is_name(name)
                and is_mobile(phone)
                and self._alone(row, self._once(identity, said), identity.id_hash, phone)
            ):
                person = known.get(identity.id_hash)
                if person is None or self._fits(person, name, looked):
                    ready += 1
                    yield Checked(row, READY, (), name, identity, phone, person, said)
                    continue
            checked = self._checked(line, looked)
            self.verdicts[checked.verdict] += 1
            self.codes.update({finding.code for finding in checked.findings})
            yield checked
        self.verdicts[READY] += ready

    def _alone(self, row: int, key: bytes, id_hash: bytes, phone: str) -> bool:
        """Whether nobody of this number or phone stands further up in the sheet, or on another roster."""
        return (
            self.seen.setdefault(key, row) == row
            and (self.phones.setdefault(phone, row) == row or self.facts.is_ledger)
            and id_hash not in self._elsewhere
        )

    def _fits(self, person: Known, name: str, looked: Looked) -> bool:
        """Whether a registered person is here under their name, on free days, and is not the actor."""
        return (
            person.name == name
            and person.pk not in looked.held
            and (self.actor is None or person.user_id != self.actor)
        )

    def of_file(self) -> list[Finding]:
        """What is to be said of the file as a whole."""
        found = []
        number, planned = self.total, self.facts.planned
        if not number:
            found.append(Finding(Code.NO_PEOPLE, "", "表头下面没有人员，请填写后再上传。"))
        elif planned is not None and number != planned:
            found.append(Finding(Code.PEOPLE_COUNT, "", f"名单共{number}人，培训班计划{planned}人，请核对。"))
        for sheet in self.left_out:
            said = f"工作表“{sheet}”也有人员名单，本次没有核对。一个培训班的人员请放在同一张工作表。"
            found.append(Finding(Code.SHEET_LEFT_OUT, "", said))
        return found

    def _checked(self, line: Line, looked: Looked) -> Checked:
        row, name, id_text, phone_text, stated = line
        identity, judged = looked.identities[id_text], looked.judged[stated]
        flags = looked.flags.get(row)
        if flags:
            identity = people.flagged(identity, flags)
        findings = [*identity.findings, *judged.findings] if identity.findings or judged.findings else []
        name, wrong_name = people.name_of(name)
        phone, wrong_phone = people.phone_of(phone_text)
        if wrong_name or wrong_phone:
            findings += [finding for finding in (wrong_name, wrong_phone) if finding]
        person = None
        if identity.id_hash:
            if judged.sex != identity.sex and (wrong_sex := people.sex_finding(judged.sex, identity)):
                findings.append(wrong_sex)
            person = looked.known.get(identity.id_hash)
            if person is not None:
                findings += looked.held.get(person.pk, ())
                findings += self._of_person(name, person)
                name = person.name if not findings else name
            findings += self._again(row, self._once(identity, judged), "" if wrong_phone else phone)
            if self._elsewhere and (overlap := self._elsewhere.get(identity.id_hash)) and overlap not in findings:
                findings.append(overlap)
        if flags:
            findings = _without(findings, flags)
        if not findings:
            return Checked(row, READY, (), name, identity, phone, person, judged)
        gravest = gravest_first(findings)
        name = kept(name, people.LONGEST_NAME)
        return Checked(row, verdict_of(gravest).value, gravest, name, identity, phone, person, judged)

    def _of_person(self, name: str, person: Known) -> list[Finding]:
        findings = []
        if wrong := people.name_finding(name, person):
            findings.append(wrong)
        if self.actor is not None and person.user_id == self.actor:
            findings.append(Finding(Code.OWN_ROW, "", "这是您本人的记录，请由同事办理。"))
        return findings

    def _once(self, identity: Identity, judged: Judged) -> bytes:
        """What may stand in the sheet once: a person; in a ledger a person in a class."""
        return identity.id_hash + judged.class_name.encode() if self.facts.is_ledger else identity.id_hash

    def _again(self, row: int, key: bytes, phone: str) -> tuple[Finding, ...]:
        """The same person further up in the sheet, or somebody else's phone."""
        first = self.seen.setdefault(key, row)
        if first != row:
            return (Finding(Code.PERSON_TWICE, "id_number", f"与第{first}行是同一人，请只保留一行。"),)
        if phone and not self.facts.is_ledger:
            other = self.phones.setdefault(phone, row)
            if other != row:
                return (Finding(Code.PHONE_TWICE, "phone", f"与第{other}行的手机号码相同，请核对。"),)
        return ()


def check(
    header: Header, facts: ClassFacts = NO_CLASS, *, actor: int | None = None, left_out: Iterable[str] = ()
) -> Checking:
    """The check of the rows under the header. `actor`: the user whose own row is an error, if any.

    `left_out`: names of further sheets with people (`columns.others`), asked for after the rows.
    """
    return Checking(facts, lines_of(header), lambda: flags_of(header), actor, left_out)


def check_lines(lines: Sequence[Line], facts: ClassFacts = NO_CLASS, *, actor: int | None = None) -> Checking:
    """Rows that are kept already, once more: after one of them was mended, before they are handed in or confirmed."""
    return Checking(facts, lines, actor=actor)


def check_row(
    row: int,
    values: Mapping[str, str],
    facts: ClassFacts = NO_CLASS,
    *,
    actor: int | None = None,
    others: Mapping[bytes, int] | None = None,
) -> Checked:
    """One row, mended in the browser, by the same checks. `values` by keys of columns, as typed; `others`: blind index
    of the ID number → row, of the roster's other rows."""
    name, id_text, phone, *stated = (clean(values.get(key, "")) for key in READ)
    checking = Checking(facts, [(row, name, id_text, phone, tuple(stated))], actor=actor)
    checking.seen.update(others or {})
    return next(checking.rows())


def _without(findings: Iterable[Finding], flags: Mapping[str, Flag]) -> list[Finding]:
    """A cell that is no data is told as that, and nothing else is said of it."""
    kept_ones = [finding for finding in findings if finding.column not in flags or finding.column == "id_number"]
    return kept_ones + [_ERROR_CELL._replace(column=key) for key in flags if key != "id_number"]
