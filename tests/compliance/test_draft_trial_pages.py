"""The pages of trials: from a draft to the people it would change, filtered, sorted, taken away; every mistake told."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from compliance.models import Trial
from hours_rules import Activity
from office.audit.models import Event
from office.jobs.commands import run
from tests.compliance.signing import GENERAL, meeting, post
from tests.compliance.tried import GENERAL_24, drafted, tried
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
NEW = reverse("compliance:draft_trial_new")
EXAM_FIVE = ('考试", hours = 8 }', '考试", hours = 5 }')
SUBJECT = Activity("licence_exam", tier="national", quantity=1)
# session, user, appointments, second step, own record, unread messages, notices; the trial; the year's notice;
# numbers of entries; regions, twice; the people; whether it is, or could be, a correction
QUERIES = 15


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


@pytest.fixture
def desk(client: Client, city: User) -> Client:
    """A browser in which the city office is signed in."""
    client.force_login(city, backend=BACKEND)
    return client


@pytest.fixture
def trial(city: User) -> Trial:
    """General public 24 and five hours a subject, on: 甲 (newly short), 乙 of 普陀 (short of all but a subject)."""
    meeting(city, name="甲", specialty="water", title_level="senior")
    putuo = OrganisationFactory(region=region("putuo"))
    post(
        PractitionerFactory(name="乙", specialty="gas", organisation=putuo, region=putuo.region), city, GENERAL, SUBJECT
    )
    return tried(city, GENERAL_24, EXAM_FIVE)


def page(trial: Trial, name: str = "trial", **query: str) -> tuple[str, dict[str, str]]:
    return reverse(f"compliance:draft_{name}", args=[trial.pk]), query


def rows(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def names(html: str) -> list[str]:
    """People listed, in the page's order."""
    return re.findall(r'<a href="/compliance/standings/\d+/\d+/">([^<]+)</a>', html)


def test_from_a_draft_to_its_people(desk: Client, city: User) -> None:
    meeting(city, name="甲")
    version = drafted(city, GENERAL_24)
    assert f"{NEW}?version={version.pk}" in desk.get(reverse("registry:notice_detail", args=[version.pk])).text
    assert "第" in desk.get(NEW, {"version": version.pk}).text
    answer = desk.post(NEW, {"version": version.pk, "year": "2021"}, follow=True)
    assert "可以离开本页" in answer.text
    trial = Trial.objects.get()
    run(str(trial.job_id))
    shown = desk.get(*page(trial)).text
    assert "18学时改为<strong>24学时</strong>" in shown
    assert names(shown) == ["甲"] and "新增未达标" in shown and "缺6" in shown
    assert "各条登记的认定学时都不变" in shown
    address = reverse("compliance:draft_trial", args=[trial.pk])
    for place in (reverse("compliance:draft_trial_list"), reverse("jobs:detail", args=[trial.job_id])):
        assert address in desk.get(place).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"year": "2021"}, "请选择要试算的草稿。"),
        ({"version": "999999", "year": "2021"}, "请选择列表中的草稿。"),
        ({"version": "draft"}, "请选择年度。"),
        ({"version": "draft", "year": "2019"}, "该年度没有生效的通知。"),
    ],
)
def test_a_form_filled_in_wrong_says_what_and_starts_nothing(
    desk: Client, city: User, data: dict[str, str], said: str
) -> None:
    version = drafted(city, GENERAL_24)
    answer = desk.post(NEW, {key: str(version.pk) if value == "draft" else value for key, value in data.items()})
    assert (answer.status_code, Trial.objects.count()) == (422, 0)
    assert said in answer.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["甲", "乙"]),
        ({"outcome": "newly_short"}, ["甲"]),
        ({"outcome": "newly_met"}, []),
        ({"region": "putuo"}, ["乙"]),
        ({"specialty": "water", "level": "senior"}, ["甲"]),
        ({"q": "乙"}, ["乙"]),
        ({"order": "gap"}, ["乙", "甲"]),
    ],
)
def test_the_people_filtered_and_sorted(desk: Client, trial: Trial, query: dict[str, str], found: list[str]) -> None:
    listed = names(desk.get(*page(trial, **query)).text)
    assert listed == found if query.get("order") else sorted(listed) == sorted(found)
    exported = [row["姓名"] for row in rows(desk.get(*page(trial, "trial_export", **query)))]
    assert sorted(exported) == sorted(found)


def test_a_wrong_filter_is_told(desk: Client, trial: Trial) -> None:
    answer = desk.get(*page(trial, region="nowhere"))
    assert answer.status_code == 422 and "请选择列表中的属地。" in answer.text


def test_the_export_masks_people_and_is_on_record(desk: Client, trial: Trial) -> None:
    (row,) = rows(desk.get(*page(trial, "trial_export", outcome="newly_short")))
    assert re.fullmatch(r"\*{14}\d{3}[\dX]", row["身份证号后四位"])
    assert (row["现一般公需科目"], row["试算一般公需科目缺"], row["试算结果"]) == ("18", "6", "新增未达标")
    event = Event.objects.get(action="what_if.export")
    assert (event.data["rows"], event.data["years"]) == (1, [2021])


def test_lines_credited_otherwise_are_listed_with_why_and_exported(desk: Client, trial: Trial) -> None:
    shown = desk.get(*page(trial, "trial_entries")).text
    assert names(shown) == ["乙"] and "每科目5学时" in shown.replace("合格", "")
    (row,) = rows(desk.get(*page(trial, "trial_entries_export", verdict="other")))
    assert (row["现认定学时"], row["试算学时"], row["试算结果"]) == ("8", "5", "改按新标准认定")
    assert Event.objects.filter(action="what_if.entries_export").count() == 1
    assert "没有符合条件的登记" in desk.get(*page(trial, "trial_entries", verdict="nothing")).text


def test_an_empty_list_says_how_to_begin(desk: Client) -> None:
    assert "还没有试算过" in desk.get(reverse("compliance:draft_trial_list")).text
    assert reverse("compliance:draft_trial_list") in desk.get(reverse("office_settings")).text


def test_the_pages_ask_the_same_for_one_person_and_thirty(desk: Client, city: User, trial: Trial) -> None:
    for _ in range(29):
        post(PractitionerFactory(), city, SUBJECT)
    many = tried(city, GENERAL_24, EXAM_FIVE, ("total = 90", "total = 89"))
    for name in ("trial", "trial_entries"):
        desk.get(*page(many, name))
        asked = []
        for one in (trial, many):
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(*page(one, name)).status_code == 200
            asked.append(len(queries))
        assert asked[0] == asked[1] <= QUERIES, name
    assert Decimal(len(names(desk.get(*page(many)).text))) == 30
