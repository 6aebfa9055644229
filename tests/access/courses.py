"""The part of the access matrix that is about classes and rosters: its lines, its forms, and the objects they name.

`class_application.own` is unit A's (a building enterprise in 定海: route B), handed in; `own_draft` not yet;
`other_unit` a training school's in 定海 (route A: not the county's), `other_region` an enterprise's in 普陀 (route B).
`training_class` and `roster` of these names are approved ones and the roster each awaits; `file_pk` is the class plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from courses.models import ClassApplication
from courses.states import ApplicationState, Route
from tests.courses.made import REASON, class_application, firm, training_class
from tests.factories import region

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
courses:application_list         -                                GET  in  404  200  200  404  404  404  404  404
courses:application_export       -                                GET  in  404  200  200  404  404  404  404  404
courses:application_new          -                                GET  in  404  200  200  404  404  404  404  404
courses:application_new          -                                POST in  404  422  422  404  404  404  404  404
courses:application_detail       class_application.own_draft      GET  in  404  200  200  404  404  404  404  404
courses:application_detail       class_application.own            GET  in  404  200  200  404  404  404  404  404
courses:application_detail       class_application.other_unit     GET  in  404  404  404  404  404  404  404  404
courses:application_detail       class_application.other_region   GET  in  404  404  404  404  404  404  404  404
courses:application_unit         class_application.own_draft      GET  in  404  200  200  404  404  404  404  404
courses:application_unit         class_application.own            GET  in  404  302  302  404  404  404  404  404
courses:application_unit         class_application.own_draft      POST in  404  409  409  404  404  404  404  404
courses:application_unit         class_application.other_region   POST in  404  404  404  404  404  404  404  404
courses:application_class        class_application.own_draft      GET  in  404  200  200  404  404  404  404  404
courses:application_class        class_application.own            GET  in  404  302  302  404  404  404  404  404
courses:application_class        class_application.own_draft      POST in  404  409  409  404  404  404  404  404
courses:application_class        class_application.other_region   POST in  404  404  404  404  404  404  404  404
courses:application_lecturers    class_application.own_draft      GET  in  404  200  200  404  404  404  404  404
courses:application_lecturers    class_application.own            GET  in  404  302  302  404  404  404  404  404
courses:application_lecturers    class_application.own_draft      POST in  404  409  409  404  404  404  404  404
courses:application_lecturers    class_application.other_region   POST in  404  404  404  404  404  404  404  404
courses:application_timetable    class_application.own_draft      GET  in  404  200  200  404  404  404  404  404
courses:application_timetable    class_application.own            GET  in  404  302  302  404  404  404  404  404
courses:application_timetable    class_application.own_draft      POST in  404  409  409  404  404  404  404  404
courses:application_timetable    class_application.other_region   POST in  404  404  404  404  404  404  404  404
courses:application_repeat       class_application.own_draft      GET  in  404  200  200  404  404  404  404  404
courses:application_repeat       class_application.own            GET  in  404  302  302  404  404  404  404  404
courses:application_repeat       class_application.own_draft      POST in  404  422  422  404  404  404  404  404
courses:application_repeat       class_application.other_region   POST in  404  404  404  404  404  404  404  404
courses:application_attachments  class_application.own_draft      GET  in  404  200  200  404  404  404  404  404
courses:application_attachments  class_application.own            GET  in  404  302  302  404  404  404  404  404
courses:application_attachments  class_application.own_draft      POST in  404  422  422  404  404  404  404  404
courses:application_attachments  class_application.other_region   POST in  404  404  404  404  404  404  404  404
courses:application_check        class_application.own_draft      GET  in  404  200  200  404  404  404  404  404
courses:application_check        class_application.own            GET  in  404  302  302  404  404  404  404  404
courses:application_check        class_application.own_draft      POST in  404  422  422  404  404  404  404  404
courses:application_check        class_application.other_region   POST in  404  404  404  404  404  404  404  404
courses:application_file         class_application.own_draft      GET  in  404  200  200  404  404  404  404  404
courses:application_file         class_application.own            GET  in  404  200  200  200  200  404  404  404
courses:application_file         class_application.other_unit     GET  in  404  404  404  404  200  404  404  404
courses:application_file         class_application.other_region   GET  in  404  404  404  404  200  404  404  404
courses:application_file_remove  class_application.own_draft      POST in  404  302  302  404  404  404  404  404
courses:application_file_remove  class_application.other_region   POST in  404  404  404  404  404  404  404  404
courses:application_submitted    class_application.own            GET  in  404  200  200  404  404  404  404  404
courses:application_submitted    class_application.other_unit     GET  in  404  404  404  404  404  404  404  404
courses:application_copy         class_application.own            GET  in  404  200  200  404  404  404  404  404
courses:application_copy         class_application.own            POST in  404  422  422  404  404  404  404  404
courses:application_copy         class_application.other_unit     POST in  404  404  404  404  404  404  404  404
courses:application_delete       class_application.own_draft      POST in  404  302  302  404  404  404  404  404
courses:application_delete       class_application.own            POST in  404  302  302  404  404  404  404  404
courses:application_delete       class_application.other_unit     POST in  404  404  404  404  404  404  404  404
courses:class_list         -                      GET     200  200  200  200  200  200  200  200  200
courses:class_export       -                      GET     200  200  200  200  200  200  200  200  200
courses:class_public       training_class.own     GET     200  200  200  200  200  200  200  200  200
courses:class_page         training_class.own     GET      in  404  200  200  200  200  404  404  404
courses:class_page         training_class.other_unit GET   in  404  404  404  404  200  404  404  404
courses:class_page         training_class.other_region GET in  404  404  404  404  200  404  404  404
courses:review_queue       -                      GET      in  404  404  404  200  200  404  404  404
courses:review_export      -                      GET      in  404  404  404  200  200  404  404  404
courses:register           -                      GET      in  404  404  404  200  200  404  404  404
courses:register_export    -                      GET      in  404  404  404  200  200  404  404  404
courses:review_class       class_application.own  GET      in  404  404  404  200  200  404  404  404
courses:review_class       class_application.own_draft GET in  404  404  404  404  404  404  404  404
courses:review_class       class_application.other_unit GET in 404  404  404  404  200  404  404  404
courses:review_class       class_application.other_region GET in 404 404 404  404  200  404  404  404
courses:review_decide      class_application.own  GET      in  404  404  404  302  302  404  404  404
courses:review_decide      class_application.own  POST     in  404  404  404  302  403  404  404  404
courses:review_decide      class_application.own_draft POST in 404  404  404  404  404  404  404  404
courses:review_decide      class_application.other_unit POST in 404 404  404  404  302  404  404  404
courses:review_decide      class_application.other_region POST in 404 404 404 404  403  404  404  404
courses:review_cancel      class_application.own_approved GET in 404 404 404  302  200  404  404  404
courses:review_cancel      class_application.own_approved POST in 404 404 404 403  302  404  404  404
courses:review_cancel      class_application.other_unit_approved POST in 404 404 404 404 302 404 404  404
courses:file_preview       class_application.own_draft GET in  404  200  200  404  404  404  404  404
courses:file_preview       class_application.own  GET      in  404  200  200  200  200  404  404  404
courses:file_preview       class_application.other_unit GET in 404  404  404  404  200  404  404  404
courses:file_preview       class_application.other_region GET in 404 404 404  404  200  404  404  404
courses:file_preview       class_application.crossed GET   in  404  404  404  404  404  404  404  404
courses:file_page          class_application.own_draft GET in  404  200  200  404  404  404  404  404
courses:file_page          class_application.own  GET      in  404  200  200  200  200  404  404  404
courses:file_page          class_application.other_unit GET in 404  404  404  404  200  404  404  404
courses:file_page          class_application.other_region GET in 404 404 404  404  200  404  404  404
courses:file_page          class_application.crossed GET   in  404  404  404  404  404  404  404  404
courses:file_image         class_application.own  GET      in  404  200  200  200  200  404  404  404
courses:file_image         class_application.other_unit GET in 404  404  404  404  200  404  404  404
courses:file_image         class_application.other_region GET in 404 404 404  404  200  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {
    "courses:review_decide": {"decision": "return", "reason": REASON, "confirmed": "1"},
    "courses:review_cancel": {"reason": REASON},
}


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
    crossed = {"file_pk": world.objects["class_application.other_unit"]["file_pk"]}
    world.objects["class_application.crossed"] = {**world.objects["class_application.own"], **crossed}
    world.objects["class_application.crossed_absent"] = {**world.objects["class_application.own"], "file_pk": NOWHERE}
    for name in ("class_application", "training_class", "roster"):
        world.objects[f"{name}.absent"] = {"pk": NOWHERE, "file_pk": NOWHERE, "page": 1, "image": 1}


def _object(application: ClassApplication) -> dict[str, Any]:
    return {"pk": application.pk, "file_pk": application.attachments.get().pk, "page": 1, "image": 1}
