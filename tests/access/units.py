"""The part of the access matrix that is about units: its lines, its forms, and the objects they name.

`unit.own` is unit A in 定海, `unit.other_unit` another one there, `unit.other_region` one in 普陀; papers, applications
and sign-ups to be checked are named alike. The engineer of the matrix has applied for the unit of `application.own`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.models import Organisation
from registry.commands.invitations import Sent, invitation_withdraw, people_invite
from registry.commands.invitees import Invitee
from registry.models import JoinRequest
from tests.factories import AppointmentFactory, UserFactory, make_phone, region
from tests.registry.people import PractitionerFactory
from tests.units.made import REASON, applied, filed, form, qualified, visitor
from units.commands.applications import application_return
from units.models import Bureau

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
registry:own_unit          -                      GET      in  200  404  404  404  404  404  404  404
registry:own_unit_ask      -                      POST     in  422  404  404  404  404  404  404  404
registry:own_unit_withdraw -                      POST     in  302  404  404  404  404  404  404  404
registry:own_unit_leave    -                      POST     in  422  404  404  404  404  404  404  404
registry:join              -                      GET      in  404  404  404  404  404  404  404  404
registry:join_code         -                      POST     in  404  404  404  404  404  404  404  404
registry:join_confirm      -                      POST     in  404  404  404  404  404  404  404  404
registry:join_take_back    -                      POST     in  404  404  404  404  404  404  404  404

units:list                 -                      GET      in  404  404  404  200  200  404  404  404
units:export               -                      GET      in  404  404  404  200  200  404  404  404
units:own                  -                      GET      in  404  302  302  404  404  404  404  404
units:apply                -                      GET     200  200  200  200  200  200  200  200  200
units:apply                -                      POST    302  302  302  302  302  302  302  302  302
units:application_list     -                      GET      in  404  404  404  200  200  404  404  404
units:application_detail   application.own        GET      in  200  404  404  200  200  404  404  404
units:application_detail   application.other      GET      in  404  404  404  200  200  404  404  404
units:application_detail   application.far        GET      in  404  404  404  404  200  404  404  404
units:application_edit     application.own        GET      in  200  404  404  404  404  404  404  404
units:application_edit     application.own        POST     in  302  404  404  404  404  404  404  404
units:application_edit     application.other      GET      in  404  404  404  404  404  404  404  404
units:application_edit     application.far        POST     in  404  404  404  404  404  404  404  404
units:application_withdraw application.own        POST     in  302  404  404  404  404  404  404  404
units:application_withdraw application.other      POST     in  404  404  404  404  404  404  404  404
units:application_decide   application.other      POST     in  404  404  404  302  302  404  404  404
units:application_decide   application.far        POST     in  404  404  404  404  302  404  404  404
units:people               -                      GET      in  404  200  404  200  200  404  404  404
units:people_export        -                      GET      in  404  200  404  200  200  404  404  404
units:people_year          -                      GET      in  404  200  404  302  302  404  404  404
units:people_year_export   -                      GET      in  404  200  404  302  302  404  404  404
units:people_year_remind   -                      POST     in  404  302  404  302  302  404  404  404
units:invitations          -                      GET      in  404  200  404  404  404  404  404  404
units:invitation_export    -                      GET      in  404  200  404  404  404  404  404  404
units:invitation_new       -                      GET      in  404  200  404  404  404  404  404  404
units:invitation_new       -                      POST     in  404  200  404  404  404  404  404  404
units:invitation_blank_file -                     GET      in  404  200  404  404  404  404  404  404
units:invitation_resend    invitation.own         POST     in  404  302  404  404  404  404  404  404
units:invitation_resend    invitation.other_unit  POST     in  404  404  404  404  404  404  404  404
units:invitation_resend    invitation.other_region POST    in  404  404  404  404  404  404  404  404
units:invitation_withdraw  invitation.own         POST     in  404  302  404  404  404  404  404  404
units:invitation_withdraw  invitation.other_unit  POST     in  404  404  404  404  404  404  404  404
units:invitation_withdraw  invitation.other_region POST    in  404  404  404  404  404  404  404  404
registry:invitation_open   secret.good            GET     302  302  302  302  302  302  302  302  302
registry:invitation_open   secret.used            GET     404  404  404  404  404  404  404  404  404
registry:invitation        -                      GET     404  404  404  404  404  404  404  404  404
registry:invitation_code   -                      POST    404  404  404  404  404  404  404  404  404
registry:invitation_confirm -                     POST    404  404  404  404  404  404  404  404  404
registry:invitation_accept -                      POST     in  404  404  404  404  404  404  404  404
registry:invitation_sign_up -                     GET     404  302  302  302  302  302  302  302  302
registry:invitation_sign_up -                     POST    404  302  302  302  302  302  302  302  302
units:people_decide        -                      POST     in  404  302  404  302  302  404  404  404
units:join_list            -                      GET      in  404  200  404  200  200  404  404  404
units:join_detail          join.own               GET      in  404  200  404  200  200  404  404  404
units:join_detail          join.other_unit        GET      in  404  404  404  200  200  404  404  404
units:join_detail          join.other_region      GET      in  404  404  404  404  200  404  404  404
units:join_decide          join.own               POST     in  404  302  404  302  302  404  404  404
units:join_decide          join.other_region      POST     in  404  404  404  404  302  404  404  404
units:qualifications_waiting -                    GET      in  404  404  404  200  200  404  404  404
units:detail               unit.own               GET      in  404  200  200  200  200  404  404  404
units:detail               unit.other_unit        GET      in  404  404  404  200  200  404  404  404
units:detail               unit.other_region      GET      in  404  404  404  404  200  404  404  404
units:edit                 unit.own               GET      in  404  404  404  200  200  404  404  404
units:edit                 unit.own               POST     in  404  404  404  302  302  404  404  404
units:edit                 unit.other_region      GET      in  404  404  404  404  200  404  404  404
units:edit                 unit.other_region      POST     in  404  404  404  404  302  404  404  404
units:close                unit.own               GET      in  404  404  404  200  200  404  404  404
units:close                unit.own               POST     in  404  404  404  302  302  404  404  404
units:close                unit.other_region      POST     in  404  404  404  404  302  404  404  404
units:reopen               unit.own               GET      in  404  404  404  200  200  404  404  404
units:reopen               unit.own               POST     in  404  404  404  302  302  404  404  404
units:reopen               unit.other_region      POST     in  404  404  404  404  302  404  404  404
units:merge                unit.own               GET      in  404  404  404  200  200  404  404  404
units:merge                unit.own               POST     in  404  404  404  422  422  404  404  404
units:merge                unit.other_region      GET      in  404  404  404  404  200  404  404  404
units:merge                unit.other_region      POST     in  404  404  404  404  422  404  404  404
units:qualification_new    unit.own               GET      in  404  200  404  404  200  404  404  404
units:qualification_new    unit.own               POST     in  404  422  404  404  422  404  404  404
units:qualification_new    unit.other_region      GET      in  404  404  404  404  200  404  404  404
units:qualification_decide paper.own              POST     in  404  302  404  404  302  404  404  404
units:qualification_decide paper.other_region     POST     in  404  404  404  404  302  404  404  404
units:qualification_decide paper.crossed          POST     in  404  404  404  404  404  404  404  404
units:filing_new           unit.own               GET      in  404  404  404  404  200  404  404  404
units:filing_new           unit.own               POST     in  404  404  404  404  422  404  404  404
units:filing_revoke        filing.own             POST     in  404  404  404  404  302  404  404  404
units:filing_revoke        filing.crossed         POST     in  404  404  404  404  404  404  404  404
units:proof                paper.own              GET      in  404  200  200  200  200  404  404  404
units:proof                paper.other_region     GET      in  404  404  404  404  200  404  404  404
units:proof                paper.crossed          GET      in  404  404  404  404  404  404  404  404
"""
# What names a region of the database is filled in with the objects.
_APPLICATION: dict[str, Any] = {}
_CHANGE: dict[str, Any] = {}
_INVITE: dict[str, Any] = {"people": "林海 13905809001"}
FORMS: dict[str, dict[str, Any]] = {
    "units:apply": _APPLICATION,
    "units:application_edit": _APPLICATION,
    "units:application_decide": {"decision": "accept"},
    "units:people_decide": {"decision": "confirm"},
    "units:invitation_new": _INVITE,
    "units:join_decide": {"decision": "accept"},
    "units:edit": _CHANGE,
    "units:close": {"reason": REASON},
    "units:reopen": {"reason": REASON},
    "units:qualification_decide": {"decision": "revoke", "reason": REASON},
    "units:filing_revoke": {"reason": REASON},
}


def add_units(world: World) -> None:
    """The objects of the lines above, and the forms that name a region."""
    _APPLICATION.update(visitor(901))
    _CHANGE.update({**form(905), "reason": REASON})
    _INVITE["organisation"] = world.unit.pk
    office = world.users["city"]
    far = world.people["other_region"]
    units = {name: world.people[name].organisation for name in ("own", "other_unit", "other_region")}
    for name, unit in units.items():
        world.objects[f"unit.{name}"] = {"pk": unit.pk}
        _add_papers(world, name, unit)
        world.objects[f"join.{name}"] = {"pk": _join(world, unit).pk}
        world.objects[f"invitation.{name}"] = {"pk": _invite(unit, 7000 + unit.pk).invitation.pk}
    _add_secrets(world, units["own"])
    world.objects["paper.crossed"] = {**world.objects["paper.own"], "pk": far.organisation.pk}
    world.objects["filing.crossed"] = {**world.objects["filing.own"], "pk": far.organisation.pk}
    for name in ("paper.crossed", "filing.crossed"):
        world.objects[f"{name}_absent"] = {**world.objects[name], "paper_pk": NOWHERE, "proof_pk": NOWHERE}
    own = application_return(actor=office, application=applied(world.users["engi"], 902), reason=REASON)
    far_away = applied(UserFactory(), 904, region=region("putuo"))
    for name, application in {"own": own, "other": applied(UserFactory(), 903), "far": far_away}.items():
        world.objects[f"application.{name}"] = {"pk": application.pk}


def _add_papers(world: World, name: str, unit: Organisation) -> None:
    admin = AppointmentFactory(employer_admin=True, organisation=unit).user
    paper = qualified(admin, unit)
    filing = filed(world.users["city"], unit, Bureau.PERSONNEL)
    world.objects[f"paper.{name}"] = {"pk": unit.pk, "paper_pk": paper.pk, "proof_pk": paper.proof_id}
    world.objects[f"filing.{name}"] = {"pk": unit.pk, "paper_pk": filing.pk}


def _add_secrets(world: World, unit: Organisation) -> None:
    """Links of invitations: one that works, one that was taken back."""
    good, used = _invite(unit, 9101), _invite(unit, 9102)
    invitation_withdraw(actor=used.invitation.invited_by, invitation=used.invitation)
    world.objects |= {"secret.good": {"token": good.token}, "secret.used": {"token": used.token}}
    world.objects["secret.absent"] = {"token": "c0ffee-c0ffee-c0ffee-c"}


def _invite(unit: Organisation, n: int) -> Sent:
    admin = AppointmentFactory(employer_admin=True, organisation=unit).user
    return people_invite(actor=admin, organisation=unit, invitees=[Invitee("林海", make_phone(n))])[0]


def _join(world: World, unit: Organisation) -> JoinRequest:
    """Somebody signed up as a person whom a roster had brought into the unit."""
    person = PractitionerFactory(user=None, organisation=unit)
    return JoinRequest.objects.create(practitioner=person, user=UserFactory(), specialty="water", title_level="none")


def absent() -> dict[str, dict[str, Any]]:
    """Objects that are not there."""
    everything = {"pk": NOWHERE, "paper_pk": NOWHERE, "proof_pk": NOWHERE}
    return {f"{name}.absent": everything for name in ("unit", "paper", "filing", "join", "application", "invitation")}
