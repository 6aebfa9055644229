"""The part of the access matrix that is about the two forms as files; objects as in `courses`.

`roster.own_ready` is unit A's, checked, with one person on it: the others have nothing to print yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.states import RosterState, Route
from tests.courses.made import training_class
from tests.courses.people import put_people

if TYPE_CHECKING:
    from tests.access.world import World

TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
courses:application_pdf    class_application.own  GET      in  404  200  200  200  200  404  404  404
courses:application_pdf    class_application.other_region GET in 404 404 404  404  200  404  404  404
courses:application_xlsx   class_application.own  GET      in  404  200  200  200  200  404  404  404
courses:application_xlsx   class_application.own_draft GET in  404  200  200  404  404  404  404  404
courses:application_xlsx   class_application.other_unit GET in 404  404  404  404  200  404  404  404
courses:roster_template    training_class.own     GET      in  404  200  200  200  200  404  404  404
courses:roster_template    training_class.other_unit GET   in  404  404  404  404  200  404  404  404
courses:roster_xlsx        roster.own             GET      in  404  409  409  409  409  404  404  404
courses:roster_xlsx        roster.own_ready       GET      in  404  200  200  200  200  404  404  404
courses:roster_xlsx        roster.other_unit      GET      in  404  404  404  404  409  404  404  404
courses:roster_pdf         roster.own             GET      in  404  409  409  409  409  404  404  404
courses:roster_pdf         roster.own_ready       GET      in  404  200  200  200  200  404  404  404
courses:roster_pdf         roster.other_region    GET      in  404  404  404  404  409  404  404  404
"""


def add_documents(world: World) -> None:
    """The objects of the lines above that `courses` does not make."""
    made = training_class(route=Route.B, organisation=world.unit, applicant=world.users["empl"])
    world.objects["roster.own_ready"] = {"pk": put_people(made.roster, 1, state=RosterState.READY).pk}
