"""The loader takes exactly a notice, and names line and key of whatever is not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import hours_rules.notices
from hours_rules import RuleError
from hours_rules.notices import check, load
from hours_rules.notices.places import Places
from tests.hours_rules.cases import FOLDER

SHIPPED = (Path(hours_rules.notices.__file__).parent / "zjf-2021-38.toml").read_text(encoding="utf-8")
MISTAKES = tomllib.loads((FOLDER / "mistakes" / "of_a_notice_file.toml").read_text(encoding="utf-8"))["mistakes"]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake["name"] for mistake in MISTAKES])
def test_a_mistake_is_told_with_its_line_and_key(mistake: dict[str, str]) -> None:
    assert mistake["before"] in SHIPPED
    text = SHIPPED.replace(mistake["before"], mistake["after"], 1)
    line = text[: text.index(mistake["at"])].count("\n") + 1
    told = check(text)
    assert [
        message
        for message in told
        if message.startswith(f"第{line}行 {mistake['key']}：") and mistake["say"] in message
    ], (line, told)
    with pytest.raises(RuleError) as refused:
        load(text)
    assert refused.value.code == "bad_notice"
    assert str(refused.value) == "\n".join(told)


def test_the_shipped_notice_has_no_mistake() -> None:
    assert check(SHIPPED) == []
    assert load(SHIPPED).id == "舟建发〔2021〕38号"


def test_a_notice_drafted_before_group_claims_were_data_still_loads() -> None:
    start, end = SHIPPED.index("[group_claims]"), SHIPPED.index("[[platforms]]")
    assert load(SHIPPED[:start] + SHIPPED[end:]).group_claims is None
    rules = load(SHIPPED).group_claims
    assert rules is not None
    assert [proof.code for proof in rules.evidence if proof.shown_to_people] == ["superior_notice"]
    assert [rules.certificate_of(load(SHIPPED).activities[code]).code for code in rules.activities] == [
        "training_certificate",
        "training_certificate",
        "training_certificate",
        "training_certificate",
        "course_certificate",
        "attendance",
    ]


def test_every_mistake_is_told_from_top_to_bottom() -> None:
    text = (
        SHIPPED.replace("hours = 9\n", "hours = 9.5\n")
        .replace("total = 90", "total = 0")
        .replace("roster_days = 7\n", "")
    )
    told = check(text)
    assert [message.split("：")[0].split(" ")[1] for message in told] == [
        "minimums.total",
        "class_rules.roster_days",
        "activities[14].hours",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "第1行 id：缺少此键。"),
        ("= 1", "第1行 空行：不符合TOML格式"),
        ("id = 1\nid = 2", "第2行 id：不符合TOML格式"),
        ('id = "x', "第1行 id：不符合TOML格式"),
        ("a = " + "[" * 5000, "第1行 a：不符合TOML格式"),
        ("a = " + "9" * 5000, "第1行 a：不符合TOML格式"),
        ("total = 1e99999999999999999999\n", "第1行 total：不认识的键。"),
        ("minimums = 1", "第1行 minimums：应为表。"),
    ],
)
def test_what_is_no_notice_at_all_is_told_too(text: str, said: str) -> None:
    assert [message for message in check(text) if message.startswith(said)], check(text)


def test_an_enormous_whole_number_is_refused_like_any_other() -> None:
    assert check(SHIPPED.replace("total = 90", f"total = 0x{'F' * 5000}")) == [
        "第13行 minimums.total：学时应大于0、不超过3000，最多一位小数。"
    ]


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\nb = 2", "b", 2),
        ("\n\n[t]\na = 1", "t.a", 4),
        ("[[t]]\na = 1\n[[t]]\na = 2", "t[1].a", 4),
        ("[[t]]\n[t.u]\na = 1\n[[t]]\n[t.u]\na = 2", "t[1].u.a", 6),
        ("[[t]]\n[[t.u]]\n[[t.u]]\na = 1", "t[0].u[1].a", 4),
        ("a.b = 1\na.c = 2", "a.c", 2),
        ("\"a b\" = 1\n'c' = 2", "c", 2),
        ("a = [\n 1,\n {b = 1, c = 2},\n]", "a[1].c", 3),
        ("a = [[1],\n [2,\n  3]]", "a[1][1]", 3),
        ('a = """\nb = 1\n"""\nb = 2', "b", 4),
        ("a = '''\nb = 1\n'''\nb = 2", "b", 4),
        ('a = """x""""\nb = 2', "b", 2),
        ('a = "\\"]#"\nb = 2', "b", 2),
        ("a = 1 # b = 3\n# b = 4\nb = 2", "b", 3),
        ("a = 1979-05-27 07:32:00\nb = 2", "b", 2),
        ("a = {}\nb = []\nc = 1", "c", 3),
        ("[t]\na = 1", "t.missing", 1),
        ("\n[[t]]\n[[t]]\na = 1", "t[1].missing[0].deep", 3),
        ("a = 1", "nowhere", 1),
    ],
)
def test_the_line_of_a_key(text: str, path: str, line: int) -> None:
    tomllib.loads(text)
    assert Places(text).line(path) == line
