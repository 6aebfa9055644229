"""A claim sent back and handed in again: its reason reaches the person, the same office decides, under one number."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_story import accept, file_claim

REASON = "成绩单不清楚，请重新拍照上传"
TITLE, MENDED = "造价工程师考试", "一级造价工程师执业资格考试"


def send_back(page: Page, number: str) -> None:
    """Find the claim by its number and send it back; first without a reason, which is refused."""
    page.goto(f"/review/?q={number}")
    page.get_by_role("link", name=number).click()
    page.get_by_role("button", name="退回补正").click()
    expect(page.get_by_role("alert").first).to_contain_text("请写明理由")
    page.get_by_label("审核意见").fill(REASON)
    page.get_by_role("button", name="退回补正").click()
    expect(page.get_by_text(f"{number}（")).to_contain_text("已退回")


def mend(page: Page, number: str) -> None:
    """From the message to the claim handed in again."""
    page.goto("/messages/")
    told = page.locator(".inbox > li").filter(has_text=f"申报{number}被退回，请补正")
    told.get_by_role("button", name="查看详情").click()
    expect(page.get_by_text(REASON).first).to_be_visible()
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("执业资格证书考试的名称").fill(MENDED)
    page.get_by_role("button", name="保存修改").click()
    page.get_by_label("我承诺").check()
    page.get_by_role("button", name="提交申报").click()
    expect(page.locator(".confirmation .figure-number")).to_have_text(number)


def test_a_returned_claim_is_mended_and_accepted(signed_in: SignIn, picture: Path) -> None:
    engineer = signed_in("engineer2")
    number = file_claim(engineer, TITLE, picture, live=True)
    county = signed_in("dinghai")
    send_back(county, number)
    mend(engineer, number)
    accept(county, number)
    engineer.goto("/claims/")
    row = engineer.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text(MENDED)
    expect(row).to_contain_text("已认定")
