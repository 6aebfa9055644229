"""Passing many people's year at once: what is done, what is left and why, and that nothing is done twice."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from compliance import tasks
from compliance.commands import review_batches
from compliance.commands.review_batches import KIND, review_batch_request
from compliance.models import AnnualReview
from compliance.states import ReviewState
from office.audit.models import Event
from office.jobs.commands import LeaseLost, run
from office.jobs.models import Job
from office.jobs.states import JobState
from registry.commands import ledger
from registry.models import Practitioner
from tests.compliance.signing import COMMANDS, GENERAL, meeting, post, review, signed
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import PractitionerFactory
from tests.units.at_once import at_once

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
LIST, BATCH = "/compliance/standings/", "/compliance/standings/batch/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, county: User) -> Client:
    """A browser in which 定海's county bureau is signed in."""
    client.force_login(county, backend=BACKEND)
    return client


def requested(actor: User, *people: Practitioner, **more: Any) -> Job:
    ids = [person.pk for person in people]
    return review_batch_request(actor=actor, year=2021, practitioners=ids, token=uuid.uuid4(), **more)


def outcomes(job: Job) -> dict[int, str]:
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return {line[0]: line[2] for line in job.result["results"]}


def short(county: User) -> Practitioner:
    person = PractitionerFactory()
    post(person, county, GENERAL)
    return person


def test_each_person_has_their_own_result(county: User) -> None:
    colleague = AppointmentFactory().user
    fine = [meeting(county) for _ in range(2)]
    lacking, decided, undone = short(county), signed(colleague), meeting(county)
    job = requested(county, *fine, lacking, decided, undone)
    ledger.reverse(actor=county, entry=undone.entries.first(), reason="证书无效")
    run(str(job.pk))
    assert outcomes(job) == {
        **dict.fromkeys([person.pk for person in fine], "done"),
        lacking.pk: "short",
        decided.pk: "decided",
        undone.pk: "short",
    }
    assert (job.result["done"], job.result["left"], len(job.result["not_done"])) == (2, 3, 3)
    assert Event.objects.filter(action="review.pass", actor=county).count() == 2


def test_what_is_not_the_own_offices_to_pass_is_left(county: User) -> None:
    city, own = AppointmentFactory(city=True).user, meeting(county, user=county)
    far = meeting(county, organisation=OrganisationFactory(region=region("putuo")))
    here = meeting(county)
    for actor, people, expected in (
        (county, (own, far), {own.pk: "elsewhere"}),  # whom one may not see is as if not there
        (city, (far, here), dict.fromkeys([far.pk, here.pk], "elsewhere")),
    ):
        job = requested(actor, *people)
        run(str(job.pk))
        assert outcomes(job) == expected
    assert not AnnualReview.objects.exclude(state=ReviewState.OPEN).exists()


def test_who_may_decide_is_asked_anew_when_it_is_done(county: User) -> None:
    person = meeting(county)
    job = requested(county, person)
    county.appointments.update(valid_to="2021-08-31")
    run(str(job.pk))
    assert outcomes(job) == {person.pk: "gone"}


@pytest.mark.parametrize("number", [0, 5001])
def test_how_many_at_once(county: User, number: int) -> None:
    with pytest.raises(InputError) as refused:
        review_batch_request(actor=county, year=2021, practitioners=range(1, number + 1), token=uuid.uuid4())
    assert (refused.value.code, refused.value.field) == ("too_many_people" if number else "no_people", "people")


@pytest.mark.parametrize("role", ["auditor", "employer_admin", None])
def test_only_an_office_asks_for_a_batch(county: User, role: str | None) -> None:
    with pytest.raises(Forbidden):
        requested(AppointmentFactory(**{role: True}).user if role else UserFactory(), meeting(county))


def test_a_form_posted_twice_is_one_job(county: User) -> None:
    person, token = meeting(county), uuid.uuid4()
    jobs = [review_batch_request(actor=county, year=2021, practitioners=[person.pk], token=token).pk for _ in range(2)]
    assert jobs[0] == jobs[1]
    assert Event.objects.filter(action="review.batch").count() == 1


def test_a_batch_that_lost_its_worker_goes_on_where_it_stopped(county: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second pair's transaction never commits; of the first pair nothing is done again."""
    people = sorted((meeting(county) for _ in range(5)), key=lambda person: person.pk)
    job = requested(county, *people)
    passed, seen = review_batches.review_pass, []

    def dies_at_the_fourth(**given: Any) -> AnnualReview:
        seen.append(given["practitioner"].pk)
        done = passed(**given)
        if len(seen) == 4:
            raise LeaseLost(str(job.pk))
        return done

    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    monkeypatch.setattr(review_batches, "review_pass", dies_at_the_fourth)
    run(str(job.pk))
    job.refresh_from_db()
    signed_so_far = AnnualReview.objects.filter(state=ReviewState.PASSED).count()
    assert (job.state, len(job.checkpoint["results"]), signed_so_far) == (JobState.RUNNING, 2, 2)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, worker=None)
    run(str(job.pk))
    assert set(outcomes(job).values()) == {"done"}
    ids = [person.pk for person in people]
    assert seen == [*ids[:4], *ids[2:]]
    assert Event.objects.filter(action="review.pass").count() == AnnualReview.objects.count() == 5


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ({"pick": "ticked"}, 0),
        ({"pick": "ticked", "person": ["x", "9" * 30, "999999"]}, 0),
        ({"pick": "all"}, 3),
        ({"pick": "all", "specialty": "water"}, 1),
        ({"pick": "all", "specialty": "sleeping"}, 0),
        ({"pick": "all", "review": "passed"}, 0),
    ],
)
def test_who_is_chosen(desk: Client, county: User, query: dict[str, Any], chosen: int) -> None:
    for specialty in ("water", "structure", "structure"):
        meeting(county, specialty=specialty)
    short(county)
    signed(county)
    meeting(county, user=county)
    meeting(county, organisation=OrganisationFactory(region=region("putuo")))
    page = desk.get(BATCH, query)
    assert (page.context["number"] if page.status_code == 200 else 0) == chosen


def test_from_the_ticks_to_the_results(desk: Client, county: User) -> None:
    fine, lacking = meeting(county), short(county)
    listed = desk.get(LIST).context["lines"]
    assert {line["standing"].practitioner_id: line["tickable"] for line in listed} == {fine.pk: True, lacking.pk: False}
    page = desk.get(BATCH, {"pick": "ticked", "person": [fine.pk, lacking.pk]})
    assert [row.practitioner for row, _ in page.context["lines"]] == [fine]
    form = {"token": str(page.context["token"]), "people": [fine.pk, lacking.pk]}
    answer = desk.post(BATCH, form)
    job = Job.objects.get(kind=KIND)
    assert answer.headers["Location"] == reverse("jobs:detail", args=[job.pk])
    assert desk.post(BATCH, form).headers["Location"] == answer.headers["Location"]
    run(str(job.pk))
    text = desk.get(answer.headers["Location"]).content.decode()
    assert "未达标的不能通过审核" in text
    assert reverse("compliance:person_year", args=[lacking.pk, 2021]) in text


def test_all_of_the_list_are_those_that_were_confirmed(desk: Client, county: User) -> None:
    first = [meeting(county) for _ in range(2)]
    page = desk.get(BATCH, {"pick": "all"})
    form = {"token": str(page.context["token"]), "pick": "all", "number": page.context["number"]}
    late = meeting(county)
    assert desk.post(BATCH, form).headers["Location"] == f"{BATCH}?pick=all"
    assert Job.objects.count() == 0
    desk.post(BATCH, form | {"number": 3})
    assert Job.objects.get().params["people"] == [person.pk for person in [*first, late]]


@pytest.mark.parametrize("form", [{}, {"token": "x"}, {"token": str(uuid.UUID(int=1))}, {"people": ["1"]}])
def test_a_form_that_makes_no_sense_asks_for_nothing(desk: Client, form: dict[str, Any]) -> None:
    assert desk.post(BATCH, form).headers["Location"] == LIST
    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("names", [("pass", "pass"), ("pass", "fail")], ids="/".join)
def test_of_two_reviewers_at_once_one_decides_and_the_other_is_told(names: tuple[str, str]) -> None:
    first, second = (AppointmentFactory(user__display_name=name).user for name in ("王科长", "林科员"))
    for _ in range(4):
        person = meeting(first)
        calls = [
            lambda actor=actor, name=name, p=person: COMMANDS[name](actor, p)
            for actor, name in zip((first, second), names, strict=True)
        ]
        found = at_once(calls)
        (lost,) = [one for one in found if isinstance(one, Conflict)]
        step = review(person).steps.get()
        assert f"已由{step.actor_name}于" in lost.message


@pytest.mark.django_db(transaction=True)
def test_hours_reversed_while_a_year_is_passed_leave_no_deficit_signed() -> None:
    reviewer = AppointmentFactory().user
    for _ in range(4):
        person = meeting(reviewer)
        entry = person.entries.order_by("id").first()
        at_once(
            [
                lambda p=person: COMMANDS["pass"](reviewer, p),
                lambda e=entry: ledger.reverse(actor=reviewer, entry=e, reason="证书无效"),
            ]
        )
        assert not AnnualReview.objects.filter(practitioner=person, state=ReviewState.PASSED).exists()
