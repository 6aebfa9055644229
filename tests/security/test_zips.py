"""Zips of certificates: hostile, damaged and odd ones leave nothing; those of every system are read right."""

from __future__ import annotations

import io
import struct
import uuid
import zipfile
import zlib
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage

from accounts.errors import InputError
from accounts.identity import normalise
from accounts.models import User
from registry.bundles import Bundle
from registry.commands.group_certificates import bundle_add
from registry.commands.groups import Participant, group_people_add
from registry.models import Evidence, GroupClaim, Practitioner
from registry.queries.groups import UNASSIGNED
from tests.factories import OrganisationFactory
from tests.registry.groups import admin_of, claim_of, envelope, pictures, zip_of, zip_upload
from tests.registry.people import PractitionerFactory
from tests.security.hostile_zips import HOSTILE


@pytest.fixture(autouse=True)
def autumn(tmp_path: Any, settings: Any) -> Any:
    """1 September 2021, files in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def people(db: None) -> list[Practitioner]:
    """Two of one name, a short name that is a part of a longer one, and one with a point."""
    unit = OrganisationFactory()
    names = ("张伟", "张伟", "王小", "王小明", "阿依·古丽")
    return [PractitionerFactory(organisation=unit, name=name) for name in names]


@pytest.fixture
def admin(people: list[Practitioner]) -> User:
    """Their unit's employer admin."""
    assert people[0].organisation is not None
    return admin_of(people[0].organisation)


@pytest.fixture
def group(admin: User, people: list[Practitioner]) -> GroupClaim:
    """All but 王小明 are in it."""
    assert people[0].organisation is not None
    made = envelope(admin, people[0].organisation)
    there = [Participant(person) for person in people if person.name != "王小明"]
    group_people_add(actor=admin, group=made, people=there)
    return made


def add(admin: User, group: GroupClaim, data: bytes) -> Any:
    return bundle_add(actor=admin, group=group, upload=zip_upload(data), token=uuid.uuid4())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_zip_leaves_nothing_and_says_why(name: str, admin: User, group: GroupClaim) -> None:
    make, code = HOSTILE[name]
    with pytest.raises(InputError) as refused:
        add(admin, group, make())
    assert (refused.value.code, refused.value.field) == (code, "bundle")
    assert refused.value.message
    assert not Evidence.objects.exists()
    assert not default_storage.exists("evidence") or default_storage.listdir("evidence")[1] == []


def test_one_bad_file_keeps_all_out_and_each_is_named(admin: User, group: GroupClaim) -> None:
    files = {**pictures("王小.png"), "阿依·古丽.png": b"MZ", "乙.pdf": b"%PDF-1.4"}
    with pytest.raises(InputError) as refused:
        add(admin, group, zip_of(files))
    assert refused.value.code == "bundle_files"
    assert "阿依·古丽.png" in refused.value.message
    assert "乙.pdf" in refused.value.message
    assert "王小.png" not in refused.value.message
    assert not Evidence.objects.exists()
    assert default_storage.listdir("evidence")[1] == []


@pytest.mark.parametrize(
    ("name", "whose", "problem"),
    [
        ("{id0}.png", 0, ""),
        ("张伟{id1}.png", 1, ""),
        ("证书/{id1} 张伟 合格证.png", 1, ""),
        ("2021-{id0}.png", 0, ""),
        ("{wide0}.png", 0, ""),
        ("王小.png", 2, ""),
        ("王小合格证书（复印件）.png", 2, ""),
        ("王　小.PNG", 2, ""),
        ("阿依•古丽.png", 4, ""),
        ("张伟.png", None, "名单中有重名"),
        ("王小明.png", None, "不在本次名单中"),
        ("张伟和王小.png", None, "几个人的姓名"),
        ("{id3}.png", None, "身份证号不在本次名单中"),
        ("王小{id0}.png", None, "姓名与身份证号不符"),
        ("IMG_0001.png", None, "没有本次名单上的姓名"),
    ],
)
def test_whose_a_file_is(
    name: str, whose: int | None, problem: str, admin: User, group: GroupClaim, people: list[Practitioner]
) -> None:
    numbers = {f"id{place}": person.id_number for place, person in enumerate(people)}
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    numbers |= {f"wide{place}": person.id_number.translate(wide) for place, person in enumerate(people)}
    result = add(admin, group, zip_of(pictures(name.format(**numbers))))
    row = Evidence.objects.get()
    if whose is None:
        assert (row.group, row.kind, row.claim) == (group, UNASSIGNED, None)
        assert problem in result.unassigned[0][1]
    else:
        assert (row.claim, row.group) == (claim_of(group, people[whose]), None)
        assert (row.kind, result) == ("training_certificate", type(result)(1, ()))
    assert not any(person.id_number in normalise(row.name) for person in people)  # nobody's number is kept beside it


@pytest.mark.parametrize(
    ("writer", "raw"),
    [
        ("Chinese Windows", "王小.png".encode("gb18030")),
        ("a rare character on Chinese Windows", "王小㐂.png".encode("gb18030")),
        ("a Mac", "王小.png".encode()),
        ("a folder of Chinese Windows", "证书\\王小.png".encode("gb18030")),
    ],
)
def test_names_of_every_system_are_read(writer: str, raw: bytes, admin: User, group: GroupClaim) -> None:
    data = zip_of(pictures("A" * len(raw))).replace(b"A" * len(raw), raw)
    assert add(admin, group, data).assigned == 1, writer
    assert Evidence.objects.get().name.startswith("王小")


def test_the_second_name_of_an_entry_is_believed_when_it_fits() -> None:
    name, first = "张伟.png".encode(), b"____.png"
    body = b"\x01" + struct.pack("<L", zlib.crc32(first)) + name
    data = _with_extra(first.decode(), struct.pack("<HH", 0x7075, len(body)) + body)
    assert [member.name for member in _bundle(data).members] == ["张伟.png"]
    stale = b"\x01" + struct.pack("<L", 7) + name
    data = _with_extra("____.png", struct.pack("<HH", 0x7075, len(stale)) + stale)
    assert [member.name for member in _bundle(data).members] == ["____.png"]


def test_what_systems_leave_is_passed_over(admin: User, group: GroupClaim) -> None:
    files = {**pictures("证书/王小.png"), "证书/": b"", "__MACOSX/证书/._王小.png": b"x", "Thumbs.db": b"x"}
    assert add(admin, group, zip_of(files | {"证书/.DS_Store": b"x"})).assigned == 1


def test_the_same_zip_again_changes_nothing(admin: User, group: GroupClaim) -> None:
    data = zip_of(pictures("王小.png", "无名.png"))
    for _ in range(2):
        add(admin, group, data)
    assert Evidence.objects.count() == 2
    assert len(default_storage.listdir("evidence")[1]) == 2


def _with_extra(name: str, extra: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.extra = extra
        archive.writestr(info, b"x")
    return out.getvalue()


def _bundle(data: bytes) -> Bundle:
    return Bundle(io.BytesIO(data), size=len(data))
