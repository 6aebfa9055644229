"""A form posted twenty times, two pages saved at the same moment: one application, and the later one is told."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from accounts.errors import Conflict
from accounts.models import Organisation, User
from courses.commands.application_parts import class_part_save
from courses.commands.applications import application_draft
from courses.models import ApplicationPart, ClassApplication
from courses.queries.parts import stamp_of
from office.messages.models import Message
from tests.courses.applied import CLASS, begun, filled, handed_in
from tests.units.at_once import at_once


@pytest.mark.django_db(transaction=True)
def test_a_new_application_posted_twenty_times_is_one(unit: Organisation, organiser: User) -> None:
    token = uuid.uuid4()
    found = at_once([lambda: application_draft(actor=organiser, unit=unit, token=token)] * 20)
    assert {draft.pk for draft in found} == {ClassApplication.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_a_hand_in_posted_twenty_times_is_one(unit: Organisation) -> None:
    draft = filled(unit)
    found = at_once([lambda: handed_in(draft)] * 20)
    assert len({handed.number for handed in found}) == 1
    assert draft.steps.count() == 1
    assert Message.objects.filter(kind="class.submitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_pages_saved_at_once_one_is_kept_and_the_other_told(unit: Organisation, organiser: User) -> None:
    draft = begun(organiser, unit)
    for round_ in range(5):
        draft.refresh_from_db()
        stamp = stamp_of(draft, ApplicationPart.CLASS)
        titles = [f"培训班{round_}甲", f"培训班{round_}乙"]
        found = at_once(
            [
                lambda title=title, stamp=stamp: class_part_save(
                    actor=organiser, application=draft, data=replace(CLASS, title=title), stamp=stamp
                )
                for title in titles
            ]
        )
        assert sorted(isinstance(one, Conflict) for one in found) == [False, True]
        kept = next(one for one in found if not isinstance(one, Conflict))
        draft.refresh_from_db()
        assert draft.title == kept.title
