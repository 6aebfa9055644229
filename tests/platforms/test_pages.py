"""The pages of platform imports: from the upload to the ledger by hand, the lists, and undoing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from office.audit.models import Event
from registry.models import HourEntry, ImportProfile, PlatformImport, PlatformResult, Practitioner
from tests.factories import make_id_number
from tests.platforms.made import ETHICS, OFF_LIST, SAFETY, checked, imported, row, upload, uploaded, work, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, city: User) -> Client:
    """A browser of 市学时办."""
    client.force_login(city)
    return client


def text(response: Any) -> str:
    """What the page says."""
    return response.content.decode()


def at(route: str, row: PlatformImport) -> str:
    """An address of one import."""
    return reverse(f"registry:{route}", args=[row.pk])


def test_from_the_file_to_the_ledger(desk: Client, people: list[Practitioner]) -> None:
    lines = [row(people[0]), row(people[1], OFF_LIST)]
    page = desk.post(reverse("registry:platform_new"), {"platform": "zhoushan", "file": upload(xlsx(lines))})
    found = PlatformImport.objects.get()
    assert page["Location"] == at("platform_detail", found)
    assert "核对平台学时文件" in text(desk.get(page["Location"]))
    work()
    assert "请指明各列的含义" in text(desk.get(page["Location"]))
    asked = desk.get(at("platform_columns", found))
    desk.post(at("platform_columns", found), {k: v for k, v in asked.context["form"].initial.items() if v})
    work()
    checked_page = text(desk.get(page["Location"]))
    assert "不在规定课程名单上" in checked_page
    refused = desk.post(at("platform_confirm", found), {"with_warnings": "on", "reason": ""})
    assert (refused.status_code, "请写明理由" in text(refused)) == (422, True)
    desk.post(at("platform_confirm", found), {"with_warnings": "on", "reason": "省厅统一组织"})
    work()
    done = text(desk.get(page["Location"]))
    assert "导入结果" in done
    assert "省厅统一组织" in done
    assert HourEntry.objects.count() == 2
    results = text(desk.get(at("platform_results", found)))
    assert "职业道德" not in results
    for entry in HourEntry.objects.all():
        assert reverse("compliance:why_entry", args=[entry.practitioner_id, entry.year, entry.pk]) in results
    listed = text(desk.get(reverse("registry:platform_list")))
    assert found.number in listed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"platform": ""}, "请选择学习平台"),
        ({"platform": "elsewhere"}, "请选择列表中的平台"),
        ({"file": upload(b"")}, "文件是空的"),
        ({"file": upload(b"%PDF-1.7 ...", "学习记录.xlsx")}, "不是表格，而是PDF"),
        ({"file": upload(b"PK\x03\x04", "学习记录.csv")}, "不接受扩展名为“.csv”"),
        ({"file": upload(b"PK\x03\x04", "学习记录.xlsm")}, "带有宏"),
    ],
)
def test_what_is_no_export_is_refused_at_once(desk: Client, change: dict[str, Any], said: str) -> None:
    given = {"platform": "zhoushan", "file": upload(xlsx([])), **change}
    page = desk.post(reverse("registry:platform_new"), {name: value for name, value in given.items() if value})
    assert (page.status_code, said in text(page)) == (422, True)
    assert not PlatformImport.objects.exists()


def test_a_damaged_file_says_so_on_its_page(desk: Client) -> None:
    desk.post(reverse("registry:platform_new"), {"platform": "zhoushan", "file": upload(b"PK\x03\x04" + b"\x00" * 400)})
    work()
    found = PlatformImport.objects.get()
    assert (found.state, found.file) == ("unreadable", "")
    assert found.problem in text(desk.get(at("platform_detail", found)))


def test_what_is_wrong_with_the_columns_stands_beside_them(desk: Client, city: User) -> None:
    found = uploaded(city, [["甲", "1", "课", "2021-01-01"]], headings=("姓名", "身份证号", "课程名称", "完成日期"))
    good = {
        "name": "无结果列",
        "column_name": "姓名",
        "column_id_number": "身份证号",
        "column_course_name": "课程名称",
        "column_completed_on": "完成日期",
    }
    for change, field in (
        ({"name": ""}, "name"),
        ({"column_name": ""}, "column_name"),
        ({"column_name": "没有的列"}, "column_name"),
        ({"column_name": "身份证号"}, "column_id_number"),
        ({}, "only_passed"),
        ({"only_passed": "on", "pass_mark": "-1"}, "pass_mark"),
        ({"only_passed": "on", "passed_words": "、".join(map(str, range(30)))}, "passed_words"),
    ):
        page = desk.post(at("platform_columns", found), {**good, **change})
        assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert not ImportProfile.objects.exists()


def test_rows_are_filtered_and_leave_as_csv_with_masks(desk: Client, city: User, people: list[Practitioner]) -> None:
    stranger = make_id_number(serial=77)
    lines = [row(people[0]), row(people[1], id_number=stranger), row(people[2], SAFETY, name="他人")]
    found = checked(city, lines)
    all_rows = text(desk.get(at("platform_rows", found)))
    assert all(said in all_rows for said in ("平台中没有此人", "姓名与身份证号不符", people[0].id_masked))
    unknown = text(desk.get(at("platform_rows", found) + "?code=person_unknown"))
    assert (people[1].name in unknown, people[0].name in unknown) == (True, False)
    export = desk.get(at("platform_rows_export", found) + "?verdict=error")
    lines_out = export.getvalue().decode().splitlines()
    assert (len(lines_out), stranger in str(lines_out)) == (3, False)
    assert "平台中没有此人" in lines_out[1]
    assert Event.objects.get(action="platform_import.export").data == {"rows": 2}


def test_what_was_credited_is_listed_and_one_of_it_undone(desk: Client, city: User, people: list[Practitioner]) -> None:
    found = imported(city, [row(people[0]), row(people[0], ETHICS), row(people[1])])
    listed = text(desk.get(at("platform_results", found) + f"?q={people[0].id_last4}"))
    assert ("职业道德" in listed, people[1].name in listed) == (True, False)
    result = PlatformResult.objects.get(practitioner=people[1])
    undo = reverse("registry:platform_result_reverse", args=[result.pk])
    assert "请写明理由" in text(desk.post(undo, {"reason": ""}))
    desk.post(undo, {"reason": "代学"})
    assert desk.get(undo).status_code == 302
    assert "已撤销" in text(desk.get(at("platform_results", found) + "?state=reversed"))
    export = desk.get(at("platform_results_export", found)).getvalue().decode()
    assert export.count("已登记") == 2


def test_an_import_is_undone_from_its_page(desk: Client, city: User, people: list[Practitioner]) -> None:
    found = imported(city, [row(people[0])])
    assert "12" in text(desk.get(at("platform_reverse", found)))
    assert desk.post(at("platform_reverse", found), {"reason": ""}).status_code == 422
    desk.post(at("platform_reverse", found), {"reason": "平台来函"})
    work()
    assert "已撤销" in text(desk.get(at("platform_detail", found)))
    assert desk.get(at("platform_reverse", found)).status_code == 302


def test_the_same_file_again_says_when_it_was_imported(desk: Client, city: User, people: list[Practitioner]) -> None:
    first = imported(city, [row(people[0])])
    again = checked(city, [row(people[0])])
    page = text(desk.get(at("platform_detail", again)))
    assert ("同一文件已导入过" in page, first.number in page, "没有可以导入的记录" in page) == (True, True, True)
    desk.post(at("platform_abandon", again))
    assert "已放弃" in text(desk.get(at("platform_detail", again)))


def test_profiles_are_mended_and_laid_aside(desk: Client, city: User, people: list[Practitioner]) -> None:
    checked(city, [row(people[0])])
    profile = ImportProfile.objects.get()
    page = reverse("registry:platform_profile", args=[profile.pk])
    initial = {name: value for name, value in desk.get(page).context["form"].initial.items() if value}
    assert desk.post(page, {**initial, "column_name": " "}).status_code == 422
    desk.post(page, {**initial, "name": "改名的方案", "pass_mark": "75"})
    profile.refresh_from_db()
    assert (profile.name, profile.pass_mark) == ("改名的方案", 75)
    desk.post(reverse("registry:platform_profile_use", args=[profile.pk]), {"active": "0"})
    assert "已停用" in text(desk.get(reverse("registry:platform_profiles")))
    assert uploaded(city, [row(people[1])]).state == "unmapped"  # laid aside, it is not used by itself
    events = Event.objects.filter(action__startswith="import_profile").values_list("action", flat=True)
    assert set(events) == {"import_profile.add", "import_profile.change", "import_profile.lay_aside"}


def test_progress_is_polled_until_the_page_is_loaded_anew(desk: Client, city: User, people: list[Practitioner]) -> None:
    found = checked(city, [row(people[0])])
    again = desk.post(at("platform_check", found))
    assert again.status_code == 302
    waiting = desk.get(at("platform_progress", found))
    assert (waiting.status_code, "HX-Refresh" in waiting.headers) == (200, False)
    work()
    over = desk.get(at("platform_progress", found))
    assert (over.status_code, over["HX-Refresh"]) == (286, "true")


@pytest.mark.parametrize("many", [1, 30])
def test_the_lists_ask_the_same_for_one_and_for_thirty(
    many: int, desk: Client, city: User, people: list[Practitioner], django_assert_num_queries: Any
) -> None:
    lines = [row(people[0], (f"X{n}", f"课件{n}", "专业科目", 1, "2021-05-20", "")) for n in range(many)]
    found = imported(city, [*lines, row(people[0], OFF_LIST)])
    for url, number in (
        (reverse("registry:platform_list"), 8),
        (at("platform_rows", found), 9),
        (at("platform_results", found), 10),
        (at("platform_detail", found), 9),
    ):
        desk.get(url)
        with django_assert_num_queries(number):
            assert desk.get(url).status_code == 200
