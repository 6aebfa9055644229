"""The name a file was handed in under, what a browser is told to do with it, and who gets it at all."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Organisation, User
from registry.commands.evidence import evidence_add
from registry.models import Evidence, Practitioner
from registry.states import ClaimState
from tests.factories import AppointmentFactory, UserFactory, region
from tests.registry.files import image, pdf
from tests.registry.people import PractitionerFactory, draft, png
from tests.registry.stages import claim_in

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
LONG = "字" * 300

# As typed → as shown → as fetched. The content is a PNG each time.
NAMES = {
    "成绩单.png": ("成绩单.png", "成绩单.png"),
    "成绩单.PNG": ("成绩单.PNG", "成绩单.PNG"),
    "扫描 (2).png": ("扫描 (2).png", "扫描_2.png"),
    "../../etc/passwd.png": ("passwd.png", "passwd.png"),
    "C:\\Users\\me\\桌面\\成绩.png": ("成绩.png", "成绩.png"),
    "/var/www/成绩.png": ("成绩.png", "成绩.png"),
    "成\x00绩.png": ("成绩.png", "成绩.png"),
    "成\r\nSet-Cookie: a=b\r\n绩.png": ("成Set-Cookie: a=b绩.png", "成Set-Cookie_ab绩.png"),
    "gnp.\u202eexe.png": ("gnp.exe.png", "gnp.exe.png"),
    "零\u200b宽\ufeff.png": ("零宽.png", "零宽.png"),
    "a" * 300 + ".png": ("a" * 146 + ".png", "a" * 146 + ".png"),
    LONG + ".png": (LONG[:146] + ".png", LONG[:146] + ".png"),
    "👷🏗.png": ("👷🏗.png", "evidence.png"),
    '成绩"单;.png': ('成绩"单;.png', "成绩单.png"),
    "<img src=x onerror=alert(1)>.png": ("<img src=x onerror=alert(1)>.png", "img_srcx_onerroralert1.png"),
    "=1+1.png": ("=1+1.png", "11.png"),
    "证书.pdf": ("证书.pdf", "证书.pdf.png"),
    "证书.exe": ("证书.exe", "证书.exe.png"),
    "证书.html": ("证书.html", "证书.html.png"),
    "证书": ("证书", "证书.png"),
    "CON.png": ("CON.png", "CON.png"),
    ".png": (".png", "evidence.png"),
    "（）": ("（）", "evidence.png"),
    "...": ("...", "evidence.png"),
    "..": ("..", "evidence.png"),
    "   ": ("   ", "evidence.png"),
    "/": ("材料", "材料.png"),
    "\u202e": ("材料", "材料.png"),
}


def add(person: Practitioner, name: str, data: bytes = png()) -> Evidence:
    claim = draft(person)
    file = SimpleUploadedFile("x", data)
    file._name = name  # what Django would have cleaned away on its own must be harmless here too
    return evidence_add(actor=person.user, claim=claim, kind="exam_result", upload=file, token=uuid.uuid4())


def fetch(client: Client, evidence: Evidence) -> Any:
    return client.get(reverse("registry:evidence_file", args=[evidence.claim_id, evidence.pk]))


def file_name(response: Any) -> str:
    header = response.headers["Content-Disposition"]
    assert header.startswith("attachment; filename")
    return unquote(header.partition("filename*=utf-8''")[2]) or header.partition("filename=")[2].strip('"')


@pytest.mark.parametrize("typed", NAMES, ids=range(len(NAMES)))
def test_a_name_is_shown_as_typed_and_fetched_as_a_name(typed: str, engineer: Client, person: Practitioner) -> None:
    shown, fetched = NAMES[typed]
    evidence = add(person, typed)
    evidence.refresh_from_db()
    assert evidence.name == shown
    assert len(Path(evidence.file.name).stem) == 32
    page = engineer.get(reverse("registry:claim_evidence", args=[evidence.claim_id])).content.decode()
    assert escape(shown) in page
    response = fetch(engineer, evidence)
    assert (response.status_code, file_name(response)) == (200, fetched)


@pytest.mark.parametrize(
    ("name", "data", "kind", "fetched"),
    [
        ("证书.pdf", pdf(), "application/pdf", "证书.pdf"),
        ("证书.exe", pdf(), "application/pdf", "证书.exe.pdf"),
        ("照片.jpg", image("JPEG"), "image/jpeg", "照片.jpg"),
        ("照片.jpeg", image("JPEG"), "image/jpeg", "照片.jpeg"),
        ("照片.png", image("JPEG"), "image/jpeg", "照片.png.jpg"),
        ("照片.html", image("JPEG") + b"<script>alert(1)</script>", "image/jpeg", "照片.html.jpg"),
    ],
)
def test_content_decides_type_and_ending(
    name: str, data: bytes, kind: str, fetched: str, engineer: Client, person: Practitioner
) -> None:
    response = fetch(engineer, add(person, name, data))
    assert (response.headers["Content-Type"], file_name(response)) == (kind, fetched)
    assert b"".join(response) == data
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store, private"
    policy = {part.strip() for part in response.headers["Content-Security-Policy"].split(";")}
    assert policy == {"default-src 'none'", "sandbox"}


SEEN_BY = {
    ClaimState.DRAFT: {"owner"},
    ClaimState.WITHDRAWN: {"owner", "定海", "city office"},
    **{
        state: {"owner", "定海", "city office"}
        for state in (
            ClaimState.SUBMITTED,
            ClaimState.ACCEPTED,
            ClaimState.RETURNED,
            ClaimState.REFUSED,
            ClaimState.REVERSED,
        )
    },
}


def askers(person: Practitioner, unit: Organisation | None) -> dict[str, User]:
    assert person.user is not None
    return {
        "owner": person.user,
        "colleague": PractitionerFactory(organisation=unit).user,
        "定海": AppointmentFactory().user,
        "普陀": AppointmentFactory(region=region("putuo")).user,
        "city office": AppointmentFactory(city=True).user,
        "employer admin": AppointmentFactory(employer_admin=True, organisation=unit).user,
        "auditor": AppointmentFactory(auditor=True).user,
        "system admin": AppointmentFactory(sysadmin=True).user,
        "nobody in particular": UserFactory(),
    }


@pytest.mark.parametrize("state", SEEN_BY)
def test_who_gets_the_file(state: ClaimState, client: Client, person: Practitioner, county: User) -> None:
    claim = claim_in(state, person, county)
    evidence = claim.evidence.first() or add(person, "成绩单.png")
    seen = set()
    for who, user in askers(person, person.organisation).items():
        client.force_login(user, backend=BACKEND)
        response = fetch(client, evidence)
        assert response.status_code in (200, 404), who
        if response.status_code == 200:
            seen.add(who)
    assert seen == SEEN_BY[state]
    client.logout()
    assert fetch(client, evidence).status_code == 302


def test_a_file_that_is_lost_is_not_found(engineer: Client, person: Practitioner) -> None:
    evidence = add(person, "成绩单.png")
    default_storage.delete(evidence.file.name)
    assert fetch(engineer, evidence).status_code == 404
