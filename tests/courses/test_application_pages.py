"""A unit's pages of its class applications: filled in part by part, saved as one goes, checked and handed in."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, User
from courses.commands.decisions import class_approve
from courses.models import ApplicationPart, ClassApplication
from courses.queries.parts import stamp_of
from courses.states import ApplicationState, move_application
from tests.courses.applied import begun, filled, handed_in
from tests.factories import AppointmentFactory
from tests.registry.people import upload

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
CLASS = {
    "title": "装配式建筑施工技术培训班",
    "content": "装配式建筑的施工与验收。",
    "place": "定海区虚构路8号",
    "delivery": "mixed",
    "is_self_run": "no",
    "levels": ["junior", "middle"],
    "specialties": ["construction"],
    "assessment": "both",
    "planned_number": "45",
}
LESSON = {"day": "2021-10-11", "starts": "08:30", "ends": "11:30", "topic": "质量安全法规"}


@pytest.fixture
def browser(client: Client, organiser: User) -> Client:
    """A browser in which the unit's organiser is signed in."""
    client.force_login(organiser)
    return client


@pytest.fixture
def draft(unit: Organisation, organiser: User) -> ClassApplication:
    """An empty draft."""
    return begun(organiser, unit)


def at(name: str, application: ClassApplication) -> str:
    """Address of a page of an application."""
    return reverse(f"courses:application_{name}", args=[application.pk])


def rows(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Rows as a page sends them."""
    named = {f"rows-{n}-{name}": value for n, line in enumerate(lines) for name, value in line.items()}
    return {"rows": len(lines), **named, **more}


def test_every_part_is_shown(browser: Client, draft: ClassApplication) -> None:
    for name in (*ApplicationPart.values, "check", "detail", "copy", "repeat"):
        answer = browser.get(at(name, draft))
        assert answer.status_code == 200, name


def test_from_a_new_draft_to_its_number(browser: Client, unit: Organisation) -> None:
    """The whole way by pages alone, every form sent as a browser without JavaScript sends it."""
    form = browser.get(reverse("courses:application_new"))
    token = str(form.context["form"].initial["token"])
    browser.post(reverse("courses:application_new"), {"token": token, "unit": unit.pk})
    draft = ClassApplication.objects.get()

    def send(name: str, data: dict[str, Any]) -> None:
        shown = browser.get(at(name, draft)).context
        stamp = shown["stamp"] if "stamp" in shown else shown["form"].initial.get("stamp", "")
        answer = browser.post(at(name, draft), {"stamp": stamp, "next": "1", **data})
        assert answer.status_code == 302, (name, answer.context and answer.context.get("problems"))

    send("unit", {"unit_address": "定海区虚构路8号", "contact_name": "林海", "contact_phone": "0580-2000001"})
    send("class", CLASS)
    send("lecturers", rows({"name": "郑远航", "unit": "虚构大学", "title": "教授"}, {}))
    afternoon = {**LESSON, "starts": "13:30", "ends": "16:30"}
    send("timetable", rows(LESSON, afternoon, {"day": "2021-10-12", "hours": "2", "topic": "网络课程"}))
    files = {"token": token, "file_class_plan": upload("办班方案.png", 1), "next": "1"}
    assert browser.post(at("attachments", draft), files)["Location"] == at("check", draft)
    check = browser.get(at("check", draft))
    assert check.context["ready"], [line["condition"] for line in check.context["conditions"]]
    answer = browser.post(at("check", draft), {"declared": "on"})
    assert answer["Location"] == at("submitted", draft)
    draft.refresh_from_db()
    assert draft.number in browser.get(at("submitted", draft)).content.decode()
    assert (draft.day_count, draft.asked_hours) == (2, 10)
    again = browser.post(at("check", draft), {"declared": "on"})
    assert again["Location"] == at("submitted", draft)
    assert draft.steps.count() == 1


def test_what_is_missing_is_listed_and_nothing_is_handed_in(browser: Client, draft: ClassApplication) -> None:
    answer = browser.post(at("check", draft), {"declared": "on"})
    assert answer.status_code == 422
    assert not answer.context["ready"]
    words = {line for line, _ in answer.context["lacking"]}
    assert {"联系人", "培训名称", "课程安排", "至少一名授课教师"} <= words
    draft.refresh_from_db()
    assert draft.state == ApplicationState.DRAFT


def test_a_late_one_is_asked_why(browser: Client, unit: Organisation, organiser: User) -> None:
    draft = filled(unit, organiser, days=[date(2021, 9, 10)])
    page = browser.get(at("check", draft))
    assert page.context["ready"]
    assert page.context["late"]
    assert browser.post(at("check", draft), {"declared": "on"}).status_code == 422
    answer = browser.post(at("check", draft), {"declared": "on", "late_reason": "授课专家时间临时调整"})
    assert answer["Location"] == at("submitted", draft)
    assert "逾期" in browser.get(at("detail", draft)).content.decode()


def test_htmx_is_told_that_it_is_saved_and_gets_the_new_stamp(browser: Client, draft: ClassApplication) -> None:
    stamp = stamp_of(draft, ApplicationPart.CLASS)
    answer = browser.post(at("class", draft), {**CLASS, "stamp": stamp}, headers=HTMX)
    shown = answer.content.decode()
    draft.refresh_from_db()
    assert "已自动保存" in shown
    assert draft.title == CLASS["title"]
    assert stamp_of(draft, ApplicationPart.CLASS) in shown
    assert 'id="conditions"' in shown


@pytest.mark.parametrize("htmx", [True, False])
def test_the_page_opened_earlier_is_refused_and_told(browser: Client, draft: ClassApplication, htmx: bool) -> None:
    stamp = stamp_of(draft, ApplicationPart.CLASS)
    browser.post(at("class", draft), {**CLASS, "stamp": stamp})
    older = {**CLASS, "title": "另一个名称", "stamp": stamp}
    answer = browser.post(at("class", draft), older, headers=HTMX if htmx else {})
    assert answer.status_code == (200 if htmx else 409)  # htmx shows no page of an error
    assert "没有保存" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.title == CLASS["title"]


def test_the_same_of_rows(browser: Client, draft: ClassApplication) -> None:
    stamp = stamp_of(draft, ApplicationPart.LECTURERS)
    line = {"name": "郑远航", "unit": "虚构大学", "title": "教授"}
    browser.post(at("lecturers", draft), rows(line, stamp=stamp))
    answer = browser.post(at("lecturers", draft), rows({**line, "name": "方知微"}, stamp=stamp))
    assert answer.status_code == 409
    assert answer.context["rows"][0]["name"].value() == "方知微"  # what was typed is still there to be copied
    assert [one.name for one in draft.lecturers.all()] == ["郑远航"]


def test_rows_are_added_and_taken_away_by_buttons(browser: Client, draft: ClassApplication) -> None:
    first, second = ({"name": name, "unit": "虚构大学", "title": "教授"} for name in ("郑远航", "方知微"))
    stamp = stamp_of(draft, ApplicationPart.LECTURERS)
    answer = browser.post(at("lecturers", draft), rows(first, second, stamp=stamp, add="1"), follow=True)
    assert len(answer.context["rows"]) == 4
    stamp = answer.context["stamp"]
    known = [{**line, "pk": one.pk} for line, one in zip((first, second), draft.lecturers.all(), strict=True)]
    browser.post(at("lecturers", draft), rows(*known, stamp=stamp, remove="0"))
    assert [one.pk for one in draft.lecturers.all()] == [known[1]["pk"]]


def test_a_new_row_saved_by_itself_is_known_when_it_comes_again(browser: Client, draft: ClassApplication) -> None:
    line = {"name": "郑远航", "unit": "虚构大学", "title": "教授"}
    stamp = stamp_of(draft, ApplicationPart.LECTURERS)
    answer = browser.post(at("lecturers", draft), rows({}, line, stamp=stamp), headers=HTMX)
    (lecturer,) = draft.lecturers.all()
    found = re.search(r'name="rows-1-pk" id="id_rows-1-pk" value="(\d+)"', answer.content.decode())
    assert found
    assert int(found[1]) == lecturer.pk


def test_hours_that_the_times_come_to_leave_their_field_empty(browser: Client, draft: ClassApplication) -> None:
    stamp = stamp_of(draft, ApplicationPart.TIMETABLE)
    fewer = {**LESSON, "starts": "13:30", "ends": "16:30", "hours": "3.5"}
    browser.post(at("timetable", draft), rows(LESSON, fewer, stamp=stamp))
    first, second, _ = browser.get(at("timetable", draft)).context["rows"]
    assert first["hours"].value() is None
    assert first.fields["hours"].help_text == "折算4学时"
    assert str(second["hours"].value()) == "3.5"


def test_a_day_is_repeated_on_others(browser: Client, unit: Organisation, organiser: User) -> None:
    draft = filled(unit, organiser, days=[date(2021, 10, 11)])
    data = {"source": "2021-10-11", "first": "2021-10-13", "last": "2021-10-15"}
    assert browser.post(at("repeat", draft), data).status_code == 302
    draft.refresh_from_db()
    assert (draft.day_count, draft.asked_hours, draft.last_day) == (4, 32, date(2021, 10, 15))
    answer = browser.post(at("repeat", draft), {**data, "first": "2021-10-15", "last": ""})
    assert "2021年10月15日已有课程" in answer.content.decode()


def test_why_it_came_back_stands_where_it_is_to_be_mended(browser: Client, unit: Organisation, organiser: User) -> None:
    handed = handed_in(filled(unit, organiser))
    office = AppointmentFactory(city=True).user
    part = ApplicationPart.LECTURERS
    move_application(handed, ApplicationState.RETURNED, actor=office, reason="请补充教师简介", parts=[part])
    state = {task["title"]: task["label"] for task in browser.get(at("detail", handed)).context["tasks"]}
    assert state["授课教师"] == "需修改"
    assert state["课程安排"] == "已填写"
    assert "请补充教师简介" in browser.get(at("lecturers", handed)).content.decode()
    assert "请补充教师简介" not in browser.get(at("timetable", handed)).content.decode()
    assert handed.title in browser.get(reverse("home")).content.decode()


def test_an_approved_one_leads_on_to_its_roster(browser: Client, unit: Organisation, organiser: User) -> None:
    handed = handed_in(filled(unit, organiser))
    names = ("application_pdf", "application_xlsx")
    of_form = [reverse(f"courses:{name}", args=[handed.pk]) for name in names]
    assert [link["url"] for link in browser.get(at("detail", handed)).context["links"]] == of_form
    office = AppointmentFactory(city=True).user
    made = class_approve(actor=office, application=handed, hours=Decimal(12))
    page = browser.get(at("detail", handed))
    onwards = [reverse(f"courses:{name}", args=[made.pk]) for name in ("attendance", "roster")]
    assert [link["url"] for link in page.context["links"]] == [*of_form, *onwards]
    assert "同意该培训班按12学时认定" in page.content.decode()
    for address in onwards:
        assert browser.get(address).status_code == 200


def test_a_file_that_is_none_is_refused_on_its_input(browser: Client, draft: ClassApplication) -> None:
    bad = upload("办班方案.png", 1)
    bad.file.seek(0)
    bad.file.write(b"not a picture at all")
    data = {"token": "6f1c0a52-30b5-4f8a-9d8e-6f7a1f0c2b11", "file_class_plan": bad}
    answer = browser.post(at("attachments", draft), data)
    assert answer.status_code == 422
    assert not draft.attachments.exists()


def test_a_file_is_fetched_and_taken_away(browser: Client, unit: Organisation, organiser: User) -> None:
    draft = filled(unit, organiser)
    file = draft.attachments.get()
    address = reverse("courses:application_file", args=[draft.pk, file.pk])
    answer = browser.get(address)
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    browser.post(reverse("courses:application_file_remove", args=[draft.pk, file.pk]))
    assert not draft.attachments.exists()


def test_what_is_handed_in_leads_to_its_page(browser: Client, unit: Organisation, organiser: User) -> None:
    handed = handed_in(filled(unit, organiser))
    for name in (*ApplicationPart.values, "check"):
        assert browser.get(at(name, handed))["Location"] == at("detail", handed)


def test_the_list_is_filtered_exported_and_empty_at_first(browser: Client, unit: Organisation, organiser: User) -> None:
    address = reverse("courses:application_list")
    assert "还没有培训班申请" in browser.get(address).content.decode()
    handed, draft = handed_in(filled(unit, organiser)), filled(unit, organiser, title="另一个培训班")
    assert [row.pk for row in browser.get(address).context["rows"]] == [draft.pk, handed.pk]
    for query, found in {
        "state=draft": [draft],
        "state=submitted": [handed],
        "q=另一个": [draft],
        f"q={handed.number}": [handed],
        "late=no": [handed],
        "year=2021&sort=title": sorted([handed, draft], key=lambda one: one.title),
        "year=2022": [],
    }.items():
        assert [row.pk for row in browser.get(f"{address}?{query}").context["rows"]] == [one.pk for one in found]
    exported = browser.get(reverse("courses:application_export") + "?state=submitted")
    text = b"".join(exported.streaming_content).decode()
    assert handed.number in text
    assert "另一个培训班" not in text


@pytest.mark.parametrize(("name", "queries"), [("courses:application_list", 7), ("home", 12)])
def test_the_number_of_queries_does_not_grow(
    browser: Client,
    unit: Organisation,
    organiser: User,
    django_assert_num_queries: Any,
    name: str,
    queries: int,
) -> None:
    browser.get(reverse(name))  # what a session notes at its first request is noted
    for _ in range(2):
        filled(unit, organiser)
        with django_assert_num_queries(queries):
            browser.get(reverse(name))


@pytest.mark.parametrize("sessions", [1, 4])
def test_a_part_asks_no_more_for_a_longer_timetable(
    browser: Client, unit: Organisation, organiser: User, django_assert_num_queries: Any, sessions: int
) -> None:
    days = [date(2021, 10, 11 + n) for n in range(sessions)]
    draft = filled(unit, organiser, days=days)
    browser.get(at("detail", draft))
    with django_assert_num_queries(16):
        browser.get(at("check", draft))
