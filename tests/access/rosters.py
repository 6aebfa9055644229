"""The part of the access matrix that is about rosters: `held.…` are classes of unit A (route B) and where their rosters
stand; `held.school` is a training school's (route A: not the county's), `held.far` an enterprise's in 普陀.

`ledger.…` are past years' ledgers, which are the city office's alone; `ledger.submitted` a colleague handed in.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from courses.commands.rosters.submitting import roster_submit
from courses.commands.rosters.uploads import history_upload
from courses.models import TrainingClass
from courses.states import Route
from tests.courses.made import course_unit, firm, training_class
from tests.courses.rosters import checked, confirmed, hand_in_data, handed_in, new, upload, work, xlsx
from tests.factories import AppointmentFactory, region

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object            method anon engi empl orga coun city audi sysa form
courses:roster_list        -                 GET     in  404  404  404  200  200  404  404  404
courses:roster_export      -                 GET     in  404  404  404  200  200  404  404  404
courses:ledger_new         -                 GET     in  404  404  404  404  200  404  404  404
courses:ledger_new         -                 POST    in  404  404  404  404  422  404  404  404
courses:roster             held.ready        GET     in  404  200  200  200  200  404  404  404
courses:roster             held.submitted    GET     in  404  200  200  200  200  404  404  404
courses:roster             held.school       GET     in  404  404  404  404  200  404  404  404
courses:roster             held.far          GET     in  404  404  404  404  200  404  404  404
courses:roster_upload      held.ready        GET     in  404  200  200  403  403  404  404  404
courses:roster_upload      held.ready        POST    in  404  422  422  403  403  404  404  404
courses:roster_upload      held.far          GET     in  404  404  404  404  403  404  404  404
courses:roster_progress    held.ready        GET     in  404  286  286  286  286  404  404  404
courses:roster_check       held.ready        POST    in  404  302  302  403  403  404  404  404
courses:roster_submit      held.ready        GET     in  404  200  200  403  403  404  404  404
courses:roster_submit      held.ready        POST    in  404  422  422  403  403  404  404  404
courses:roster_rows        held.ready        GET     in  404  200  200  200  200  404  404  404
courses:roster_rows        held.far          GET     in  404  404  404  404  200  404  404  404
courses:roster_rows_export held.ready        GET     in  404  200  200  200  200  404  404  404
courses:roster_rows_export held.school       GET     in  404  404  404  404  200  404  404  404
courses:roster_rows_marked held.ready        GET     in  404  200  200  403  403  404  404  404
courses:roster_rows_marked held.far          GET     in  404  404  404  404  403  404  404  404
courses:roster_row_new     held.ready        GET     in  404  200  200  403  403  404  404  404
courses:roster_row_new     held.ready        POST    in  404  422  422  403  403  404  404  404
courses:roster_row         held.ready        GET     in  404  200  200  403  403  404  404  404
courses:roster_row         held.ready        POST    in  404  422  422  403  403  404  404  404
courses:roster_row_delete  held.ready        POST    in  404  302  302  403  403  404  404  404
courses:roster_confirm     held.submitted    GET     in  404  403  403  403  200  404  404  404
courses:roster_confirm     held.submitted    POST    in  404  403  403  403  302  404  404  404
courses:roster_return      held.submitted    GET     in  404  403  403  403  200  404  404  404
courses:roster_return      held.submitted    POST    in  404  403  403  403  302  404  404  404
courses:roster_reverse     held.confirmed    GET     in  404  403  403  403  200  404  404  404
courses:roster_reverse     held.confirmed    POST    in  404  403  403  403  302  404  404  404
courses:roster_paper       held.submitted    POST    in  404  403  403  403  422  404  404  404
courses:ledger             ledger.ready      GET     in  404  404  404  404  200  404  404  404
courses:ledger_upload      ledger.ready      GET     in  404  404  404  404  200  404  404  404
courses:ledger_upload      ledger.ready      POST    in  404  404  404  404  422  404  404  404
courses:ledger_progress    ledger.ready      GET     in  404  404  404  404  286  404  404  404
courses:ledger_check       ledger.ready      POST    in  404  404  404  404  302  404  404  404
courses:ledger_submit      ledger.ready      GET     in  404  404  404  404  200  404  404  404
courses:ledger_submit      ledger.ready      POST    in  404  404  404  404  422  404  404  404
courses:ledger_rows        ledger.ready      GET     in  404  404  404  404  200  404  404  404
courses:ledger_rows_export ledger.ready      GET     in  404  404  404  404  200  404  404  404
courses:ledger_rows_marked ledger.ready      GET     in  404  404  404  404  200  404  404  404
courses:ledger_row_new     ledger.ready      GET     in  404  404  404  404  200  404  404  404
courses:ledger_row_new     ledger.ready      POST    in  404  404  404  404  422  404  404  404
courses:ledger_row         ledger.ready      GET     in  404  404  404  404  200  404  404  404
courses:ledger_row         ledger.ready      POST    in  404  404  404  404  422  404  404  404
courses:ledger_row_delete  ledger.ready      POST    in  404  404  404  404  302  404  404  404
courses:ledger_confirm     ledger.submitted  GET     in  404  404  404  404  200  404  404  404
courses:ledger_confirm     ledger.submitted  POST    in  404  404  404  404  302  404  404  404
courses:ledger_return      ledger.submitted  GET     in  404  404  404  404  200  404  404  404
courses:ledger_return      ledger.submitted  POST    in  404  404  404  404  302  404  404  404
courses:ledger_reverse     ledger.submitted  GET     in  404  404  404  404  302  404  404  404
courses:ledger_reverse     ledger.submitted  POST    in  404  404  404  404  302  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {
    **{f"courses:{kind}_return": {"reason": "名单有误"} for kind in ("roster", "ledger")},
    **{f"courses:{kind}_reverse": {"reason": "名单有误"} for kind in ("roster", "ledger")},
}
OVER = (date(2021, 8, 30), date(2021, 8, 31))
FIRST_ROW = 4  # behind title, 填报人 and header


def add_rosters(world: World) -> None:
    """The objects of the lines above."""
    city, organiser = world.users["city"], world.users["orga"]
    assert city is not None and organiser is not None
    own = [_class(world, n) for n in range(3)]
    checked(own[0], organiser, [new(own[0], 1)])
    handed_in(own[1], organiser, [new(own[1], 2)])
    confirmed(own[2], organiser, city, [new(own[2], 3)])
    far = training_class(route=Route.B, organisation=firm(region=region("putuo")), days=OVER)
    held = {"ready": own[0], "submitted": own[1], "confirmed": own[2], "far": far}
    held["school"] = training_class(organisation=course_unit(), days=OVER)
    for name, one in held.items():
        world.objects[f"held.{name}"] = {"pk": one.pk, "row": FIRST_ROW}
    colleague = AppointmentFactory(city=True).user
    for n, name in enumerate(("ready", "submitted"), 7):
        ledger = history_upload(actor=colleague, year=2019, upload=upload(xlsx([new(own[0], n)])))
        work()
        world.objects[f"ledger.{name}"] = {"ledger": ledger.pk, "row": FIRST_ROW}
    ledger.refresh_from_db()
    roster_submit(actor=colleague, roster=ledger, data=hand_in_data())
    world.objects["held.absent"] = {"pk": NOWHERE, "row": FIRST_ROW}
    world.objects["ledger.absent"] = {"ledger": NOWHERE, "row": FIRST_ROW}


def _class(world: World, n: int) -> TrainingClass:
    """Over at the end of August; on days of its own, so that none overlaps with another."""
    days = [date(2021, 8, 24 + 2 * n), date(2021, 8, 25 + 2 * n)]
    return training_class(route=Route.B, organisation=world.unit, days=days, title=f"质量安全培训班第{n + 1}期")
