"""The rules of §三 for training classes: which way an application goes, and which conditions it meets.

Pure: the caller counts the working days and reads qualifications and filings; the figures are the notice's
(`ClassRules`, and the daily cap of the activity `training_class`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import ROUND_DOWN, Decimal

from hours_rules.types import ClassRules, Notice

ROUTE_A, ROUTE_B = "a", "b"
MET, UNMET, UNKNOWN = "met", "unmet", "unknown"
FACE_TO_FACE = "face_to_face"
ACTIVITY = "training_class"
# 各建筑企业或设计院 (§三（二）); **D** every other unit goes by §三（一).
SELF_RUNNING_BUSINESSES = ("construction", "design")
_CLAUSES = {ROUTE_A: "三（一）", ROUTE_B: "三（二）"}


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that goes with the form, and on which routes it must."""

    code: str
    name: str
    routes: tuple[str, ...]
    clause: str
    hint: str


PROOFS = (
    Proof("class_plan", "办班方案", (ROUTE_A, ROUTE_B), "三（二）", "师资介绍、课程安排等。"),
    Proof(
        "letter",
        "正式文件或函件",
        (ROUTE_B,),
        "三（二）",
        "须盖章，明确培训人数、时间、地点、培训内容和培训师资。",
    ),
    Proof("qualification", "资质证明", (ROUTE_B,), "三（二）", "一级或甲级以上资质证书。"),
    Proof("trainee_list", "培训人员清单", (ROUTE_B,), "三（二）", "拟参加培训的人员，只有本单位和主管部门能看到。"),
)


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What is known of a class when it is applied for on `handed_in` (or would be today), by the route of `route_of`.

    `working_days` lie strictly between `handed_in` and the first day; counting may stop at the number asked for. It is
    None, with `calendar_problem` in words, where a year has no data. `latest` is the last day that would be in time,
    where that is known. `hours_by_day` is the timetable. `grade` is the unit's best valid qualification, empty without.
    `filed` says whether both bureaus have the unit's filing as a provider of face-to-face classes.
    """

    route: str
    handed_in: date
    first_day: date | None = None
    working_days: int | None = None
    calendar_problem: str = ""
    latest: date | None = None
    hours_by_day: Mapping[date, Decimal] = field(default_factory=dict)
    delivery: str = ""
    grade: str = ""
    filed: bool = False
    lecturers: tuple[tuple[str, str], ...] = ()
    attachments: frozenset[str] = frozenset()

    @property
    def hours(self) -> Decimal:
        """All hours of the timetable."""
        return sum(self.hours_by_day.values(), Decimal(0))


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of §三: its clause, whether it is met, in words; `part` names the part of the form that decides it.

    One that `blocks` and is not met keeps the application from being handed in; the others are for the office to judge.
    """

    code: str
    name: str
    clause: str
    state: str
    words: str
    part: str
    blocks: bool = True

    @property
    def holds_up(self) -> bool:
        """Whether the application cannot be handed in because of this."""
        return self.blocks and self.state != MET


def route_of(business: str) -> str:
    """Route B for construction enterprises and design institutes (§三（二）), A for all others (§三（一）, **D**)."""
    return ROUTE_B if business in SELF_RUNNING_BUSINESSES else ROUTE_A


def proofs_of(route: str) -> tuple[Proof, ...]:
    """The files that must go with an application of this route."""
    return tuple(proof for proof in PROOFS if route in proof.routes)


def taught_hours(starts: time, ends: time, rules: ClassRules) -> Decimal | None:
    """Hours of a lesson from its times, rounded down to a tenth (**D**); None where the notice does not say how long
    an hour is."""
    if rules.minutes_per_hour is None:
        return None
    minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    return (Decimal(minutes) / rules.minutes_per_hour).quantize(Decimal("0.1"), ROUND_DOWN)


def is_senior(title: str, rules: ClassRules) -> bool:
    """Whether a title is 高级工程师 or above; which titles count is the notice's data (**D**). A speciality in brackets
    is left aside."""
    plain = "".join(title.split()).replace("(", "（").split("（")[0]
    return plain in (rules.self_run_lecturer_title, *rules.lecturer_titles)


def conditions(facts: ClassFacts, notice: Notice) -> tuple[Condition, ...]:
    """Every condition of §三 that this class has to meet, in the order of the notice."""
    rules, route = notice.class_rules, facts.route
    found = [_in_time(facts, rules, route)]
    if route == ROUTE_B:
        found += [_qualified(facts, rules), _lecturers(facts, rules)]
    found.append(_daily(facts, notice))
    if facts.delivery == FACE_TO_FACE:
        found += [_long_enough(facts, rules), _filed(facts, rules)]
    return (*found, *_attached(facts, route))


def is_late(found: tuple[Condition, ...]) -> bool:
    """Whether the ten working days are not kept."""
    return any(condition.code == "working_days" and condition.state == UNMET for condition in found)


def _in_time(facts: ClassFacts, rules: ClassRules, route: str) -> Condition:
    asked = rules.apply_working_days
    state, words, blocks = UNKNOWN, "填好课程安排后计算。", True
    if facts.first_day is not None and facts.first_day <= facts.handed_in:
        state, words = UNMET, f"开班日期{_day(facts.first_day)}不晚于提交日期{_day(facts.handed_in)}，不能申请。"
    elif facts.working_days is None and facts.calendar_problem:
        words = facts.calendar_problem
    elif facts.first_day is not None and facts.working_days is not None:
        latest = f"最迟应于{_day(facts.latest)}提交。" if facts.latest else ""
        between = f"{_day(facts.handed_in)}提交，{_day(facts.first_day)}开班"
        if facts.working_days >= asked:
            state, words, blocks = MET, f"{between}，中间不少于{asked}个工作日。{latest}", False
        else:
            state, blocks = UNMET, False
            words = f"{between}，中间只有{facts.working_days}个工作日，少于{asked}个。{latest}可写明原因后提交。"
    name = f"开班前{asked}个工作日申请"
    return Condition("working_days", name, _CLAUSES[route], state, words, "timetable", blocks)


def _qualified(facts: ClassFacts, rules: ClassRules) -> Condition:
    grades = "、".join(rules.self_run_grades)
    if facts.grade in rules.self_run_grades:
        state, words = MET, f"本单位有效资质：{facts.grade}。"
    else:
        now = f"本单位有效资质：{facts.grade}" if facts.grade else "没有查到本单位有效的资质记录"
        state, words = UNMET, f"{now}；要求{grades}。资质请在“本单位”中报送，由市学时办核验。"
    return Condition("grade", "资质一级或甲级以上", _CLAUSES[ROUTE_B], state, words, "unit")


def _lecturers(facts: ClassFacts, rules: ClassRules) -> Condition:
    asked = rules.self_run_lecturer_title
    below = [f"{name}（{title or '职称未填'}）" for name, title in facts.lecturers if not is_senior(title, rules)]
    if not facts.lecturers:
        state, words = UNKNOWN, "填写授课教师后核对。"
    elif below:
        state, words = UNMET, f"不具有{asked}以上职称：{'、'.join(below)}。"
    else:
        state, words = MET, f"{len(facts.lecturers)}名授课教师均具有{asked}以上职称。"
    return Condition("lecturer_titles", f"师资具有{asked}以上职称", _CLAUSES[ROUTE_B], state, words, "lecturers")


def _daily(facts: ClassFacts, notice: Notice) -> Condition:
    rule = notice.activities[ACTIVITY]
    cap = rule.daily_cap or Decimal(24)
    over = [f"{_day(day)}{_hours(hours)}" for day, hours in sorted(facts.hours_by_day.items()) if hours > cap]
    if not facts.hours_by_day:
        state, words = UNKNOWN, "填好课程安排后计算。"
    elif over:
        state, words = UNMET, f"超过每天{_hours(cap)}：{'、'.join(over)}。"
    else:
        state, words = MET, f"共{len(facts.hours_by_day)}天，{_hours(facts.hours)}。"
    return Condition("daily_hours", f"每天不超过{_hours(cap)}", rule.clause, state, words, "timetable")


def _long_enough(facts: ClassFacts, rules: ClassRules) -> Condition:
    least = rules.face_to_face_min_hours
    if not facts.hours_by_day:
        state, words = UNKNOWN, "填好课程安排后计算。"
    elif facts.hours < least:
        state, words = UNMET, f"现为{_hours(facts.hours)}，还差{_hours(least - facts.hours)}。"
    else:
        state, words = MET, f"现为{_hours(facts.hours)}。"
    name = f"集中面授不少于{_hours(least)}"
    return Condition("face_to_face_hours", name, rules.clause, state, words, "timetable")


def _filed(facts: ClassFacts, rules: ClassRules) -> Condition:
    if facts.filed:
        state, words = MET, "本单位已在市人社局和市住建局备案。"
    else:
        state = UNMET
        words = "没有查到本单位在市人社局和市住建局的有效备案；已备案的，请联系市学时办录入。"
    return Condition("provider_filed", "面授辅导机构备案", rules.clause, state, words, "class")


def _attached(facts: ClassFacts, route: str) -> Iterator[Condition]:
    for proof in proofs_of(route):
        there = proof.code in facts.attachments
        state, words = (MET, "已上传。") if there else (UNMET, f"还没有上传。{proof.hint}")
        yield Condition(proof.code, proof.name, proof.clause, state, words, "attachments")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _hours(hours: Decimal) -> str:
    return f"{hours.normalize():f}学时"
