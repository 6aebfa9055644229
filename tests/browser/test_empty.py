"""An empty installation (`make run DEMO=`) is brought to its first accepted claim through the pages alone."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django_otp.oath import totp
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WIDTHS
from tests.browser.portal import Portal, start
from tests.browser.test_story import accept, file_claim
from tests.factories import make_id_number, make_phone

PASSWORD = "Sea-Bridge-2026-open"
YESTERDAY = date.today() - timedelta(days=1)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """`make run DEMO=`: nothing but regions, the notice and the working days."""
    running = start(tmp_path_factory.mktemp("empty") / "data", demo=False)
    yield running
    running.stop()


class Desk:
    """Browser windows of this installation, one for each person."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self.browser, self.portal = browser, portal

    def window(self) -> Page:
        """A window in which nobody is signed in."""
        wide, high = WIDTHS["desktop"]
        context = self.browser.new_context(
            base_url=self.portal.url, locale="zh-CN", viewport={"width": wide, "height": high}
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    def newcomer(self, link: str) -> Page:
        """Somebody sets a password behind a one-time link, signs in, and sets up the second step."""
        page = self.window()
        page.goto(link)
        page.get_by_label("新密码", exact=False).first.fill(PASSWORD)
        page.get_by_label("再输一次新密码").fill(PASSWORD)
        page.locator("main").get_by_role("button").last.click()
        return page

    def staff(self, link: str, username: str) -> Page:
        """A newcomer with a staff role: password, sign-in, authenticator app, recovery codes."""
        page = self.newcomer(link)
        self.sign_in(page, username)
        key = page.locator(".totp-key").inner_text().replace(" ", "")
        secret = b32decode(key + "=" * (-len(key) % 8))
        page.get_by_label("验证码").fill(f"{totp(secret):06d}")
        page.get_by_role("button", name="启用").click()
        expect(page.locator(".recovery-codes li")).to_have_count(10)
        page.get_by_role("link", name="已保存，进入首页").click()
        return page

    def sign_in(self, page: Page, username: str) -> None:
        """Name and password."""
        page.goto("/accounts/sign-in/")
        page.get_by_label("用户名或手机号码").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="登录").click()


def appoint(admin: Page, username: str, name: str, role: str, region: str) -> str:
    """The administrator makes an account, appoints it, and gives out the link."""
    admin.goto("/accounts/desk/new/")
    admin.get_by_label("用户名").fill(username)
    admin.get_by_label("姓名").fill(name)
    admin.get_by_role("button", name="新建账号").click()
    admin.get_by_role("link", name="任命角色").click()
    admin.get_by_label("角色").select_option(label=role)
    if region:
        admin.get_by_label("地区").select_option(label=region)
    admin.get_by_role("button", name="任命").click()
    admin.get_by_role("button", name="发放密码链接").click()
    return admin.locator("#password-link").inner_text()


def sign_up(page: Page, name: str) -> None:
    """A practitioner of no unit, in 定海."""
    page.goto("/sign-up/")
    page.get_by_label("姓名").fill(name)
    page.get_by_label("身份证号").fill(make_id_number(serial=77))
    page.get_by_label("手机号码").fill(make_phone(4_242))
    page.get_by_role("textbox", name="密码", exact=False).first.fill(PASSWORD)
    page.get_by_label("再输一次密码").fill(PASSWORD)
    page.get_by_role("combobox", name="专业").select_option(label="建筑结构")
    page.get_by_label("所在县（区）").select_option(label="定海区")
    page.get_by_label("我已阅读并同意").check()
    page.locator("main").get_by_role("button", name="注册").click()
    page.wait_for_url("**/")


@pytest.fixture(scope="module")
def desk(browser: Browser, empty: Portal) -> Desk:
    """Windows of the empty installation."""
    return Desk(browser, empty)


@pytest.fixture(scope="module")
def admin(desk: Desk, empty: Portal) -> Page:
    """The first system administrator, signed in with both steps."""
    link = empty.manage("first_admin", "admin", "--name", "系统管理员").strip().splitlines()[-1]
    return desk.staff(link, "admin")


def test_from_nothing_to_the_first_accepted_claim(desk: Desk, admin: Page, picture: Path) -> None:
    to_dinghai = appoint(admin, "dinghai", "定海审核员", "县（区）住建局", "定海区")
    county = desk.staff(to_dinghai, "dinghai")
    engineer = desk.window()
    sign_up(engineer, "海一")
    number = file_claim(engineer, "二级建造师执业资格考试", picture, live=True)
    accept(county, number)
    engineer.goto(f"/ledger/{YESTERDAY.year}/")
    expect(engineer.get_by_role("row").filter(has_text=number)).to_contain_text("16")


def test_a_notice_goes_into_force_by_two_people(desk: Desk, admin: Page) -> None:
    first, second = (
        desk.staff(appoint(admin, name, f"市学时办{name}", "市学时办", "市本级"), name) for name in ("city_a", "city_b")
    )
    first.goto("/notices/")
    first.get_by_role("link", name="舟建发〔2021〕38号").click()
    first.get_by_role("link", name="以此为底稿起草").click()
    text = first.get_by_label("标准正文").input_value()
    year = YESTERDAY.year
    text = text.replace("〔2021〕38号", f"〔{year}〕9号").replace("valid_from = 2021", f"valid_from = {year}")
    first.get_by_label("标准正文").fill(text.replace("yearly_cap = 36", "yearly_cap = -1"))
    first.get_by_label("修改说明").fill("新年度通知")
    first.get_by_role("button", name="核对并保存草稿").click()
    expect(first.get_by_role("alert")).to_contain_text(re.compile(r"第\d+行.*yearly_cap"))
    first.get_by_label("标准正文").fill(text.replace("yearly_cap = 36", "yearly_cap = 30"))
    first.get_by_role("button", name="核对并保存草稿").click()
    first.get_by_role("link", name=re.compile("2021.*生效")).click()
    expect(first.get_by_role("row").filter(has_text="每年度上限")).to_contain_text("30学时")
    first.go_back()
    first.get_by_role("button", name="提请复核").click()
    expect(first.get_by_text("您是提请人，须由另一人复核。")).to_be_visible()

    second.goto("/notices/")
    second.get_by_role("link", name=f"〔{year}〕9号").click()
    second.get_by_role("button", name="复核通过，使其生效").click()
    expect(second.get_by_text("已完成")).to_be_visible(timeout=90_000)
    second.goto(f"/standards/?on={YESTERDAY}")
    expect(second.locator("main")).to_contain_text(f"舟建发〔{year}〕9号")
    expect(second.locator("main")).to_contain_text("每年度 30 学时")
