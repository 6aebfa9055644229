"""The shapes that the verbs take and give. All figures are Decimal hours or int counts, never float."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hours_rules.group_rules import GroupRules

TOTAL = "total"
CATEGORIES = ("professional", "industry_public", "general_public")
FACTS = ("quantity", "hours", "days")


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity: `quantity` in the table's measure, `hours` as labelled, certified or taught, `days` taught."""

    code: str
    tier: str | None = None
    quantity: Decimal | int | None = None
    hours: Decimal | int | None = None
    days: Decimal | int | None = None


class Credit(NamedTuple):
    """What one activity is worth before annual caps, with the clause and the Chinese explanation."""

    hours: Decimal
    category: str
    clause: str
    explanation: str
    notice_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One ledger line: hours of an activity, negative when it reverses another line."""

    activity: str
    hours: Decimal


@dataclass(frozen=True, slots=True)
class CapApplied:
    """An annual cap that took something away: recorded → counted, by which clause."""

    code: str
    recorded: Decimal
    counted: Decimal
    cap: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class Composition:
    """A year (§二): hours per category and in total as recorded and as counted after caps, and what is missing.

    The keys of the mappings are the category codes and "total"; `deficits` has them all, zero where nothing is missing.
    `minimums` are those it was judged by: the notice's, or one person's adjusted ones.
    """

    notice_id: str
    recorded: Mapping[str, Decimal]
    counted: Mapping[str, Decimal]
    caps: tuple[CapApplied, ...]
    deficits: Mapping[str, Decimal]
    by_activity: Mapping[str, Decimal]
    minimums: Mapping[str, Decimal]

    @property
    def meets(self) -> bool:
        """Whether all four minimums are met."""
        return not any(self.deficits.values())


@dataclass(frozen=True, slots=True)
class PlanOption:
    """One way to fill a gap: `quantity` units of `hours_each`, or simply `hours` where the course states its own.

    `days` are the fewest days that hours with a daily cap take. `remaining` is what is still missing afterwards:
    zero unless an annual cap leaves less room than is missing.
    """

    code: str
    name: str
    tier: str
    tier_name: str
    measure: str
    hours_each: Decimal | None
    quantity: int | None
    hours: Decimal
    days: int | None
    remaining: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What is missing in one category (or, beyond the categories, in total), and ways to fill it, each by itself."""

    category: str
    name: str
    missing: Decimal
    options: tuple[PlanOption, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """A level of an activity and the hours of one unit at it."""

    code: str
    name: str
    hours: Decimal


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """A proof that an activity asks for."""

    code: str
    name: str
    required: bool
    hint: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A decision where the notice is silent, with its authority."""

    decided: str
    authority: str
    clause: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category of hours; `number` is its small code in the database."""

    code: str
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Platform:
    """A learning platform, and the categories it may give results for."""

    code: str
    name: str
    url: str
    categories: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A document that the notice rests on."""

    number: str
    title: str
    remark: str


@dataclass(frozen=True, slots=True)
class Office:
    """The office as the notice names it."""

    name: str
    short_name: str
    email: str
    clause: str


@dataclass(frozen=True, slots=True)
class ClassRules:
    """The figures of §三 for training classes; the rules themselves are in `hours_rules.classes`.

    `lecturer_titles` count as 高级工程师 or above beside `self_run_lecturer_title`; `minutes_per_hour` is how long a
    lesson of one hour is. Both are interpretations; notices drafted before them have none.
    """

    clause: str
    apply_working_days: int
    roster_days: int
    face_to_face_min_hours: Decimal
    self_run_grades: tuple[str, ...]
    self_run_lecturer_title: str
    lecturer_titles: tuple[str, ...] = ()
    minutes_per_hour: int | None = None
    interpretations: tuple[Interpretation, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityRule:
    """One row of the crediting table. `number` is its small code in the database; hours are per `measure`."""

    code: str
    number: int
    name: str
    clause: str
    category: str
    measure: str
    facts: tuple[str, ...]
    text: str
    tiers: tuple[Tier, ...]
    hours_per: Decimal | None
    hours_basis: str
    yearly_cap: Decimal | None
    daily_cap: Decimal | None
    day_measured: bool
    evidence: tuple[EvidenceRule, ...]
    interpretations: tuple[Interpretation, ...]
    tier_hours: Mapping[str, tuple[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Notice:
    """A yearly notice as data: everything the portal knows of what counts, and how much."""

    id: str
    title: str
    issuer: str
    issued: date
    valid_from: date
    minimums: Mapping[str, Decimal]
    minimums_clause: str
    categories: Mapping[str, Category]
    activities: Mapping[str, ActivityRule]
    specialties: tuple[str, ...]
    specialties_open: str
    platforms: tuple[Platform, ...]
    legal_bases: tuple[LegalBasis, ...]
    interpretations: tuple[Interpretation, ...]
    class_rules: ClassRules
    office: Office
    group_claims: GroupRules | None = None

    def category_number(self, code: str) -> int:
        """The category's small code in the database."""
        return self.categories[code].number
