"""A platform's file becomes hours: the office explains its columns, sees every problem, confirms."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from random import Random

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.factories import make_id_number
from tests.platforms.made import xlsx
from zsjxjy.demo.days import demo_days
from zsjxjy.demo.load import SEED
from zsjxjy.demo.people import make_people

YESTERDAY = date.today() - timedelta(days=1)
HEADINGS = ("姓名", "身份证号", "课程编号", "课程名称", "科目", "学时", "完成日期", "考试结果")
MODULE, OFF_LIST = "BIM技术应用（浏览器测试）", "不在名单的课程（浏览器测试）"


def export(folder: Path) -> Path:
    """The engineer's two courses, one of them off the list, and somebody whom nobody knows."""
    engineer = make_people(demo_days(), Random(SEED))[0]
    day = YESTERDAY.isoformat()
    lines = [
        (engineer.name, engineer.id_number, "LL-1", MODULE, "专业科目", 3, day, "合格"),
        (engineer.name, engineer.id_number, "LL-2", OFF_LIST, "行业公需科目", 2, day, "合格"),
        ("路人甲", make_id_number(serial=321), "LL-1", MODULE, "专业科目", 3, day, "合格"),
    ]
    file = folder / "学习记录.xlsx"
    file.write_bytes(xlsx(lines, headings=HEADINGS, above=[["学习记录导出"]]))
    return file


def find(page: Page, heading: str) -> None:
    """The page as it is once the worker has done its part; it loads itself anew."""
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=60_000)


def test_an_export_is_explained_checked_confirmed_and_read(signed_in: SignIn, tmp_path: Path) -> None:
    city = signed_in("city")
    city.get_by_role("navigation", name="主菜单").get_by_role("link", name="平台学时").click()
    city.get_by_role("link", name="导入文件").click()
    city.get_by_label("舟山市专业技术人员继续教育平台").check()
    city.get_by_label("平台导出的文件").set_input_files(export(tmp_path))
    city.get_by_role("button", name="上传并核对").click()
    find(city, "请指明各列的含义")
    city.get_by_role("link", name="指明各列").click()
    expect(city.get_by_label("“身份证号”列")).to_have_value("身份证号")
    city.get_by_label("方案名称").fill("浏览器测试方案")
    city.get_by_role("button", name="保存方案并核对").click()
    find(city, "核对结果")
    found = city.locator(".figure-line")
    expect(found).to_contain_text("可导入 1 条，有提示 1 条，已登记过 0 条，不能导入 1 条")
    city.get_by_role("link", name="平台中没有此人").click()
    expect(city.get_by_role("row").filter(has_text="路人甲")).to_contain_text("330902********")
    city.go_back()
    city.get_by_label("有提示的记录一并导入").check()
    city.get_by_label("一并导入的理由").fill("省厅统一组织的课程")
    city.get_by_role("button", name="确认导入").click()
    find(city, "导入结果")
    expect(found).to_contain_text("已登记 2 条")

    engineer = signed_in("engineer", width="phone")
    engineer.goto(f"/ledger/{YESTERDAY.year}/")
    line = engineer.get_by_role("row").filter(has_text=MODULE)
    expect(line).to_contain_text(re.compile(r"PT\d{10}"))
    expect(line.get_by_role("link", name="二（二）3")).to_be_visible()
    engineer.goto("/messages/")
    expect(engineer.get_by_text("平台学习的2门课程已登记5学时")).to_be_visible()
