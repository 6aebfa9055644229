"""Bad evidence through the page: its own code and sentence, and nothing saved, neither a row nor a file."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from office.audit.models import Event
from registry.models import Claim, Evidence, Practitioner
from tests.registry.conftest import autumn_2021, engineer, own_media, person
from tests.registry.people import draft, png
from tests.security.evidence_files import BAD, HARMLESS, NAMES, SCRIPT

__all__ = ["autumn_2021", "engineer", "own_media", "person"]


@pytest.fixture
def claim(person: Practitioner) -> Claim:
    return draft(person)


def hand_in(browser: Client, claim: Claim, name: str, data: bytes) -> Any:
    file = SimpleUploadedFile("x", data)
    file._name = name  # past what Django would clean away
    form = {"token": str(uuid.uuid4()), "file_exam_result": file}
    return browser.post(reverse("registry:claim_evidence", args=[claim.pk]), form)


def kept(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_says_what_is_wrong_and_leaves_nothing(
    case: str, engineer: Client, claim: Claim, settings: Any
) -> None:
    bad = BAD[case]
    answer = hand_in(engineer, claim, bad.name, bad.make())
    assert answer.status_code == 422
    (error,) = answer.context["form"].errors.as_data()["file_exam_result"]
    assert (error.code, bad.says in error.message) == (bad.code, True), error.message
    assert f"“{bad.name}”：" in answer.content.decode()
    assert (Evidence.objects.count(), kept(settings)) == (0, [])
    assert not Event.objects.filter(action="evidence.add").exists()


@pytest.mark.parametrize("case", HARMLESS)
def test_what_is_taken_all_the_same_never_runs(case: str, engineer: Client, claim: Claim) -> None:
    name, make = HARMLESS[case]
    data = make()
    assert hand_in(engineer, claim, name, data).status_code == 302
    row = claim.evidence.get()
    file = engineer.get(reverse("registry:evidence_file", args=[claim.pk, row.pk]))
    assert b"".join(file) == data
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert {p.strip() for p in file.headers["Content-Security-Policy"].split(";")} == {"default-src 'none'", "sandbox"}
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    preview = engineer.get(reverse("registry:evidence_preview", args=[claim.pk, row.pk]))
    assert (preview.status_code, SCRIPT.decode() in preview.content.decode()) == (200, False)
    assert "<script>alert(1)" not in preview.content.decode()
    if row.media_type != "application/ofd":
        drawn = engineer.get(reverse("registry:evidence_page", args=[claim.pk, row.pk, 1]))
        assert (drawn.headers["Content-Type"], SCRIPT in drawn.content) == ("image/jpeg", False)
        with Image.open(io.BytesIO(drawn.content)) as picture:
            assert picture.format == "JPEG"


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_never_reaches_the_disk(name: str, engineer: Client, claim: Claim, settings: Any) -> None:
    assert hand_in(engineer, claim, name, png()).status_code == 302
    (path,) = kept(settings)
    assert (path.parent.name, len(path.stem), path.suffix) == ("evidence", 32, ".png")
