"""How a ratio becomes a verdict: pairs in turn, quartiles, bars, and what a run tells."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bench.__main__ import main, people
from bench.pairs import REPORTED_SPEED, REPORTED_TIME, Bar, Context, Row, at_least, at_most, compare, in_turn, quartiles

SEVEN = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 9.0]


def side(*seconds: float) -> Callable[[], float]:
    """A side that says it took these seconds, the first for warming up."""
    taken = iter(seconds)
    return lambda: next(taken)


def row(must: Bar, *, ours: float = 2.0, limit: float = 1.0, binds: bool = True) -> Row:
    """A row of one pair."""
    return compare(
        Context(10, pairs=1),
        name="a job",
        n=10,
        unit="/s",
        ours=lambda: ours,
        limit=lambda: limit,
        peer="a peer",
        must=must,
        binds=binds,
    )


@pytest.mark.parametrize(
    ("ratios", "lower", "upper"),
    [(SEVEN, 1.15, 1.45), ([2.0, 1.0], 1.25, 1.75), ([3.0], 3.0, 3.0)],
)
def test_quartiles_do_not_mind_one_slow_pair(ratios: list[float], lower: float, upper: float) -> None:
    assert quartiles(ratios) == pytest.approx((lower, upper))


@pytest.mark.parametrize(
    ("bar", "missed"),
    [
        (at_most(1.15), False),  # the lower quartile is the better one
        (at_most(1.14), True),
        (at_least(1.45), False),  # the upper quartile is the better one
        (at_least(1.46), True),
    ],
)
def test_a_bar_is_missed_when_the_better_quartile_misses_it(bar: Bar, missed: bool) -> None:
    assert bar.missed_by(SEVEN) is missed


def test_pairs_run_in_turn_and_the_order_is_turned_round() -> None:
    order: list[str] = []

    def noted(name: str) -> float:
        order.append(name)
        return 1.0

    taken = in_turn(lambda: noted("ours"), lambda: noted("limit"), 3)
    assert order == ["ours", "limit", *["ours", "limit"], *["limit", "ours"], *["ours", "limit"]]
    assert taken == [(1.0, 1.0)] * 3


def test_the_ratio_is_the_median_of_the_pairs_and_not_of_the_sides() -> None:
    found = compare(
        Context(100, pairs=3),
        name="a job",
        n=100,
        unit="/s",
        ours=side(99, 1.0, 2.0, 4.0),
        limit=side(99, 1.0, 4.0, 2.0),
        peer="a peer",
        must=at_most(1.0),
    )
    assert (found.ratio, found.ours, found.limit) == (1.0, 50.0, 50.0)
    assert found.quartiles == (0.75, 1.5)


@pytest.mark.parametrize(
    ("must", "binds", "ratio", "ok"),
    [
        (at_most(2.0), True, 2.0, True),  # time taken over the limit's time
        (at_most(1.9), True, 2.0, False),
        (at_least(0.5), True, 0.5, True),  # speed over the peer's speed
        (at_least(0.6), True, 0.5, False),
        (at_least(0.6), False, 0.5, None),
        (REPORTED_SPEED, True, 0.5, None),
        (REPORTED_TIME, True, 2.0, None),
    ],
)
def test_a_row_says_whether_its_bar_is_met(must: Bar, binds: bool, ratio: float, ok: bool | None) -> None:
    found = json.loads(row(must, binds=binds).as_json())
    assert {"name", "n", "ours", "limit", "peer", "ratio", "must", "ok"} <= found.keys()
    assert (found["ratio"], found["ok"]) == (ratio, ok)
    assert found["must"] == (str(must) or None)


@pytest.mark.parametrize(("text", "size"), [("10k", 10_000), ("100K", 100_000), ("1m", 1_000_000), ("250", 250)])
def test_sizes_are_written_as_people_say_them(text: str, size: int) -> None:
    assert people(text) == size


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("must", "status", "word"),
    [(at_most(2.0), 0, "yes"), (at_most(1.0), 1, "MISSED"), (REPORTED_TIME, 0, "reported")],
)
def test_a_run_fails_when_a_bar_is_missed(
    must: Bar, status: int, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--pairs", "1"], {"a job": lambda context: row(must)}) == status
    lines = capsys.readouterr().out.splitlines()
    assert json.loads(lines[0])["name"] == "a job"
    assert "PostgreSQL" in lines[2]
    assert lines[-1].endswith(word)


@pytest.mark.django_db
def test_a_row_whose_peer_is_not_installed_fails_the_run_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def without_peer(context: Context) -> Row:
        raise ModuleNotFoundError(name="a_peer")

    assert main([], {"first": without_peer, "second": lambda context: row(REPORTED_TIME)}) == 1
    told = capsys.readouterr()
    assert "a_peer is missing" in told.err
    assert json.loads(told.out.splitlines()[0])["name"] == "a job"


def test_an_unknown_row_is_told_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "nonsense"], {"a job": lambda context: row(REPORTED_TIME)})
    assert "a job" in capsys.readouterr().err
