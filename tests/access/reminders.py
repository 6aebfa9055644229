"""The part of the access matrix that is about reminders: the city office's alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.access.world import World

TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
compliance:reminder_plan   -                      GET      in  404  404  404  404  200  404  404  404
compliance:reminder_plan_edit year.2021           GET      in  404  404  404  404  200  404  404  404
compliance:reminder_plan_edit year.2021           POST     in  404  404  404  404  422  404  404  404
compliance:reminder_step   reminder.usual         GET      in  404  404  404  404  200  404  404  404
compliance:reminder_send   reminder.usual         POST     in  404  404  404  404  302  404  404  404
compliance:reminder_people reminder.usual         GET      in  404  404  404  404  200  404  404  404
compliance:reminder_people_export reminder.usual  GET      in  404  404  404  404  200  404  404  404
compliance:reminder_units  reminder.usual         GET      in  404  404  404  404  200  404  404  404
compliance:reminder_units_export reminder.usual   GET      in  404  404  404  404  200  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {"compliance:reminder_plan_edit": {"days_1": "0"}}


def add_reminders(world: World) -> None:
    """A step of the usual plan, and one that is in no plan."""
    world.objects["reminder.usual"] = {"year": 2021, "days": 30}
    world.objects["reminder.absent"] = {"year": 2021, "days": 31}
