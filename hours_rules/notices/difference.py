"""What changes from one notice to another, place by place, as somebody reads it who must answer for the change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hours_rules.group_rules import GroupRules
from hours_rules.types import TOTAL, ActivityRule, Notice

NOTHING = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs: `before` is empty for what is new, `after` for what is gone."""

    clause: str
    place: str
    before: str
    after: str


Line = tuple[str, str, str]  # key of the place, its clause, what it says


def difference(old: Notice, new: Notice) -> tuple[Change, ...]:
    """Every place where two notices differ, in the order of the newer one, then what it no longer has."""
    before = {place: (clause, text) for place, clause, text in _lines(old)}
    after = {place: (clause, text) for place, clause, text in _lines(new)}
    changes = []
    for place in dict.fromkeys([*after, *before]):
        had, has = before.get(place, ("", NOTHING)), after.get(place, ("", NOTHING))
        if had != has:
            moved = had[0] != has[0] and had[1] == has[1]
            clause = has[0] or had[0]
            changes.append(Change(clause, place, had[0] if moved else had[1], has[0] if moved else has[1]))
    return tuple(changes)


def _lines(notice: Notice) -> Iterator[Line]:
    """A notice as lines of place, clause and text: what two notices are compared by."""
    yield "文号", "", notice.id
    yield "标题", "", notice.title
    yield "发文单位", "", notice.issuer
    yield "印发日期", "", notice.issued.isoformat()
    yield "适用起始日期", "", notice.valid_from.isoformat()
    for code, hours in notice.minimums.items():
        name = "合计" if code == TOTAL else notice.categories[code].name
        yield f"年度要求：{name}", notice.minimums_clause, _hours(hours)
    for rule in notice.activities.values():
        yield from _activity(rule, notice)
    yield from _around(notice)


def _activity(rule: ActivityRule, notice: Notice) -> Iterator[Line]:
    here = rule.name
    yield f"{here}：科目", rule.clause, notice.categories[rule.category].name
    yield f"{here}：计量单位", rule.clause, rule.measure
    if rule.hours_per is not None:
        yield f"{here}：学时", rule.clause, _hours(rule.hours_per)
    for tier in rule.tiers:
        yield f"{here}：{tier.name}", rule.clause, _hours(tier.hours)
    if rule.hours_basis:
        yield f"{here}：学时", rule.clause, f"按{rule.hours_basis}"
    for label, cap in (("每年度上限", rule.yearly_cap), ("每天上限", rule.daily_cap)):
        if cap is not None:
            yield f"{here}：{label}", rule.clause, _hours(cap)
    if rule.day_measured:
        yield f"{here}：同日", rule.clause, "同一日只计一次"
    yield f"{here}：原文", rule.clause, rule.text
    for proof in rule.evidence:
        must = "必交" if proof.required else "选交"
        yield f"{here}：材料“{proof.name}”", rule.clause, f"{must}。{proof.hint}"
    for number, decision in enumerate(rule.interpretations, start=1):
        yield f"{here}：约定{number}", rule.clause, f"【{decision.authority}】{decision.decided}"


def _around(notice: Notice) -> Iterator[Line]:
    classes = notice.class_rules
    yield "培训班：提前申请", classes.clause, f"{classes.apply_working_days}个工作日"
    yield "培训班：报送名单", classes.clause, f"结束后{classes.roster_days}日内"
    yield "培训班：集中面授辅导", classes.clause, f"不少于{_hours(classes.face_to_face_min_hours)}"
    yield "培训班：自主办班资质", classes.clause, "、".join(classes.self_run_grades)
    yield "培训班：自主办班师资", classes.clause, "、".join((classes.self_run_lecturer_title, *classes.lecturer_titles))
    if classes.minutes_per_hour is not None:
        yield "培训班：每学时", classes.clause, f"{classes.minutes_per_hour}分钟"
    for number, decision in enumerate(classes.interpretations, start=1):
        yield f"培训班：约定{number}", decision.clause, f"【{decision.authority}】{decision.decided}"
    if notice.group_claims is not None:
        yield from _group_claims(notice.group_claims, notice)
    for platform in notice.platforms:
        names = "、".join(notice.categories[code].name for code in platform.categories)
        yield f"学习平台：{platform.name}", platform.clause, f"{names}；{platform.url}"
    yield "适用专业", "", "、".join((*notice.specialties, notice.specialties_open))
    for number, decision in enumerate(notice.interpretations, start=1):
        yield f"约定{number}", decision.clause, f"【{decision.authority}】{decision.decided}"
    for basis in notice.legal_bases:
        yield f"文件依据：{basis.number}", "", f"《{basis.title}》{basis.remark}"
    office = notice.office
    yield "办公单位", office.clause, f"{office.name}（{office.short_name}），{office.email}"


def _group_claims(rules: GroupRules, notice: Notice) -> Iterator[Line]:
    names = [notice.activities[code].name for code in rules.activities]
    yield "集体申报：原文", rules.clause, rules.text
    yield "集体申报：事项", rules.clause, "、".join(names)
    for proof in rules.evidence:
        must = "必交" if proof.required else "选交"
        seen = "参加人员可见" if proof.shown_to_people else "参加人员不可见"
        instead = f"代替个人的{'、'.join(proof.stands_for)}；" if proof.stands_for else ""
        yield f"集体申报：材料“{proof.name}”", rules.clause, f"{must}，{seen}；{instead}{proof.hint}"
    for number, decision in enumerate(rules.interpretations, start=1):
        yield f"集体申报：约定{number}", rules.clause, f"【{decision.authority}】{decision.decided}"


def _hours(hours: Decimal) -> str:
    return f"{hours.normalize():f}学时"
