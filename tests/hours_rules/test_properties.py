"""What holds for every activity, every ledger and every plan, by either notice."""

from __future__ import annotations

import math
import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import hours_rules.notices
from hours_rules import Activity, Entry, RuleError, compose, credit, plan
from hours_rules.notices import check, load
from hours_rules.shares import shares
from hours_rules.types import CATEGORIES, TOTAL, ActivityRule, Notice, PlanOption
from tests.hours_rules.cases import NOTICES

SHIPPED = (Path(hours_rules.notices.__file__).parent / "zjf-2021-38.toml").read_text(encoding="utf-8")
FIGURES = (TOTAL, *CATEGORIES)

notices = st.sampled_from(list(NOTICES.values()))
tenths = st.integers(1, 1500).map(lambda number: Decimal(number) / 10)


@st.composite
def activities(draw: st.DrawFn, notice: Notice) -> Activity:
    """An activity that the notice grants something for."""
    rule = draw(st.sampled_from(list(notice.activities.values())))
    tier = draw(st.sampled_from(rule.tiers)).code if rule.tiers else None
    if "quantity" in rule.facts:
        return Activity(rule.code, tier=tier, quantity=draw(st.integers(1, 30)))
    hours = draw(tenths)
    days = draw(st.integers(math.ceil(hours / rule.daily_cap), 60)) if rule.daily_cap else None
    return Activity(rule.code, tier=tier, hours=hours, days=days)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Notice, list[Entry]]:
    """A notice and lines that it credited, some of them reversed."""
    notice = draw(notices)
    done = draw(st.lists(activities(notice), max_size=12))
    lines = [Entry(activity.code, credit(activity, notice).hours) for activity in done]
    reversed_lines = draw(st.lists(st.sampled_from(lines), unique_by=id, max_size=4)) if lines else []
    return notice, [*lines, *(Entry(line.activity, -line.hours) for line in reversed_lines)]


def units(activity: Activity, more: Decimal) -> Activity:
    """The same activity with so much more of what it is measured in, and days enough for it."""
    if activity.quantity is not None:
        return Activity(activity.code, activity.tier, quantity=int(activity.quantity + more))
    hours = (activity.hours or 0) + more
    days = None if activity.days is None else int(activity.days + more)
    return Activity(activity.code, activity.tier, hours=hours, days=days)


@given(st.data(), st.integers(1, 40))
def test_credit_grows_with_its_quantity(data: st.DataObject, more: int) -> None:
    notice = data.draw(notices)
    activity = data.draw(activities(notice))
    less, greater = credit(activity, notice), credit(units(activity, Decimal(more)), notice)
    assert 0 < less.hours < greater.hours
    assert (less.category, less.clause) == (greater.category, greater.clause)


@given(st.data())
def test_credit_of_units_is_so_many_times_the_credit_of_one(data: st.DataObject) -> None:
    notice = data.draw(notices)
    activity = data.draw(activities(notice))
    assume(activity.quantity is not None)
    one = credit(Activity(activity.code, activity.tier, quantity=1), notice)
    assert credit(activity, notice).hours == sum([one.hours] * int(activity.quantity or 0))


@given(
    notices,
    st.sampled_from(sorted({code for notice in NOTICES.values() for code in notice.activities})),
    st.none() | st.sampled_from(["national", "provincial", "city", "county", "core", "other", "none", ""]),
    *[st.none() | st.integers(-5, 4000) | st.decimals(allow_nan=True, allow_infinity=True) | st.floats()] * 3,
)
def test_credit_grants_tenths_above_zero_or_refuses_in_words(
    notice: Notice, code: str, tier: str | None, quantity: object, hours: object, days: object
) -> None:
    activity = Activity(code, tier=tier, quantity=quantity, hours=hours, days=days)  # type: ignore[arg-type]
    try:
        granted = credit(activity, notice)
    except RuleError as refused:
        assert refused.field in ("code", "tier", "quantity", "hours", "days")
        assert str(refused).endswith("。")
    else:
        assert granted.hours > 0
        assert granted.hours == granted.hours.quantize(Decimal("0.1"))


@given(ledgers())
def test_caps_never_add_hours(ledger: tuple[Notice, list[Entry]]) -> None:
    notice, lines = ledger
    year = compose(lines, notice)
    for name in FIGURES:
        assert 0 <= year.counted[name] <= year.recorded[name]
    for cap in year.caps:
        assert cap.counted == cap.cap < cap.recorded
    taken = sum((cap.recorded - cap.counted for cap in year.caps), Decimal(0))
    assert year.recorded[TOTAL] - year.counted[TOTAL] == taken


@given(ledgers())
def test_a_year_is_the_sum_of_its_lines(ledger: tuple[Notice, list[Entry]]) -> None:
    notice, lines = ledger
    year = compose(lines, notice)
    assert year.recorded[TOTAL] == sum((line.hours for line in lines), Decimal(0))
    for figures in (year.recorded, year.counted):
        assert figures[TOTAL] == sum(figures[name] for name in CATEGORIES)


@given(ledgers(), st.randoms(use_true_random=False))
def test_order_never_matters(ledger: tuple[Notice, list[Entry]], chance: random.Random) -> None:
    notice, lines = ledger
    shuffled = chance.sample(lines, len(lines))
    assert compose(shuffled, notice) == compose(lines, notice)
    assert plan(compose(shuffled, notice), notice) == plan(compose(lines, notice), notice)


@given(ledgers())
def test_a_line_and_its_reversal_leave_no_trace(ledger: tuple[Notice, list[Entry]]) -> None:
    notice, lines = ledger
    undone = [*lines, *(Entry(line.activity, -line.hours) for line in lines)]
    assert compose(undone, notice).deficits == compose([], notice).deficits == notice.minimums


@given(ledgers())
def test_deficits_are_what_the_minimums_lack_and_never_negative(ledger: tuple[Notice, list[Entry]]) -> None:
    notice, lines = ledger
    year = compose(lines, notice)
    for name in FIGURES:
        assert year.deficits[name] >= 0
        assert (year.deficits[name] == 0) == (year.counted[name] >= notice.minimums[name])
        assert year.deficits[name] in (0, notice.minimums[name] - year.counted[name])


@given(ledgers())
def test_a_year_meets_exactly_when_nothing_is_missing(ledger: tuple[Notice, list[Entry]]) -> None:
    notice, lines = ledger
    year = compose(lines, notice)
    assert year.meets is all(year.counted[name] >= minimum for name, minimum in notice.minimums.items())
    assert year.meets is (plan(year, notice) == ())


@given(st.data(), ledgers())
def test_one_more_line_never_makes_a_year_worse(data: st.DataObject, ledger: tuple[Notice, list[Entry]]) -> None:
    notice, lines = ledger
    done = data.draw(activities(notice))
    before = compose(lines, notice)
    after = compose([*lines, Entry(done.code, credit(done, notice).hours)], notice)
    for name in FIGURES:
        assert after.deficits[name] <= before.deficits[name]


def taken(option: PlanOption, notice: Notice) -> Entry:
    """The ledger line of an option, credited like any activity."""
    rule: ActivityRule = notice.activities[option.code]
    facts = {"quantity": option.quantity} if "quantity" in rule.facts else {"hours": option.hours, "days": option.days}
    return Entry(option.code, credit(Activity(option.code, tier=option.tier or None, **facts), notice).hours)


@given(ledgers())
def test_every_option_of_a_plan_fills_what_it_says(ledger: tuple[Notice, list[Entry]]) -> None:
    notice, lines = ledger
    year = compose(lines, notice)
    for line in plan(year, notice):
        for option in line.options:
            entry = taken(option, notice)
            assert entry.hours == option.hours
            after = compose([*lines, entry], notice)
            if line.category == TOTAL:
                assert year.deficits[TOTAL] - after.deficits[TOTAL] >= line.missing - option.remaining
            else:
                assert after.deficits[line.category] == option.remaining


@given(ledgers())
def test_no_option_of_a_plan_asks_for_more_than_needed(ledger: tuple[Notice, list[Entry]]) -> None:
    notice, lines = ledger
    for line in plan(compose(lines, notice), notice):
        for option in line.options:
            if option.quantity is not None and option.hours_each is not None:
                one_less = option.hours_each * (option.quantity - 1)
                assert one_less < line.missing - option.remaining <= option.hours
            else:
                assert option.hours == line.missing - option.remaining
            if option.days is not None:
                daily = notice.activities[option.code].daily_cap or Decimal(0)
                assert daily * (option.days - 1) < option.hours <= daily * option.days


@given(ledgers(), st.randoms(use_true_random=False))
def test_following_the_plan_ends_in_a_year_that_meets(
    ledger: tuple[Notice, list[Entry]], chance: random.Random
) -> None:
    notice, lines = ledger
    lines = list(lines)
    most_steps = len(CATEGORIES) + 1 + sum(rule.yearly_cap is not None for rule in notice.activities.values())
    for _ in range(most_steps):
        todo = plan(compose(lines, notice), notice)
        if not todo:
            break
        lines.append(taken(chance.choice(todo[0].options), notice))
    assert compose(lines, notice).meets


@given(st.data())
def test_whatever_is_done_to_a_notice_file_is_loaded_or_told(data: st.DataObject) -> None:
    rows = SHIPPED.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(rows) - 1))
        key, equals, _value = rows[at].partition(" = ")
        other = data.draw(
            st.sampled_from(["1", '"x"', "1.5", "true", "[]", "{}", "[1, { a = 2 }]", "2021-01-01", "[", ""])
        )
        rows[at] = data.draw(st.sampled_from(["", rows[at - 1], f"{key}{equals}{other}", f"[{key}]", f"[[{key}]]"]))
    text = "\n".join(rows)
    told = check(text)
    if told:
        assert all(message.startswith("第") and "：" in message for message in told)
        with pytest.raises(RuleError) as refused:
            load(text)
        assert refused.value.code == "bad_notice"
    else:
        assert isinstance(load(text), Notice)


adjustments = st.dictionaries(st.sampled_from(FIGURES), st.integers(0, 1500).map(lambda number: Decimal(number) / 10))


@given(ledgers(), adjustments)
def test_an_adjustment_lowers_minimums_and_touches_no_hours(
    made: tuple[Notice, list[Entry]], own: dict[str, Decimal]
) -> None:
    notice, lines = made
    plain, year = compose(lines, notice), compose(lines, notice, own)
    assert (year.recorded, year.counted, year.caps) == (plain.recorded, plain.counted, plain.caps)
    for name, minimum in notice.minimums.items():
        assert year.minimums[name] == min(minimum, own.get(name, minimum))
        assert year.deficits[name] == max(year.minimums[name] - year.counted[name], Decimal(0))
    assert year.meets or not plain.meets


@given(ledgers())
def test_the_shares_of_the_lines_add_up_to_the_counted_figures(made: tuple[Notice, list[Entry]]) -> None:
    """What a page lists under a figure is that figure: recorded, counted, by category and in total."""
    notice, lines = made
    year, parts = compose(lines, notice), shares(lines, notice)
    for name in FIGURES:
        of = [i for i, line in enumerate(lines) if name in (TOTAL, notice.activities[line.activity].category)]
        assert sum((parts[i].hours for i in of), Decimal(0)) == year.recorded[name]
        assert sum((parts[i].counted for i in of), Decimal(0)) == year.counted[name]


@given(ledgers())
def test_a_share_lies_within_its_line_and_its_cap(made: tuple[Notice, list[Entry]]) -> None:
    notice, lines = made
    for line, part in zip(lines, shares(lines, notice), strict=True):
        assert abs(part.counted) <= abs(part.hours)
        assert part.counted * part.hours >= 0
        cap = notice.activities[line.activity].yearly_cap
        assert cap is None or part.before + part.counted <= cap
