"""Commands and sealings at once: no seal ever closes an id that a running command may still commit (decision 10)."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from office.audit.commands import record
from office.audit.commands.seals import seal
from office.audit.models import Event, Seal
from office.audit.verification import ADDED, EVENT, Problem, verify
from tests.office.audit.trail import insert_by_hand, told

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 30


@contextmanager
def elsewhere(work: Callable[[], None]) -> Iterator[None]:
    """`work` in a transaction of another connection, which ends when the block does."""
    ready, go_on = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                ready.set()
                assert go_on.wait(LIMIT)
        except BaseException as error:
            failures.append(error)
        finally:
            ready.set()
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(LIMIT)
    try:
        yield
    finally:
        go_on.set()
        thread.join(LIMIT)
    assert failures == []


def test_a_command_under_way_holds_the_seal_back_and_is_sealed_once_it_ends() -> None:
    with elsewhere(lambda: told(1) and None):
        later = told(1)[0]
        assert seal(patience=0) == []
    (made,) = seal(patience=0)
    assert made.last_id >= later.pk
    assert verify().events == 2


def test_a_sealing_waits_a_moment_for_a_command_under_way() -> None:
    made: list[Seal] = []

    def sealer() -> None:
        made.extend(seal(patience=LIMIT))
        connection.close()

    thread = threading.Thread(target=sealer)
    with elsewhere(lambda: told(1) and None):
        told(1)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(LIMIT)
    assert [row.number for row in made] == [1]
    assert verify().events == 2


def test_an_id_drawn_by_a_transaction_without_a_number_yet_is_waited_for() -> None:
    """An INSERT draws its id before PostgreSQL gives its transaction a number: no snapshot's xmin tells of it."""

    def draw() -> None:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE audit_event IN ROW EXCLUSIVE MODE")  # what an INSERT does first
            cursor.execute("SELECT nextval('audit_event_id_seq'), pg_current_xact_id_if_assigned()")
            drawn.extend(cursor.fetchone())

    drawn: list[Any] = []
    with connection.cursor() as cursor:  # a sequence logs every 32nd draw, and takes a transaction number for it
        cursor.execute("SELECT nextval('audit_event_id_seq')")
    with elsewhere(draw):
        assert drawn[1] is None
        told(1)
        assert seal(patience=0) == []
    assert len(seal(patience=0)) == 1


def test_who_only_reads_the_trail_holds_nothing_back() -> None:
    with elsewhere(lambda: Event.objects.count() and None):
        told(1)
        assert len(seal(patience=0)) == 1


def test_the_id_of_a_command_that_failed_is_closed_for_ever() -> None:
    told(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = record(actor=None, action="job.retry").pk
        raise ZeroDivisionError
    (made,) = seal(patience=0)
    assert made.last_id == lost
    insert_by_hand(lost)
    assert verify().problem == Problem(EVENT, lost, ADDED)


def test_of_two_sealings_at_once_one_does_it() -> None:
    told(3)
    with elsewhere(lambda: seal(patience=0) and None):
        assert seal(patience=0) == []
    assert seal(patience=0) == []
    assert list(Seal.objects.values_list("number", flat=True)) == [1]


def test_after_a_storm_of_commands_and_sealings_the_chain_is_whole() -> None:
    """Four writers of which one in three gives up, two sealers: nothing lost, nothing closed too early."""
    stop, failures = threading.Event(), []
    kept: list[int] = []

    def write(seed: int) -> None:
        dice = random.Random(seed)
        try:
            for _ in range(60):
                try:
                    with transaction.atomic():
                        mine = [event.pk for event in told(dice.randint(1, 3))]
                        if dice.random() < 0.3:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    continue
                kept.extend(mine)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    def close() -> None:
        try:
            while not stop.is_set():
                seal(patience=5)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    sealers = [threading.Thread(target=close) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    for thread in sealers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    seal(patience=0)

    assert failures == []
    report = verify()
    assert report.ok
    assert report.seals > 3
    assert (report.events, report.unsealed) == (len(kept), 0)
    assert set(Event.objects.values_list("pk", flat=True)) == set(kept)
