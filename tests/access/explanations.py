"""The part of the access matrix that is about explanations: whoever sees a figure of hours may ask where it comes from.

`why.own` is a line of the engineer's ledger and a figure of the engineer's year, `why.other_region` one of 普陀's;
`why.crossed` names 普陀's line under the engineer. `held.taught` is a training school's class with a row on its roster,
`held.far_taught` that of an enterprise in 普陀.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from courses.states import Route
from registry.models import HourEntry
from tests.access.rosters import FIRST_ROW, OVER
from tests.courses.made import course_unit, firm, training_class
from tests.courses.rosters import checked, new
from tests.factories import AppointmentFactory, region

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
compliance:why_figure      why.own                GET      in  200  200  404  200  200  404  404  404
compliance:why_figure      why.colleague          GET      in  404  200  404  200  200  404  404  404
compliance:why_figure      why.other_unit         GET      in  404  404  404  200  200  404  404  404
compliance:why_figure      why.other_region       GET      in  404  404  404  404  200  404  404  404
compliance:why_figure      why.municipal          GET      in  404  404  404  404  200  404  404  404
compliance:why_entry       why.own                GET      in  200  200  404  200  200  404  404  404
compliance:why_entry       why.other_region       GET      in  404  404  404  404  200  404  404  404
compliance:why_entry       why.crossed            GET      in  404  404  404  404  404  404  404  404
courses:class_why          training_class.own     GET     200  200  200  200  200  200  200  200  200
courses:roster_row_why     held.ready             GET      in  404  200  200  200  200  404  404  404
courses:roster_row_why     held.taught            GET      in  404  404  404  404  200  404  404  404
courses:roster_row_why     held.far_taught        GET      in  404  404  404  404  200  404  404  404
courses:ledger_row_why     ledger.ready           GET      in  404  404  404  404  200  404  404  404
compliance:trial           -                      GET      in  200  404  404  404  404  404  404  404
compliance:trial_facts     activity.exam          GET      in  200  404  404  404  404  404  404  404
registry:claim_why         claim.own_draft        GET      in  200  404  404  404  404  404  404  404
registry:claim_why         claim.own              GET      in  200  404  404  200  200  404  404  404
registry:claim_why         claim.own_accepted     GET      in  200  404  404  200  200  404  404  404
registry:claim_why         claim.colleague_draft  GET      in  404  404  404  404  404  404  404  404
registry:claim_why         claim.other_region     GET      in  404  404  404  404  200  404  404  404
registry:claim_why         claim.municipal        GET      in  404  404  404  404  200  404  404  404
registry:group_why         group.own              GET      in  404  200  404  404  404  404  404  404
registry:group_why         group.in               GET      in  404  200  404  200  200  404  404  404
registry:group_why         group.other_unit       GET      in  404  404  404  200  200  404  404  404
registry:group_why         group.other_region     GET      in  404  404  404  404  200  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {}


def add_explanations(world: World) -> None:
    """Names for what is there already: the figures of everybody's 2021, and the two accepted claims' lines."""
    lines = {
        name: HourEntry.objects.get(source_id=world.objects[f"claim.{claim}"]["pk"], source="claim").pk
        for name, claim in (("own", "own_accepted"), ("other_region", "far_accepted"))
    }
    for name, person in world.people.items():
        entry = lines.get(name, NOWHERE)
        world.objects[f"why.{name}"] = {"practitioner_pk": person.pk, "year": 2021, "figure": "total", "pk": entry}
    world.objects["why.crossed"] = world.objects["why.own"] | {"pk": lines["other_region"]}
    for name, unit, route in (
        ("taught", course_unit(), Route.A),
        ("far_taught", firm(region=region("putuo")), Route.B),
    ):
        held = training_class(route=route, organisation=unit, days=OVER)
        checked(held, AppointmentFactory(organiser=True, organisation=unit).user, [new(held, 11)])
        world.objects[f"held.{name}"] = {"pk": held.pk, "row": FIRST_ROW}
    world.objects["why.absent"] = {"practitioner_pk": NOWHERE, "year": 2021, "figure": "total", "pk": NOWHERE}
