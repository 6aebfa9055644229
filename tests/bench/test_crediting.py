"""What crediting is measured on: every kind and tier, varied, the same in every run; and peers that answer alike."""

from __future__ import annotations

from datetime import date

import pytest

from bench.crediting import activities, check_equal
from bench.peers import Peer
from bench.peers.plain_table import plain_table
from hours_rules import Activity, credit, notice_for
from hours_rules.types import Notice


@pytest.fixture(scope="module")
def notice() -> Notice:
    """The notice of 2021."""
    return notice_for(date(2021, 6, 1))


def test_the_activities_are_valid_of_every_kind_and_tier_and_the_same_each_time(notice: Notice) -> None:
    given = activities(notice, 500)
    kinds = {(rule.code, tier) for rule in notice.activities.values() for tier in rule.tier_hours or [None]}
    assert {(activity.code, activity.tier) for activity in given} == kinds
    assert all(credit(activity, notice).hours > 0 for activity in given)
    assert given == activities(notice, 500)
    assert len(set(given)) > 250


def test_the_plain_table_answers_as_the_portal_does(notice: Notice) -> None:
    check_equal(plain_table(notice), activities(notice, 2_000), notice)


@pytest.mark.parametrize(
    "activity",
    [
        Activity("licence_exam", tier="national", quantity=0),
        Activity("licence_exam", tier="national", quantity=1, hours=8),
        Activity("online_course", hours=-1),
        Activity("training_class", hours=17, days=2),
        Activity("licence_exam", tier="county", quantity=1),
    ],
)
def test_the_plain_table_refuses_what_the_portal_refuses(activity: Activity, notice: Notice) -> None:
    with pytest.raises(ValueError):
        credit(activity, notice)
    with pytest.raises((ValueError, KeyError)):
        plain_table(notice).answer(activity)


def test_a_peer_that_answers_otherwise_is_not_measured(notice: Notice) -> None:
    generous = Peer(
        "generous",
        lambda activity: activity,
        lambda activity: credit(activity, notice),
        lambda answer: answer._replace(hours=answer.hours + 1),
    )
    with pytest.raises(AssertionError, match="generous"):
        check_equal(generous, activities(notice, 1), notice)
