"""What of a unit's papers holds on a day: the best grade, and the filings with both bureaus."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import Organisation, User
from hours_rules import RuleError
from tests.factories import OrganisationFactory
from tests.units.made import filed, qualified
from units.commands.filings import filing_revoke
from units.models import Bureau
from units.queries.papers import filed_with_both_on, valid_grade_on

TODAY = date(2021, 9, 1)
pytestmark = pytest.mark.django_db


GRADES: dict[str, tuple[tuple[str, ...], str | None, bool]] = {
    "none": ((), None, False),
    "特级 over 一级": (("一级", "特级"), "特级", True),
    "一级 over 二级": (("二级", "一级"), "一级", True),
    "壹级 is 一级": (("二级", "壹级"), "壹级", True),
    "综合资质 over 甲级": (("甲级", "综合资质"), "综合资质", True),
    "甲级 over 乙级": (("乙级", "甲级"), "甲级", True),
    "二级 alone": (("二级",), "二级", False),
    "贰级 is 二级": (("三级", "贰级"), "贰级", False),
    "乙级 over 丙级": (("丙级", "乙级"), "乙级", False),
}


@pytest.mark.parametrize("case", GRADES)
def test_the_best_grade_by_the_order_of_the_notice(unit: Organisation, city: User, case: str) -> None:
    grades, best, may = GRADES[case]
    for shade, grade in enumerate(grades):
        qualified(city, unit, grade=grade, shade=shade)
    found = valid_grade_on(unit, TODAY)
    assert (found.grade if found else None, bool(found and found.may_self_run)) == (best, may)


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2021, 5, 31), False),
        (date(2021, 6, 1), True),
        (date(2021, 9, 30), True),
        (date(2021, 10, 1), False),
    ],
)
def test_a_paper_holds_from_its_first_to_its_last_day(unit: Organisation, city: User, day: date, holds: bool) -> None:
    qualified(city, unit, valid_from=date(2021, 6, 1), valid_to=date(2021, 9, 30))
    filed(city, unit, Bureau.PERSONNEL)
    filed(city, unit, Bureau.CONSTRUCTION, filed_on=date(2021, 6, 1), valid_to=date(2021, 9, 30))
    assert (valid_grade_on(unit, day) is not None) == holds
    assert filed_with_both_on(unit, day) == holds


def test_of_equal_grades_the_one_valid_longest_answers(unit: Organisation, city: User) -> None:
    qualified(city, unit, number="短", valid_to=date(2022, 1, 1))
    for_good = qualified(city, unit, number="长", valid_to=None)
    found = valid_grade_on(unit, TODAY)
    assert found is not None
    assert found.qualification == for_good
    with pytest.raises(RuleError):
        valid_grade_on(unit, date(2020, 12, 31))


BOTH = (Bureau.PERSONNEL, Bureau.CONSTRUCTION)


@pytest.mark.parametrize(
    ("bureaus", "revoked", "both"),
    [((), None, False), (BOTH[:1], None, False), (BOTH[1:], None, False), (BOTH, None, True), (BOTH, 0, False)],
)
def test_filed_with_both_bureaus(unit: Organisation, city: User, bureaus: Any, revoked: Any, both: bool) -> None:
    filings = [filed(city, unit, bureau) for bureau in bureaus]
    if revoked is not None:
        for _ in range(2):
            filing_revoke(actor=city, filing=filings[revoked], reason="备案已注销")
    assert filed_with_both_on(unit, TODAY) == both
    assert not filed_with_both_on(OrganisationFactory(), TODAY)
