"""Signing up as somebody a roster brought in: joined by name, phone and code, or by the unit or an office."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.crypto import blind_index
from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import Region, User
from office.audit.models import Event
from office.messages.models import Delivery, Message
from registry.commands.joining import join_accept, join_code_confirm, join_code_send, join_decline, join_withdraw
from registry.models import JoinRequest, LinkState, Practitioner
from registry.states import JOIN_MOVES, JoinState
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.rosters import confirm_phone, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sms")]
REASON = "与名册不是同一人"


def test_name_and_phone_and_code_join_at_once(client: Client, rostered: Practitioner) -> None:
    join = sign_up(client)
    assert client.get("/claims/").status_code == 404  # nothing of the person is seen before
    assert "注册待核对" in client.get("/").content.decode()
    assert confirm_phone(client).headers["Location"] == "/"
    rostered.refresh_from_db()
    join.refresh_from_db()
    assert (rostered.user, join.state, join.decided_by) == (join.user, JoinState.JOINED, join.user)
    assert (rostered.specialty, rostered.title, rostered.title_level) == ("structure", "工程师", "middle")
    assert rostered.link_state == LinkState.CONFIRMED  # without another unit named, the roster's stays
    assert client.get("/claims/").status_code == 200
    assert Message.objects.filter(recipient=join.user, kind="unit.joined").count() == 1
    assert client.get("/sign-up/check/").status_code == 404


@pytest.mark.parametrize(
    "changes", [{"name": "陈海升"}, {"phone": "13905800002"}, {"name": "陈海升", "phone": "13905800002"}]
)
def test_without_both_fitting_a_code_confirms_the_phone_alone(
    client: Client, rostered: Practitioner, changes: dict[str, str]
) -> None:
    join = sign_up(client, **changes)
    assert confirm_phone(client).headers["Location"] == "/sign-up/check/"
    rostered.refresh_from_db()
    join.refresh_from_db()
    assert (rostered.user, join.state) == (None, JoinState.PENDING)
    assert join.phone_confirmed_at is not None
    assert client.get("/claims/").status_code == 404


MAY: dict[str, Callable[[Practitioner], User]] = {
    "the unit's administrator": lambda p: AppointmentFactory(employer_admin=True, organisation=p.organisation).user,
    "the county": lambda _: AppointmentFactory().user,
    "city office": lambda _: AppointmentFactory(city=True).user,
}
MAY_NOT: dict[str, Callable[[Practitioner], User]] = {
    "another unit's administrator": lambda _: AppointmentFactory(employer_admin=True).user,
    "another county": lambda _: AppointmentFactory(region=region("putuo")).user,
    "system administrator": lambda _: AppointmentFactory(sysadmin=True).user,
    "the one who signed up": lambda _: JoinRequest.objects.get().user,
    "the one who signed up, being the county": lambda _: AppointmentFactory(user=JoinRequest.objects.get().user).user,
}


@pytest.mark.parametrize("who", MAY)
def test_whoever_keeps_the_person_joins_them(client: Client, rostered: Practitioner, who: str) -> None:
    join = sign_up(client, name="陈海升", phone="13905800002")
    actor = MAY[who](rostered)
    for _ in range(2):
        assert join_accept(actor=actor, join=join).state == JoinState.JOINED
    rostered.refresh_from_db()
    assert (rostered.user, rostered.name, rostered.name_sort) == (join.user, "陈海升", "chen hai sheng")
    assert (rostered.phone, bytes(rostered.phone_hash)) == ("13905800002", blind_index("phone", "13905800002"))
    assert Event.objects.filter(action="join.accept", actor=actor).count() == 1


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_decides(client: Client, rostered: Practitioner, who: str) -> None:
    join = sign_up(client)
    actor = User.objects.get(pk=MAY_NOT[who](rostered).pk)
    for call in (
        lambda: join_accept(actor=actor, join=join),
        lambda: join_decline(actor=actor, join=join, reason=REASON),
    ):
        with pytest.raises(Forbidden):
            call()
    other = AppointmentFactory().user
    for call in (
        lambda: join_code_send(actor=other, join=join),
        lambda: join_code_confirm(actor=other, join=join, code="123456"),
        lambda: join_withdraw(actor=other, join=join),
    ):
        with pytest.raises(Forbidden):
            call()
    rostered.refresh_from_db()
    assert rostered.user is None


def test_declining_closes_the_account_and_frees_its_phone(client: Client, rostered: Practitioner, county: User) -> None:
    join = sign_up(client)
    for reason in ("", "字" * 301, "打13905800001"):
        with pytest.raises(InputError):
            join_decline(actor=county, join=join, reason=reason)
    for _ in range(2):
        assert join_decline(actor=county, join=join, reason=REASON).state == JoinState.DECLINED
    user = User.objects.get(pk=join.user_id)
    assert (user.is_active, user.phone_hash, user.phone) == (False, None, "")
    assert Delivery.objects.filter(message__kind="unit.join_declined").count() == 1
    assert client.get("/").status_code == 200
    assert "_auth_user_id" not in client.session
    assert sign_up(client).user != user  # the phone is free again


def test_taking_the_sign_up_back(client: Client, rostered: Practitioner) -> None:
    join = sign_up(client)
    assert client.post("/sign-up/check/take-back/").headers["Location"] == "/sign-up/"
    join.refresh_from_db()
    assert (join.state, join.user.is_active) == (JoinState.WITHDRAWN, False)


def test_an_account_with_an_office_survives_its_sign_up(client: Client, rostered: Practitioner, county: User) -> None:
    join = sign_up(client)
    AppointmentFactory(employer_admin=True, user=join.user)
    join_decline(actor=county, join=join, reason=REASON)
    assert User.objects.get(pk=join.user_id).is_active


def test_of_two_sign_ups_for_one_person_one_is_joined(client: Client, rostered: Practitioner, county: User) -> None:
    stranger = sign_up(client, phone="13905800002")
    client.logout()
    owner = sign_up(client)
    confirm_phone(client)
    owner.refresh_from_db()
    stranger.refresh_from_db()
    assert (owner.state, stranger.state) == (JoinState.JOINED, JoinState.DECLINED)
    assert stranger.decided_by is None
    assert not User.objects.get(pk=stranger.user_id).is_active
    with pytest.raises(Conflict):
        join_accept(actor=county, join=stranger)


@pytest.mark.parametrize("start", [JoinState.JOINED, JoinState.DECLINED, JoinState.WITHDRAWN])
@pytest.mark.parametrize("to", [JoinState.JOINED, JoinState.DECLINED])
def test_what_is_settled_stays(
    client: Client, rostered: Practitioner, county: User, start: JoinState, to: JoinState
) -> None:
    commands: dict[JoinState, Callable[[JoinRequest], JoinRequest]] = {
        JoinState.JOINED: lambda join: join_accept(actor=county, join=join),
        JoinState.DECLINED: lambda join: join_decline(actor=county, join=join, reason=REASON),
        JoinState.WITHDRAWN: lambda join: join_withdraw(actor=join.user, join=join),
    }
    join = sign_up(client)
    commands[start](join)
    assert JOIN_MOVES[start] == frozenset()
    if start == to:
        assert commands[to](join).state == to
    else:
        with pytest.raises(Conflict):
            commands[to](join)


def test_another_unit_named_at_sign_up_is_asked_for(client: Client, rostered: Practitioner, county: User) -> None:
    far = OrganisationFactory(region=Region.objects.get(code="putuo"))
    join = sign_up(client, organisation=far.name, region="")
    join_accept(actor=county, join=join)
    rostered.refresh_from_db()
    assert rostered.organisation != far
    assert rostered.links.get(state="pending").organisation == far
