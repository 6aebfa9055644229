"""The part of the access matrix that is about explanations: whoever sees a figure of hours may ask where it comes from.

`why.own` is a line of the engineer's ledger and a figure of the engineer's year, `why.other_region` one of 普陀's;
`why.crossed` names 普陀's line under the engineer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.models import HourEntry

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
    world.objects["why.absent"] = {"practitioner_pk": NOWHERE, "year": 2021, "figure": "total", "pk": NOWHERE}
