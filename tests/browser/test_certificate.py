"""Sign-off → certificate → check page signed out, the name typed in; then hours go and the page says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.portal import Portal


def sign_off(office: Page) -> str:
    """Pass the first year of the list that meets the notice and waits; whose it was."""
    office.goto("/compliance/standings/?verdict=met&review=open")
    row = office.locator("main tbody tr").first
    row.get_by_role("link").first.click()
    name = office.locator("h1").inner_text().split(" ")[0]
    office.get_by_label("办理后打开下一人").uncheck()
    office.get_by_role("button", name="审核通过").click()
    expect(office.get_by_text("年度审核通过。").first).to_be_visible()
    return name


def compare(visitor: Page, name: str) -> None:
    visitor.get_by_label("持证人姓名").fill(name)
    visitor.get_by_role("button", name="核对").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_signed_year_becomes_a_certificate_that_anybody_can_check(
    signed_in: SignIn, portal: Portal, tmp_path: Path, javascript: bool
) -> None:
    office = signed_in("dinghai", javascript=javascript)
    name = sign_off(office)
    office.get_by_role("button", name="签发学时证明").click()
    number = re.search(r"XZ\d+", office.locator("h1").inner_text())
    assert number
    code = office.locator("dt", has_text="核验码").locator("xpath=../dd").inner_text()
    with office.expect_download() as download:
        office.get_by_role("link", name="下载PDF").click()
    file = tmp_path / "certificate.pdf"
    download.value.save_as(file)
    assert "验证通过" in portal.manage("verify_certificate", str(file))

    visitor = signed_in("", javascript=javascript, width="phone")
    visitor.goto("/certificates/check/")
    visitor.get_by_label("证明编号").fill(number[0])
    visitor.get_by_label("核验码").fill(code.replace("-", " ").lower())
    visitor.get_by_role("button", name="核验").click()
    expect(visitor.locator("h1")).to_contain_text(number[0])
    expect(visitor.locator(".notice-success").first).to_contain_text("有效")
    assert name not in visitor.content()
    compare(visitor, f"{name}某")
    expect(visitor.locator("#name .notice-title")).to_have_text("不一致")
    compare(visitor, name)
    expect(visitor.locator("#name .notice-title")).to_have_text("一致")

    office.get_by_text("撤销本证明").click()
    office.get_by_label("撤销理由").fill("核对发现材料有误")
    office.get_by_role("button", name="确认撤销").click()
    visitor.goto(visitor.url.partition("#")[0])
    expect(visitor.locator(".notice-danger").first).to_contain_text("已撤销")
    expect(visitor.locator("main")).to_contain_text("核对发现材料有误")
