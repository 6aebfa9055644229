"""The file itself: accepted by other programs, signed, found out when a single byte was changed, verified offline."""

from __future__ import annotations

import io
import json
import os
import random
import stat
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from io import StringIO
from itertools import cycle
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from accounts.models import User
from compliance.models import Certificate
from compliance.printed.certificate import draw_sheet
from compliance.printed.genuine import certified_inside
from hours_rules import Activity
from office.audit.models import Event
from office.documents.pdf import render
from office.signatures import child, signing
from office.signatures.keys import KeyMissing, known_certificates, make_key
from registry.queries.years import year_of
from tests.compliance.certified import certified, file_of, issued
from tests.compliance.signing import COMMANDS, meeting, post

pytestmark = pytest.mark.django_db
LECTURE = Activity("online_course", hours=1)


@pytest.fixture
def made(county: User) -> Certificate:
    """A certificate of one year."""
    return certified(county)


@pytest.fixture
def file(made: Certificate, tmp_path: Path) -> Path:
    """Its file, as somebody holds it."""
    path = tmp_path / "held.pdf"
    path.write_bytes(file_of(made))
    return path


@contextmanager
def by_the_real_clock() -> Iterator[None]:
    """Keys are made by it here, as the child signs by it: the signature must fall into their years."""
    with time_machine.travel(time_machine.escape_hatch.datetime.datetime.now(UTC)):
        yield


def text_of(file: Path) -> str:
    """The words on its pages, as pdftotext reads them."""
    argv = [os.environ["PORTAL_PDFTOTEXT"], "-layout", file, "-"]
    return subprocess.run(argv, capture_output=True, check=True, text=True).stdout


def verified(file: Path, *more: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("verify_certificate", str(file), *more, stdout=out)
    return out.getvalue()


def test_qpdf_finds_nothing_wrong(file: Path) -> None:
    done = subprocess.run([os.environ["PORTAL_QPDF"], "--check", file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_pages_say_all_that_is_certified(made: Certificate, file: Path) -> None:
    text = "".join(text_of(file).split())
    person, year = made.content["person"], made.content["years"][0]
    said = [made.number, made.shown_code, person["name"], person["id"], year["office"], "第1页，共1页"]
    said += [line["clause"] for line in year["lines"]] + [row["name"] for row in year["figures"]]
    assert [part for part in said if part not in text] == []
    assert made.practitioner.id_number not in text


def test_chinese_fonts_are_embedded(file: Path) -> None:
    with pikepdf.open(file) as document:
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        inner = [font.DescendantFonts[0].FontDescriptor for font in fonts]
        assert fonts
        assert all("/FontFile2" in each or "/FontFile3" in each for each in inner)


def test_nothing_claims_pdf_a(file: Path) -> None:
    """No validator of PDF/A can be installed here, so none was asked."""
    assert b"pdfaid" not in file.read_bytes()


def test_many_lines_flow_over_pages(county: User, tmp_path: Path) -> None:
    person = meeting(county)
    post(person, county, *(LECTURE for _ in range(120)))
    COMMANDS["pass"](county, person)
    path = tmp_path / "long.pdf"
    path.write_bytes(file_of(issued(person)))
    text = text_of(path)
    pages = text.split("\f")[:-1]
    assert len(pages) > 3
    assert all("认定条款" in page for page in pages[:-1])
    assert [f"第 {n} 页，共 {len(pages)} 页" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert signing.check(path.read_bytes()).by.signs


def test_the_data_inside_is_what_is_stored(made: Certificate) -> None:
    signed, inside = certified_inside(file_of(made))
    assert signed.by.subject == "舟山市住房和城乡建设局"
    assert {key: inside[key] for key in ("person", "years")} == made.content
    assert (inside["number"], inside["code"]) == (made.number, made.shown_code)


def noticed(pdf: bytes) -> bool:
    """Whether the check refuses a file; here in this process, so that hundreds can be asked."""
    known = [b64encode(each.certificate).decode() for each in known_certificates()]
    try:
        child.answer({"do": "check", "certificates": known}, pdf)
    except Exception:  # whatever a library raises, the parent of the child calls damaged
        return True
    return False


def test_a_changed_byte_is_found_wherever_it_is(made: Certificate) -> None:
    """Also where the signature cannot look: in its own place, its filling, the letter-case of its digits."""
    pdf = file_of(made)
    start = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    end = pdf.index(b">", start)
    places = set(range(start, end + 1, 151)) | {start, start + 1, start + 12, end - 1, end, 0, 7, len(pdf) - 1}
    places |= {start + 1 + pdf[start + 1 : end].index(letter) for letter in (b"A", b"F")}
    places |= set(range(end - 3, len(pdf), 29)) | set(random.Random(7).sample(range(start), 20))
    assert not noticed(pdf)
    unnoticed = [
        (place, bit)
        for bit, place in zip(cycle((0x20, 0x01)), sorted(places), strict=False)
        if not noticed(pdf[:place] + bytes([pdf[place] ^ bit]) + pdf[place + 1 :])
    ]
    assert unnoticed == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda pdf: pdf + b"\n", "改动过"),
        (lambda pdf: pdf[:-1], "改动过"),
        (lambda pdf: pdf.replace(b"2021", b"2020", 1), "改动过"),
        (lambda pdf: b"%PDF-1.7 nothing", "无法读取"),
        (lambda pdf: b"", "无法读取"),
        (lambda pdf: b"\x89PNG" * 20, "无法读取"),
    ],
    ids=["longer", "shorter", "another year", "no PDF", "empty", "picture"],
)
def test_other_files_are_refused(file: Path, change: Any, told: str) -> None:
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(CommandError, match=told):
        verified(file)


def test_an_addition_behind_the_signature_is_found(file: Path) -> None:
    """An incremental update leaves every signed byte as it was."""
    writer = IncrementalPdfFileWriter(io.BytesIO(file.read_bytes()))
    writer.root["/Lang"] = generic.pdf_string("en")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    file.write_bytes(out.getvalue())
    with pytest.raises(CommandError, match="改动过"):
        verified(file)


def test_an_unsigned_pdf_and_a_strangers_signature_are_told_apart(file: Path, tmp_path: Path) -> None:
    template = tmp_path / "plain.typ"
    template.write_text("#data.words")
    plain = render(template, {"words": "学时证明"})
    file.write_bytes(plain)
    with pytest.raises(CommandError, match="没有电子签章"):
        verified(file)
    with override_settings(SIGNING_KEYS=tmp_path / "stranger"), by_the_real_clock():
        make_key(holder="某某公司")
        file.write_bytes(signing.sign(plain, reason="学时证明", name="某人", place="某地")[0])
    with pytest.raises(CommandError, match="不是本平台的签章"):
        verified(file)


def test_another_document_of_ours_is_no_certificate(file: Path, tmp_path: Path) -> None:
    template = tmp_path / "plain.typ"
    template.write_text("#data.words")
    file.write_bytes(signing.sign(render(template, {"words": "公告"}), reason="公告", name="某局", place="舟山市")[0])
    with pytest.raises(CommandError, match="不是学时证明"):
        verified(file)


def test_verifying_offline_prints_the_values_and_asks_no_database(made: Certificate, file: Path) -> None:
    with CaptureQueriesContext(connection) as queries:
        told = verified(file)
        data = json.loads(verified(file, "--json"))
    assert len(queries) == 0
    for part in ("验证通过", "舟山市住房和城乡建设局", made.number, made.content["person"]["name"], "合计：台账登记90"):
        assert part in told
    assert data["genuine"] and data["certificate"]["years"] == made.content["years"]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="无法读取"):
        verified(tmp_path / "absent.pdf")


def test_rotation_keeps_old_certificates_verifiable(county: User, tmp_path: Path) -> None:
    with override_settings(SIGNING_KEYS=tmp_path / "keys"):
        with by_the_real_clock():
            call_command("certificate_key", stdout=StringIO())
        old = certified(county)
        with by_the_real_clock():
            call_command("certificate_key", "--rotate", stdout=StringIO())
        new = certified(county)
        assert old.key_name != new.key_name
        assert [signing.check(file_of(each)).by.signs for each in (old, new)] == [False, True]
        assert [each.signs for each in known_certificates()] == [False, True]
        assert len(list((tmp_path / "keys").glob("*.key"))) == 1  # the old private key is destroyed
    assert Event.objects.filter(action="signing_key.make").count() == 2


def test_the_key_is_made_once_and_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    with override_settings(SIGNING_KEYS=tmp_path / "keys"):
        with pytest.raises(KeyMissing):
            signing.sign(b"", reason="", name="", place="")
        name, made = make_key(holder="某局")
        assert (made, make_key(holder="某局")) == (True, (name, False))
        path = tmp_path / "keys" / f"{name}.key"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"PRIVATE" not in path.read_bytes()


def test_a_sheet_of_an_unreviewed_year_says_so_and_is_not_signed(county: User, tmp_path: Path) -> None:
    person = meeting(county)
    path = tmp_path / "sheet.pdf"
    path.write_bytes(draw_sheet(person, year_of(person, 2021)))
    text = "".join(text_of(path).split())
    assert "未审核" in text and "学时情况表" in text and person.name in text
    with pytest.raises(CommandError, match="没有电子签章"):
        verified(path)
