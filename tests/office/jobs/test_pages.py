"""The pages of jobs: who sees which, filters and pages, progress that polls, and starting a failed one again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.keyset import PAGE_SIZE
from accounts.middleware import LAST_SEEN
from accounts.models import User
from office.jobs.models import Job
from office.jobs.states import JobState
from tests.clients import PortalClient
from tests.factories import AppointmentFactory, UserFactory

LIST = reverse("jobs:list")


@pytest.fixture
def desk(client: PortalClient, county: User) -> PortalClient:
    """The county bureau's browser."""
    client.force_login(county)
    return client


def job(by: User | None, state: JobState = JobState.DONE, kind: str = "annual_check", **fields: Any) -> Job:
    """A row of the list."""
    return Job.objects.create(requested_by=by, state=state, kind=kind, key=str(uuid.uuid4()), **fields)


def shown(client: PortalClient, **query: str) -> list[Job]:
    """The jobs on the page."""
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return [line for line, _ in answer.context["lines"]]


def test_one_sees_ones_own_and_the_city_all(client: PortalClient, desk: PortalClient, county: User, city: User) -> None:
    own, others, nightly = job(county), job(city), job(None)
    assert shown(desk) == [own]
    client.force_login(city)
    assert shown(client) == [nightly, others, own]
    sysadmin = PortalClient()
    sysadmin.force_login(AppointmentFactory(sysadmin=True).user)
    assert shown(sysadmin) == [nightly, others, own]


@pytest.mark.parametrize(("name", "method"), [("detail", "get"), ("progress", "get"), ("retry", "post")])
def test_what_one_may_not_see_is_not_there(desk: PortalClient, city: User, name: str, method: str) -> None:
    hidden = job(city, JobState.FAILED)
    for pk in (hidden.pk, uuid.uuid4()):
        assert getattr(desk, method)(reverse(f"jobs:{name}", args=[pk])).status_code == 404
    hidden.refresh_from_db()
    assert hidden.state == JobState.FAILED


def test_the_list_is_filtered(desk: PortalClient, county: User) -> None:
    failed = job(county, JobState.FAILED)
    done = job(county, kind="audit_verify")
    assert shown(desk, state="failed") == [failed]
    assert shown(desk, kind="audit_verify") == [done]
    assert shown(desk, kind="audit_verify", state="failed") == []
    assert "没有符合条件的任务" in desk.get(LIST, {"state": "queued"}).content.decode()


def test_a_filter_that_nobody_offers_is_told_and_filters_nothing(desk: PortalClient, county: User) -> None:
    row = job(county)
    assert shown(desk, state="lost", kind="nonsense") == [row]
    answer = desk.get(LIST, {"state": "lost"})
    assert list(answer.context["filter"].form.errors) == ["state"]
    assert answer.context["filter"].form.errors["state"][0] in answer.content.decode()


def test_an_empty_list_says_what_will_stand_there(desk: PortalClient) -> None:
    assert "还没有后台任务" in desk.get(LIST).content.decode()


def test_pages_lead_through_the_whole_list_and_back(desk: PortalClient, county: User) -> None:
    now = timezone.now()
    rows = [job(county, created_at=now - timedelta(minutes=n // 2)) for n in range(2 * PAGE_SIZE + 1)]
    expected = sorted(rows, key=lambda row: (row.created_at, row.pk), reverse=True)
    seen, url = [], LIST
    pages = []
    while url:
        answer = desk.get(url)
        pages.append([line for line, _ in answer.context["lines"]])
        seen += pages[-1]
        url = answer.context["older_url"] and LIST + answer.context["older_url"]
    assert seen == expected
    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 1]
    back = desk.get(LIST + answer.context["newer_url"])
    assert [line for line, _ in back.context["lines"]] == pages[1]


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WyIyMDIxIiwieCJd"])
def test_a_cursor_that_cannot_be_read_shows_the_first_page(desk: PortalClient, county: User, cursor: str) -> None:
    row = job(county)
    assert shown(desk, after=cursor) == shown(desk, before=cursor) == [row]


def test_a_filter_stays_on_the_next_page(desk: PortalClient, county: User) -> None:
    for _ in range(PAGE_SIZE + 1):
        job(county, JobState.FAILED)
    job(county)
    first = desk.get(LIST, {"state": "failed"})
    assert "state=failed" in first.context["older_url"]
    assert len(desk.get(LIST + first.context["older_url"]).context["lines"]) == 1


@pytest.mark.parametrize("rows", [1, 30])
def test_the_pages_ask_the_same_for_any_number_of_jobs(
    desk: PortalClient, county: User, rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    jobs = [job(county) for _ in range(rows)]
    for url, number in (
        (LIST, 8),
        (reverse("jobs:detail", args=[jobs[0].pk]), 8),
        (reverse("jobs:progress", args=[jobs[0].pk]), 5),
    ):
        desk.get(url)  # what a process reads once is not the page's
        with django_assert_num_queries(number):
            desk.get(url)


@pytest.mark.parametrize(
    ("state", "fields", "status", "words"),
    [
        (JobState.QUEUED, {}, 200, ["排队中"]),
        (JobState.RUNNING, {"done_steps": 3, "total_steps": 4, "note": "已核算30人"}, 200, ["进行中", "已核算30人"]),
        (JobState.DONE, {"result": {"people": 30}}, 286, ["已完成"]),
        (JobState.FAILED, {"error": "没有这个年度。"}, 286, ["未完成", "没有这个年度。", "从中断处重新开始"]),
    ],
)
def test_progress_is_polled_until_the_job_is_finished(
    desk: PortalClient, county: User, state: JobState, fields: dict[str, Any], status: int, words: list[str]
) -> None:
    row = job(county, state, kind="made_up", **fields)
    progress = desk.get(reverse("jobs:progress", args=[row.pk]), headers={"HX-Request": "true"})
    assert progress.status_code == status
    assert "<html" not in progress.content.decode()
    page = desk.get(reverse("jobs:detail", args=[row.pk])).content.decode()
    assert ("every 2s" in page) == (status == 200)
    for text in (progress.content.decode(), page):
        assert [word for word in words if word not in text] == []


def test_a_page_left_open_keeps_no_session_alive(desk: PortalClient, county: User) -> None:
    row = job(county, JobState.RUNNING)
    desk.get(LIST)

    def last_seen() -> int:
        return int(desk.session[LAST_SEEN])

    session = desk.session
    session[LAST_SEEN] = long_ago = int(timezone.now().timestamp()) - 600
    session.save()
    desk.get(reverse("jobs:progress", args=[row.pk]))
    assert last_seen() == long_ago
    desk.get(reverse("jobs:detail", args=[row.pk]))
    assert last_seen() > long_ago


def test_a_failed_job_is_started_again_by_its_button(desk: PortalClient, county: User) -> None:
    row = job(county, JobState.FAILED, attempts=3, error="多次尝试后仍未完成")
    answer = desk.post(reverse("jobs:retry", args=[row.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("jobs:detail", args=[row.pk]), 302)]
    assert "任务已重新排队" in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (JobState.QUEUED, 0)
    again = desk.post(reverse("jobs:retry", args=[row.pk]), follow=True)
    assert "任务排队中，不需要重试。" in again.content.decode()


def test_who_sees_a_job_without_having_asked_gets_no_button(client: PortalClient, county: User) -> None:
    row = job(county, JobState.FAILED)
    client.force_login(AppointmentFactory(sysadmin=True).user)
    assert "从中断处重新开始" not in client.get(reverse("jobs:detail", args=[row.pk])).content.decode()
    assert client.post(reverse("jobs:retry", args=[row.pk])).status_code == 403


def test_a_job_of_another_release_is_shown_by_its_code(desk: PortalClient, county: User) -> None:
    row = job(county, kind="of_another_release", result={"rows": 3})
    assert "of_another_release" in desk.get(LIST).content.decode()
    assert "of_another_release" in desk.get(reverse("jobs:detail", args=[row.pk])).content.decode()


@pytest.mark.django_db
def test_a_stranger_signs_in_first(client: PortalClient) -> None:
    row = job(UserFactory())
    for url in (LIST, reverse("jobs:detail", args=[row.pk]), reverse("jobs:progress", args=[row.pk])):
        assert client.get(url).headers["Location"].startswith(reverse("accounts:sign_in"))
