"""Every case of `tests/notice_cases/` comes out as it says, and cites a clause that stands in its notice."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

import hours_rules
from hours_rules import RuleError, compose, credit, plan
from hours_rules.notices import for_date, together
from hours_rules.types import Notice, PlanOption
from tests.hours_rules.cases import CASES, NOTICES, Case, figures, of

CHINESE = re.compile(r"[一-鿿].*。$", re.DOTALL)


@of("credit")
def test_an_activity_is_worth(case: Case) -> None:
    granted = credit(case.activity, case.notice)
    assert str(granted.hours) == case.given["gives"]
    assert granted.category == case.given.get("category", case.rule.category)
    assert granted.clause == case.given["clause"]
    assert granted.notice_id == case.notice.id
    assert granted.explanation.startswith(f"{case.rule.name}：")
    assert granted.explanation.endswith(f"（{granted.clause}）")
    assert case.given.get("says", granted.explanation) == granted.explanation


@of("refused", "refused_year")
def test_the_notice_grants_nothing_for(case: Case) -> None:
    with pytest.raises(RuleError) as refused:
        _asked(case)
    assert (refused.value.code, refused.value.field) == (case.given["error"], case.given["field"])
    assert CHINESE.search(str(refused.value))


def _asked(case: Case) -> object:
    if case.kind == "refused_year":
        return compose(case.lines, case.notice, case.adjusted)
    return credit(case.activity, case.notice)


@of("compose")
def test_a_year_is(case: Case) -> None:
    year = compose(case.lines, case.notice, case.adjusted)
    assert year.notice_id == case.notice.id
    assert year.recorded == figures(case.given.get("recorded", {}))
    assert year.counted == figures(case.given.get("counted", {}))
    assert year.deficits == figures(case.given.get("missing", {}))
    assert year.meets is ("missing" not in case.given)
    assert [f"{cap.code} {cap.recorded} {cap.counted}" for cap in year.caps] == case.given.get("caps", [])
    for cap in year.caps:
        rule = case.notice.activities[cap.code]
        assert (cap.cap, cap.counted, cap.clause) == (rule.yearly_cap, rule.yearly_cap, rule.clause)


@of("plan")
def test_what_would_fill_a_year(case: Case) -> None:
    lines = plan(compose(case.lines, case.notice, case.adjusted), case.notice)
    assert {line.category: str(line.missing) for line in lines} == case.given["missing"]
    offered = {f"{line.category} {_said(option)}" for line in lines for option in line.options}
    assert set(case.given["ways"]) <= offered
    assert not {option.code for line in lines for option in line.options} & set(case.given.get("none", []))
    for line in lines:
        rules = [rule for rule in case.notice.activities.values() if line.category in ("total", rule.category)]
        wanted = {rule.code for rule in rules} - set(case.given.get("none", []))
        assert {option.code for option in line.options} == wanted, "every activity of the category is offered"


def _said(option: PlanOption) -> str:
    amount = [str(option.hours if option.quantity is None else option.quantity)]
    days = [] if option.days is None else ["in", str(option.days)]
    short = ["->", str(option.remaining)] if option.remaining else []
    return " ".join([option.code, *([option.tier] if option.tier else []), *amount, *days, *short])


@of("in_force")
def test_the_notice_of_a_day(case: Case) -> None:
    known = together(NOTICES.values())
    if "error" in case.given:
        with pytest.raises(RuleError, match=f"{case.given['on'].year}年") as refused:
            for_date(case.given["on"], known)
        assert refused.value.code == case.given["error"]
    else:
        assert for_date(case.given["on"], known).id == case.given["gives"]


@of("credit", "refused", "compose", "refused_year", "plan", "in_force")
def test_the_case_cites_a_clause_of_its_notice(case: Case) -> None:
    cited = {rule.clause for rule in case.notice.activities.values()} | {case.notice.minimums_clause}
    assert case.given["clause"] in cited
    if case.rule is not None:
        assert case.given["clause"] == case.rule.clause
    if case.kind == "credit":
        assert case.given["quote"] in case.rule.text


@pytest.mark.parametrize("notice", NOTICES.values(), ids=["shipped", "made up"])
def test_every_activity_and_tier_has_a_case(notice: Notice) -> None:
    rows = {
        (rule.code, tier.code if tier else None)
        for rule in notice.activities.values()
        for tier in rule.tiers or (None,)
    }
    credited = [case.activity for case in CASES if case.kind == "credit" and case.notice is notice]
    assert rows == {(activity.code, activity.tier) for activity in credited}


def test_names_of_cases_are_there_once() -> None:
    names = [(case.file, case.kind, case.given["name"]) for case in CASES]
    assert len(names) == len(set(names))


def test_every_error_of_the_verbs_is_provoked_by_a_case() -> None:
    folder = Path(hours_rules.__path__[0])
    sources = "".join((folder / name).read_text(encoding="utf-8") for name in ("credit.py", "composition.py"))
    raised = set()
    for code in re.findall(r'RuleError\(\s*f?"([\w{}]+)"', sources):
        raised |= {code.replace("{fact}", fact) for fact in ("quantity", "hours", "days")}
    assert raised == {case.given["error"] for case in CASES if case.kind in ("refused", "refused_year")}


@pytest.mark.parametrize("notice", NOTICES.values(), ids=["shipped", "made up"])
def test_every_figure_of_a_rule_stands_in_the_words_it_quotes(notice: Notice) -> None:
    for rule in notice.activities.values():
        amounts = [*(tier.hours for tier in rule.tiers), rule.hours_per, rule.yearly_cap, rule.daily_cap]
        for amount in filter(None, amounts):
            assert amount in map(Decimal, re.findall(r"\d+(?:\.\d)?", rule.text)), f"{rule.code}: {amount}"
