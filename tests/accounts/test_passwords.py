"""Password change, reset by e-mail, and the one-time link of the command line."""

from __future__ import annotations

import io
import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import identify_hasher
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, UserFactory

CHANGE = reverse("accounts:password_change")
ACCOUNT = reverse("accounts:account")
RESET = reverse("accounts:reset_request")
NEW = "New-Harbour-2022"
PHONE = "13900001111"
pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory(username="engineer", phone=PHONE, email="engineer@example.com")


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str | None = None):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": again or new})


def signs_in(name: str, password: str) -> bool:
    client = Client()
    client.post(reverse("accounts:sign_in"), {"username": name, "password": password})
    return SESSION_KEY in client.session


def test_passwords_are_hashed_with_argon2(user: User) -> None:
    assert identify_hasher(user.password).algorithm == "argon2"


def test_a_change_keeps_this_session_under_a_new_id_and_ends_the_others(client: Client, user: User) -> None:
    other = Client()
    client.force_login(user)
    other.force_login(user)
    before = client.session.session_key
    assert change(client).url == ACCOUNT
    assert client.session.session_key != before
    assert "密码已修改" in client.get(ACCOUNT).content.decode()
    assert other.get(ACCOUNT).status_code == 302
    assert (signs_in("engineer", NEW), signs_in("engineer", PASSWORD)) == (True, False)


@pytest.mark.parametrize(
    ("old", "new", "again", "field", "message"),
    [
        ("wrong", NEW, None, "old_password", "现在的密码不正确"),
        ("", NEW, None, "old_password", "请填写现在的密码。"),
        (PASSWORD, "", "x", "new_password1", "请填写新密码。"),
        (PASSWORD, NEW, "New-Harbour-2023", "new_password2", "不一致"),
        (PASSWORD, "short", None, "new_password1", "10"),
        (PASSWORD, "82736450918273", None, "new_password1", "数字"),
        (PASSWORD, "password123", None, "new_password1", "常见"),
        (PASSWORD, "engineer12", None, "new_password1", "用户名"),
        (PASSWORD, f"my{PHONE}", None, "new_password1", "手机号码"),
    ],
)
def test_a_refused_change_names_its_field(
    client: Client, user: User, old: str, new: str, again: str | None, field: str, message: str
) -> None:
    client.force_login(user)
    response = change(client, old, new, again)
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert set(errors) == {field}
    assert message in str(errors[field])
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_handed_out_password_must_be_changed_first(client: Client, user: User) -> None:
    user.must_change_password = True
    user.save()
    client.force_login(user)
    assert client.get(ACCOUNT).url == CHANGE
    assert client.get(reverse("home")).url == CHANGE
    assert "请先修改密码" in client.get(CHANGE).content.decode()
    change(client)
    assert client.get(ACCOUNT).status_code == 200


def test_who_must_change_the_password_may_still_sign_out(client: Client, user: User) -> None:
    user.must_change_password = True
    user.save()
    client.force_login(user)
    client.post(reverse("accounts:sign_out"))
    assert SESSION_KEY not in client.session


def mailed_link(client: Client, email: str = "engineer@example.com") -> str:
    client.post(RESET, {"email": email})
    return re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body)).group(1)


def set_password(client: Client, link: str, password: str = NEW):
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password}, follow=True)


def test_a_mailed_link_sets_a_new_password_once(client: Client, user: User) -> None:
    client_before = Client()
    client_before.force_login(user)
    link = mailed_link(client)
    assert "新密码已设置" in set_password(client, link).content.decode()
    assert signs_in("engineer", NEW)
    assert client_before.get(ACCOUNT).status_code == 302
    assert "链接已使用过或已失效" in Client().get(link, follow=True).content.decode()


def test_the_token_leaves_the_address_before_a_page_is_drawn(client: Client, user: User) -> None:
    link = mailed_link(client)
    response = client.get(link)
    assert response.status_code == 302
    assert link.rstrip("/").rsplit("/", 1)[1] not in response.url


def test_the_answer_is_the_same_whether_the_address_is_known(client: Client, user: User) -> None:
    UserFactory(email="closed@example.com", is_active=False)
    pages = [
        client.post(RESET, {"email": f"{who}@example.com"}, follow=True) for who in ("engineer", "nobody", "closed")
    ]
    assert len({page.redirect_chain[-1] for page in pages}) == 1
    assert len(mail.outbox) == 1


def test_the_mail_is_chinese_names_the_account_and_holds_no_phone(client: Client, user: User) -> None:
    mailed_link(client)
    message = mail.outbox[0]
    assert message.subject == "学时登记平台：设置新密码"
    assert "“engineer”" in message.body
    assert PHONE not in message.subject + message.body


def test_a_weak_password_behind_a_link_is_refused(client: Client, user: User) -> None:
    response = set_password(client, mailed_link(client), "short")
    assert set(response.context["form"].errors) == {"new_password1"}
    assert signs_in("engineer", PASSWORD)


def printed_link(name: str, **options: str) -> str:
    out = io.StringIO()
    call_command("password_link", name, stdout=out, **options)
    return out.getvalue().strip()


@pytest.mark.parametrize("name", ["engineer", "Engineer", PHONE])
def test_a_printed_link_sets_a_password_and_lifts_the_duty_to_change_it(client: Client, user: User, name: str) -> None:
    user.must_change_password = True
    user.set_unusable_password()
    user.save()
    set_password(client, printed_link(name))
    user.refresh_from_db()
    assert not user.must_change_password
    assert signs_in("engineer", NEW)


def test_a_printed_link_carries_the_origin_asked_for(user: User) -> None:
    assert printed_link("engineer", origin="https://portal.example/").startswith("https://portal.example/accounts/")


@pytest.mark.parametrize("name", ["nobody", "closed"])
def test_no_link_for_an_unknown_or_closed_account(user: User, name: str) -> None:
    UserFactory(username="closed", is_active=False)
    with pytest.raises(CommandError):
        printed_link(name)
