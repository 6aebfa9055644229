"""Accepting many claims at once: what is done, what is left and why, and that nothing is done twice."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from office.jobs.commands import LeaseLost, run
from office.jobs.models import Job
from office.jobs.states import JobState
from registry.commands import batches
from registry.commands.batches import KIND, batch_request
from registry.commands.decisions import claim_refuse
from registry.commands.handover import claim_hand_over
from registry.models import Claim, HourEntry, Practitioner
from registry.states import ClaimState
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import PractitionerFactory, accepted, submitted
from tests.registry.test_findings import CLASS, TALK, filed

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
BATCH = "/review/batch/"


def requested(actor: User, *claims: Claim, **more: Any) -> Job:
    return batch_request(actor=actor, claims=[claim.pk for claim in claims], token=uuid.uuid4(), **more)


def outcomes(job: Job) -> dict[int, tuple[str, str]]:
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return {line["claim"]: (line["outcome"], line["text"]) for line in job.result["results"]}


def finished(actor: User, *claims: Claim, **more: Any) -> dict[int, tuple[str, str]]:
    """The results of a batch that a worker has done."""
    job = requested(actor, *claims, **more)
    run(str(job.pk))
    return outcomes(job)


@pytest.fixture
def desk(client: Client, county: User) -> Client:
    """A browser in which 定海's county bureau is signed in."""
    client.force_login(county, backend=BACKEND)
    return client


def test_each_claim_has_its_own_result(person: Practitioner, county: User) -> None:
    colleague = AppointmentFactory(user__display_name="王科长").user
    fine = [submitted(PractitionerFactory()) for _ in range(3)]
    filed(person, CLASS)
    told = filed(person, TALK)
    decided, moved = submitted(PractitionerFactory()), submitted(PractitionerFactory())
    job = requested(county, fine[0], told, decided, moved, *fine[1:])
    claim_refuse(actor=colleague, claim=decided, reason="不属于")
    claim_hand_over(actor=county, claim=moved, region=region("putuo"), reason="属地有误")
    run(str(job.pk))
    when = timezone.localtime().strftime("%Y年%-m月%-d日 %H:%M")
    assert outcomes(job) == {
        **dict.fromkeys([claim.pk for claim in fine], ("done", "")),
        told.pk: ("finding", "有提示事项，请逐件办理。"),
        decided.pk: ("decided", f"本申报已由王科长于{when}变更为“不予认定”，不能再进行此操作。"),
        moved.pk: ("gone", "已移交其他单位或不再可见。"),
    }
    assert (job.result["done"], job.result["left"]) == (3, 3)
    assert Claim.objects.filter(state=ClaimState.ACCEPTED).count() == HourEntry.objects.count() == 3
    assert set(Event.objects.filter(action="claim.accept").values_list("actor", flat=True)) == {county.pk}


def test_a_reason_for_many_is_no_reason_for_one(person: Practitioner, county: User) -> None:
    filed(person, CLASS)
    told, fine = filed(person, TALK), submitted(PractitionerFactory())
    assert finished(county, told, fine, reason="集中审核") == {
        told.pk: ("finding", "有提示事项，请逐件办理。"),
        fine.pk: ("done", ""),
    }
    assert fine.steps.latest("pk").reason == "集中审核"


def test_what_is_not_ones_own_to_decide_is_left(county: User) -> None:
    city = AppointmentFactory(city=True).user
    far, own = submitted(PractitionerFactory()), submitted(PractitionerFactory(user=city))
    assert finished(city, far) == {far.pk: ("elsewhere", "不由本单位受理，或是本人的申报，不能办理。")}
    with pytest.raises(InputError) as refused:  # one's own is not in one's list at all
        requested(city, own)
    assert refused.value.code == "no_claims"


def test_who_may_decide_is_asked_anew_when_it_is_done(county: User) -> None:
    claim = submitted(PractitionerFactory())
    job = requested(county, claim)
    county.appointments.update(valid_to="2021-08-31")
    run(str(job.pk))
    assert outcomes(job)[claim.pk][0] == "gone"
    assert HourEntry.objects.count() == 0


def test_a_return_of_many_has_one_reason(county: User) -> None:
    claims = [submitted(PractitionerFactory()) for _ in range(2)]
    with pytest.raises(InputError) as refused:
        requested(county, *claims, decision=ClaimState.RETURNED)
    assert refused.value.code == "reason_missing"
    finished(county, *claims, decision=ClaimState.RETURNED, reason="请补充通知")
    assert {claim.steps.latest("pk").reason for claim in claims} == {"请补充通知"}


@pytest.mark.parametrize("number", [0, 201])
def test_how_many_at_once(county: User, number: int) -> None:
    with pytest.raises(InputError) as refused:
        batch_request(actor=county, claims=range(1, number + 1), token=uuid.uuid4())
    assert (refused.value.code, refused.value.field) == (
        ("too_many_claims" if number else "no_claims"),
        "claims",
    )
    assert Job.objects.count() == 0


@pytest.mark.parametrize("role", ["auditor", "employer_admin", None])
def test_only_an_office_asks_for_a_batch(db: None, role: str | None) -> None:
    claim = submitted(PractitionerFactory())
    with pytest.raises(Forbidden):
        requested(AppointmentFactory(**{role: True}).user if role else UserFactory(), claim)


def test_a_form_posted_twice_is_one_job_of_one_person(county: User) -> None:
    claims, token = [submitted(PractitionerFactory()).pk], uuid.uuid4()
    first = batch_request(actor=county, claims=claims, token=token)
    assert batch_request(actor=county, claims=claims, token=token) == first
    assert Event.objects.filter(action="claim.batch").count() == 1
    assert batch_request(actor=AppointmentFactory().user, claims=claims, token=token) != first


def test_a_batch_that_lost_its_worker_goes_on_where_it_stopped(county: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third claim's transaction never commits; of the two before it nothing is done again."""
    claims = [submitted(PractitionerFactory()) for _ in range(4)]
    job = requested(county, *claims)
    decide, seen = batches.DECISIONS[ClaimState.ACCEPTED.value], []

    def dies_at_the_third(**given: Any) -> Claim:
        seen.append(given["claim"].pk)
        done = decide(**given)
        if len(seen) == 3:
            raise LeaseLost(str(job.pk))
        return done

    monkeypatch.setitem(batches.DECISIONS, ClaimState.ACCEPTED.value, dies_at_the_third)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, len(job.checkpoint["results"]), HourEntry.objects.count()) == (JobState.RUNNING, 2, 2)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, worker=None)
    run(str(job.pk))
    assert set(outcomes(job).values()) == {("done", "")}
    assert seen == [*seen[:3], seen[2], seen[4]]
    assert HourEntry.objects.count() == Event.objects.filter(action="claim.accept").count() == 4


def test_the_queue_offers_what_waits_for_the_own_office(desk: Client, county: User) -> None:
    waiting = submitted(PractitionerFactory())
    accepted(PractitionerFactory(), county)
    page = desk.get("/review/", {"state": "all"})
    assert [line["tickable"] for line in page.context["lines"]] == [True, False]
    assert f'name="claim" value="{waiting.pk}"' in page.content.decode()
    assert "批量认定" not in desk.get("/review/", {"state": "accepted"}).content.decode()


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ({"pick": "ticked"}, "nothing"),
        ({"pick": "ticked", "claim": ["x", "9" * 30, "999999"]}, "nothing"),
        ({"pick": "page"}, "page"),
        ({"pick": "page", "year": "2020"}, "nothing"),
        ({"pick": "all"}, "all"),
        ({"pick": "all", "activity": "paper"}, "nothing"),
        ({"pick": "all", "state": "accepted"}, "all"),
    ],
)
def test_what_is_chosen(desk: Client, county: User, query: dict[str, Any], chosen: str) -> None:
    waiting = [submitted(PractitionerFactory()) for _ in range(31)]
    submitted(PractitionerFactory(organisation=OrganisationFactory(region=region("putuo"))))
    accepted(PractitionerFactory(), county)
    page = desk.get(BATCH, query)
    if chosen == "nothing":
        assert page.status_code == 302
        return
    wanted = waiting[:30] if chosen == "page" else waiting
    assert [claim for claim, _ in page.context["clear"]] == wanted


def test_from_the_ticks_to_the_results(desk: Client, county: User, person: Practitioner) -> None:
    fine = submitted(PractitionerFactory())
    filed(person, CLASS)
    told = filed(person, TALK)
    page = desk.get(BATCH, {"pick": "ticked", "claim": [fine.pk, told.pk]})
    assert [claim for claim, _ in page.context["clear"]] == [fine]
    assert [claim for claim, _ in page.context["told"]] == [told]
    form = {"token": str(page.context["token"]), "claims": [fine.pk, told.pk]}
    answer = desk.post(BATCH, form)
    job = Job.objects.get(kind=KIND)
    assert answer.headers["Location"] == reverse("jobs:detail", args=[job.pk])
    assert desk.post(BATCH, form).headers["Location"] == answer.headers["Location"]
    run(str(job.pk))
    text = desk.get(answer.headers["Location"]).content.decode()
    for shown in (reverse("registry:review_claim", args=[told.pk]), "有提示事项，请逐件办理", str(fine.number)):
        assert shown in text, shown


@pytest.mark.parametrize("form", [{}, {"token": "x"}, {"token": str(uuid.UUID(int=1))}, {"claims": ["1"]}])
def test_a_form_that_makes_no_sense_asks_for_nothing(desk: Client, form: dict[str, Any]) -> None:
    assert desk.post(BATCH, form).headers["Location"] == "/review/"
    assert Job.objects.count() == 0
