"""Proofs in a real browser: said before they leave, refused by name, then seen page by page by owner and office."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.registry.ofd_files import ofd

YESTERDAY = date.today() - timedelta(days=1)


def to_the_proofs(page: Page) -> None:
    """A new claim of an examination, up to the page of its proofs."""
    page.goto("/claims/new/licence_exam/")
    page.get_by_label("全国住房和城乡建设执业资格证书考试").check()
    page.get_by_label("数量（单位：个合格科目）").fill("1")
    page.get_by_label("开始日期").fill(YESTERDAY.isoformat())
    page.get_by_label("结束日期").fill(YESTERDAY.isoformat())
    page.get_by_label("执业资格证书考试的名称").fill("材料预览")
    page.get_by_role("button", name="保存并上传材料").click()


def to_the_preview(page: Page, name: str) -> None:
    """Of one of the files on the page."""
    page.locator(".file-row").filter(has_text=name).get_by_role("link", name="预览").click()


def certificates(folder: Path) -> tuple[Path, Path, Path]:
    """A PDF of three pages, an OFD of two, and a photograph that no phone but its own opens."""
    out = io.BytesIO()
    first, *others = [Image.new("RGB", (300, 400), colour) for colour in ("white", "silver", "gray")]
    first.save(out, "PDF", save_all=True, append_images=others)
    found = {"证书.pdf": out.getvalue(), "证书.ofd": ofd(pages=2), "照片.heic": b"\0\0\0\x18ftypheic" + bytes(40)}
    for name, data in found.items():
        (folder / name).write_bytes(data)
    pdf, electronic, photograph = (folder / name for name in found)
    return pdf, electronic, photograph


def test_proofs_are_told_before_they_leave_and_seen_page_by_page(signed_in: SignIn, tmp_path: Path) -> None:
    page = signed_in("engineer")
    to_the_proofs(page)
    address = page.url
    chosen = page.get_by_label("已选择的文件")
    page.get_by_label("上传考试成绩合格证明").set_input_files(certificates(tmp_path))
    expect(chosen).to_contain_text("证书.pdf")
    expect(chosen.locator(".chosen-wrong")).to_contain_text("照片.heic")
    page.get_by_role("button", name="只上传，留在本页").click()
    expect(page.get_by_role("alert")).to_contain_text("照片.heic")
    assert page.url == address
    expect(page.locator(".file-row")).to_have_count(2)

    to_the_preview(page, "证书.pdf")
    sheet = page.locator(".preview-page img")
    expect(sheet).to_be_visible()
    page.get_by_role("link", name="下一页").click()
    expect(page.get_by_text("第2页/共3页")).to_be_visible()
    expect(page.get_by_role("link", name="上一页")).to_be_visible()
    drawn = "image => image.complete && image.naturalWidth"
    page.wait_for_function(f"() => ({drawn})(document.querySelector('.preview-page img'))")
    assert sheet.evaluate(drawn) == 1000

    page.goto(address)
    to_the_preview(page, "证书.ofd")
    expect(page.get_by_role("region", name="第1页文字")).to_contain_text("专业技术人员继续教育证书")


def test_a_lost_connection_is_said_and_the_files_stay_chosen(signed_in: SignIn, picture: Path) -> None:
    page = signed_in("engineer")
    to_the_proofs(page)
    page.get_by_label("上传考试成绩合格证明").set_input_files(picture)
    page.context.set_offline(True)
    page.get_by_role("button", name="上传并下一步").click()
    expect(page.get_by_text("网络中断，文件没有传完")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="上传并下一步").click()
    expect(page.get_by_label("我承诺")).to_be_visible()
