"""Sign-in by user name or phone, sign-out, sessions, and what the pages of a signed-in user promise."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import LAST_SEEN, polled
from accounts.models import User
from tests.clients import pass_second_step
from tests.factories import PASSWORD, AppointmentFactory, UserFactory

SIGN_IN = reverse("accounts:sign_in")
ACCOUNT = reverse("accounts:account")
PHONE = "13900001111"
pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory(username="engineer", phone=PHONE)


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra):
    return client.post(SIGN_IN, {"username": username, "password": password}, **extra)


@pytest.mark.parametrize(
    "name",
    [
        "engineer",
        "Engineer",
        " engineer ",
        "ｅｎｇｉｎｅｅｒ",
        PHONE,
        "139 0000 1111",
        "+8613900001111",
        "１３９００００１１１１",
    ],
)
def test_user_name_and_phone_in_any_spelling_sign_in(client: Client, user: User, name: str) -> None:
    response = sign_in(client, name)
    assert (response.status_code, response.url) == (302, reverse("home"))
    assert client.session[SESSION_KEY] == str(user.pk)


@pytest.mark.parametrize(
    ("name", "password"),
    [("engineer", "wrong"), ("nobody", PASSWORD), (PHONE, "wrong"), ("13900009999", PASSWORD), ("", PASSWORD)],
)
def test_a_refusal_does_not_say_which_part_was_wrong(client: Client, user: User, name: str, password: str) -> None:
    response = sign_in(client, name, password)
    assert response.status_code == 200
    assert SESSION_KEY not in client.session
    expected = "用户名（手机号码）或密码不正确" if name else "请填写用户名或手机号码。"
    assert expected in response.content.decode()


@pytest.mark.parametrize("name", ["engi\x00neer", "\x00", "x" * 5000])
def test_odd_names_are_refused_not_broken(client: Client, user: User, name: str) -> None:
    assert sign_in(client, name).status_code == 200
    assert SESSION_KEY not in client.session


def test_a_closed_account_does_not_sign_in_and_an_open_session_ends(client: Client, user: User) -> None:
    sign_in(client, "engineer")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(ACCOUNT).status_code == 302
    assert sign_in(Client(), "engineer").status_code == 200
    assert client.get(ACCOUNT).status_code == 302


def test_the_session_gets_a_new_id_at_sign_in(client: Client, user: User) -> None:
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["portal_session"] = session.session_key
    sign_in(client, "engineer")
    assert client.session.session_key != session.session_key
    assert not type(session)(session.session_key).exists(session.session_key)


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (ACCOUNT, ACCOUNT),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("/\\evil.example", None),
        ("javascript:alert(1)", None),
    ],
)
def test_next_leads_nowhere_else(client: Client, user: User, wanted: str, given: str | None) -> None:
    response = client.post(f"{SIGN_IN}?next={wanted}", {"username": "engineer", "password": PASSWORD})
    assert response.url == (given or reverse("home"))


def test_sign_out_is_a_post_and_ends_the_session(client: Client, user: User) -> None:
    sign_in(client, "engineer")
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert client.post(reverse("accounts:sign_out")).status_code == 302
    assert SESSION_KEY not in client.session


def test_a_page_asks_a_visitor_to_sign_in(client: Client) -> None:
    response = client.get(ACCOUNT)
    assert (response.status_code, response.url) == (302, f"{SIGN_IN}?next={ACCOUNT}")


def test_who_is_signed_in_is_not_asked_again(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get(SIGN_IN).url == reverse("home")


def test_the_account_page_masks_the_phone_and_is_kept_by_no_cache(client: Client, user: User) -> None:
    AppointmentFactory(user=user)
    client.force_login(user)
    response = client.get(ACCOUNT)
    text = response.content.decode()
    assert "139****1111" in text
    assert PHONE not in text
    assert "县（区）住建局" in text
    assert "定海区" in text
    assert response["Cache-Control"] == "no-store, private"


def test_the_sign_in_form_tells_browsers_what_to_fill_in(client: Client) -> None:
    text = client.get(SIGN_IN).content.decode()
    assert 'autocomplete="username"' in text
    assert 'autocomplete="current-password"' in text


def test_no_phone_in_a_log_line_when_signing_in(client: Client, user: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in (PHONE, "139 0000 1111", "13900002222"):
        sign_in(client, name, "wrong")
    sign_in(client, PHONE)
    text = "\n".join(record.getMessage() for record in caplog.records)
    assert "AXES" in text
    assert not [secret for secret in (PHONE, "0000 1111", "13900002222", PASSWORD) if secret in text]


@pytest.mark.parametrize(("staff", "minutes"), [(True, 30), (False, 120)])
def test_the_idle_limit_ends_a_session(client: Client, user: User, staff: bool, minutes: int) -> None:
    if staff:
        AppointmentFactory(user=user)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        sign_in(client, "engineer")
        pass_second_step(client, user)
        clock.shift(timedelta(minutes=minutes))
        assert client.get(ACCOUNT).status_code == 200  # and the limit counts from here
        clock.shift(timedelta(minutes=minutes))
        assert client.get(ACCOUNT).status_code == 200
        clock.shift(timedelta(minutes=minutes, seconds=1))
        assert client.get(ACCOUNT).status_code == 302
        assert SESSION_KEY not in client.session
        assert f"您已超过{minutes}分钟没有操作" in client.get(SIGN_IN).content.decode()


def test_the_idle_limit_counts_from_the_sign_in_itself(client: Client, user: User) -> None:
    sign_in(client, "engineer")
    assert LAST_SEEN in client.session


def test_a_polled_view_keeps_no_session_alive(client: Client, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    view = client.get(SIGN_IN).resolver_match.func
    monkeypatch.setattr(view, "polled", True, raising=False)
    assert polled(lambda request: None).polled  # what the decorator does
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client, "engineer")
        for _ in range(13):
            clock.shift(timedelta(minutes=10))
            client.get(SIGN_IN)
        assert SESSION_KEY not in client.session
