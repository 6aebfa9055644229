"""The part of the access matrix that is about classes and rosters: its lines, its forms, and the objects they name.

`class_application.own` is unit A's (a building enterprise in 定海: route B), handed in; `own_draft` not yet;
`other_unit` a training school's in 定海 (route A: not the county's), `other_region` an enterprise's in 普陀 (route B).
`training_class` and `roster` of these names are approved ones and the roster each awaits; `file_pk` is the class plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from courses.models import ClassApplication
from courses.states import ApplicationState, Route
from tests.courses.made import class_application, firm, training_class
from tests.factories import region

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
"""
FORMS: dict[str, dict[str, Any]] = {}


def add_courses(world: World) -> None:
    """The objects of the lines above."""
    how: dict[str, dict[str, Any]] = {
        "own": {"route": Route.B, "organisation": world.unit, "applicant": world.users["empl"]},
        "other_unit": {"route": Route.A},
        "other_region": {"route": Route.B, "organisation": firm(region=region("putuo"))},
    }
    for name, facts in how.items():
        world.objects[f"class_application.{name}"] = _object(class_application(**facts))
        approved = training_class(**facts)
        world.objects[f"class_application.{name}_approved"] = _object(approved.application)
        world.objects[f"training_class.{name}"] = {"pk": approved.pk}
        world.objects[f"roster.{name}"] = {"pk": approved.roster.pk}
    draft = class_application(ApplicationState.DRAFT, **how["own"])
    world.objects["class_application.own_draft"] = _object(draft)
    for name in ("class_application", "training_class", "roster"):
        world.objects[f"{name}.absent"] = {"pk": NOWHERE, "file_pk": NOWHERE, "page": 1, "image": 1}


def _object(application: ClassApplication) -> dict[str, Any]:
    return {"pk": application.pk, "file_pk": application.attachments.get().pk, "page": 1, "image": 1}
