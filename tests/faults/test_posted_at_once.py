"""The same form posted twenty times at once: one record, whatever the form (fault table of `quality.md`).

Real PostgreSQL, twenty connections, and the page's whole way from the address to the row.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import User
from office.audit.models import Event
from office.jobs.models import Job
from registry.models import AnnualStanding, Claim, ClaimStep, Evidence, HourEntry, Practitioner
from registry.states import ClaimState
from tests.clients import PortalClient
from tests.factories import AppointmentFactory, OrganisationFactory, make_id_number, make_phone
from tests.faults.crowd import at_once, browsers
from tests.registry.conftest import own_media
from tests.registry.people import PractitionerFactory, accepted, draft, submitted, upload

__all__ = ["own_media"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_2021")]

TIMES = 20
FACTS = {
    "activity": "licence_exam",
    "tier": "national",
    "quantity": "2",
    "started_on": "2021-05-22",
    "ended_on": "2021-05-23",
    "title": "一级建造师考试",
    "organiser": "",
    "certificate_number": "",
    "note": "",
}


@pytest.fixture
def engineer(db: None) -> Practitioner:
    """An engineer in 定海; the bureau there has a reviewer."""
    return PractitionerFactory()


@pytest.fixture
def bureau(db: None) -> User:
    """A reviewer of 定海's county bureau."""
    return AppointmentFactory().user


def post(windows: list[PortalClient], url: str, form: Callable[[], dict[str, Any]]) -> list[str]:
    """Post the form from every window at once; where each was led."""
    answers = at_once([lambda window=window: window.post(url, form()) for window in windows])
    for answer in answers:
        assert not isinstance(answer, Exception), answer
        assert answer.status_code == 302, answer.content.decode()[:2000]
    return [answer.headers["Location"] for answer in answers]


def events(action: str) -> int:
    return Event.objects.filter(action=action).count()


def test_a_new_claim(engineer: Practitioner) -> None:
    form = FACTS | {"token": str(uuid.uuid4())}
    url = reverse("registry:claim_facts", args=["licence_exam"])
    led_to = post(browsers(engineer.user, TIMES), url, lambda: form)
    claim = Claim.objects.get()
    assert set(led_to) == {reverse("registry:claim_evidence", args=[claim.pk])}
    assert (claim.hours, claim.state, claim.events.count()) == (16, ClaimState.DRAFT, 1)
    assert (events("claim.draft"), events("claim.update")) == (1, 0)


def test_a_new_claim_whose_figure_was_mended_in_between(engineer: Practitioner) -> None:
    forms = iter([FACTS | {"token": str(uuid.uuid4()), "quantity": quantity} for quantity in "23"] * (TIMES // 2))
    token = str(uuid.uuid4())
    url = reverse("registry:claim_facts", args=["licence_exam"])
    post(browsers(engineer.user, TIMES), url, lambda: next(forms) | {"token": token})
    claim = Claim.objects.get()
    assert (claim.quantity, claim.hours) in {(2, 16), (3, 24)}
    assert events("claim.draft") == 1


def test_a_file(engineer: Practitioner) -> None:
    claim = draft(engineer)
    token = str(uuid.uuid4())
    url = reverse("registry:claim_evidence", args=[claim.pk])
    led_to = post(
        browsers(engineer.user, TIMES), url, lambda: {"token": token, "file_exam_result": upload(), "next": "1"}
    )
    assert set(led_to) == {reverse("registry:claim_check", args=[claim.pk])}
    evidence = Evidence.objects.get()
    assert default_storage.listdir("evidence")[1] == [evidence.file.name.removeprefix("evidence/")]
    assert events("evidence.add") == 1


def test_handing_in(engineer: Practitioner) -> None:
    first = submitted(engineer)
    claim = draft(engineer)
    url = reverse("registry:claim_evidence", args=[claim.pk])
    windows = browsers(engineer.user, TIMES)
    windows[0].post(url, {"token": str(uuid.uuid4()), "file_exam_result": upload(shade=9)})
    led_to = post(windows, reverse("registry:claim_check", args=[claim.pk]), lambda: {"declared": "on"})
    pages = {reverse(f"registry:{name}", args=[claim.pk]) for name in ("claim_submitted", "claim_detail")}
    assert set(led_to) <= pages
    claim.refresh_from_db()
    assert int(str(claim.number)[2:]) == int(str(first.number)[2:]) + 1  # no number was lost on the way
    assert (claim.state, claim.steps.count(), events("claim.submit")) == (ClaimState.SUBMITTED, 1, 2)


def test_taking_back(engineer: Practitioner) -> None:
    claim = submitted(engineer)
    post(browsers(engineer.user, TIMES), reverse("registry:claim_withdraw", args=[claim.pk]), lambda: {"reason": ""})
    assert ClaimStep.objects.filter(after=ClaimState.WITHDRAWN).count() == events("claim.withdraw") == 1


def test_accepting(engineer: Practitioner, bureau: User) -> None:
    claim = submitted(engineer)
    url = reverse("registry:review_decide", args=[claim.pk])
    post(browsers(bureau, TIMES), url, lambda: {"decision": "accept", "reason": ""})
    assert HourEntry.objects.get().hours == AnnualStanding.objects.get(year=2021).counted_total == 16
    assert ClaimStep.objects.filter(after=ClaimState.ACCEPTED).count() == events("claim.accept") == 1


def test_undoing(engineer: Practitioner, bureau: User) -> None:
    claim = accepted(engineer, bureau)
    url = reverse("registry:review_reverse", args=[claim.pk])
    post(browsers(bureau, TIMES), url, lambda: {"reason": "抽查不符"})
    assert sorted(HourEntry.objects.values_list("hours", flat=True)) == [-16, 16]
    assert AnnualStanding.objects.get(year=2021).counted_total == 0
    assert ClaimStep.objects.filter(after=ClaimState.REVERSED).count() == events("claim.reverse") == 1


def test_signing_up(db: None) -> None:
    unit = OrganisationFactory()
    form = {
        "name": "陈海生",
        "id_number": make_id_number(serial=310),
        "phone": make_phone(77_000_100),
        "email": "",
        "username": "",
        "password1": "Harbour-Crane-77",
        "password2": "Harbour-Crane-77",
        "specialty": "structure",
        "specialty_other": "",
        "title_level": "none",
        "title": "",
        "organisation": unit.name,
        "region": "",
        "agree": "on",
    }
    windows = [PortalClient() for _ in range(TIMES // 4)]  # hashing a password is slow by design
    answers = at_once([lambda window=window: window.post(reverse("registry:sign_up"), form) for window in windows])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    led_on = [answer for answer in answers if answer.status_code == 302]
    assert len(led_on) == 1
    for answer in answers:
        if answer.status_code != 302:
            assert answer.status_code == 422
            assert set(answer.context["form"].errors) <= {"phone", "id_number", "username"}
    assert (User.objects.count(), Practitioner.objects.count(), events("practitioner.register")) == (1, 1, 1)


def test_asking_for_an_annual_check(db: None) -> None:
    city = AppointmentFactory(city=True).user
    led_to = post(browsers(city, TIMES), reverse("compliance:annual_check"), lambda: {"year": "2021"})
    job = Job.objects.get()
    assert set(led_to) == {reverse("jobs:detail", args=[job.pk])}
    assert events("annual_check.request") == 1
