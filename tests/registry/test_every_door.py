"""One bad claim through every door that there is: the same code on the same field, and nothing saved."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import InputError
from registry.commands.claims import ClaimInput, claim_draft, claim_preview, claim_update
from registry.models import Claim, Practitioner
from tests.registry.people import EXAM, draft

CLASS = ClaimInput(
    activity="training_class",
    title="绿色建筑研修班",
    started_on=date(2021, 4, 6),
    ended_on=date(2021, 4, 7),
    hours=Decimal(16),
    days=2,
)
COURSE = replace(CLASS, activity="online_course", hours=Decimal("7.5"), days=None)
AID = replace(CLASS, activity="teaching_or_aid", hours=None, days=None, quantity=2)
LONG = "字" * 1000

# Facts as typed input; what is wrong with them; the field at fault.
BAD: list[tuple[ClaimInput, str, str]] = [
    (replace(EXAM, tier=""), "missing_tier", "tier"),
    (replace(EXAM, tier="galactic"), "unknown_tier", "tier"),
    (replace(EXAM, quantity=None), "missing_quantity", "quantity"),
    (replace(EXAM, quantity=0), "not_positive", "quantity"),
    (replace(EXAM, quantity=-1), "not_positive", "quantity"),
    (replace(EXAM, quantity=3001), "too_large", "quantity"),
    (replace(EXAM, quantity=10**15), "too_large", "quantity"),
    (replace(EXAM, quantity=Decimal("1.5")), "not_whole", "quantity"),
    (replace(EXAM, quantity=Decimal("NaN")), "not_a_number", "quantity"),
    (replace(EXAM, quantity=Decimal("Infinity")), "not_a_number", "quantity"),
    (replace(EXAM, ended_on=date(2021, 5, 21)), "dates_out_of_order", "ended_on"),
    (replace(EXAM, ended_on=date(2021, 9, 2)), "ends_in_future", "ended_on"),
    (replace(EXAM, started_on=date(2020, 12, 1), ended_on=date(2020, 12, 31)), "no_notice", "ended_on"),
    (replace(COURSE, hours=None), "missing_hours", "hours"),
    (replace(COURSE, hours=Decimal(0)), "not_positive", "hours"),
    (replace(COURSE, hours=Decimal("-7.5")), "not_positive", "hours"),
    (replace(COURSE, hours=Decimal("7.25")), "too_many_places", "hours"),
    (replace(COURSE, hours=Decimal("3000.1")), "too_large", "hours"),
    (replace(COURSE, hours=Decimal("1E+20")), "too_large", "hours"),
    (replace(COURSE, hours=Decimal("NaN")), "not_a_number", "hours"),
    (replace(CLASS, days=None), "missing_days", "days"),
    (replace(CLASS, days=0), "not_positive", "days"),
    (replace(CLASS, hours=Decimal("16.1")), "above_daily_cap", "hours"),
    (replace(CLASS, days=3), "more_days_than_dates", "days"),
    (replace(AID, quantity=3), "more_days_than_dates", "quantity"),
    (replace(EXAM, title=""), "missing_title", "title"),
    (replace(EXAM, title=LONG), "too_long", "title"),
    (replace(EXAM, title="考\x00试"), "bad_characters", "title"),
    (replace(EXAM, organiser=LONG), "too_long", "organiser"),
    (replace(EXAM, certificate_number=LONG), "too_long", "certificate_number"),
    (replace(EXAM, note=LONG), "too_long", "note"),
]
TEXTS = {"title", "organiser", "certificate_number", "note"}
CASES = pytest.mark.parametrize(("data", "code", "field"), BAD, ids=[f"{field} {code}" for _, code, field in BAD])
Refusal = tuple[str, str]


def sent(data: ClaimInput) -> dict[str, str]:
    """The input as a browser sends it."""
    typed = {name: "" if value is None else str(value) for name, value in asdict(data).items()}
    return {**typed, "token": str(uuid.uuid4())}


def refused_by(act: Callable[[], object]) -> Refusal:
    with pytest.raises(InputError) as refused:
        act()
    return refused.value.code, refused.value.field


def refused_on(response: Any) -> Refusal:
    """The one error of a page."""
    assert response.status_code == 422
    ((field, (error,)),) = response.context["form"].errors.as_data().items()
    assert str(error.messages[0]) in response.content.decode()
    return error.code, field


@CASES
def test_the_commands(data: ClaimInput, code: str, field: str, person: Practitioner) -> None:
    claim = draft(person)
    draft_it = lambda: claim_draft(actor=person.user, practitioner=person, data=data, token=uuid.uuid4())  # noqa: E731
    assert refused_by(draft_it) == (code, field)
    assert refused_by(lambda: claim_update(actor=person.user, claim=claim, data=data)) == (code, field)
    if field not in TEXTS:
        assert refused_by(lambda: claim_preview(data=data)) == (code, field)
    assert list(Claim.objects.values_list("title", "hours")) == [(EXAM.title, 16)]


@CASES
def test_the_form_of_a_new_claim(
    data: ClaimInput, code: str, field: str, engineer: Client, person: Practitioner
) -> None:
    response = engineer.post(reverse("registry:claim_facts", args=[data.activity]), sent(data))
    assert refused_on(response) == (code, field)
    assert not Claim.objects.exists()


@CASES
def test_the_form_of_a_claim_to_be_changed(
    data: ClaimInput, code: str, field: str, engineer: Client, person: Practitioner
) -> None:
    good = {"licence_exam": EXAM, "online_course": COURSE, "training_class": CLASS, "teaching_or_aid": AID}
    claim = draft(person, good[data.activity])
    before = Claim.objects.values().get()
    response = engineer.post(reverse("registry:claim_edit", args=[claim.pk]), sent(data))
    assert refused_on(response) == (code, field)
    assert Claim.objects.values().get() == before


@CASES
def test_the_live_preview_says_what_the_form_says(
    data: ClaimInput, code: str, field: str, engineer: Client, person: Practitioner
) -> None:
    url = reverse("registry:claim_facts", args=[data.activity])
    page = engineer.post(url, sent(data))
    live = engineer.post(reverse("registry:claim_preview"), sent(data))
    plain = engineer.post(url, sent(data) | {"preview": "1"})
    assert (live.status_code, plain.status_code) == (200, 200)
    for shown in (live, plain):
        if field in TEXTS:  # what a claim is called has no say in its hours
            assert shown.context["credit"] == claim_preview(data=data)
        elif code.startswith("missing_"):
            assert not shown.context.get("credit")
            assert str(page.context["form"][field].label) in shown.context["message"]
        else:
            assert shown.context["message"] == page.context["form"].errors[field][0]
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        replace(EXAM, activity="sleeping"),
        replace(COURSE, quantity=1),
        replace(EXAM, hours=Decimal(1)),
        replace(AID, tier="city"),
    ],
    ids=["activity", "quantity", "hours", "tier"],
)
def test_what_no_form_asks_for_is_refused_by_the_command(
    data: ClaimInput, person: Practitioner, request: pytest.FixtureRequest
) -> None:
    field = request.node.callspec.id
    code = "unknown_activity" if field == "activity" else f"superfluous_{field}"
    draft_it = lambda: claim_draft(actor=person.user, practitioner=person, data=data, token=uuid.uuid4())  # noqa: E731
    assert refused_by(draft_it) == refused_by(lambda: claim_preview(data=data)) == (code, field)
