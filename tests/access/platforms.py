"""The part of the access matrix that is about platform imports: all of it is the city office's.

`platform.ready` waits to be confirmed, `platform.done` was credited, `platform.unmapped` asks for its columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.models import ImportProfile, PlatformResult
from tests.platforms.made import LABELLED, SAFETY, checked, imported, row, uploaded

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                            object             method anon engi empl orga coun city audi sysa form
registry:platform_list             -                  GET     in  404  404  404  404  200  404  404  404
registry:platform_export           -                  GET     in  404  404  404  404  200  404  404  404
registry:platform_new              -                  GET     in  404  404  404  404  200  404  404  404
registry:platform_new              -                  POST    in  404  404  404  404  422  404  404  404
registry:platform_profiles         -                  GET     in  404  404  404  404  200  404  404  404
registry:platform_profile          profile.any        GET     in  404  404  404  404  200  404  404  404
registry:platform_profile          profile.any        POST    in  404  404  404  404  422  404  404  404
registry:platform_profile_use      profile.any        POST    in  404  404  404  404  302  404  404  404
registry:platform_detail           platform.ready     GET     in  404  404  404  404  200  404  404  404
registry:platform_detail           platform.done      GET     in  404  404  404  404  200  404  404  404
registry:platform_progress         platform.ready     GET     in  404  404  404  404  286  404  404  404
registry:platform_columns          platform.unmapped  GET     in  404  404  404  404  200  404  404  404
registry:platform_columns          platform.unmapped  POST    in  404  404  404  404  422  404  404  404
registry:platform_columns          platform.done      GET     in  404  404  404  404  302  404  404  404
registry:platform_check            platform.ready     POST    in  404  404  404  404  302  404  404  404
registry:platform_confirm          platform.ready     GET     in  404  404  404  404  302  404  404  404
registry:platform_confirm          platform.ready     POST    in  404  404  404  404  302  404  404  404
registry:platform_abandon          platform.ready     POST    in  404  404  404  404  302  404  404  404
registry:platform_reverse          platform.done      GET     in  404  404  404  404  200  404  404  404
registry:platform_reverse          platform.done      POST    in  404  404  404  404  302  404  404  404
registry:platform_rows             platform.ready     GET     in  404  404  404  404  200  404  404  404
registry:platform_rows_export      platform.ready     GET     in  404  404  404  404  200  404  404  404
registry:platform_results          platform.done      GET     in  404  404  404  404  200  404  404  404
registry:platform_results_export   platform.done      GET     in  404  404  404  404  200  404  404  404
registry:platform_result_reverse   result.own         GET     in  404  404  404  404  200  404  404  404
registry:platform_result_reverse   result.own         POST    in  404  404  404  404  302  404  404  404
registry:platform_result_reverse   result.other       GET     in  404  404  404  404  200  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {
    "registry:platform_profile": {"name": ""},
    "registry:platform_profile_use": {"active": "0"},
    "registry:platform_columns": {"name": ""},
    "registry:platform_reverse": {"reason": "平台来函"},
    "registry:platform_result_reverse": {"reason": "代学"},
}


def add_platforms(world: World) -> None:
    """The objects of the lines above; the course of `course.any` is on the year's list."""
    city, people = world.users["city"], world.people
    assert city is not None
    done = imported(city, [row(people[name]) for name in ("own", "other_region")])
    ready = checked(city, [row(people["own"], LABELLED)])
    unmapped = uploaded(
        city, [[*row(people["own"], SAFETY), ""]], headings=("姓名", "身份证号", "课程名称", "完成日期")
    )
    for name, found in {"done": done, "ready": ready, "unmapped": unmapped}.items():
        world.objects[f"platform.{name}"] = {"pk": found.pk}
    world.objects["profile.any"] = {"pk": ImportProfile.objects.get().pk}
    for name, person in {"own": "own", "other": "other_region"}.items():
        result = PlatformResult.objects.get(practitioner=people[person])
        world.objects[f"result.{name}"] = {"pk": result.pk}


def absent() -> dict[str, dict[str, Any]]:
    """Objects that are not there."""
    return {f"{name}.absent": {"pk": NOWHERE} for name in ("platform", "profile", "result")}
