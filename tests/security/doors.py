"""The other doors that take an ID number, phone or password: claims, reasons, addresses, failures."""

from __future__ import annotations

import io
import uuid
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from tests.registry.people import png
from tests.security.account_doors import SIGN_UP
from tests.security.canary import ID_NUMBER, PASSWORD, PHONE, SPELLED
from tests.security.live import Browser, Portal

FACTS = reverse("registry:claim_facts", args=["licence_exam"])


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
    assert desk.post(f"{address}hand-over/", {"region": "putuo", "reason": f"电话{PHONE}"}).status == 422
    assert desk.post(f"{address}decide/", {"decision": "accept"}).status == 302
    assert desk.post(f"{address}reverse/", {"reason": f"请联系{PHONE}"}).status == 422
    desk.get(address)


# Parameters that some page reads, or that somebody might think it does.
PARAMETERS = (
    *("q", "year", "after", "before", "state", "sort", "region", "category", "activity", "unit", "specialty", "level"),
    *("check", "verdict", "actor", "action", "object", "object_type", "since", "until", "request_id", "topic", "role"),
    *("kind", "on", "next", "from", "organisation", "anything", "waited", "told", "pick", "claim"),
)
_UNDER = (
    "",
    "standards",
    "review",
    "compliance/standings",
    "review/batch",
    "claims",
    "jobs",
    "audit",
    "messages",
    "units",
    "second-looks",
)
LISTS = tuple(f"/{path}/".replace("//", "/") for path in _UNDER)


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


def _facts(**changes: str) -> dict[str, str]:
    return {
        "token": str(uuid.uuid4()),
        "tier": "national",
        "quantity": "1",
        "started_on": f"{timezone.localdate():%Y-%m-%d}",  # within the registration window, whatever day it is
        "ended_on": f"{timezone.localdate():%Y-%m-%d}",
        "title": "一级建造师考试",
        **changes,
    }
