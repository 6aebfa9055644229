"""Two-step sign-in of staff: asked for outside the demo, set up once, passed with each sign-in, reset with a reason."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.commands.two_step import two_step_begin, two_step_confirm, two_step_reset, two_step_verify
from accounts.errors import Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from tests.clients import PortalClient
from tests.factories import PASSWORD, AppointmentFactory, UserFactory

SIGN_IN, HOME = reverse("accounts:sign_in"), reverse("home")
TWO_STEP, SET_UP, CODES = (reverse(f"accounts:two_step{part}") for part in ("", "_set_up", "_codes"))
QUEUE = reverse("registry:review_queue")
pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> User:
    return AppointmentFactory(user=UserFactory(username="dinghai")).user


@pytest.fixture
def browser(county: User) -> Client:
    """A browser in which the county bureau gave name and password, and nothing more."""
    client = Client()
    assert client.post(SIGN_IN, {"username": "dinghai", "password": PASSWORD}).status_code == 302
    return client


def code_of(user: User, drift: int = 0) -> str:
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, drift=drift):06d}"


def set_up(user: User) -> list[str]:
    two_step_begin(actor=user)
    return two_step_confirm(actor=user, code=code_of(user, drift=-1))[1]


@pytest.mark.parametrize("address", [QUEUE, reverse("compliance:annual_list"), reverse("jobs:list"), CODES])
def test_before_the_second_step_no_page_of_staff_opens(browser: Client, address: str) -> None:
    response = browser.get(address)
    assert response.status_code == 302
    assert response.url.startswith(TWO_STEP)


def test_who_holds_no_staff_role_is_not_asked(client: Client) -> None:
    client.post(SIGN_IN, {"username": AppointmentFactory(employer_admin=True).user.username, "password": PASSWORD})
    assert client.get(HOME).status_code == 200


def test_in_the_demo_staff_get_in_without(browser: Client, settings: Any) -> None:
    settings.STAFF_TWO_STEP = False
    assert browser.get(QUEUE).status_code == 200


def test_setting_up_shows_the_recovery_codes_once_and_lets_in(browser: Client, county: User) -> None:
    assert browser.get(TWO_STEP).url == SET_UP
    page = browser.get(SET_UP)
    key = re.search(r'<code class="totp-key">([A-Z2-7 ]+)</code>', page.content.decode())
    assert key
    assert 'src="data:image/svg+xml' in page.content.decode()
    before = browser.cookies["portal_session"].value
    done = browser.post(SET_UP, {"code": code_of(county)})
    codes = re.findall(r"<li><code>([A-Z0-9-]{11})</code></li>", done.content.decode())
    assert len(set(codes)) == 10
    assert browser.cookies["portal_session"].value != before
    assert not StaticToken.objects.filter(token__in=[code.replace("-", "") for code in codes]).exists()
    assert browser.get(QUEUE).status_code == 200
    assert codes[0] not in browser.get(CODES).content.decode()
    assert Event.objects.filter(action="two_step.turn_on", actor=county).count() == 1


def test_a_reload_while_setting_up_keeps_the_key(browser: Client, county: User) -> None:
    browser.get(SET_UP)
    first = TOTPDevice.objects.get(user=county).key
    browser.get(SET_UP)
    assert TOTPDevice.objects.get(user=county).key == first


@pytest.mark.parametrize("code", ["000000", "", "abc", "1234567", "１２３４５６"])
def test_a_wrong_first_code_says_so_and_changes_nothing(browser: Client, county: User, code: str) -> None:
    browser.get(SET_UP)
    response = browser.post(SET_UP, {"code": code})
    assert response.status_code == 422
    assert "验证码" in response.content.decode()
    assert not TOTPDevice.objects.get(user=county).confirmed


def test_a_code_leads_on_to_the_page_that_was_asked_for(browser: Client, county: User) -> None:
    set_up(county)
    address = browser.get(QUEUE).url
    assert browser.post(address, {"code": code_of(county)}).url == QUEUE
    assert browser.get(QUEUE).status_code == 200


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_a_code_leads_nowhere_else(browser: Client, county: User, target: str) -> None:
    set_up(county)
    assert browser.post(f"{TWO_STEP}?next={target}", {"code": code_of(county)}).url == HOME


def test_a_code_and_a_recovery_code_work_once(county: User) -> None:
    recovery = set_up(county)[0]
    for given in (code_of(county), f" {recovery.lower()} "):
        two_step_verify(actor=county, code=given)
        with pytest.raises(InputError):
            two_step_verify(actor=county, code=given)
    assert Event.objects.filter(action="two_step.pass").count() == 2


def test_guessing_is_slowed_down_though_each_guess_failed(county: User) -> None:
    set_up(county)
    with pytest.raises(InputError, match="不正确"):
        two_step_verify(actor=county, code="000000")
    with pytest.raises(InputError) as second:
        two_step_verify(actor=county, code=code_of(county))
    assert second.value.code == "code_too_soon"


def test_another_person_s_recovery_code_is_worth_nothing(county: User) -> None:
    other = AppointmentFactory(city=True).user
    codes = set_up(other)
    set_up(county)
    with pytest.raises(InputError):
        two_step_verify(actor=county, code=codes[0])


def test_new_recovery_codes_replace_the_old(client: PortalClient, county: User) -> None:
    old = set_up(county)
    client.force_login(county)
    fresh = re.findall(r"<li><code>([A-Z0-9-]{11})</code></li>", client.post(CODES).content.decode())
    assert len(fresh) == 10
    with pytest.raises(InputError):
        two_step_verify(actor=county, code=old[0])


def test_the_administrator_resets_it_for_a_reason_but_not_for_themselves(county: User) -> None:
    set_up(county)
    admin = AppointmentFactory(sysadmin=True).user
    for actor, user in ((county, county), (admin, admin)):
        with pytest.raises(Forbidden):
            two_step_reset(actor=actor, user=user, reason="手机丢失")
    with pytest.raises(InputError):
        two_step_reset(actor=admin, user=county, reason=" ")
    two_step_reset(actor=admin, user=county, reason="手机丢失")
    assert not TOTPDevice.objects.filter(user=county).exists()
    assert Event.objects.get(action="two_step.reset").reason == "手机丢失"


def test_the_server_s_console_resets_it_too(county: User) -> None:
    set_up(county)
    call_command("two_step_reset", "dinghai", reason="手机丢失")
    assert not TOTPDevice.objects.filter(user=county).exists()
    with pytest.raises(CommandError):
        call_command("two_step_reset", "nobody", reason="手机丢失")
