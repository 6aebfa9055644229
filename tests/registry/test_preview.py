"""Proofs shown as pictures: the right page, upright, small, and nothing of the file itself."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from registry.commands.evidence import evidence_add
from registry.models import Claim, Evidence, Practitioner
from tests.registry.files import image, pdf
from tests.registry.ofd_files import ofd
from tests.registry.people import draft


@pytest.fixture
def claim(person: Practitioner) -> Claim:
    return draft(person)


def add(claim: Claim, name: str, data: bytes) -> Evidence:
    return evidence_add(
        actor=claim.practitioner.user,
        claim=claim,
        kind="exam_result",
        upload=SimpleUploadedFile(name, data),
        token=uuid.uuid4(),
    )


def get(browser: Client, row: Evidence, name: str, *more: int, **query: Any) -> Any:
    return browser.get(reverse(f"registry:{name}", args=[row.claim_id, row.pk, *more]), query)


def drawn(answer: Any) -> Image.Image:
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert {p.strip() for p in answer.headers["Content-Security-Policy"].split(";")} == {
        "default-src 'none'",
        "sandbox",
    }
    assert answer.headers["Cache-Control"] == "no-store, private"
    return Image.open(io.BytesIO(answer.content))


@pytest.mark.parametrize(("size", "across"), [("small", 160), ("", 1000), ("large", 2000), ("9999", 1000)])
def test_a_photograph_is_drawn_as_wide_as_asked(size: str, across: int, engineer: Client, claim: Claim) -> None:
    row = add(claim, "照片.jpg", image("JPEG", size=(2400, 1200)))
    assert drawn(get(engineer, row, "evidence_page", 1, size=size)).size == (across, across // 2)


def test_a_photograph_is_turned_as_the_camera_was_held_and_loses_its_place(engineer: Client, claim: Claim) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Secret maker"
    row = add(claim, "照片.jpg", image("JPEG", size=(400, 200), exif=exif))
    answer = get(engineer, row, "evidence_page", 1)
    assert drawn(answer).size == (200, 400)
    assert b"Secret maker" not in answer.content


def test_what_a_picture_lets_through_is_white(engineer: Client, claim: Claim) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 10), (255, 0, 0, 0)).save(out, "PNG")
    picture = drawn(get(engineer, add(claim, "章.png", out.getvalue()), "evidence_page", 1))
    assert picture.getpixel((5, 5)) == (255, 255, 255)


def coloured_pdf() -> bytes:
    """Three pages: red, green, blue."""
    out = io.BytesIO()
    first, *others = [Image.new("RGB", (200, 300), colour) for colour in ("red", "lime", "blue")]
    first.save(out, "PDF", save_all=True, append_images=others)
    return out.getvalue()


@pytest.mark.parametrize(("page", "strongest"), [(1, 0), (2, 1), (3, 2)])
def test_each_page_of_a_pdf_is_drawn(page: int, strongest: int, engineer: Client, claim: Claim) -> None:
    picture = drawn(get(engineer, add(claim, "证书.pdf", coloured_pdf()), "evidence_page", page, size="small"))
    colour = picture.getpixel((80, 100))
    assert (picture.width, colour.index(max(colour)), max(colour) > 200) == (160, strongest, True)


@pytest.mark.parametrize(
    ("page", "said", "links"),
    [("", "第1页/共3页", {"?page=2"}), ("2", "第2页/共3页", {"?page=1", "?page=3"}), ("3", "第3页/共3页", {"?page=2"})],
)
def test_one_turns_pages(page: str, said: str, links: set[str], engineer: Client, claim: Claim) -> None:
    row = add(claim, "证书.pdf", coloured_pdf())
    whole = get(engineer, row, "evidence_preview", page=page).content.decode()
    assert said in whole
    assert {
        link for link in ("?page=0", "?page=1", "?page=2", "?page=3", "?page=4") if f'preview/{link}"' in whole
    } == links
    address = reverse("registry:evidence_preview", args=[claim.pk, row.pk])
    part = engineer.get(address, {"page": page}, headers={"HX-Request": "true"}).content.decode()
    assert (said in part, "<html" in part) == (True, False)


@pytest.mark.parametrize("page", ["4", "99999"])
def test_a_page_that_is_not_there_is_not_found(page: str, engineer: Client, claim: Claim) -> None:
    row = add(claim, "证书.pdf", coloured_pdf())
    assert get(engineer, row, "evidence_preview", page=page).status_code == 404
    assert get(engineer, row, "evidence_page", int(page)).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "１", "9" * 30])
def test_a_page_that_makes_no_sense_is_the_first(page: str, engineer: Client, claim: Claim) -> None:
    assert (
        "第1页/共3页"
        in get(engineer, add(claim, "证书.pdf", coloured_pdf()), "evidence_preview", page=page).content.decode()
    )


def test_pages_are_counted_for_a_file_from_before_they_were(engineer: Client, claim: Claim) -> None:
    row = add(claim, "证书.pdf", pdf(5))
    Evidence.objects.filter(pk=row.pk).update(pages=None)
    assert "第1页/共5页" in get(engineer, row, "evidence_preview").content.decode()


def test_an_ofd_shows_its_words_and_pictures_and_says_what_is_missing(engineer: Client, claim: Claim) -> None:
    row = add(claim, "证书.ofd", ofd(pages=2, picture=image(size=(60, 40))))
    text = get(engineer, row, "evidence_preview", page="2").content.decode()
    assert all(words in text for words in ("专业技术人员继续教育证书", "第2页 学时", "合格", "第2页/共2页"))
    assert "不含版式和电子印章" in text
    assert reverse("registry:evidence_image", args=[claim.pk, row.pk, 2, 1]) in text
    assert drawn(get(engineer, row, "evidence_image", 2, 1)).size == (60, 40)
    assert get(engineer, row, "evidence_image", 2, 2).status_code == 404
