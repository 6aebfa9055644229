"""The part of the access matrix that is about adjusted minimums: the city office's alone, never one's own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from registry.commands.adjustments import AdjustmentInput, adjustment_enter
from tests.factories import AppointmentFactory

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
registry:adjustment_list   -                      GET      in  404  404  404  404  200  404  404  404
registry:adjustment_export -                      GET      in  404  404  404  404  200  404  404  404
registry:adjustment_new    -                      GET      in  404  404  404  404  200  404  404  404
registry:adjustment_new    -                      POST     in  404  404  404  404  422  404  404  404
registry:adjustment        adjustment.any         GET      in  404  404  404  404  200  404  404  404
registry:adjustment_act    adjustment.any         POST     in  404  404  404  404  302  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {"registry:adjustment_act": {"act": "approve"}}


def add_adjustments(world: World) -> None:
    """One of an engineer of unit A, entered by a colleague of the matrix's city office."""
    data = AdjustmentInput(2021, {"professional": Decimal(30)}, "浙人社发〔2021〕1号", "援派")
    colleague = AppointmentFactory(city=True).user
    row = adjustment_enter(actor=colleague, practitioner=world.people["own"], data=data)
    world.objects["adjustment.any"] = {"pk": row.pk}
    world.objects["adjustment.absent"] = {"pk": NOWHERE}
