"""A new year is only a new file: an invented notice laid beside the shipped one, and every verb follows it."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import hours_rules.notices
from hours_rules import Activity, Entry, RuleError, compose, credit, plan
from hours_rules.notices import for_date, from_folder, load, shipped, together
from hours_rules.types import Notice
from tests.hours_rules.cases import FOLDER

PACKAGE = Path(hours_rules.notices.__file__).parent
MADE_UP = FOLDER / "made_up" / "made-up-2022-1.toml"


@pytest.fixture
def known(tmp_path: Path) -> tuple[Notice, ...]:
    """The notices of a package to which next year's file has been added."""
    for file in (*PACKAGE.glob("*.toml"), MADE_UP):
        shutil.copy(file, tmp_path)
    return from_folder(tmp_path)


def test_the_new_file_is_there_beside_the_old(known: tuple[Notice, ...]) -> None:
    assert [notice.id for notice in known] == ["虚构〔2022〕1号", *(notice.id for notice in shipped())]


def test_the_made_up_notice_says_that_it_is() -> None:
    assert MADE_UP.read_text(encoding="utf-8").startswith("# MADE UP")
    assert "虚构" in load(MADE_UP.read_text(encoding="utf-8")).title
    assert not [notice for notice in shipped() if "虚构" in notice.id + notice.title]


@pytest.mark.parametrize(
    ("day", "minimum", "subject", "counted", "beyond"),
    [
        (date(2021, 12, 31), Decimal(90), Decimal(8), Decimal(36), None),
        (date(2022, 1, 1), Decimal(100), Decimal(10), Decimal("30.5"), Decimal("7.5")),
    ],
)
def test_every_verb_follows_the_notice_of_the_day(
    known: tuple[Notice, ...],
    day: date,
    minimum: Decimal,
    subject: Decimal,
    counted: Decimal,
    beyond: Decimal | None,
) -> None:
    notice = for_date(day, known)
    assert notice.minimums["total"] == minimum
    assert credit(Activity("licence_exam", tier="national", quantity=1), notice).hours == subject
    assert compose([Entry("licence_cpd", Decimal(50))], notice).counted["total"] == counted
    lines = {line.category: line.missing for line in plan(compose([], notice), notice)}
    assert lines.get("total") == beyond


def test_parts_of_the_minimums_need_not_add_up_to_the_total(known: tuple[Notice, ...]) -> None:
    minimums = dict(known[0].minimums)
    assert minimums.pop("total") != sum(minimums.values())


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('id = "虚构〔2022〕1号"', 'id = "舟建发〔2021〕38号"', "文号“舟建发〔2021〕38号”不唯一"),
        ("valid_from = 2022-01-01", "valid_from = 2021-01-01", "适用起始日期“2021-01-01”不唯一"),
        ("number = 11\n", "number = 18\n", "事项代码对应的编号“paper”不唯一"),
        ("number = 17\n", "number = 12\n", "事项编号对应的代码“12”不唯一"),
        (
            "[categories.professional]\nnumber = 1",
            "[categories.professional]\nnumber = 9",
            "科目代码对应的编号“professional”",
        ),
    ],
)
def test_notices_that_contradict_one_another_are_refused(before: str, after: str, said: str) -> None:
    text = MADE_UP.read_text(encoding="utf-8")
    assert text.count(before) == 1
    with pytest.raises(RuleError, match=said) as refused:
        together([*shipped(), load(text.replace(before, after))])
    assert refused.value.code == "bad_notice"


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    text = MADE_UP.read_text(encoding="utf-8")
    (tmp_path / "next-year.toml").write_text(text.replace("total = 100", "total = 100.5"), encoding="utf-8")
    with pytest.raises(RuleError, match=r"^next-year\.toml\n第12行 minimums\.total：") as refused:
        from_folder(tmp_path)
    assert refused.value.code == "bad_notice"
