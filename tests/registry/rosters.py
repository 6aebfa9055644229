"""Somebody whom a roster brought in signs up."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from office.messages.models import Delivery
from registry.models import JoinRequest
from tests.factories import make_id_number
from tests.registry.test_sign_up import form

ID_NUMBER, PHONE, NAME = make_id_number(serial=3), "13905800001", "陈海生"


def sign_up(client: Client, **changes: Any) -> JoinRequest:
    """Sign up as the person of the roster."""
    response = client.post("/sign-up/", form(**changes))
    assert response.headers["Location"] == "/sign-up/check/"
    return JoinRequest.objects.latest("pk")


def code_sent() -> str:
    """The code of the SMS that waits to go out."""
    text = Delivery.objects.filter(kind="phone_code").latest("created_at").text
    found = re.search(r"\d{6}", text)
    assert found is not None
    return found[0]


def confirm_phone(client: Client) -> Any:
    """Ask for a code and give it back."""
    client.post("/sign-up/check/code/")
    return client.post("/sign-up/check/confirm/", {"code": code_sent()})
