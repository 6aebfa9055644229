"""A prescribed course chosen from the year's list fills the claim's form; another may be typed in (§二（一））."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from registry.commands.yearly import CourseInput, course_change
from registry.models import Claim, Practitioner, PrescribedCourse
from registry.queries.findings import findings_of

pytestmark = pytest.mark.django_db
FACTS = reverse("registry:claim_facts", args=["industry_public_course"])


@pytest.fixture
def engineer(client: Client, people: list[Practitioner]) -> Client:
    """A browser of the first engineer."""
    client.force_login(people[0].user)
    return client


def test_the_courses_of_the_category_are_offered(engineer: Client, city: User) -> None:
    stopped = PrescribedCourse.objects.get(code="HG-02")
    data = CourseInput("HG-02", "绿色建造", "industry_public", stopped.hours, "zjjsrc", is_active=False)
    course_change(actor=city, course=stopped, data=data)
    page = engineer.get(FACTS).content.decode()
    assert [name in page for name in ("工程质量安全（12学时）", "绿色建造", "职业道德", "其他课程")] == [
        True,
        False,
        False,
        True,
    ]
    other = engineer.get(reverse("registry:claim_facts", args=["licence_exam"])).content.decode()
    assert "从规定课程中选择" not in other


def test_a_chosen_course_fills_name_hours_and_platform_and_has_no_finding(engineer: Client, city: User) -> None:
    course = PrescribedCourse.objects.get(code="HG-01")
    form = engineer.get(FACTS, {"course": course.pk}).context["form"]
    filled = {name: value for name, value in form.initial.items() if name != "token"}
    assert filled == {"title": "工程质量安全", "hours": "12", "organiser": "舟山市专业技术人员继续教育平台"}
    engineer.post(FACTS, {**form.initial, "started_on": "2021-05-01", "ended_on": "2021-05-20"})
    assert findings_of(Claim.objects.get()) == []


@pytest.mark.parametrize("course", ["", "0", "abc", "999999999999999999999", "-1"])
def test_a_course_that_is_none_fills_nothing(engineer: Client, city: User, course: str) -> None:
    page = engineer.get(FACTS, {"course": course})
    assert (page.status_code, list(page.context["form"].initial)) == (200, ["token"])
