"""Who listens hears of every standing written, in the transaction that wrote it, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from accounts.models import User
from compliance.commands.annual_check import annual_check_run
from registry.commands import changes
from registry.commands.changes import Change, on_change
from registry.commands.decisions import claim_reverse
from registry.commands.regions import move_people
from registry.commands.standing import lock_people, refresh_people
from registry.models import AnnualStanding, HourEntry, Practitioner
from tests.factories import region
from tests.registry.people import PractitionerFactory, accepted


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Change]]:
    """What a listener of this test was told."""
    told: list[Change] = []
    monkeypatch.setattr(changes, "_listeners", [])
    on_change(told.append)
    return told


def forget(person: Practitioner, **figures: object) -> None:
    """Change a standing behind the portal's back."""
    AnnualStanding.objects.filter(practitioner=person, year=2021).update(**figures)


def test_hours_posted_and_reversed_are_heard_each_once(person: Practitioner, county: User, heard: list[Change]) -> None:
    claim = accepted(person, county)
    claim_reverse(actor=county, claim=claim, reason="材料有误")
    first = Change(2021, added=(person.pk,), changed=(), moved=())
    again = Change(2021, added=(), changed=(person.pk,), moved=())
    assert heard == [first, again]


def test_a_move_to_another_region_alone_is_told_from_a_changed_year(
    person: Practitioner, county: User, heard: list[Change]
) -> None:
    accepted(person, county)
    heard.clear()
    with transaction.atomic():
        lock_people([person.pk])
        move_people([person.pk], region("putuo"))
    assert heard == [Change(2021, added=(), changed=(), moved=(person.pk,))]


def test_an_annual_check_tells_of_drift_and_of_whom_it_added_and_of_nobody_else(
    county: User, heard: list[Change]
) -> None:
    people = [PractitionerFactory() for _ in range(4)]
    annual_check_run(year=2021)
    heard.clear()
    annual_check_run(year=2021)
    assert heard == []
    AnnualStanding.objects.filter(practitioner=people[0]).delete()
    forget(people[1], meets=True)
    forget(people[2], region=region("putuo"))
    annual_check_run(year=2021)
    assert heard == [Change(2021, (people[0].pk,), (people[1].pk,), (people[2].pk,))]


def test_what_a_listener_raises_undoes_the_posting(
    person: Practitioner, county: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(change: Change) -> None:
        with connection.cursor() as cursor:  # in the transaction of the refresh, which sees its own rows
            cursor.execute("SELECT count(*) FROM registry_hourentry")
            assert cursor.fetchone() == (1,)
        raise RuntimeError("not now")

    monkeypatch.setattr(changes, "_listeners", [refuse])
    with pytest.raises(RuntimeError, match="not now"), transaction.atomic():
        accepted(person, county)
    assert not HourEntry.objects.exists()


def test_the_same_listener_is_called_once(person: Practitioner, heard: list[Change]) -> None:
    listener = heard.append
    on_change(listener)
    on_change(listener)
    AnnualStanding.objects.all().delete()
    with transaction.atomic():
        lock_people([person.pk])
        refresh_people([person.pk], 2021)
    assert len(heard) == 1
