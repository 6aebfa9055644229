"""还差多少，怎样补足: what the practitioner's home page says of each way to fill a gap."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from registry.models import Practitioner
from tests.registry.people import accepted, cpd


def ways(page: Client) -> dict[str, list[str]]:
    """The amounts of each activity that would fill the professional hours."""
    missing = page.get("/").context["practitioner"]["missing"]
    return {way["code"]: way["amounts"] for way in missing[0]["ways"]}


@pytest.mark.parametrize(
    ("activity", "amounts"),
    [
        (
            "licence_exam",
            [
                "8个合格科目（全国住房和城乡建设执业资格证书考试，每合格科目8学时）",
                "10个合格科目（省建设类考试，每合格科目6学时）",
            ],
        ),
        ("degree_course", ["20门合格课程（每门合格课程3学时）"]),
        ("online_course", ["60学时"]),
        ("training_class", ["60学时（不少于8天）"]),
        ("licence_cpd", ["36学时（受年度上限所限，仍差24学时）"]),
    ],
)
def test_each_way_says_how_much_of_it(engineer: Client, activity: str, amounts: list[str]) -> None:
    assert ways(engineer)[activity] == amounts


def test_an_annual_cap_that_is_used_up_is_no_way(engineer: Client, person: Practitioner, county: User) -> None:
    accepted(person, county, cpd("50"), kind="training_certificate")
    assert "licence_cpd" not in ways(engineer)
    assert ways(engineer)["degree_course"] == ["8门合格课程（每门合格课程3学时）"]
    assert "下列任选一项即可补足（注明仍差学时的除外）" in engineer.get("/").content.decode()
