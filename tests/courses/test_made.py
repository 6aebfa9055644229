"""What the tests of this room are built from stands as the tables ask."""

from __future__ import annotations

import pytest

from courses.models import Roster
from courses.states import ApplicationState, Route
from tests.courses.made import WAYS, class_application, training_class

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("route", "state"), [(route, state) for route, ways in WAYS.items() for state in ways])
def test_an_application_is_made_in_any_state(route: Route, state: ApplicationState) -> None:
    application = class_application(state, route)
    assert (application.state, application.route) == (state, route)
    assert [step.after for step in application.steps.all()] == list(WAYS[route][state])
    assert sum(session.hours for session in application.sessions.all()) == application.asked_hours


def test_an_approved_class_awaits_its_roster() -> None:
    assert training_class().roster == Roster.objects.get()
