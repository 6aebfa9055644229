"""Dates and amounts as typed: each refusal stands on its field and names it, nothing is kept; and what is taken."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from office.audit.models import Event
from registry.models import Claim
from tests.registry.conftest import autumn_2021, engineer, own_media, person

__all__ = ["autumn_2021", "engineer", "own_media", "person"]

LABELS = {"started_on": "开始日期", "ended_on": "结束日期", "quantity": "数量", "hours": "学时", "days": "天数"}
# The form of an activity that asks for all that is tried here.
FORMS = {
    "licence_exam": {"tier": "national", "quantity": "1"},
    "online_course": {"hours": "7.5"},
    "training_class": {"hours": "12", "days": "2"},
}
BAD: list[tuple[str, str, str, str]] = [
    ("licence_exam", "started_on", "", "missing_started_on"),
    ("licence_exam", "started_on", "昨天", "invalid"),
    ("licence_exam", "started_on", "2021-02-30", "invalid"),
    ("licence_exam", "started_on", "2021-02-29", "invalid"),
    ("licence_exam", "started_on", "2021-13-01", "invalid"),
    ("licence_exam", "started_on", "2021-00-10", "invalid"),
    ("licence_exam", "started_on", "0000-00-00", "invalid"),
    ("licence_exam", "started_on", "99999-01-01", "invalid"),
    ("licence_exam", "started_on", "21-05-22", "invalid"),
    ("licence_exam", "started_on", "05/22/2021", "invalid"),
    ("licence_exam", "started_on", "2021年5月", "invalid"),
    ("licence_exam", "started_on", "44338", "invalid"),
    ("licence_exam", "started_on", "2021-05-22T10:00", "invalid"),
    ("licence_exam", "started_on", "2021-05-2\x002", "invalid"),
    ("licence_exam", "started_on", "2021-05-22" * 500, "invalid"),
    ("licence_exam", "ended_on", "2021-05-21", "dates_out_of_order"),
    ("licence_exam", "ended_on", "2021-09-02", "ends_in_future"),
    ("licence_exam", "ended_on", "9999-12-31", "ends_in_future"),
    ("licence_exam", "quantity", "", "missing_quantity"),
    ("licence_exam", "quantity", "两", "not_a_number"),
    ("licence_exam", "quantity", "1.5", "not_whole"),
    ("licence_exam", "quantity", "-1", "not_positive"),
    ("licence_exam", "quantity", "0", "not_positive"),
    ("licence_exam", "quantity", "1_0", "not_a_number"),
    ("licence_exam", "quantity", "\u0661\u0662", "not_a_number"),
    ("licence_exam", "quantity", "0x10", "not_a_number"),
    ("licence_exam", "quantity", "1,5", "not_a_number"),
    ("licence_exam", "quantity", "9" * 400, "too_large"),
    ("licence_exam", "quantity", "3001", "too_large"),
    ("online_course", "hours", "NaN", "not_a_number"),
    ("online_course", "hours", "-Infinity", "not_a_number"),
    ("online_course", "hours", "7.25", "too_many_places"),
    ("online_course", "hours", "0.05", "too_many_places"),
    ("online_course", "hours", "½", "not_a_number"),
    ("online_course", "hours", "7.5学时", "not_a_number"),
    ("online_course", "hours", "7\x005", "not_a_number"),
    ("online_course", "hours", "1e999", "too_large"),
    ("training_class", "hours", "16.1", "above_daily_cap"),
    ("training_class", "days", "3", "more_days_than_dates"),
    ("training_class", "days", "--2", "not_a_number"),
]
TAKEN = [
    ("licence_exam", "started_on", "2021/5/22", date(2021, 5, 22)),
    ("licence_exam", "started_on", "2021年5月22日", date(2021, 5, 22)),
    ("licence_exam", "started_on", "20210522", date(2021, 5, 22)),
    ("licence_exam", "started_on", " 2021.05.22 ", date(2021, 5, 22)),
    ("licence_exam", "quantity", "２", 2),
    ("licence_exam", "quantity", " 2 ", 2),
    ("licence_exam", "quantity", "2.0", 2),
    ("online_course", "hours", "７．５", Decimal("7.5")),
    ("online_course", "hours", "08.50", Decimal("8.5")),
    ("online_course", "hours", "3000", Decimal(3000)),
]


def post(client: Client, activity: str, field: str, typed: str) -> Any:
    """The form of the activity with one field typed like this."""
    given = {"token": str(uuid.uuid4()), "title": "继续教育", "started_on": "2021-05-22", "ended_on": "2021-05-23"}
    return client.post(reverse("registry:claim_facts", args=[activity]), {**given, **FORMS[activity], field: typed})


def test_the_table_is_as_long_as_promised() -> None:
    assert len(BAD) >= 25


@pytest.mark.parametrize(("activity", "field", "typed", "code"), BAD)
def test_what_is_no_date_or_amount_is_refused_on_its_field(
    engineer: Client, activity: str, field: str, typed: str, code: str
) -> None:
    response = post(engineer, activity, field, typed)
    assert response.status_code == 422
    errors = response.context["form"].errors.as_data()
    assert {name: [error.code for error in found] for name, found in errors.items()} == {field: [code]}
    page = response.content.decode()
    assert f'href="#id_{field}"' in page
    (message,) = errors[field][0].messages
    assert message in page
    label = str(response.context["form"][field].label)
    assert f"{label}：{message}" in page.replace("\n", "")
    assert LABELS[field] in label
    assert not Claim.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(("activity", "field", "typed", "kept"), TAKEN)
def test_what_an_office_would_read_is_taken(engineer: Client, activity: str, field: str, typed: str, kept: Any) -> None:
    assert post(engineer, activity, field, typed).status_code == 302
    assert getattr(Claim.objects.get(), {"hours": "taught_hours"}.get(field, field)) == kept


def test_an_activity_that_began_before_all_calendars_can_still_be_read(engineer: Client) -> None:
    assert post(engineer, "licence_exam", "started_on", "0001-01-01").status_code == 302
    claim = Claim.objects.get()
    for name in ("claim_detail", "claim_edit", "claim_evidence"):
        assert engineer.get(reverse(f"registry:{name}", args=[claim.pk])).status_code == 200
