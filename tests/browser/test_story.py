"""The story the portal exists for: an engineer claims, the county bureau accepts, the engineer's year changes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

YESTERDAY = date.today() - timedelta(days=1)
TOTAL, PROFESSIONAL = "合计", "专业科目"


def figures(page: Page) -> dict[str, Decimal]:
    """The rings of the home page: name → counted hours."""
    page.goto(f"/?year={YESTERDAY.year}")
    rings = page.locator(".ring")
    names = rings.locator(".ring-name").all_inner_texts()
    counted = rings.locator(".ring-figure strong").all_inner_texts()
    return {name.strip(): Decimal(hours) for name, hours in zip(names, counted, strict=True)}


def file_claim(page: Page, title: str, picture: Path, *, live: bool) -> str:
    """From the menu to the confirmation; answers the 受理编号."""
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="新建申报").click()
    page.get_by_role("link", name="执业资格证书考试").click()
    page.get_by_label("全国住房和城乡建设执业资格证书考试").check()
    page.get_by_label("数量（单位：个合格科目）").fill("2")
    page.get_by_label("开始日期").fill(YESTERDAY.isoformat())
    page.get_by_label("结束日期").fill(YESTERDAY.isoformat())
    page.get_by_label("执业资格证书考试的名称").fill(title)
    if not live:
        page.get_by_role("button", name="计算学时").click()
    worth = page.locator("#hours-preview")
    expect(worth).to_contain_text("16 学时")
    expect(worth.get_by_role("link", name="二（二）1")).to_be_visible()
    page.get_by_role("button", name="保存并上传材料").click()
    page.get_by_label("上传考试成绩合格证明").set_input_files(picture)
    page.get_by_role("button", name="上传并下一步").click()
    page.get_by_label("我承诺").check()
    page.get_by_role("button", name="提交申报").click()
    return page.locator(".confirmation .figure-number").inner_text()


def accept(page: Page, number: str) -> None:
    """Find the claim in the queue by its number and accept it."""
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="申报审核").click()
    page.get_by_label("编号、姓名、证书编号或身份证后四位").fill(number)
    page.locator("main").get_by_role("button", name="筛选").click()
    page.get_by_role("link", name=number).click()
    expect(page.locator(".review-evidence")).to_contain_text("考试成绩合格证明")
    page.get_by_role("button", name="认定", exact=True).click()
    expect(page.get_by_text(f"{number}（")).to_contain_text("已认定，学时已登记")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_claim_becomes_hours_of_the_year(signed_in: SignIn, picture: Path, javascript: bool) -> None:
    engineer = signed_in("engineer", javascript=javascript, width="phone" if javascript else "desktop")
    before = figures(engineer)
    if javascript:  # on a phone the menu is folded up
        engineer.locator(".menu-toggle summary").click()
    title = f"一级建造师执业资格考试（{'有' if javascript else '无'}脚本）"
    number = file_claim(engineer, title, picture, live=javascript)
    assert re.fullmatch(r"SB\d{11}", number)

    county = signed_in("dinghai", javascript=javascript)
    accept(county, number)

    after = figures(engineer)
    assert {name: after[name] - before[name] for name in after} == {
        name: Decimal(16 if name in (TOTAL, PROFESSIONAL) else 0) for name in after
    }
    engineer.goto(f"/ledger/{YESTERDAY.year}/")
    line = engineer.get_by_role("row").filter(has_text=number)
    expect(line).to_contain_text("16")
    line.get_by_role("link", name="二（二）1").click()
    expect(engineer.locator(":target")).to_contain_text("每个合格科目可认定登记8个学时")
