"""Every door that takes an ID number, phone or password, and the canary pushed through each of them."""

from __future__ import annotations

import io
import uuid
from typing import Any
from urllib.parse import quote, urlencode

from django.urls import reverse

from tests.registry.people import png
from tests.security.canary import ID_NUMBER, PASSWORD, PHONE, SPELLED
from tests.security.live import Browser, Portal

NEW_PASSWORD = f"{PASSWORD}-neu"
SIGN_UP, SIGN_IN = reverse("registry:sign_up"), reverse("accounts:sign_in")
FACTS = reverse("registry:claim_facts", args=["licence_exam"])


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


def claim(own: Browser) -> str:
    """Every text of a claim, file names, and the reason for taking it back. The address of a claim handed in."""
    for field in ("title", "organiser", "note", "certificate_number"):
        assert own.post(FACTS, _facts(**{field: f"见 {ID_NUMBER}"})).status == 422, field
    for field in ("title", "organiser", "note"):
        assert own.post(FACTS, _facts(**{field: f"电话{PHONE}"})).status == 422, field
    own.post(reverse("registry:claim_preview"), _facts(activity="licence_exam", title=ID_NUMBER))
    answer = own.post(FACTS, _facts())
    assert answer.status == 302
    proofs = answer.header("Location")
    token = str(uuid.uuid4())
    bad, good = io.BytesIO(b"not a picture"), io.BytesIO(png(77))
    bad.name, good.name = f"{ID_NUMBER}.png", f"成绩单_{ID_NUMBER}_{PHONE}.png"
    assert own.post(proofs, {"token": token, "file_exam_result": bad}).status == 422
    assert own.post(proofs, {"token": token, "file_exam_result": good, "next": "1"}).status == 302
    page = proofs.removesuffix("evidence/")
    own.get(page)
    assert own.post(f"{page}check/", {"declared": "on"}).status == 302
    assert own.post(f"{page}withdraw/", {"reason": f"手机{PHONE}"}).status == 422
    return page


def review(desk: Browser, page: str) -> None:
    """The reasons of a reviewer."""
    address = page.replace("/claims/", "/review/")
    for decision in ("return", "refuse", "accept"):
        answer = desk.post(f"{address}decide/", {"decision": decision, "reason": f"证书上是{ID_NUMBER}"})
        assert answer.status == 422, decision
    assert desk.post(f"{address}decide/", {"decision": "accept"}).status == 302
    assert desk.post(f"{address}reverse/", {"reason": f"请联系{PHONE}"}).status == 422
    desk.get(address)


# Parameters that some page reads, or that somebody might think it does.
PARAMETERS = (
    *("q", "year", "after", "before", "state", "sort", "region", "category", "activity", "unit", "specialty", "level"),
    *("check", "verdict", "actor", "action", "object", "object_type", "since", "until", "request_id", "topic", "role"),
    *("kind", "on", "next", "from", "organisation", "anything"),
)
LISTS = ("/", "/standards/", "/review/", "/compliance/standings/", "/claims/", "/jobs/", "/audit/", "/messages/")


def addresses(*browsers: Browser) -> None:
    """In the address: searched for, as a page, as a parameter nobody asked for, with a foreign host."""
    for browser in browsers:
        for spelled in SPELLED["ID number"] + SPELLED["phone"]:
            for page in LISTS:
                browser.get(f"{page}?{urlencode(dict.fromkeys(PARAMETERS, spelled))}")
        for secret in (ID_NUMBER, PHONE):
            for page in (f"/{secret}", f"/{secret}/", f"/claims/{secret}/", f"/review/{secret}/decide/"):
                browser.get(page)
            browser.get(f"/claims?q={secret}")
            browser.get("/", Host=secret)
            browser.get("/", **{"User-Agent": secret, "X-Request-ID": secret, "Referer": f"http://x/?q={secret}"})


def failures(portal: Portal) -> None:
    """Views that fail with the secrets at hand, and a form that is too long to be read."""
    secrets = {"id_number": ID_NUMBER, "phone": PHONE, "password": PASSWORD}
    for way in ("holding", "saying"):
        answer = portal.browser().post(f"/failing/{way}/?q={PHONE}", secrets)
        assert answer.status == 500
        assert "系统出错了" in answer.text
    many = secrets | {f"{PHONE}{n}": "x" for n in range(600)}
    assert portal.browser().post(SIGN_UP, many).status == 400


def lock_out(portal: Portal) -> None:
    """The fifth failure and more, by account and by address."""
    statuses = [
        portal.browser().post(SIGN_IN, {"username": PHONE, "password": PASSWORD + "x"}).status for _ in range(5)
    ]
    assert statuses[-1] == 429


def _new_password(new: str, old: str = "") -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": new}


def _facts(**changes: str) -> dict[str, str]:
    return {
        "token": str(uuid.uuid4()),
        "tier": "national",
        "quantity": "1",
        "started_on": "2021-05-22",
        "ended_on": "2021-05-23",
        "title": "一级建造师考试",
        **changes,
    }
