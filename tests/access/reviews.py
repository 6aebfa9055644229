"""The part of the access matrix that is about the annual review; the people are those of `world`.

`closing.own` is 定海's closing statement of a year, `closing.other_region` 普陀's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from compliance.models import YearClosing
from tests.factories import region

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
compliance:review_batch    -                      GET      in  404  404  404  302  302  404  404  404
compliance:review_batch    -                      POST     in  404  404  404  302  302  404  404  404
compliance:review_decide   person.own             GET      in  404  404  404  302  302  404  404  404
compliance:review_decide   person.own             POST     in  404  404  404  409  403  404  404  404
compliance:review_decide   person.other_unit      POST     in  404  404  404  302  403  404  404  404
compliance:review_decide   person.other_region    POST     in  404  404  404  404  403  404  404  404
compliance:review_decide   person.municipal       POST     in  404  404  404  404  302  404  404  404
compliance:progress        -                      GET      in  404  404  404  200  200  404  404  404
compliance:progress_export -                      GET      in  404  404  404  200  200  404  404  404
compliance:closing_list    -                      GET      in  404  404  404  200  200  404  404  404
compliance:closing_list_export -                  GET      in  404  404  404  200  200  404  404  404
compliance:closing         closing.own            GET      in  404  404  404  200  200  404  404  404
compliance:closing         closing.other_region   GET      in  404  404  404  404  200  404  404  404
compliance:closing_pdf     closing.own            GET      in  404  404  404  200  200  404  404  404
compliance:closing_pdf     closing.other_region   GET      in  404  404  404  404  200  404  404  404
compliance:closing_xlsx    closing.own            GET      in  404  404  404  200  200  404  404  404
compliance:closing_xlsx    closing.other_region   GET      in  404  404  404  404  200  404  404  404
compliance:closing_new     closing.own            GET      in  404  404  404  200  404  404  404  404
compliance:closing_new     closing.own            POST     in  404  404  404  422  404  404  404  404
compliance:closing_new     closing.other_region   GET      in  404  404  404  404  404  404  404  404
compliance:closing_new     closing.other_region   POST     in  404  404  404  404  404  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {
    "compliance:review_decide": {"decision": "fail", "reason": "证书编号与原件不符"},
}


def add_reviews(world: World) -> None:
    """The statements of the lines above; a year can only be closed after its end, so they are written as they stand."""
    for name, code in (("own", "dinghai"), ("other_region", "putuo")):
        office = region(code)
        figures = dict.fromkeys(("people", "met", "passed", "failed", "undecided", "adjusted"), 0)
        closing = YearClosing(
            number=f"NS2021{office.order:02d}01",
            year=2021,
            region=office,
            sequence=1,
            office_name=office.office_name,
            notice_id="舟建发〔2021〕38号",
            closed_at=timezone.now(),
            closed_by=world.users["coun"],
            closed_by_name="测试人员",
            figures={**figures, "units": []},
            rows=[],
        )
        closing.sha256 = closing.fingerprint()
        closing.save()
        world.objects[f"closing.{name}"] = {"pk": closing.pk, "year": 2021, "code": code}
    world.objects["closing.absent"] = {"pk": NOWHERE, "year": 2021, "code": "nowhere"}
