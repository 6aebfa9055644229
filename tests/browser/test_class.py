"""A training class from its application to the practitioner's ledger, and back out of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from random import Random

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from courses.roster.columns import COLUMNS
from registry.models import TitleLevel
from tests.browser.conftest import SignIn
from tests.browser.portal import Portal
from zsjxjy.demo.days import demo_days
from zsjxjy.demo.load import SEED
from zsjxjy.demo.people import make_people

TITLE = "绿色施工技术培训班（浏览器测试）"
FIRST, LAST = date.today() + timedelta(days=1), date.today() + timedelta(days=2)
GONE = 6  # days: after so many the class is over, and its roster is not yet overdue
TAUGHT = LAST - timedelta(days=GONE)
# Only the clock stands between an approved class and its roster: the test turns the days of this one class back.
DAYS_GO_BY = """
from datetime import timedelta
from django.db.models import F
from courses.models import ClassApplication, Session, TrainingClass
gone = timedelta(days={days})
back = {{"first_day": F("first_day") - gone, "last_day": F("last_day") - gone}}
assert TrainingClass.objects.filter(application__number="{number}").update(**back) == 1
assert ClassApplication.objects.filter(number="{number}").update(**back) == 1
assert Session.objects.filter(application__number="{number}").update(day=F("day") - gone) == 4
"""


def apply(page: Page, picture: Path) -> str:
    """The task list filled in part by part and handed in, late and with the reason; answers the 受理编号."""
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="培训班", exact=True).click()
    page.get_by_role("link", name="申请办班").first.click()
    page.get_by_role("button", name="开始填写").click()
    page.locator("main").get_by_role("link", name="单位和联系人").click()
    page.get_by_label("联系人").fill("演示联系人")
    page.get_by_label("联系电话").fill("0580-0000006")
    go_on(page)
    fill_class(page)
    page.get_by_label("姓名", exact=True).first.fill("演示教师四")
    page.get_by_label("单位", exact=True).first.fill("演示大学建筑工程学院")
    page.get_by_label("职称", exact=True).first.fill("教授")
    go_on(page)
    fill_timetable(page)
    page.get_by_label("上传办班方案").set_input_files(picture)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator("#conditions")).to_contain_text("10个工作日")
    page.get_by_label("我单位承诺").check()
    page.get_by_role("button", name="提交申请").click()
    page.get_by_label("逾期原因").fill("主讲教师行程提前。")
    page.get_by_label("我单位承诺").check()
    page.get_by_role("button", name="提交申请").click()
    return page.locator(".confirmation .figure-number").inner_text()


def go_on(page: Page) -> None:
    """To the next part."""
    page.get_by_role("button", name="保存并填写下一部分").click()


def fill_class(page: Page) -> None:
    """What is taught, where, to whom."""
    page.get_by_label("培训名称").fill(TITLE)
    page.get_by_label("培训主要内容").fill("绿色施工技术标准与案例。")
    page.get_by_label("培训地点").fill("舟山市定海区演示路6号三楼会议室")
    page.get_by_label("集中面授", exact=True).check()
    page.get_by_label("否，面向其他单位人员").check()
    page.get_by_label("中级").check()
    page.get_by_label("建筑施工", exact=True).check()
    page.get_by_role("group", name="考核方式").get_by_role("radio").first.check()
    page.get_by_label("计划培训人数").fill("30")
    go_on(page)


def fill_timetable(page: Page) -> None:
    """Eight hours on each of two days; the hours are worked out from the times."""
    lessons = [(day, *times) for day in (FIRST, LAST) for times in (("08:30", "11:30"), ("13:30", "16:30"))]
    for number, (day, starts, ends) in enumerate(lessons, 1):
        if not page.get_by_role("group", name=f"第{number}行").count():
            page.get_by_role("button", name="增加一行").click()
        row = page.get_by_role("group", name=f"第{number}行")
        row.get_by_label("日期").fill(day.isoformat())
        row.get_by_label("开始").fill(starts)
        row.get_by_label("结束").fill(ends)
        row.get_by_label("课程内容").fill("绿色施工技术")
        row.get_by_label("授课教师").select_option(label="演示教师四")
    go_on(page)


def approve(page: Page, number: str) -> None:
    """The city office grants the hours that were asked for."""
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="培训班审核").click()
    page.get_by_role("link", name=number).click()
    expect(page.locator("main")).to_contain_text("主讲教师行程提前。")
    page.get_by_role("button", name="同意并核定学时").click()
    page.get_by_role("button", name="确认").click()


def filled_in(template: Path) -> Path:
    """The engineer's line written below the headings of the downloaded template, as one would in a spreadsheet."""
    engineer = make_people(demo_days(), Random(SEED))[0]
    level = TitleLevel(engineer.level)
    typed = {
        "name": engineer.name,
        "sex": "男" if int(engineer.id_number[16]) % 2 else "女",
        "employer": engineer.unit.name if engineer.unit and engineer.confirmed else "无单位",
        "id_number": engineer.id_number,
        "series": "工程" if level != TitleLevel.NONE else "",
        "level": level.label,
        "title": engineer.title,
        "hours": "16",
        "phone": engineer.phone,
        "municipal": "是" if engineer.unit and engineer.unit.region == "city" else "否",
    }
    book = load_workbook(template)
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "身份证号" for cell in row))
    at = {str(cell.value): cell.column for cell in head if cell.value}
    for column in COLUMNS:
        if column.key in typed:
            sheet.cell(head[0].row + 1, at[column.title], typed[column.key])
    book.save(template)
    return template


def hand_in(page: Page, folder: Path) -> None:
    """Template, file, check, hand-in."""
    page.goto("/")
    page.get_by_role("link", name=TITLE).first.click()
    with page.expect_download() as template:
        page.get_by_role("link", name="下载模板").click()
    file = folder / "汇总表.xlsx"
    template.value.save_as(file)
    page.get_by_role("link", name="上传汇总表").click()
    page.get_by_label("学时登记信息汇总表（附件2）").set_input_files(filled_in(file))
    page.get_by_role("button", name="上传").click()
    page.get_by_role("link", name="报送市学时办").click(timeout=60_000)
    page.get_by_label("填报人").fill("演示联系人")
    page.get_by_label("联系电话").fill("0580-0000006")
    page.get_by_label("已逐项核对提示事项").check()  # one person where thirty were planned
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("已报送，等待市学时办确认")).to_be_visible()


def hours_in_ledger(page: Page) -> list[str]:
    """The lines of the class in the engineer's ledger."""
    page.goto(f"/ledger/{TAUGHT.year}/")
    return page.get_by_role("row").filter(has_text=TITLE).all_inner_texts()


def test_a_class_is_applied_for_approved_taught_and_credited_and_can_be_reversed(
    signed_in: SignIn, portal: Portal, picture: Path, tmp_path: Path
) -> None:
    organiser, city, visitor = signed_in("organiser"), signed_in("city"), signed_in("", width="phone")
    number = apply(organiser, picture)
    assert re.fullmatch(r"PX\d{11}", number)
    visitor.goto("/classes/")
    expect(visitor.get_by_role("link", name=TITLE)).to_have_count(0)
    approve(city, number)
    visitor.reload()
    visitor.get_by_role("link", name=TITLE).first.click()
    expect(visitor.locator("main")).to_contain_text("16")

    portal.manage("shell", "-c", DAYS_GO_BY.format(days=GONE, number=number))
    hand_in(organiser, tmp_path)
    engineer = signed_in("engineer", width="phone")
    assert hours_in_ledger(engineer) == []
    city.get_by_role("navigation", name="主菜单").get_by_role("link", name="学时汇总表").click()
    city.get_by_role("row").filter(has_text=TITLE).get_by_role("link").first.click()
    city.get_by_role("link", name="确认登记").click()
    city.get_by_role("button", name="确认登记").click()
    expect(city.get_by_text("已确认，学时已登记到各人台账")).to_be_visible(timeout=60_000)
    (line,) = hours_in_ledger(engineer)
    assert "16" in line

    city.get_by_role("link", name="撤销登记").click()
    city.get_by_label("理由").fill("签到表与汇总表不一致")
    city.get_by_role("button", name="确认撤销").click()
    expect(city.get_by_text("登记已撤销，学时已全部冲销")).to_be_visible(timeout=60_000)
    assert len(hours_in_ledger(engineer)) == 2
