"""Crediting one activity, explanation included: `hours_rules.credit` against a plain table and two rule engines.

Every side credits the same made-up activities, one call each, and must give the same hours, clause and explanation
before anything is timed. A fast side goes through the list again and again, so that both are timed for as long. What an
activity costs does not depend on how many there are; the bars bind when the list is full.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from bench.pairs import REPORTED_SPEED, Bar, Context, Measure, Row, at_least, compare, seconds
from bench.peers import Peer
from bench.peers.plain_table import plain_table
from hours_rules import Activity, credit, notice_for
from hours_rules.types import ActivityRule, Notice

FULL_LIST = 10_000
AT_LEAST_SECONDS = 0.5
YEAR = 2021
SEED = 38


def activities(notice: Notice, count: int) -> list[Activity]:
    """Valid activities of every kind and tier in turn, with varied facts; the same list in every run."""
    random_facts = random.Random(SEED)
    kinds = [
        (rule, tier.code if tier else None) for rule in notice.activities.values() for tier in rule.tiers or (None,)
    ]
    found = [_activity(*kinds[number % len(kinds)], random_facts) for number in range(count)]
    random_facts.shuffle(found)
    return found


def _activity(rule: ActivityRule, tier: str | None, random_facts: random.Random) -> Activity:
    if "quantity" in rule.facts:
        return Activity(rule.code, tier=tier, quantity=random_facts.randint(1, 12))
    if rule.daily_cap is None:
        return Activity(rule.code, hours=_half_hours(random_facts, 72))
    days = random_facts.randint(1, 10)
    return Activity(rule.code, hours=_half_hours(random_facts, int(rule.daily_cap) * days), days=days)


def _half_hours(random_facts: random.Random, most: int) -> Decimal:
    """0.5 to `most`, written as people write it: 8, not 8.0."""
    whole, half = divmod(random_facts.randint(1, 2 * most), 2)
    return Decimal(whole) + Decimal("0.5") if half else Decimal(whole)


def check_equal(peer: Peer, given: Sequence[Activity], notice: Notice) -> None:
    """AssertionError unless the peer answers each of these activities exactly as the portal does."""
    for activity in given:
        ours, theirs = credit(activity, notice), peer.credit(peer.answer(peer.question(activity)))
        if ours != theirs:
            raise AssertionError(f"{peer.name} answers {activity} with {theirs}, not {ours}")


def a_pass(work: Callable[[], object]) -> float:
    """Seconds that one pass takes, of as many as fill AT_LEAST_SECONDS.

    Without the garbage collector, as `timeit` does: an engine that makes many objects would pay for all of Django's.
    """
    passes, taken = 0, 0.0
    gc.collect()
    gc.disable()
    try:
        while taken < AT_LEAST_SECONDS:
            taken += seconds(work)
            passes += 1
    finally:
        gc.enable()
    return taken / passes


def against(make_peer: Callable[[Notice], Peer], name: str, must: Bar, context: Context) -> Row:
    """The row of one peer: the same list on both sides, one call per activity."""
    notice = notice_for(date(YEAR, 6, 1))
    given = activities(notice, min(context.size, FULL_LIST))
    peer = make_peer(notice)
    check_equal(peer, given, notice)
    questions, answer = [peer.question(activity) for activity in given], peer.answer

    def ours() -> None:
        for activity in given:
            credit(activity, notice)

    def theirs() -> None:
        for question in questions:
            answer(question)

    return compare(
        context,
        name=name,
        n=len(given),
        unit="/s",
        ours=partial(a_pass, ours),
        limit=partial(a_pass, theirs),
        peer=peer.name,
        must=must,
        binds=len(given) == FULL_LIST,
    )


def plain(context: Context) -> Row:
    """At least half as fast as the plain table."""
    return against(plain_table, PLAIN, at_least(0.5), context)


def zen_engine(context: Context) -> Row:
    """At least 30 times as fast as zen-engine with its trace on."""
    from bench.peers.zen_table import zen_table  # noqa: PLC0415  (installed by `make bench` alone)

    return against(zen_table, ZEN, at_least(30), context)


def business_rules(context: Context) -> Row:
    """How many times as fast as business-rules: reported, no bar."""
    from bench.peers.business_table import business_table  # noqa: PLC0415  (installed by `make bench` alone)

    return against(business_table, BUSINESS, REPORTED_SPEED, context)


PLAIN, ZEN, BUSINESS = (f"crediting one activity, {peer}" for peer in ("plain table", "zen-engine", "business-rules"))
MEASURES: dict[str, Measure] = {PLAIN: plain, ZEN: zen_engine, BUSINESS: business_rules}
