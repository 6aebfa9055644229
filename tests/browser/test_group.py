"""One group claim: a unit files for two by a list and a zip, the county bureau decides for all, each sees hours."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_story import PROFESSIONAL, YESTERDAY, figures
from tests.registry.groups import zip_of
from tests.registry.people import png

TITLE = "全省住建系统绿色建筑专题培训"


def fresh() -> bytes:
    """A picture that nobody handed in before."""
    return png(int.from_bytes(os.urandom(2), "big"))


def sheet(folder: Path, names: list[str]) -> Path:
    """The list of people as a workbook."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["姓名", "身份证号", "证书编号"])
    for number, name in enumerate(names, 1):
        page.append([name, None, f"浙建培{os.urandom(3).hex()}{number}"])
    out = io.BytesIO()
    book.save(out)
    file = folder / "名单.xlsx"
    file.write_bytes(out.getvalue())
    return file


def name_of(page: Page) -> str:
    """Who is signed in."""
    return (page.locator(".user-name").text_content() or "").strip()


def file_group(page: Page, folder: Path, names: list[str]) -> str:
    """From the menu to the 受理编号."""
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="集体申报").click()
    page.get_by_role("link", name="新建集体申报").first.click()
    page.get_by_role("link", name="培训班、研修班", exact=True).click()
    page.get_by_label("学时（实际授课）").fill("8")
    page.get_by_label("天数").fill("1")
    page.get_by_label("开始日期").fill(YESTERDAY.isoformat())
    page.get_by_label("结束日期").fill(YESTERDAY.isoformat())
    page.get_by_label("培训班、研修班的名称").fill(TITLE)
    expect(page.locator("#hours-preview")).to_contain_text("8 学时")
    page.get_by_role("button", name="保存并上传整体材料").click()
    for label in ("上传上级主管部门的培训通知", "上传参加培训人员名单"):
        file = folder / f"{label}.png"
        file.write_bytes(fresh())
        page.get_by_label(label).set_input_files(file)
    page.get_by_role("button", name="上传并下一步").click()
    page.get_by_label("名单文件").set_input_files(sheet(folder, names))
    page.get_by_role("button", name="上传名单").click()
    bundle = folder / "证书.zip"
    bundle.write_bytes(zip_of({f"证书/{name}.png": fresh() for name in names}))
    page.get_by_label("证书压缩包").set_input_files(bundle)
    page.get_by_role("button", name="上传压缩包").click()
    expect(page.get_by_text(f"已归入人员的证书{len(names)}个。")).to_be_visible()
    page.get_by_role("link", name="下一步：核对提交").click()
    page.get_by_label("我承诺").check()
    page.get_by_role("button", name="提交集体申报").click()
    found = re.search(r"JT\d{11}", page.locator(".lead-line").inner_text())
    assert found is not None
    return found[0]


def test_a_group_claim_becomes_hours_of_each_person(signed_in: SignIn, tmp_path: Path) -> None:
    people = [signed_in("engineer", width="phone"), signed_in("engineer2")]
    before = [figures(page)[PROFESSIONAL] for page in people]
    number = file_group(signed_in("employer"), tmp_path, [name_of(page) for page in people])

    county = signed_in("dinghai")
    county.goto(f"/review/?q={number}")
    county.get_by_role("link", name="集体").first.click()
    county.get_by_label("审核意见").fill("材料齐全，予以认定。")
    county.get_by_role("button", name="全部认定").click()
    expect(county.get_by_text("认定2人。")).to_be_visible()

    for page, had in zip(people, before, strict=True):
        assert figures(page)[PROFESSIONAL] - had == 8
        page.goto("/claims/")
        page.get_by_role("link", name=TITLE).first.click()
        expect(page.get_by_text("由单位集体申报")).to_be_visible()
        expect(page.locator("main")).to_contain_text("上级主管部门的培训通知")
        expect(page.locator("main")).not_to_contain_text("参加培训人员名单")
