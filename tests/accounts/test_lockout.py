"""Five failures in 15 minutes lock the account and, apart from it, the address."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.names import lockout_name
from tests.factories import PASSWORD, UserFactory

SIGN_IN = reverse("accounts:sign_in")
PHONE = "13900001111"
pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory(username="engineer", phone=PHONE)


def attempt(name: str, password: str = "wrong", address: str = "192.0.2.1", agent: str = "browser") -> int:
    """One try from a browser without a past; 200 refused, 302 let in, 429 locked."""
    data = {"username": name, "password": password}
    return Client().post(SIGN_IN, data, REMOTE_ADDR=address, HTTP_USER_AGENT=agent).status_code


def test_the_fifth_failure_locks_the_account_from_every_address(user: User) -> None:
    tries = [attempt("engineer", address=f"192.0.2.{n}") for n in range(1, 6)]
    assert tries == [200, 200, 200, 200, 429]
    assert attempt("engineer", PASSWORD, "198.51.100.7") == 429


def test_no_spelling_browser_or_address_dodges_the_lock(user: User) -> None:
    names = ["engineer", "ENGINEER", " ｅｎｇｉｎｅｅｒ", PHONE, "+86 139 0000 1111"]
    tries = [attempt(name, address=f"192.0.2.{n}", agent=f"agent {n}") for n, name in enumerate(names, 1)]
    assert tries == [200, 200, 200, 200, 429]
    assert attempt("engineer", PASSWORD, "198.51.100.7") == 429
    assert attempt(PHONE, PASSWORD, "198.51.100.7") == 429


def test_five_failures_lock_the_address_whatever_the_account(user: User) -> None:
    tries = [attempt(f"somebody{n}") for n in range(5)]
    assert tries == [200, 200, 200, 200, 429]
    assert attempt("engineer", PASSWORD) == 429
    assert attempt("engineer", PASSWORD, "198.51.100.7") == 302


def test_a_lock_ends_after_fifteen_minutes_and_tries_during_it_do_not_extend_it(user: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            attempt("engineer")
        clock.shift(timedelta(minutes=14))
        assert attempt("engineer", PASSWORD) == 429
        clock.shift(timedelta(minutes=1, seconds=1))
        assert attempt("engineer", PASSWORD) == 302


def test_failures_older_than_fifteen_minutes_are_forgotten(user: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(4):
            attempt("engineer")
        clock.shift(timedelta(minutes=15, seconds=1))
        assert [attempt("engineer") for _ in range(4)] == [200] * 4
        assert attempt("engineer", PASSWORD) == 302


def test_signing_in_to_an_own_account_in_between_buys_no_more_guesses(user: User) -> None:
    UserFactory(username="attacker")
    for _ in range(4):
        attempt("engineer")
    assert attempt("attacker", PASSWORD) == 302
    assert attempt("engineer") == 429


def test_a_session_that_is_open_goes_on_while_its_account_is_locked(client: Client, user: User) -> None:
    client.force_login(user)
    for _ in range(5):
        attempt("engineer")
    assert client.get(reverse("accounts:account")).status_code == 200


def test_the_page_says_how_long_in_chinese(client: Client, user: User) -> None:
    for _ in range(5):
        response = client.post(SIGN_IN, {"username": "engineer", "password": "wrong"})
    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    text = response.content.decode()
    assert "登录暂时锁定" in text
    assert "请15分钟后再试" in text
    assert SESSION_KEY not in client.session


def test_the_tables_of_failures_hold_no_phone_name_or_password(user: User) -> None:
    for name in (PHONE, "139 0000 1111", "engineer", "13900002222"):
        attempt(name, "my-secret-try")
    attempt(PHONE, PASSWORD)
    rows = repr([*AccessAttempt.objects.values(), *AccessLog.objects.values()])
    assert AccessAttempt.objects.filter(username=lockout_name(None, {"username": PHONE})).exists()
    assert not [text for text in (PHONE, "0000 1111", "13900002222", "my-secret-try", PASSWORD) if text in rows]
