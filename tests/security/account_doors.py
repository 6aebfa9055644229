"""The doors at which accounts are made and opened, and the canary pushed through each of them."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from accounts.models import Appointment, Role
from tests.factories import make_uscc
from tests.security.canary import ID_NUMBER, PASSWORD, PHONE, SPELLED
from tests.security.live import Browser, Portal

NEW_PASSWORD = f"{PASSWORD}-neu"
SIGN_UP, SIGN_IN = reverse("registry:sign_up"), reverse("accounts:sign_in")


def sign_up_form(home: int, **changes: Any) -> dict[str, Any]:
    """The canary signs up, without a unit."""
    return {
        "name": "金丝雀",
        "id_number": ID_NUMBER,
        "phone": PHONE,
        "email": "kanarie@example.com",
        "username": "",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "specialty": "structure",
        "title_level": "middle",
        "region": home,
        "agree": "on",
        **changes,
    }


# What is wrong with a sign-up, and the field that says so.
SIGN_UP_ERRORS: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"),
    ({"name": ID_NUMBER}, "name"),
    ({"name": f"陈{PHONE}"}, "name"),
    ({"id_number": f"{ID_NUMBER}0"}, "id_number"),
    ({"id_number": PHONE}, "id_number"),
    ({"id_number": "0" * 41 + ID_NUMBER}, "id_number"),
    ({"phone": ID_NUMBER}, "phone"),
    ({"phone": f"{PHONE}9"}, "phone"),
    ({"phone": f"电话{PHONE}"}, "phone"),
    ({"email": PHONE}, "email"),
    ({"email": f"{PHONE}@example.com"}, "email"),
    ({"username": PHONE}, "username"),
    ({"username": ID_NUMBER}, "username"),
    ({"password2": "x"}, "password2"),
    ({"password1": PHONE, "password2": PHONE}, "password1"),
    ({"password1": f"X{PHONE}", "password2": f"X{PHONE}"}, "password1"),
    ({"password1": "x" + PASSWORD * 9, "password2": ""}, "password1"),
    ({"specialty": ID_NUMBER}, "specialty"),
    ({"specialty": "other", "specialty_other": PHONE}, "specialty_other"),
    ({"title_level": PHONE}, "title_level"),
    ({"title": ID_NUMBER}, "title"),
    ({"organisation": ID_NUMBER}, "organisation"),
    ({"organisation": PHONE}, "organisation"),
    ({"region": PHONE}, "region"),
    ({"agree": ""}, "agree"),
]


def sign_up(portal: Portal, home: int) -> Browser:
    """Every error once, then with success; then once more, which is refused. The canary's own browser comes back."""
    for changes, field in SIGN_UP_ERRORS:
        answer = portal.browser().post(SIGN_UP, sign_up_form(home, **changes))
        assert answer.status == 422, changes
        assert f"#id_{field}" in answer.text, changes
    for asked in SPELLED["phone"] + SPELLED["ID number"]:
        portal.browser().get(f"{reverse('registry:sign_up_units')}?organisation={quote(asked)}")
    portal.browser().post(SIGN_UP, sign_up_form(home), token=False)
    own = portal.browser()
    assert own.post(SIGN_UP, sign_up_form(home)).status == 302
    assert portal.browser().post(SIGN_UP, sign_up_form(home, phone="13905809999")).status == 422
    return own


# What is wrong with a unit's application by somebody without an account; the last one is an account that exists.
APPLY_ERRORS: list[tuple[dict[str, str], str]] = [
    ({"name": ID_NUMBER}, "name"),
    ({"uscc": ID_NUMBER}, "uscc"),
    ({"old_code": PHONE}, "old_code"),
    ({"address": f"临城街道{PHONE}"}, "address"),
    ({"contact_name": ID_NUMBER}, "contact_name"),
    ({"phone": ID_NUMBER}, "phone"),
    ({"applicant_name": PHONE}, "applicant_name"),
    ({"mobile": ID_NUMBER}, "mobile"),
    ({"username": PHONE}, "username"),
    ({"mobile": "13905801234", "password1": PHONE, "password2": PHONE}, "password1"),
    ({}, "mobile"),
]


DESK_ERRORS: list[dict[str, str]] = [
    {"phone": PHONE},
    {"display_name": ID_NUMBER},
    {"email": f"{PHONE}@example.com"},
    {"username": PHONE},
]


def accounts_of_others(portal: Portal, home: int, administrator: Browser) -> None:
    """A unit's application by a visitor, and the desk at which accounts are made, with numbers in every box."""
    form = {
        "token": str(uuid.uuid4()),
        "name": "舟山虚构金丝雀公司",
        "uscc": make_uscc(31_000_031),
        "kind": "enterprise",
        "business": "other",
        "region": home,
        "address": "临城街道1号",
        "contact_name": "金丝雀",
        "phone": "0580-2000000",
        "applicant_name": "金丝雀",
        "mobile": PHONE,
        "username": "kanarie",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    for changes, field in APPLY_ERRORS:
        answer = portal.browser().post(reverse("units:apply"), {**form, **changes})
        assert answer.status == 422, changes
        assert f"#id_{field}" in answer.text, changes
    for changes in DESK_ERRORS:
        given = {"username": "kanarie2", "display_name": "金丝雀", "email": "", "phone": "", **changes}
        assert administrator.post(reverse("accounts:desk_new"), given).status == 422, changes


def sign_in(portal: Portal) -> None:
    """By phone, rightly and wrongly: with the ID number, with the password in the wrong box, on from a search."""
    for name, password, right in (
        *((spelled, PASSWORD, True) for spelled in SPELLED["phone"]),
        (PHONE, "falsch", False),
        (ID_NUMBER, PASSWORD, False),
        (PASSWORD, PHONE, False),
    ):
        onwards = f"?next={quote('/review/?q=' + ID_NUMBER)}&q={PHONE}"
        answer = portal.browser().post(SIGN_IN + onwards, {"username": name, "password": password, "next": ID_NUMBER})
        assert answer.status == (302 if right else 200), name


def invite(employer: Browser) -> None:
    """A unit invites the canary's phone: typed, mistyped, twice; the list of whom it invited, taken away too."""
    new = reverse("units:invitation_new")
    unit = str(Appointment.objects.get(role=Role.EMPLOYER_ADMIN).organisation_id)
    for people in (f"金丝雀 {ID_NUMBER}", f"{PHONE}{PHONE}", f"金丝雀 {PHONE}\n林海 {PHONE}", f"{PHONE}金丝雀 {PHONE}"):
        assert employer.post(new, {"organisation": unit, "people": people}).status == 422, people
    assert employer.post(new, {"organisation": unit, "people": f"金丝雀 {PHONE}"}).status == 200
    assert employer.post(new, {"organisation": unit, "people": f"金丝雀 {PHONE}"}).status == 422
    for name in ("units:invitations", "units:invitation_export"):
        assert employer.get(reverse(name)).status == 200


def passwords(portal: Portal, own: Browser) -> None:
    """Forgotten, changed, and given anew behind a one-time link."""
    request = reverse("accounts:reset_request")
    for email in ("kanarie@example.com", PHONE, ID_NUMBER, f"{PHONE}@example.com"):
        portal.browser().post(request, {"email": email})
    change = reverse("accounts:password_change")
    assert own.post(change, _new_password(PHONE, PASSWORD)).status == 422
    assert own.post(change, _new_password(NEW_PASSWORD, PASSWORD)).status == 302
    link = portal.manage("password_link", PHONE).strip()
    browser = portal.browser()
    form = browser.get(link).header("Location")
    assert browser.get(form).status == 200
    assert browser.post(form, _new_password(PHONE)).status == 200
    assert browser.post(form, _new_password(PASSWORD)).status == 302


def lock_out(portal: Portal) -> None:
    """The fifth failure and more, by account and by address."""
    statuses = [
        portal.browser().post(SIGN_IN, {"username": PHONE, "password": PASSWORD + "x"}).status for _ in range(5)
    ]
    assert statuses[-1] == 429


def _new_password(new: str, old: str = "") -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": new}
