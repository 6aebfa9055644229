"""A session planted in a browser is worth nothing after a sign-up (sign-in: tests/accounts/test_sign_in)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from tests.factories import region
from tests.security.account_doors import sign_up_form

NAME = settings.SESSION_COOKIE_NAME


@pytest.mark.django_db
def test_a_sign_up_gets_a_session_of_its_own(client: Client) -> None:
    planted = client.session
    planted["planted"] = "by somebody else"
    planted.save()
    client.cookies[NAME] = planted.session_key
    assert client.post(reverse("registry:sign_up"), sign_up_form(region("putuo").pk)).status_code == 302
    assert client.session[SESSION_KEY]
    assert client.session.session_key != planted.session_key
    assert not type(planted)(planted.session_key).exists(planted.session_key)


@pytest.mark.django_db
@pytest.mark.parametrize("invented", ["a" * 32, "../../etc/passwd", "' OR 1=1 --", "\x7f", "a" * 5000])
def test_an_invented_session_id_is_never_taken_over(client: Client, invented: str) -> None:
    client.cookies[NAME] = invented
    client.post(reverse("registry:sign_up"), sign_up_form(region("putuo").pk))
    assert client.cookies[NAME].value != invented
    assert len(client.cookies[NAME].value) == 32
