"""Whatever is done with a handed-in file is the same in a folder and in a bucket of an S3-speaking server."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.urls import reverse
from PIL import Image

from registry.commands.evidence import evidence_add, evidence_clean_up, evidence_remove
from registry.commands.files import stored
from registry.models import Claim, Evidence
from tests.clients import PortalClient
from tests.factories import AppointmentFactory, OrganisationFactory
from tests.registry.files import image, pdf
from tests.registry.ofd_files import ofd
from tests.registry.people import draft_of_today, upload
from tests.units.made import qualified
from units.commands.proofs import proofs_clean_up
from units.models import Proof

pytestmark = pytest.mark.django_db


def kept(folder: str = "evidence") -> list[str]:
    """Paths of what lies there."""
    try:
        return sorted(f"{folder}/{name}" for name in default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def window(claim: Claim) -> PortalClient:
    found = PortalClient()
    found.force_login(claim.practitioner.user)
    return found


@pytest.fixture
def claim(place: str) -> Claim:
    return draft_of_today()


FILES = {
    "证书.pdf": (pdf(3), "application/pdf", 3),
    "证书.ofd": (ofd(pages=2), "application/ofd", 2),
    "照片.jpg": (image("JPEG", size=(600, 400)), "image/jpeg", 1),
    "大.png": (image(size=(2000, 1500)), "image/png", 1),  # above what a request keeps in memory
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_goes_in_by_the_page_and_comes_out_as_it_was(name: str, claim: Claim) -> None:
    data, kind, pages = FILES[name]
    browser = window(claim)
    form = {"token": str(uuid.uuid4()), "file_exam_result": SimpleUploadedFile(name, data, "text/html")}
    assert browser.post(reverse("registry:claim_evidence", args=[claim.pk]), form).status_code == 302
    row = claim.evidence.get()
    assert (kept(), row.media_type, row.pages, row.size) == ([row.file.name], kind, pages, len(data))
    answer = browser.get(reverse("registry:evidence_file", args=[claim.pk, row.pk]))
    assert b"".join(answer) == data
    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.headers["Content-Type"] == kind
    assert browser.get(reverse("registry:evidence_preview", args=[claim.pk, row.pk])).status_code == 200


def test_a_preview_is_drawn_from_where_the_file_lies(claim: Claim) -> None:
    row = evidence_add(
        actor=claim.practitioner.user,
        claim=claim,
        kind="exam_result",
        upload=SimpleUploadedFile("证书.pdf", pdf(2)),
        token=uuid.uuid4(),
    )
    answer = window(claim).get(reverse("registry:evidence_page", args=[claim.pk, row.pk, 2]), {"size": "small"})
    with Image.open(io.BytesIO(answer.content)) as drawn:
        assert (drawn.format, drawn.width) == ("JPEG", 160)


def test_a_file_goes_with_its_row_and_is_not_found_afterwards(
    claim: Claim, django_capture_on_commit_callbacks: Any
) -> None:
    add = {"actor": claim.practitioner.user, "claim": claim, "kind": "exam_result"}
    row, other = (evidence_add(**add, upload=upload(shade=n), token=uuid.uuid4()) for n in (1, 2))
    address = reverse("registry:evidence_file", args=[claim.pk, other.pk])
    with django_capture_on_commit_callbacks(execute=True):
        evidence_remove(actor=claim.practitioner.user, evidence=row)
    assert kept() == [other.file.name]
    default_storage.delete(other.file.name)
    assert window(claim).get(address).status_code == 404
    default_storage.delete(other.file.name)  # twice is once


def test_without_its_row_a_file_does_not_stay(place: str) -> None:
    with pytest.raises(ZeroDivisionError), stored(upload(), "evidence") as file:
        assert kept() == [file.path]
        raise ZeroDivisionError
    assert kept() == []


def test_a_file_lost_between_store_and_row_is_taken_away_by_the_clean_up(claim: Claim, capsys: Any) -> None:
    assert (evidence_clean_up(), proofs_clean_up()) == (0, 0)  # nothing was ever stored
    row = evidence_add(
        actor=claim.practitioner.user, claim=claim, kind="exam_result", upload=upload(), token=uuid.uuid4()
    )
    default_storage.save("evidence/lost.png", ContentFile(b"x"))
    call_command("evidence_clean_up")  # what is young may still get its row
    assert "0个" in capsys.readouterr().out
    assert evidence_clean_up(older_than=timedelta(0)) == 1
    assert kept() == [row.file.name]


def test_a_units_proof_lies_there_too(place: str, client: PortalClient) -> None:
    office = AppointmentFactory(city=True).user
    paper = qualified(office, OrganisationFactory())
    proof = Proof.objects.get()
    assert kept("units") == [proof.file.name]
    client.force_login(office)
    answer = client.get(reverse("units:proof", args=[paper.organisation_id, proof.pk]))
    assert (answer.status_code, len(b"".join(answer))) == (200, proof.size)
    default_storage.save("units/lost.png", ContentFile(b"x"))
    assert proofs_clean_up(older_than=timedelta(0)) == 1
    assert kept("units") == [proof.file.name]


def test_names_do_not_overwrite_each_other(place: str) -> None:
    names = {default_storage.save("evidence/same.png", ContentFile(bytes([n]))) for n in (1, 2)}
    assert len(names) == len(kept()) == 2


def test_the_trial_of_the_place_says_that_it_works(place: str, capsys: Any) -> None:
    call_command("storage_check")
    assert "文件存储可用" in capsys.readouterr().out
    assert kept("trial") == []


def test_a_row_that_the_database_refuses_leaves_no_file(claim: Claim) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_event ADD CONSTRAINT closed CHECK (action <> 'evidence.add') NOT VALID")
    with pytest.raises(IntegrityError):
        evidence_add(
            actor=claim.practitioner.user, claim=claim, kind="exam_result", upload=upload(), token=uuid.uuid4()
        )
    assert (kept(), Evidence.objects.count()) == ([], 0)
