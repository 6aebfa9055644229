"""The part of the access matrix that is about second looks: accepted claims of 定海, of another county, of 市本级."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.commands.second_looks import look_disagree
from registry.models import Claim, SecondLook
from tests.factories import AppointmentFactory, region
from tests.registry.people import accepted

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
registry:look_list         -                      GET      in  404  404  404  200  200  404  404  404
registry:look_export       -                      GET      in  404  404  404  200  200  404  404  404
registry:look_opinion      look.own               POST     in  404  404  404  302  302  404  404  404
registry:look_opinion      look.first             POST     in  404  404  404  403  302  404  404  404
registry:look_opinion      look.far               POST     in  404  404  404  404  302  404  404  404
registry:look_decision     look.doubted           POST     in  404  404  404  302  302  404  404  404
registry:look_decision     look.far               POST     in  404  404  404  404  302  404  404  404
registry:sample_rates      -                      GET      in  404  404  404  404  200  404  404  404
registry:sample_rates      -                      POST     in  404  404  404  404  422  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {
    "registry:look_opinion": {"finding": "agree"},
    "registry:look_decision": {"finding": "dismiss", "reason": "已核实"},
}


def add_looks(world: World) -> None:
    """`look.first` is at what the matrix's own county accepted, `look.own` at what a colleague there did."""
    own, other = world.people["own"], world.people["other_unit"]
    colleague, another = AppointmentFactory().user, AppointmentFactory().user
    _add(world, "first", accepted(own, world.users["coun"]))
    _add(world, "own", accepted(other, colleague))
    doubted = _add(world, "doubted", accepted(other, colleague))
    look_disagree(actor=another, look=doubted, reason="姓名不符")
    islands = AppointmentFactory(region=region("putuo")).user
    _add(world, "far", accepted(world.people["other_region"], islands))
    world.objects["look.absent"] = {"pk": NOWHERE}


def _add(world: World, name: str, claim: Claim) -> SecondLook:
    first = claim.steps.latest("pk").actor
    look = SecondLook.objects.create(claim=claim, region=claim.region, first_reviewer=first)
    world.objects[f"look.{name}"] = {"pk": look.pk}
    return look
