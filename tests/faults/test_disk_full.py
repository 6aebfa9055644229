"""Disk full, or process gone, during an upload: a Chinese error, no row without its file, no file without its row."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from PIL import Image

from office.audit.models import Event
from registry.commands.evidence import evidence_clean_up
from registry.models import Claim, Evidence
from tests.clients import PortalClient
from tests.faults.disks import ROOM, Disk, quota, small_file_system
from tests.registry.people import draft_of_today, upload

SIDES = {"kept in memory": 400, "kept in a temporary file": 1200}  # Django's border lies at 2.5 MB


@pytest.fixture(params=[quota, small_file_system], ids=["quota", "small file system"])
def disk(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Iterator[Disk]:
    """Evidence goes to a disk with little room."""
    folder = tmp_path / "media"
    folder.mkdir()
    settings.MEDIA_ROOT = folder
    with request.param(folder) as found:
        yield found


def picture(side: int) -> bytes:
    """Noise that nothing packs: about 3 × side² bytes."""
    noise = Image.frombytes("RGB", (side, side), random.Random(side).randbytes(3 * side * side))
    out = io.BytesIO()
    noise.save(out, "PNG")
    return out.getvalue()


def window(claim: Claim) -> PortalClient:
    found = PortalClient()
    found.force_login(claim.practitioner.user)
    return found


def post(browser: PortalClient, claim: Claim, *files: SimpleUploadedFile) -> Any:
    form = {"token": str(uuid.uuid4()), "file_exam_result": list(files)}
    return browser.post(reverse("registry:claim_evidence", args=[claim.pk]), form)


def kept(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def rows() -> list[str]:
    return sorted(Evidence.objects.values_list("file", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("size", SIDES)
def test_a_file_for_which_there_is_no_room(size: str, disk: Disk) -> None:
    claim = draft_of_today()
    data = picture(SIDES[size])
    assert len(data) > ROOM
    browser = window(claim)
    answer = post(browser, claim, SimpleUploadedFile("证书.png", data))
    assert answer.status_code == 422
    (error,) = answer.context["form"].errors.as_data()["file_exam_result"]
    assert error.code == "storage_full"
    assert "服务器暂时无法保存文件，请稍后再试" in answer.content.decode()
    assert (rows(), kept(disk.folder), Event.objects.filter(action="evidence.add").count()) == ([], [], 0)
    disk.grow()
    assert post(browser, claim, SimpleUploadedFile("证书.png", data)).status_code == 302
    assert rows() == kept(disk.folder)
    assert Evidence.objects.get().size == len(data)


@pytest.mark.django_db
def test_what_there_is_room_for_is_kept(disk: Disk) -> None:
    claim = draft_of_today()
    answer = post(window(claim), claim, upload("小.png"), SimpleUploadedFile("大.png", picture(400)))
    assert answer.status_code == 422
    assert "“大.png”：服务器暂时无法保存文件" in answer.content.decode()
    assert [evidence.name for evidence in claim.evidence.all()] == ["小.png"]
    assert rows() == kept(disk.folder)


@pytest.mark.django_db
def test_no_room_even_for_the_file_on_its_way(disk: Disk, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(disk.folder)
    claim = draft_of_today()
    browser, big = window(claim), SimpleUploadedFile("大.png", picture(1200))
    answer = post(browser, claim, upload("小.png"), big)
    assert answer.status_code == 422
    assert [error.code for error in answer.context["form"].errors.as_data()["file_exam_result"]] == ["storage_full"]
    assert [evidence.name for evidence in claim.evidence.all()] == ["小.png"]
    assert rows() == kept(disk.folder)
    disk.grow()
    big.seek(0)
    assert post(browser, claim, big).status_code == 302
    assert [evidence.name for evidence in claim.evidence.all()] == ["小.png", "大.png"]
    assert rows() == kept(disk.folder)


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_between_file_and_row_leaves_a_file_that_the_clean_up_takes(
    tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    claim = draft_of_today()
    with transaction.atomic():
        Claim.objects.select_for_update().get(pk=claim.pk)  # the row waits here while the file is already stored
        process = subprocess.Popen([sys.executable, "-c", UPLOAD, str(claim.pk)], env=_child_environment())
        deadline = time.monotonic() + 60
        while not kept(settings.MEDIA_ROOT) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
        process.wait()
    assert len(kept(settings.MEDIA_ROOT)) == 1
    assert not Evidence.objects.exists()
    assert (evidence_clean_up(), evidence_clean_up(older_than=timedelta(0))) == (0, 1)
    assert kept(settings.MEDIA_ROOT) == []


UPLOAD = """
import sys, uuid, django
django.setup()
from registry.commands.evidence import evidence_add
from registry.models import Claim
from tests.registry.people import upload
claim = Claim.objects.get(pk=sys.argv[1])
evidence_add(actor=claim.practitioner.user, claim=claim, kind="exam_result", upload=upload(), token=uuid.uuid4())
"""


def _child_environment() -> dict[str, str]:
    """This process's, with the database of the tests and a data folder beside the test's media."""
    name = str(connection.settings_dict["NAME"])
    url = os.environ["DATABASE_URL"]
    path, mark, query = url.partition("?")
    address = f"{path.rpartition('/')[0]}/{name}{mark}{query}"
    folder = str(Path(django_settings.MEDIA_ROOT).parent)
    return {**os.environ, "DATABASE_URL": address, "DATA_DIR": folder, "STATIC_ROOT": str(django_settings.STATIC_ROOT)}
