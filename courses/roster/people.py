"""Whose rows these are: ID numbers and phones read, people of the register found, their days looked at.

Numbers live in the memory of the check alone; whoever stages the rows seals them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F

from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.identity import check_id_number, check_phone
from accounts.texts import check_name
from courses.models import Roster, RosterRow, Session
from courses.roster.facts import ClassFacts
from courses.roster.findings import Code, Finding
from courses.states import RosterState
from office.sheets.sheet import Flag
from registry.models import SpanSource
from registry.queries.identities import LOST_DIGITS, NO_DATA, Known, people_by_hash, same_name

LONGEST_NAME, LONGEST_NUMBER = 50, 40
PLAIN_NAME = re.compile(r"[\u3400-\u9fff]{1,50}")
_APART = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
# Days that people spent elsewhere, of the kind that belongs once (**D**); a roster holds a row for each of its days.
HELD_SQL = """
SELECT practitioner_id, source, started_on, ended_on FROM registry_activityspan
WHERE practitioner_id = ANY(%s) AND day_measured AND ended_on >= %s AND started_on <= %s
  AND NOT (source = %s AND source_id = %s)
ORDER BY started_on, id
"""
_SEXES = {"male": "男", "female": "女"}


class Identity(NamedTuple):
    """An ID cell: the number, or what stands there, its blind index (b"" when it does not hold), its sex, findings."""

    number: str
    id_hash: bytes
    sex: str
    findings: tuple[Finding, ...]


MISSING = Identity("", b"", "", (Finding(Code.ID_MISSING, "id_number", "没有填写身份证号。"),))
_LOST_ID = Identity("", b"", "", (Finding(Code.LOST_DIGITS, "id_number", LOST_DIGITS),))
_NO_ID = Identity("", b"", "", (Finding(Code.CELL_ERROR, "id_number", NO_DATA),))
_COUNTY = (Finding(Code.ID_COUNTY, "id_number", "前6位不是已知的行政区划代码，请核对。"),)


def identity_of(text: str) -> Identity:
    """What an ID cell says."""
    if not text:
        return MISSING
    try:
        checked = check_id_number(text)
    except InputError as error:
        return Identity(text[:LONGEST_NUMBER], b"", "", (Finding(Code(error.code), "id_number", error.message),))
    number = checked.number
    return Identity(number, blind_index("id", number), checked.sex, () if checked.county_known else _COUNTY)


def flagged(identity: Identity, flags: Mapping[str, Flag]) -> Identity:
    """The same cell where a flag says that it is no data."""
    flag = flags.get("id_number")
    if flag is None:
        return identity
    return _LOST_ID if flag == Flag.LOST_DIGITS else _NO_ID


def phone_of(text: str) -> tuple[str, Finding | None]:
    """A phone cell: the number, or what stands there, and what is wrong with it."""
    if not text:
        return "", Finding(Code.PHONE_MISSING, "phone", "没有填写手机号码。")
    try:
        return check_phone(text), None
    except InputError as error:
        return text[:LONGEST_NUMBER], Finding(Code.PHONE_WRONG, "phone", error.message)


def name_of(text: str) -> tuple[str, Finding | None]:
    """A name cell: the name, without the spaces that make 李 四 as wide as 王小明, and what is wrong with it."""
    if PLAIN_NAME.fullmatch(text):
        return text, None
    if not text:
        return "", Finding(Code.NAME_MISSING, "name", "没有填写姓名。")
    name = _APART.sub("", text)
    try:
        check_name(name, most=LONGEST_NAME)
    except InputError as error:
        return name, Finding(Code.NAME_WRONG, "name", error.message)
    return name, None


def sex_finding(stated: str, identity: Identity) -> Finding | None:
    """Sex as stated against the ID number's last digit but one."""
    if stated and identity.sex and stated != identity.sex:
        return Finding(Code.SEX_DIFFERS, "sex", f"与身份证号不符，按身份证号应为“{_SEXES[identity.sex]}”。")
    return None


def name_finding(name: str, person: Known) -> Finding | None:
    """The name against the register's of this ID number."""
    if not name or same_name(name, person.name):
        return None
    return Finding(Code.NAME_DIFFERS, "name", "姓名与平台登记的该身份证号不符，请核对两者。")


def people_of(identities: Iterable[Identity]) -> dict[bytes, Known]:
    """The register's people among these; people not yet registered are no finding."""
    return dict(people_by_hash(one.id_hash for one in identities if one.id_hash))


def days_held(people: Collection[int], facts: ClassFacts) -> dict[int, tuple[Finding, ...]]:
    """Person → what the class's days are spent on already: another class is an error, a claim of theirs a warning."""
    if not facts.days or not people:
        return {}
    found: dict[int, dict[Code, Finding]] = {}
    arguments: list[Any] = [list(people), min(facts.days), max(facts.days), SpanSource.ROSTER, facts.roster or 0]
    with connection.cursor() as cursor:
        cursor.execute(HELD_SQL, arguments)
        for person, source, first, last in cursor.fetchall():
            day = min((day for day in facts.days if first <= day <= last), default=None)
            if day is not None:
                finding = _overlap(day) if source == SpanSource.ROSTER else _claimed(day)
                found.setdefault(person, {}).setdefault(finding.code, finding)
    return {person: tuple(findings.values()) for person, findings in found.items()}


def on_other_rosters(facts: ClassFacts) -> dict[bytes, Finding]:
    """Blind index of an ID number → the roster it stands on that an office has before it for one of the same days.

    Confirmed rosters hold their days (`days_held`); of one handed in only its rows tell who is on it.
    """
    if not facts.days:
        return {}
    waiting = Roster.objects.filter(state=RosterState.SUBMITTED).exclude(pk=facts.roster or 0)
    sessions = Session.objects.filter(day__in=facts.days, application__training_class__roster__in=waiting)
    days = dict(sessions.order_by("-day").values_list("application__training_class__roster", "day"))
    if not days:
        return {}
    rows = RosterRow.objects.filter(roster__in=days, revision=F("roster__revision"), id_hash__isnull=False)
    found = rows.values_list("id_hash", "roster_id")
    return {bytes(id_hash): _overlap(days[roster]) for id_hash, roster in found if id_hash}


def _overlap(day: date) -> Finding:
    return Finding(Code.CLASS_OVERLAP, "", f"该人员{day}已在另一培训班的名单上，同一日只登记一次。")


def _claimed(day: date) -> Finding:
    return Finding(Code.DAY_CLAIMED, "", f"该人员{day}另有按天认定的学时申报，同一日只计一次，请核对。")
