"""The part of the access matrix that is about group claims: its lines, its forms, and the objects they name.

`group.own` is unit A's with the engineer in it and half prepared; `group.in` unit A's before 定海's county bureau;
`group.other_unit` another unit's in 定海, `group.other_region` one in 普陀, both before their office. `evidence_pk` is
the superior's notice of each, in `group.list` the list of participants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.models import GroupClaim
from tests.registry.groups import admin_of, handed_in, prepared

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
registry:group_list        -                      GET      in  404  200  404  404  404  404  404  404
registry:group_export      -                      GET      in  404  200  404  404  404  404  404  404
registry:group_list_form   -                      GET      in  404  200  404  404  404  404  404  404
registry:group_new         -                      GET      in  404  200  404  404  404  404  404  404
registry:group_facts       activity.training      GET      in  404  200  404  404  404  404  404  404
registry:group_facts       activity.training      POST     in  404  302  404  404  404  404  404  404
registry:group_preview     -                      POST     in  404  200  404  404  404  404  404  404
registry:group_detail      group.own              GET      in  404  200  404  404  404  404  404  404
registry:group_detail      group.in               GET      in  404  200  404  404  404  404  404  404
registry:group_detail      group.other_unit       GET      in  404  404  404  404  404  404  404  404
registry:group_detail      group.other_region     GET      in  404  404  404  404  404  404  404  404
registry:group_edit        group.own              GET      in  404  200  404  404  404  404  404  404
registry:group_edit        group.own              POST     in  404  302  404  404  404  404  404  404
registry:group_edit        group.other_unit       GET      in  404  404  404  404  404  404  404  404
registry:group_edit        group.other_unit       POST     in  404  404  404  404  404  404  404  404
registry:group_files       group.own              GET      in  404  200  404  404  404  404  404  404
registry:group_files       group.own              POST     in  404  302  404  404  404  404  404  404
registry:group_files       group.other_unit       GET      in  404  404  404  404  404  404  404  404
registry:group_files       group.other_unit       POST     in  404  404  404  404  404  404  404  404
registry:group_file        group.own              GET      in  404  200  404  404  404  404  404  404
registry:group_file        group.in               GET      in  200  200  404  200  200  404  404  404
registry:group_file        group.list             GET      in  404  200  404  200  200  404  404  404
registry:group_file        group.other_unit       GET      in  404  404  404  200  200  404  404  404
registry:group_file        group.other_region     GET      in  404  404  404  404  200  404  404  404
registry:group_file        group.crossed          GET      in  404  404  404  404  404  404  404  404
registry:group_file_remove group.own              POST     in  404  302  404  404  404  404  404  404
registry:group_file_remove group.in               POST     in  404  302  404  404  404  404  404  404
registry:group_file_remove group.other_unit       POST     in  404  404  404  404  404  404  404  404
registry:group_file_assign group.own              POST     in  404  302  404  404  404  404  404  404
registry:group_file_assign group.other_unit       POST     in  404  404  404  404  404  404  404  404
registry:group_file_assign group.crossed          POST     in  404  404  404  404  404  404  404  404
registry:group_people      group.own              GET      in  404  200  404  404  404  404  404  404
registry:group_people      group.other_unit       GET      in  404  404  404  404  404  404  404  404
registry:group_people_pick group.own              POST     in  404  302  404  404  404  404  404  404
registry:group_people_pick group.other_unit       POST     in  404  404  404  404  404  404  404  404
registry:group_people_sheet group.own             POST     in  404  422  404  404  404  404  404  404
registry:group_people_sheet group.other_unit      POST     in  404  404  404  404  404  404  404  404
registry:group_certificates group.own             GET      in  404  200  404  404  404  404  404  404
registry:group_certificates group.own             POST     in  404  422  404  404  404  404  404  404
registry:group_certificates group.other_unit      GET      in  404  404  404  404  404  404  404  404
registry:group_certificates group.other_unit      POST     in  404  404  404  404  404  404  404  404
registry:group_person      group.own              GET      in  404  200  404  404  404  404  404  404
registry:group_person      group.own              POST     in  404  302  404  404  404  404  404  404
registry:group_person      group.in               GET      in  404  200  404  404  404  404  404  404
registry:group_person      group.other_unit       GET      in  404  404  404  404  404  404  404  404
registry:group_person      group.other_unit       POST     in  404  404  404  404  404  404  404  404
registry:group_person      group.crossed          GET      in  404  404  404  404  404  404  404  404
registry:group_person_submit group.in             POST     in  404  302  404  404  404  404  404  404
registry:group_person_submit group.other_unit     POST     in  404  404  404  404  404  404  404  404
registry:group_person_submit group.crossed        POST     in  404  404  404  404  404  404  404  404
registry:group_person_remove group.own            POST     in  404  302  404  404  404  404  404  404
registry:group_person_remove group.other_unit     POST     in  404  404  404  404  404  404  404  404
registry:group_person_remove group.crossed        POST     in  404  404  404  404  404  404  404  404
registry:group_person_file_remove group.own       POST     in  404  302  404  404  404  404  404  404
registry:group_person_file_remove group.other_unit POST    in  404  404  404  404  404  404  404  404
registry:group_check       group.own              GET      in  404  200  404  404  404  404  404  404
registry:group_check       group.own              POST     in  404  302  404  404  404  404  404  404
registry:group_check       group.in               GET      in  404  302  404  404  404  404  404  404
registry:group_check       group.other_unit       GET      in  404  404  404  404  404  404  404  404
registry:group_check       group.other_unit       POST     in  404  404  404  404  404  404  404  404
registry:group_withdraw    group.in               GET      in  404  200  404  404  404  404  404  404
registry:group_withdraw    group.in               POST     in  404  302  404  404  404  404  404  404
registry:group_withdraw    group.other_unit       GET      in  404  404  404  404  404  404  404  404
registry:group_withdraw    group.other_unit       POST     in  404  404  404  404  404  404  404  404
registry:review_group      group.own              GET      in  404  404  404  404  404  404  404  404
registry:review_group      group.in               GET      in  404  404  404  200  200  404  404  404
registry:review_group      group.other_unit       GET      in  404  404  404  200  200  404  404  404
registry:review_group      group.other_region     GET      in  404  404  404  404  200  404  404  404
registry:review_group_decide group.own            POST     in  404  404  404  404  404  404  404  404
registry:review_group_decide group.in             POST     in  404  404  404  302  302  404  404  404
registry:review_group_decide group.other_region   POST     in  404  404  404  404  302  404  404  404
registry:claim_detail      claim.of_group         GET      in  200  200  404  200  200  404  404  404
registry:claim_detail      claim.of_group_draft   GET      in  404  200  404  404  404  404  404  404
registry:claim_edit        claim.of_group         GET      in  404  404  404  404  404  404  404  404
registry:claim_edit        claim.of_group         POST     in  404  404  404  404  404  404  404  404
registry:claim_evidence    claim.of_group         POST     in  404  404  404  404  404  404  404  404
registry:claim_check       claim.of_group         POST     in  404  404  404  404  404  404  404  404
registry:claim_withdraw    claim.of_group         POST     in  404  404  404  404  404  404  404  404
registry:evidence_remove   claim.of_group         POST     in  404  404  404  404  404  404  404  404
registry:evidence_file     claim.of_group         GET      in  200  200  404  200  200  404  404  404
registry:review_claim      claim.of_group         GET      in  404  404  404  200  200  404  404  404
"""
_CLASS = {
    "token": "6f1c0a52-30b5-4f8a-9d8e-6f7a1f0c2b77",
    "activity": "training_class",
    "hours": "16",
    "days": "2",
    "started_on": "2021-04-06",
    "ended_on": "2021-04-07",
    "title": "全省绿色建筑专题培训",
}
FORMS: dict[str, dict[str, Any]] = {
    "registry:group_facts": _CLASS,
    "registry:group_preview": _CLASS,
    "registry:group_edit": _CLASS,
    "registry:group_files": {"token": _CLASS["token"]},
    "registry:group_person": {"token": _CLASS["token"]},
    "registry:group_check": {"declared": "on"},
    "registry:review_group_decide": {"decision": "accept"},
}


def add_groups(world: World) -> None:
    """The objects of the lines above."""
    people = world.people
    mine = world.users["empl"]
    groups = {
        "own": prepared(mine, [people["own"], people["colleague"]]),
        "in": handed_in(mine, [people["own"], people["colleague"]]),
        "other_unit": handed_in(admin_of(people["other_unit"].organisation), [people["other_unit"]]),
        "other_region": handed_in(admin_of(people["other_region"].organisation), [people["other_region"]]),
    }
    for name, group in groups.items():
        world.objects[f"group.{name}"] = _object(group)
    inside = world.objects["group.in"]
    world.objects["group.list"] = {**inside, "evidence_pk": groups["in"].evidence.get(kind="participant_list").pk}
    crossed = {name: world.objects["group.other_unit"][name] for name in ("evidence_pk", "claim_pk")}
    world.objects["group.crossed"] = {**world.objects["group.own"], **crossed}
    for name in ("list", "crossed"):
        world.objects[f"group.{name}_absent"] = {
            **world.objects[f"group.{name}"],
            "evidence_pk": NOWHERE,
            "claim_pk": NOWHERE,
        }
    world.objects["activity.training"] = {"activity": "training_class"}
    for name, group in {"of_group": groups["in"], "of_group_draft": groups["own"]}.items():
        claim = group.claims.get(practitioner=people["own"])
        world.objects[f"claim.{name}"] = {"pk": claim.pk, "evidence_pk": claim.evidence.get().pk}
    world.objects["group.absent"] = {"pk": NOWHERE, "evidence_pk": NOWHERE, "claim_pk": NOWHERE}


def _object(group: GroupClaim) -> dict[str, Any]:
    claim = group.claims.order_by("pk")[0]
    return {"pk": group.pk, "claim_pk": claim.pk, "evidence_pk": group.evidence.get(kind="superior_notice").pk}
