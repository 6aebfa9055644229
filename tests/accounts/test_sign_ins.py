"""One's own sign-ins: listed with device and time, ended one by one or all, never by somebody else."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Session, User
from accounts.own_sessions import handle
from accounts.sessions import device_of
from office.audit.models import Event
from tests.factories import PASSWORD, UserFactory

LIST, END, SIGN_IN = reverse("accounts:sign_ins"), reverse("accounts:sign_ins_end"), reverse("accounts:sign_in")
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Mobile MicroMessenger/8.0.49"
pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory(username="engineer")


def browser(agent: str, username: str = "engineer") -> Client:
    client = Client(headers={"user-agent": agent})
    assert client.post(SIGN_IN, {"username": username, "password": PASSWORD}).status_code == 302
    return client


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (EDGE, "Edge（Windows）"),
        (WECHAT, "微信（iPhone）"),
        ("", "其他浏览器（其他系统）"),
        ("curl/8", "其他浏览器（其他系统）"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox（Linux）"),
        ("<script>alert(1)</script>", "其他浏览器（其他系统）"),
    ],
)
def test_a_device_is_told_in_words(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_sign_ins_are_listed_with_their_device_and_the_present_one_marked(user: User) -> None:
    desktop = browser(EDGE)
    browser(WECHAT)
    shown = desktop.get(LIST).content.decode()
    assert shown.index("微信（iPhone）")
    assert shown.count("本次登录") == 1
    assert not re.search(Session.objects.first().session_key, shown)  # type: ignore[union-attr]


def test_one_sign_in_is_ended_and_the_others_stay(user: User) -> None:
    desktop, phone, third = browser(EDGE), browser(WECHAT), browser(EDGE)
    desktop.post(END, {"sign_in": handle(phone.session.session_key)})
    assert [client.get(LIST).status_code for client in (desktop, phone, third)] == [200, 302, 200]
    assert Event.objects.get(action="session.end").data == {"count": 1}


def test_all_others_are_ended_at_once(user: User) -> None:
    desktop, phone, third = browser(EDGE), browser(WECHAT), browser(EDGE)
    desktop.post(END)
    assert [client.get(LIST).status_code for client in (desktop, phone, third)] == [200, 302, 302]


def test_the_present_sign_in_and_those_of_others_are_not_ended_so(user: User) -> None:
    UserFactory(username="other")
    desktop, stranger = browser(EDGE), browser(EDGE, "other")
    for key in (desktop.session.session_key, stranger.session.session_key, "", "x"):
        desktop.post(END, {"sign_in": handle(key) if key else "none"})
    assert [client.get(LIST).status_code for client in (desktop, stranger)] == [200, 200]


def test_a_session_belongs_to_nobody_before_and_after_the_sign_in(user: User) -> None:
    client = browser(EDGE)
    assert Session.objects.get().user == user
    client.post(reverse("accounts:sign_out"))
    assert not Session.objects.filter(user=user).exists()
