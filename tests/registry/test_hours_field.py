"""Hours: Decimals with one place to people, whole tenths to PostgreSQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, connection, transaction
from django.db.models import F, Max, Sum

from accounts.models import User
from registry.models import AnnualStanding, Claim, HoursField, Practitioner
from registry.models.fields import to_hours, to_tenths
from tests.registry.people import cpd, draft

FIELD = HoursField()
PAIRS = [
    ("0", 0),
    ("0.1", 1),
    ("7.5", 75),
    ("16", 160),
    ("16.0", 160),
    ("1.6E1", 160),
    ("-50", -500),
    ("3276.7", 32767),
]


@pytest.mark.parametrize(("hours", "tenths"), PAIRS)
def test_hours_and_tenths_are_one_figure(hours: str, tenths: int) -> None:
    assert to_tenths(Decimal(hours)) == FIELD.get_prep_value(Decimal(hours)) == tenths
    assert to_hours(tenths) == FIELD.from_db_value(tenths) == Decimal(hours)


@pytest.mark.parametrize(
    "hours", [Decimal("7.25"), Decimal("0.01"), Decimal("1E-400"), 1.5, "NaN", "Infinity", "eight"]
)
def test_what_is_no_whole_tenth_is_refused_before_the_database(hours: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        FIELD.get_prep_value(hours)
    assert "学时" in refused.value.message


@pytest.mark.parametrize("given", [None, 3, "7.5", Decimal("7.5")])
def test_whatever_a_form_gives_is_read(given: Any) -> None:
    assert FIELD.to_python(given) == (None if given is None else Decimal(given))
    assert FIELD.get_prep_value(given) == (None if given is None else int(Decimal(given) * 10))


@pytest.mark.parametrize("given", ["", "eight", "1,5", 1.5])
def test_what_is_no_number_is_told_in_words(given: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        FIELD.to_python(given)
    assert "学时" in refused.value.message


def test_a_figure_comes_back_as_it_went_in(person: Practitioner) -> None:
    claim = draft(person, cpd("7.5"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT hours, taught_hours FROM registry_claim")
        assert cursor.fetchone() == (75, 75)
    claim = Claim.objects.get()
    assert (claim.hours, claim.taught_hours) == (Decimal("7.5"), Decimal("7.5"))
    assert isinstance(claim.hours, Decimal)


def test_the_database_compares_and_sums_in_hours(person: Practitioner, county: User) -> None:
    for hours in ("7.5", "50"):
        draft(person, cpd(hours))
    claims = Claim.objects.all()
    assert claims.aggregate(total=Sum("hours"), most=Max("hours")) == {"total": Decimal("57.5"), "most": Decimal(50)}
    assert claims.filter(hours__gt=Decimal("7.4"), hours__lte="7.5").count() == 1
    assert claims.filter(hours__in=[Decimal(50), 8]).count() == 1
    assert claims.filter(taught_hours=F("hours")).count() == 2
    assert claims.order_by("-hours").values_list("hours", flat=True).first() == Decimal(50)
    assert claims.update(taught_hours=Decimal("0.1")) == 2
    assert claims.filter(taught_hours="0.1").count() == 2


def test_more_than_the_column_holds_is_an_error_and_never_another_figure(person: Practitioner) -> None:
    draft(person, cpd("7.5"))
    for hours in (Decimal("3276.8"), Decimal("-3276.9"), Decimal(10**9)):
        with pytest.raises(DataError), transaction.atomic():
            Claim.objects.update(taught_hours=hours)
    assert Claim.objects.get().taught_hours == Decimal("7.5")


def test_a_standing_has_twelve_figures_in_hours() -> None:
    fields = [field for field in AnnualStanding._meta.get_fields() if isinstance(field, HoursField)]
    assert len(fields) == 12
    assert {field.db_type(connection) for field in fields} == {"smallint"}
