"""What a row states besides whose it is, judged: unit, level, title, hours, class; each different text once.

Thousands of people of a roster share their class, unit, level and hours, so a statement is judged once and its parts
are remembered. Errors keep a row out; warnings are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone

from courses.roster.facts import ClassFacts
from courses.roster.findings import Code, Finding, gravest_first
from courses.roster.texts import Findings, figure_of, kept, meaning_of, text_findings
from courses.roster.units import Unit, plain, units_named
from courses.roster.words import LEVELS, NO_EMPLOYER, SERIES, SEXES, TITLES, YES, YES_OR_NO
from hours_rules import Activity, RuleError, credit
from hours_rules.types import Notice
from office.sheets.header import canonical
from registry.models.fields import to_tenths
from registry.models.people import TitleLevel
from registry.queries.notices import notice_on

ACTIVITY = "training_class"
LONGEST_UNIT, LONGEST_CLASS, LONGEST_SERIES, LONGEST_TITLE = 100, 100, 50, 30
_DAYS_OF_A_YEAR = 366  # what a class could take at most, where none is named


class Stated(NamedTuple):
    """What a row states, as text, in the order of the form."""

    organiser: str
    class_name: str
    sex: str
    employer: str
    series: str
    level: str
    title: str
    hours: str
    municipal: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement understood as far as it can be ("" and None where it cannot), and everything wrong with it."""

    organiser: str = ""
    class_name: str = ""
    sex: str = ""
    employer: str = ""
    unit: Unit | None = None
    series: str = ""
    level: str = ""
    title: str = ""
    tenths: int | None = None
    is_municipal: bool | None = None
    findings: Findings = ()


@dataclass
class Rules:
    """Judges the rows of one roster against a class, or against none."""

    facts: ClassFacts
    units: Mapping[str, Unit] = field(default_factory=dict)
    _hours: dict[str, tuple[int | None, Findings]] = field(default_factory=dict)
    _judged: dict[tuple[str, ...], Judged] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    _texts: dict[tuple[str, str], Findings] = field(default_factory=dict)

    def judge_all(self, stated: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Judged]:
        """Each different statement judged; units not heard of before are looked up together."""
        new = [Stated(*one) for one in set(stated) if one not in self._judged]
        employers = {one.employer for one in new} - self._asked
        if employers:
            self._asked |= employers
            self.units = {**self.units, **units_named(employers)}
        self._judged.update({one: self.judge(one) for one in new})
        return self._judged

    def judge(self, stated: Stated) -> Judged:
        """One statement, held against the units that are known."""
        unit, of_unit = self._employer(stated.employer)
        municipal, of_municipal = self._municipal(stated.municipal, unit)
        level, of_title = self._title(stated)
        tenths, of_hours = self._hours_of(stated.hours)
        sex, of_sex = meaning_of(SEXES, stated.sex, "sex", Code.SEX_MISSING, Code.SEX_UNKNOWN, "性别请填“男”或“女”。")
        findings = (*of_sex, *of_unit, *of_title, *of_hours, *of_municipal, *self._class(stated))
        return Judged(
            kept(stated.organiser, LONGEST_UNIT),
            kept(stated.class_name, LONGEST_CLASS),
            sex,
            "" if canonical(stated.employer) in NO_EMPLOYER else kept(stated.employer, LONGEST_UNIT),
            unit,
            kept(stated.series, LONGEST_SERIES),
            level,
            "" if TITLES.get(canonical(stated.title)) == TitleLevel.NONE else kept(stated.title, LONGEST_TITLE),
            tenths,
            municipal,
            gravest_first(findings),
        )

    def _employer(self, text: str) -> tuple[Unit | None, Findings]:
        if not text:
            said = "没有填写企业名称，没有单位的填“无单位”。"
            return None, (Finding(Code.EMPLOYER_MISSING, "employer", said),)
        if canonical(text) in NO_EMPLOYER:
            return None, ()
        if wrong := self._text("employer", text, LONGEST_UNIT, Code.EMPLOYER_WRONG, "企业名称"):
            return None, wrong
        unit = self.units.get(plain(text))
        if unit is None:
            said = "平台中没有这个单位，请核对全称；确未登记的，登记时作为未登记单位。"
            return None, (Finding(Code.EMPLOYER_UNKNOWN, "employer", said),)
        if not unit.is_active:
            return unit, (Finding(Code.EMPLOYER_CLOSED, "employer", "该单位在平台中已停用，请核对现在的单位。"),)
        return unit, ()

    def _municipal(self, text: str, unit: Unit | None) -> tuple[bool | None, Findings]:
        """是否市属 follows from the unit's region; what is stated must not contradict it."""
        said, wrong = meaning_of(
            YES_OR_NO, text, "municipal", Code.MUNICIPAL_MISSING, Code.MUNICIPAL_UNKNOWN, "请填“是”或“否”。"
        )
        if wrong:
            return None, wrong
        municipal = said == YES
        if unit is not None and unit.is_municipal != municipal:
            truth = "市属单位，应填“是”" if unit.is_municipal else "县（区）单位，应填“否”"
            return municipal, (Finding(Code.MUNICIPAL_DIFFERS, "municipal", f"平台登记该单位是{truth}。"),)
        return municipal, ()

    def _title(self, stated: Stated) -> tuple[str, Findings]:
        """Level, series and title; whoever has no title need not fill in the other two."""
        level, wrong = meaning_of(
            LEVELS,
            stated.level,
            "level",
            Code.LEVEL_MISSING,
            Code.LEVEL_UNKNOWN,
            "职称级别请填初级、中级、高级、员级或无职称。",
        )
        findings = list(wrong)
        findings += self._text("series", stated.series, LONGEST_SERIES, Code.SERIES_WRONG, "职称专业系列")
        findings += self._text("title", stated.title, LONGEST_TITLE, Code.TITLE_WRONG, "职称")
        if findings:
            return level, tuple(findings)
        if stated.series and canonical(stated.series) not in SERIES:
            findings.append(Finding(Code.SERIES_UNKNOWN, "series", "不是常见的职称专业系列，请核对。"))
        holds = TITLES.get(canonical(stated.title))
        if not stated.title and level != TitleLevel.NONE:
            findings.append(Finding(Code.TITLE_MISSING, "title", "填写了职称级别，没有填写职称。"))
        elif stated.title and holds is None:
            findings.append(Finding(Code.TITLE_UNKNOWN, "title", "不是常见的职称，请核对。"))
        elif stated.title and holds != level:
            said = f"“{stated.title}”属{TitleLevel(holds or level).label}，与填写的职称级别不一致，请核对。"
            findings.append(Finding(Code.LEVEL_DIFFERS, "level", said))
        return level, tuple(findings)

    def _hours_of(self, text: str) -> tuple[int | None, Findings]:
        if text not in self._hours:
            self._hours[text] = self._read_hours(text)
        return self._hours[text]

    def _read_hours(self, text: str) -> tuple[int | None, Findings]:
        """Hours of one person: positive, one decimal place, no more than the office approved for this class."""
        if not text:
            return None, (Finding(Code.HOURS_MISSING, "hours", "没有填写认定学时。"),)
        hours = figure_of(text)
        if hours is None:
            return None, (Finding(Code.HOURS_WRONG, "hours", "认定学时应为数字，例如16或7.5。"),)
        days = len(self.facts.days) if self.facts.days else _DAYS_OF_A_YEAR
        try:
            credited = credit(Activity(ACTIVITY, hours=hours, days=days), self._notice).hours
        except RuleError as error:
            code = Code.HOURS_ABOVE if error.code == "above_daily_cap" else Code.HOURS_WRONG
            return None, (Finding(code, "hours", str(error)),)
        if self.facts.hours is not None and credited > self.facts.hours:
            said = f"超过该培训班核定的{self.facts.hours.normalize():f}学时。"
            return to_tenths(credited), (Finding(Code.HOURS_ABOVE, "hours", said),)
        return to_tenths(credited), ()

    @cached_property
    def _notice(self) -> Notice:
        """The notice that the class's last day falls under; without a class today's. RuleError before the first."""
        return notice_on(self.facts.last_day or timezone.localdate())

    def _class(self, stated: Stated) -> Findings:
        """Class and organiser as the row names them, where it names them."""
        findings = []
        for key, given, truth, code, what in (
            ("organiser", stated.organiser, self.facts.organiser, Code.ORGANISER_DIFFERS, "培训单位"),
            ("class_name", stated.class_name, self.facts.name, Code.CLASS_DIFFERS, "培训班"),
        ):
            if given and truth is not None and plain(given) != plain(truth):
                findings.append(Finding(code, key, f"与本{what}的名称“{truth}”不一致。"))
        return tuple(findings)

    def _text(self, key: str, text: str, most: int, code: Code, label: str) -> Findings:
        """Why a text is not kept: too long, characters nobody sees, somebody's number in it."""
        if (key, text) not in self._texts:
            self._texts[key, text] = text_findings(key, text, most, code, label)
        return self._texts[key, text]
