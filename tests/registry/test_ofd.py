"""OFD by content: taken when it opens, its words and pictures page by page, in the limited child."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from accounts.errors import InputError
from office.files.opening import check, page_text, picture
from tests.registry.files import image
from tests.registry.ofd_files import ofd, packed, page, parts

LINES = ("专业技术人员继续教育证书", "第1页 学时", "合格")


def test_an_ofd_is_taken_and_its_pages_counted() -> None:
    found = check(ofd(pages=3))
    assert (found.media_type, found.pages) == ("application/ofd", 3)


def test_the_words_of_a_page_stand_in_reading_order_on_their_template() -> None:
    data = ofd(pages=2)
    assert page_text(data, page=1).lines == LINES
    second = page_text(data, page=2)
    assert (second.lines[1], second.images, second.pages) == ("第2页 学时", 0, 2)


def test_a_picture_of_a_page_is_drawn() -> None:
    data = ofd(picture=image(size=(300, 200)))
    assert page_text(data, page=1).images == 1
    with Image.open(io.BytesIO(picture(data, page=1, width=100, image=1))) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (100, 67))


@pytest.mark.parametrize(("number", "which"), [(2, 1), (0, 1), (1, 2), (1, 0)])
def test_what_is_not_there_is_not_drawn(number: int, which: int) -> None:
    with pytest.raises(InputError) as refused:
        picture(ofd(picture=image()), page=number, width=100, image=which)
    assert refused.value.code == "page_absent"


def test_a_picture_of_another_kind_is_no_picture_to_draw() -> None:
    data = ofd({"Doc_0/Res/seal.png": b"<svg/>"}, picture=image())
    with pytest.raises(InputError) as refused:
        picture(data, page=1, width=100, image=1)
    assert refused.value.code == "file_damaged"


ODD = {
    "stored, not packed": packed(parts(), method=0),
    "a namespace of another year": packed({k: v.replace(b"2016", b"2021") for k, v in parts().items()}),
    "a byte order mark": ofd({"OFD.xml": b"\xef\xbb\xbf" + parts()["OFD.xml"]}),
    "a root that starts at the root": ofd({"OFD.xml": parts()["OFD.xml"].replace(b">Doc_0", b">/Doc_0")}),
    "backslashes": ofd({"OFD.xml": parts()["OFD.xml"].replace(b"Doc_0/", b"Doc_0\\")}),
    "a part that is a folder": ofd({"Doc_0/Attachs/": b""}),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_that_readers_open_is_taken(name: str) -> None:
    assert check(ODD[name]).pages == 1
    assert page_text(ODD[name], page=1).lines == LINES


def test_words_without_a_place_are_words_all_the_same() -> None:
    content = page([(0, 0, "无坐标")]).replace(b'Boundary="0 0 50 5"', b'Boundary="x"')
    assert page_text(ofd({"Doc_0/Pages/Page_0/Content.xml": content}), page=1).lines == ("无坐标",)
