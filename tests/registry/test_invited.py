"""What an invited person meets: the link, the code, signing up or accepting; confirmed at once, or waiting."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.models import Organisation, User
from office.audit.models import Event
from office.messages.models import Delivery, Message
from registry.commands.invitations import Sent, invitation_resend, invitation_withdraw
from registry.commands.invited import WRONG_LINKS, invitation_accept
from registry.models import Invitation, JoinRequest, LinkState, Practitioner, UnitLink
from registry.states import InvitationState, UnitLinkState
from tests.factories import PASSWORD, OrganisationFactory, UserFactory, region
from tests.registry.invitations import ACCEPT, CODE, CONFIRM, PAGE, SIGN_UP, invited, opened, prove
from tests.registry.people import PractitionerFactory
from tests.registry.rosters import NAME, PHONE
from tests.registry.test_sign_up import form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sms")]


@pytest.fixture
def sent() -> Sent:
    """陈海生 invited by a unit in 普陀."""
    return invited(OrganisationFactory(region=region("putuo")))


def sign_up(client: Client, **changes: str) -> Practitioner:
    """Sign up by the invitation opened in this browser."""
    given = {key: value for key, value in form(**changes).items() if key not in ("organisation", "region")}
    assert client.post(SIGN_UP, given).headers["Location"] == "/"
    return Practitioner.objects.latest("pk")


def holder(name: str = NAME, phone: str = PHONE, **more: object) -> Practitioner:
    """Somebody with an account of this name and phone."""
    return PractitionerFactory(name=name, user=UserFactory(phone=phone), **more)


def test_who_proves_the_phone_and_has_the_name_is_of_the_unit_at_once(client: Client, sent: Sent) -> None:
    unit = sent.invitation.organisation
    page = opened(client, sent)
    assert page.redirect_chain == [(PAGE, 302)]
    assert unit.name in page.content.decode()
    assert prove(client).headers["Location"] == PAGE
    person = sign_up(client, phone="13905800009")  # the phone is the invited one, whatever the form says
    assert (person.organisation, person.link_state, person.region.code) == (unit, LinkState.CONFIRMED, "putuo")
    assert (person.phone, person.user.phone) == (PHONE, PHONE)
    link = person.links.get()
    assert (link.state, link.started_on) == (UnitLinkState.CONFIRMED, date(2021, 9, 1))
    assert link.decided_by == sent.invitation.invited_by
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.user, invitation.link) == (InvitationState.ACCEPTED, person.user, link)
    assert (invitation.phone, bytes(invitation.data_key)) == ("", b"")
    assert Event.objects.filter(action="practitioner.link_invited", actor=person.user).count() == 1
    assert Message.objects.filter(recipient=person.user, kind="unit.link_confirmed").count() == 1
    assert client.get("/my-unit/").status_code == 200


UNPROVEN: dict[str, tuple[dict[str, str], bool]] = {
    "no code": ({}, False),
    "another name": ({"name": "陈海升"}, True),
    "neither": ({"name": "陈海升"}, False),
}


@pytest.mark.parametrize("case", UNPROVEN)
def test_otherwise_the_link_waits_for_the_unit(client: Client, sent: Sent, case: str) -> None:
    changes, code = UNPROVEN[case]
    opened(client, sent)
    if code:
        prove(client)
    person = sign_up(client, **changes)
    assert (person.organisation, person.link_state) == (sent.invitation.organisation, LinkState.PENDING)
    assert Invitation.objects.get().state == InvitationState.ACCEPTED
    assert "由单位或属地住建部门确认" in client.get("/my-unit/").content.decode()


@pytest.mark.parametrize("gone", ["used", "withdrawn", "expired", "sent anew", "unit closed", "never was"])
def test_a_link_that_works_no_more_says_the_same_whatever_became_of_it(client: Client, sent: Sent, gone: str) -> None:
    path, later = sent.path, timezone.now()
    if gone == "used":
        other = Client()
        opened(other, sent)
        sign_up(other)
    elif gone == "withdrawn":
        invitation_withdraw(actor=sent.invitation.invited_by, invitation=sent.invitation)
    elif gone == "expired":
        later += timedelta(days=14)
    elif gone == "sent anew":
        with time_machine.travel("2021-09-01T11:00:00+08:00", tick=False):
            invitation_resend(actor=sent.invitation.invited_by, invitation=sent.invitation)
    elif gone == "unit closed":
        Organisation.objects.update(is_active=False)
    else:
        path = "/i/AAAAAAAAAAAAAAAAAAAAAA/"
    with time_machine.travel(later, tick=False):
        pages = [client.get(path), Client().get("/i/x/")]
        assert [page.status_code for page in pages] == [404, 404]
        assert pages[0].content == pages[1].content
        assert sent.invitation.organisation.name not in pages[0].content.decode()
        assert client.get(PAGE).status_code == client.get(SIGN_UP).status_code == 404
        assert client.post(CODE).status_code == client.post(CONFIRM, {"code": "1"}).status_code == 404


def test_a_link_that_is_withdrawn_while_somebody_reads_does_nothing(client: Client, sent: Sent) -> None:
    opened(client, sent)
    prove(client)
    invitation_withdraw(actor=sent.invitation.invited_by, invitation=sent.invitation)
    response = client.post(SIGN_UP, form())
    assert (response.status_code, Practitioner.objects.count()) == (404, 0)


def test_the_pages_tell_nothing_of_the_person_and_the_address_nothing_of_the_secret(client: Client, sent: Sent) -> None:
    holder()  # whether the phone has an account shows nowhere
    pages = [opened(client, sent), client.post(CODE, follow=True), client.get(SIGN_UP)]
    for page in pages:
        text = page.content.decode()
        assert not any(told in text for told in (NAME, PHONE, PHONE[:3] + "****", PHONE[-4:], sent.token))
    assert bytes(sent.invitation.token_hash) != sent.token.encode()
    assert not Event.objects.filter(data__icontains=sent.token).exists()


def test_opening_the_link_uses_nothing_up(client: Client, sent: Sent) -> None:
    for _ in range(3):  # a chat program looks at it first
        assert Client().get(sent.path).status_code == 302
    assert opened(client, sent).status_code == 200


def test_a_wrong_code_is_counted_and_confirms_nothing(client: Client, sent: Sent) -> None:
    opened(client, sent)
    client.post(CODE)
    for _ in range(5):
        response = client.post(CONFIRM, {"code": "x"})
        assert response.status_code == 422
    client.post(CONFIRM, {"code": "x"})
    assert Invitation.objects.get().proof_hash is None
    assert sign_up(client).link_state == LinkState.PENDING


def test_a_proof_of_another_browser_or_invitation_proves_nothing(client: Client, sent: Sent) -> None:
    thief, other = Client(), invited(OrganisationFactory(), phone="13905800007")
    opened(client, sent)
    prove(client)
    opened(thief, sent)  # has the link, not the phone
    assert "手机号码已确认" not in thief.get(PAGE).content.decode()
    proof = client.session["invitation_proof"]
    person = holder()
    link = invitation_accept(actor=person.user, practitioner=person, invitation=other.invitation, proof=proof)
    assert link.state == UnitLinkState.PENDING


def test_somebody_of_another_unit_is_told_and_moves(client: Client, sent: Sent) -> None:
    person = holder()
    old, new = person.organisation, sent.invitation.organisation
    opened(client, sent)
    assert client.get(f"/accounts/sign-in/?next={PAGE}").status_code == 200
    client.force_login(person.user, backend="accounts.backends.PhoneOrUsernameBackend")
    page = opened(client, sent).content.decode()
    assert f"现在的单位：{old.name}" in page
    assert "您与原单位的关系终止" in page
    prove(client)
    assert client.post(ACCEPT).headers["Location"] == "/my-unit/"
    person.refresh_from_db()
    assert (person.organisation, person.link_state, person.region.code) == (new, LinkState.CONFIRMED, "putuo")
    states = dict(UnitLink.objects.filter(practitioner=person).values_list("organisation", "state"))
    assert states == {old.pk: UnitLinkState.ENDED, new.pk: UnitLinkState.CONFIRMED}
    assert client.post(ACCEPT).status_code == 404  # once


def test_the_invitation_survives_the_sign_in(client: Client, sent: Sent) -> None:
    person = holder()
    opened(client, sent)
    prove(client)
    signed_in = client.post(
        f"/accounts/sign-in/?next={PAGE}", {"username": person.user.username, "password": PASSWORD, "next": PAGE}
    )
    assert signed_in.headers["Location"] == PAGE
    assert "手机号码已确认" in client.get(PAGE).content.decode()


def test_without_the_code_somebody_of_another_unit_stays_there_meanwhile(client: Client, sent: Sent) -> None:
    person = holder()
    client.force_login(person.user, backend="accounts.backends.PhoneOrUsernameBackend")
    opened(client, sent)
    client.post(ACCEPT)
    old = person.organisation
    person.refresh_from_db()
    assert (person.organisation, person.link_state) == (old, LinkState.CONFIRMED)
    assert person.links.get(state=UnitLinkState.PENDING).organisation == sent.invitation.organisation


def test_somebody_already_of_the_unit_settles_the_invitation_and_nothing_else(client: Client, sent: Sent) -> None:
    person = holder(organisation=sent.invitation.organisation)
    client.force_login(person.user, backend="accounts.backends.PhoneOrUsernameBackend")
    assert "已是" in opened(client, sent).content.decode()
    client.post(ACCEPT)
    assert Invitation.objects.get().link == person.links.get()


def test_who_is_no_practitioner_is_told_so(client: Client, sent: Sent) -> None:
    client.force_login(UserFactory(), backend="accounts.backends.PhoneOrUsernameBackend")
    assert "不是专业技术人员账号" in opened(client, sent).content.decode()
    assert client.post(ACCEPT).status_code == 404


ROSTERED: dict[str, tuple[dict[str, str], bool, bool]] = {
    "with name and phone": ({}, True, True),
    "without the code": ({}, False, False),
    "under another name": ({"name": "陈海升"}, True, False),
}


@pytest.mark.parametrize("case", ROSTERED)
def test_somebody_whom_a_roster_brought_in_is_joined_by_the_same_code(
    client: Client, sent: Sent, rostered: Practitioner, case: str
) -> None:
    changes, code, joined = ROSTERED[case]
    opened(client, sent)
    if code:
        prove(client)
    given = {key: value for key, value in form(**changes).items() if key not in ("organisation", "region")}
    assert client.post(SIGN_UP, given).headers["Location"] == "/"
    rostered.refresh_from_db()
    assert (rostered.user is not None) is joined
    unit = sent.invitation.organisation if joined else OrganisationFactory()
    assert (rostered.organisation == unit) is joined
    join = JoinRequest.objects.get()
    assert join.organisation == sent.invitation.organisation
    assert Invitation.objects.get().state == InvitationState.ACCEPTED


def test_without_sms_the_page_says_so_and_the_link_waits(client: Client, sent: Sent, settings: Any) -> None:
    settings.SMS_BACKEND = ""
    assert "尚未开通短信" in opened(client, sent).content.decode()
    assert "尚未开通短信" in client.post(CODE, follow=True).content.decode()
    assert sign_up(client).link_state == LinkState.PENDING


def test_a_phone_that_has_an_account_is_told_only_to_who_proved_it(client: Client, sent: Sent) -> None:
    holder()
    User.objects.filter(practitioner__name=NAME).update(phone_hash=blind_index("phone", PHONE))
    opened(client, sent)
    prove(client)
    response = client.post(SIGN_UP, form())
    assert response.status_code == 422
    assert "该手机号码已注册，请直接登录" in response.content.decode()


def test_trying_out_links_is_stopped_for_that_address_for_a_while(client: Client, sent: Sent) -> None:
    for n in range(WRONG_LINKS):
        assert client.get(f"/i/wrong{n}/").status_code == 404
    stopped = client.get(sent.path)
    assert stopped.status_code == 429
    assert "15分钟后再试" in stopped.content.decode()
    assert client.get(sent.path, REMOTE_ADDR="192.0.2.7").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert client.get(sent.path).status_code == 302


def test_codes_are_limited_by_address_too(client: Client, settings: Any) -> None:
    settings.CODES_PER_ADDRESS = 3
    for n in range(4):
        opened(client, invited(phone=f"1390580100{n}"))
        page = client.post(CODE, follow=True).content.decode()
        assert ("操作过于频繁" in page) is (n == 3)
    assert Delivery.objects.filter(kind="phone_code").count() == 3


def test_a_used_invitation_is_refused_by_the_command_too(sent: Sent) -> None:
    person, second = holder(), holder("林海", "13905800003")
    invitation_accept(actor=person.user, practitioner=person, invitation=sent.invitation)
    with pytest.raises(InputError) as refusal:
        invitation_accept(actor=second.user, practitioner=second, invitation=sent.invitation)
    assert refusal.value.code == "invitation_gone"
    assert not second.links.exclude(organisation=second.organisation).exists()
