"""A check and posts at once: the check never writes a standing older than the ledger (ADR 3)."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from compliance.commands.annual_check import annual_check_run
from hours_rules import Activity, notice_for
from registry.commands import ledger
from registry.models import AnnualStanding, EntrySource, HourEntry
from tests.factories import UserFactory
from tests.registry.people import PractitionerFactory

YEAR = 2021
POSTS_PER_THREAD = 40


@pytest.mark.django_db(transaction=True)
def test_standings_equal_the_ledger_after_posts_and_checks_at_once() -> None:
    people = [PractitionerFactory() for _ in range(5)]
    clerk = UserFactory()
    notice = notice_for(date(YEAR, 6, 1))
    stop, failures = threading.Event(), []

    def post(thread: int) -> None:
        try:
            for number in range(POSTS_PER_THREAD):
                ledger.post(
                    actor=clerk,
                    entries=[
                        ledger.NewEntry(
                            practitioner=person,
                            year=YEAR,
                            activity=Activity("licence_exam", tier="national", quantity=1),
                            notice=notice,
                            source=EntrySource.CLAIM,
                            source_id=thread * 1000 + number,
                        )
                        for person in people
                    ],
                )
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    def check() -> None:
        try:
            while not stop.is_set():
                annual_check_run(year=YEAR)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    checker = threading.Thread(target=check)
    posters = [threading.Thread(target=post, args=(number,)) for number in range(3)]
    checker.start()
    for thread in posters:
        thread.start()
    for thread in posters:
        thread.join()
    stop.set()
    checker.join()

    assert failures == []
    assert HourEntry.objects.count() == 3 * POSTS_PER_THREAD * len(people)
    assert annual_check_run(year=YEAR).drift == 0
    # 120 subjects at 8 hours each
    assert {s.counted_professional for s in AnnualStanding.objects.filter(year=YEAR)} == {960}
