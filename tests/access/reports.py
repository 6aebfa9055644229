"""The part of the access matrix that is about reports: who has any; whom they count is tested with the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.access.world import World

TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
compliance:report_list     -                      GET      in  404  200  404  200  200  200  404  404
compliance:report          report.compliance      GET      in  404  200  404  200  200  200  404  404
compliance:report_csv_export report.compliance    GET      in  404  200  404  200  200  200  404  404
compliance:report_xlsx_export report.compliance   GET      in  404  200  404  200  200  200  404  404
"""


def add_reports(world: World) -> None:
    """Reports by their names in the address."""
    world.objects["report.compliance"] = {"code": "compliance"}
    world.objects["report.absent"] = {"code": "nothing"}
