"""填报人, 联系电话 and 填报日期: read from above or below the table, kept, shown, and filled in at the hand-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from accounts.models import Organisation, User
from courses.commands.rosters.uploads import roster_upload
from courses.documents import roster as form
from courses.documents.papers import RosterForm
from courses.models import Roster
from courses.roster import columns
from courses.roster.filler import Filler, filler_of
from office.sheets.reading import read
from tests.clients import PortalClient
from tests.courses import papers
from tests.courses.made import training_class
from tests.courses.rosters import fresh, known, upload, work
from tests.courses.sheets import HEADINGS, TITLE, header, row
from tests.office.soffice import convert
from tests.registry.people import PractitionerFactory

WHOLE = ("江听澜", "0580-2000000", date(2021, 10, 12))
SAID = ["填报人：江听澜", "", "", "联系电话：0580-2000000", "", "", "填报日期：2021年10月12日"]
FORMATS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97", "ods": "ods:calc8"}


@pytest.mark.parametrize(
    "line",
    [
        SAID,
        ["填报人：江听澜　　联系电话：0580-2000000　　填报日期：2021年10月12日"],
        ["填报人:江听澜 联系电话:0580-2000000 填报日期:2021-10-12"],
        ["填报人", "江听澜", "联系电话", "0580-2000000", "填报日期", date(2021, 10, 12)],
        ["填报人：", "江听澜", "联系电话：", "", "0580-2000000", "", "填报日期：", "2021.10.12"],
        ["填 报 人：江听澜", "填 报 人：江听澜", "联系电话：0580-2000000", "填报日期：2021/10/12", "审核人：郑远航"],
        ["填表人：江听澜 审核人：郑远航", "联系方式：0580-2000000", "填表时间：2021 年 10 月 12 日"],
    ],
    ids=str,
)
@pytest.mark.parametrize("below", [False, True], ids=["above", "below"])
def test_it_is_read_however_the_cells_are_cut(line: list[Any], below: bool) -> None:
    found = header([row(), line], above=[[TITLE]]) if below else header([row()], above=[[TITLE], line])
    assert astuple(filler_of(found)) == WHOLE


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([["填报人：", "", "联系电话：", "", "填报日期："]], ("", "", None)),
        ([["填报人：江听澜1380", "联系电话：2000", "填报日期：2021年13月1日"]], ("", "", None)),
        ([["填报日期：    年  月  日"], ["填报人：江听澜"], ["联系电话：138"]], ("江听澜", "", None)),
        ([["主办单位联系电话已变更，填报人请注意"]], ("", "", None)),
        ([SAID, ["填报人：郑远航"]], WHOLE),
        ([], ("", "", None)),
    ],
    ids=str,
)
def test_what_does_not_hold_is_left_blank(lines: list[Sequence[Any]], said: tuple[Any, ...]) -> None:
    assert astuple(filler_of(header([row()], above=[[TITLE], *lines]))) == said


def test_a_column_of_the_table_is_no_label() -> None:
    headings = ["联系电话" if title == "手机号码" else title for title in HEADINGS]
    repeated = [["联系电话", "13870000009", *headings], *([row(n) for n in range(3)])]
    assert filler_of(header(repeated, headings=headings)) == Filler(phone="13870000009")
    assert filler_of(header([row(), headings, row(1)], headings=headings)) == Filler()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Our own form filled in, as LibreOffice writes it in each format; once more with a date in a cell, below."""
    folder = tmp_path_factory.mktemp("fillers")
    source, below = folder / "source" / "上方.xlsx", folder / "source" / "下方.xlsx"
    source.parent.mkdir()
    line = papers.roster(1).lines
    source.write_bytes(form.as_workbook(RosterForm(*WHOLE, lines=line)))
    source.with_name("空白.xlsx").write_bytes(form.template(papers.TEMPLATE))
    book = openpyxl.Workbook()
    for cells in (HEADINGS, row(), [], ["填报人：", "江听澜"], ["联系电话：0580-2000000", "", "填报日期：", WHOLE[2]]):
        book.active.append(list(cells))  # type: ignore[union-attr]
    book.save(below)
    files = sorted(source.parent.iterdir())
    made = {kind: convert(files, FORMATS[kind], folder / kind) for kind in FORMATS}
    return {f"{path.stem}.{kind}": path for kind, paths in made.items() for path in paths}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("name", "said"), [("上方", WHOLE), ("下方", WHOLE), ("空白", ("", "", None))])
def test_libreoffice_s_files_are_read_alike(
    printed: dict[str, Path], kind: str, name: str, said: tuple[Any, ...]
) -> None:
    path = printed[f"{name}.{kind}"]
    assert astuple(filler_of(columns.find(read(path.read_bytes(), name=path.name)))) == said


@pytest.fixture
def held(unit: Organisation, organiser: User) -> Roster:
    """A class of which the roster is awaited."""
    roster: Roster = training_class(organisation=unit, applicant=organiser, planned_number=1).roster
    return roster


def handed_over(roster: Roster, organiser: User, **said: Any) -> Roster:
    """A workbook with one person, and what is said above its table, after the class."""
    [line] = papers.roster(1).lines
    person = PractitionerFactory(name="王海一")
    cells = known(roster.training_class, person)  # type: ignore[arg-type]
    lines = (type(line)(*cells[1:]),)
    data = form.as_workbook(RosterForm(**said, lines=lines))
    roster_upload(actor=organiser, roster=roster, upload=upload(data))
    work()
    return fresh(roster)


@pytest.mark.django_db
def test_it_is_kept_shown_and_filled_in_at_the_hand_in(held: Roster, organiser: User, client: PortalClient) -> None:
    with time_machine.travel("2021-10-13T09:00:00+08:00", tick=False):
        roster = handed_over(held, organiser, filled_by="江听澜", phone="0580-2000000", filled_on=WHOLE[2])
        assert (roster.filler, roster.filler_phone, roster.filled_on) == WHOLE
        client.force_login(organiser)
        page = client.get(reverse("courses:roster", args=[roster.training_class_id])).content.decode()
        assert "江听澜" in page and "2021年10月12日" in page and "0580-2000000" not in page
        hand_in = client.get(reverse("courses:roster_submit", args=[roster.training_class_id])).content.decode()
        for value in ("江听澜", "0580-2000000", "2021-10-12"):
            assert f'value="{value}"' in hand_in


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2021, 10, 10), date(2021, 10, 14)])
def test_a_day_before_the_class_or_after_today_is_not_taken(held: Roster, organiser: User, day: date) -> None:
    with time_machine.travel("2021-10-13T09:00:00+08:00", tick=False):
        roster = handed_over(held, organiser, filled_by="江听澜", filled_on=day)
    assert (roster.filler, roster.filler_phone, roster.filled_on) == ("江听澜", "", None)
