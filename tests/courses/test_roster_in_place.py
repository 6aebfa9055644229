"""Rows of a roster mended in the list: the row or its form is answered, with how many rows have errors now."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine

from accounts.models import Organisation, User
from courses.commands.rosters.deciding import roster_return
from courses.commands.rosters.submitting import roster_submit
from courses.models import RosterRow, TrainingClass
from tests.clients import PortalClient
from tests.courses.made import training_class
from tests.courses.rosters import checked, fresh, hand_in_data, new

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
ROW = 5  # the second person's


@pytest.fixture(autouse=True)
def after_the_class() -> Any:
    with time_machine.travel("2021-10-13T09:00:00+08:00", tick=False) as moment:
        yield moment


@pytest.fixture
def held(unit: Organisation, organiser: User) -> TrainingClass:
    """A class whose roster has two people in error, by their sex."""
    held = training_class(organisation=unit, planned_number=3)
    checked(held, organiser, [new(held, 1), new(held, 2, 性别="女"), new(held, 3, 性别="女")])
    return held


@pytest.fixture
def organisers(client: PortalClient, organiser: User) -> PortalClient:
    """The organiser's browser."""
    client.force_login(organiser)
    return client


def address(held: TrainingClass, row: int = ROW) -> str:
    return f"/classes/{held.pk}/roster/rows/{row}/"


def typed(held: TrainingClass, **changed: str) -> dict[str, str]:
    """What the form of the second person holds."""
    stated = {"name": "陈一一三", "sex": "男", "employer": "无单位", "series": "给排水", "level": "中级"}
    return {**stated, "title": "工程师", "hours": "16", "municipal": "否", "id_number": "", "phone": "", **changed}


def state_of(answer: Any) -> str:
    """The words that take the place of the list's summary."""
    [found] = re.findall(r'<p[^>]*id="rows-state" hx-swap-oob="innerHTML">(.*?)</p>', answer.content.decode(), re.S)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", found))


def test_the_list_opens_a_row_in_its_place_and_closes_it_again(held: TrainingClass, organisers: PortalClient) -> None:
    listed = organisers.get(f"/classes/{held.pk}/roster/rows/").content.decode()
    assert f'hx-get="{address(held)}" hx-target="#row-{ROW}"' in listed and listed.count('id="rows-state"') == 1
    form = organisers.get(address(held), headers=HTMX)
    text = form.content.decode()
    assert (form.status_code, text.lstrip()[:20], "HX-Request" in form["Vary"]) == (
        200,
        f'<tr id="row-{ROW}" class',
        True,
    )
    assert "性别：与身份证号不符" in text and f'id="id_{ROW}_sex"' in text and "<html" not in text
    assert "autofocus" in text and "hx-swap-oob" not in text
    shown = organisers.get(f"{address(held)}?shown", headers=HTMX).content.decode()
    assert shown.lstrip().startswith(f'<tr id="row-{ROW}">') and "hx-swap-oob" not in shown


def test_a_mended_row_is_answered_with_the_figures_as_they_are_now(
    held: TrainingClass, organisers: PortalClient
) -> None:
    name = RosterRow.objects.get(roster=held.roster, row=ROW).name
    answer = organisers.post(address(held), typed(held, name=name), headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200 and text.lstrip().startswith(f'<tr id="row-{ROW}">')
    assert "已在线更正" in text and "autofocus" in text
    assert state_of(answer) == f"第{ROW}行已更正：无误。共3行：无误2行，有提示0行，有错误1行。"
    assert fresh(held.roster).counts["error"] == 1


def test_what_is_still_wrong_is_announced_beside_its_fields(held: TrainingClass, organisers: PortalClient) -> None:
    answer = organisers.post(address(held), typed(held, sex="女", hours="99"), headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200 and 'role="alert" tabindex="-1" autofocus' in text
    assert f'href="#id_{ROW}_hours"' in text and f'href="#id_{ROW}_sex"' in text
    assert state_of(answer) == f"第{ROW}行已保存，仍有错误。共3行：无误1行，有提示0行，有错误2行。"
    assert RosterRow.objects.get(roster=held.roster, row=ROW).mended


def test_what_cannot_be_saved_says_so_and_saves_nothing(held: TrainingClass, organisers: PortalClient) -> None:
    answer = organisers.post(address(held), typed(held, sex="其他"), headers=HTMX)
    assert "请选择列表中的一项" in answer.content.decode()
    assert state_of(answer).startswith(f"第{ROW}行有错误。")
    assert not RosterRow.objects.filter(roster=held.roster, mended=True).exists()


def test_where_nothing_can_be_mended_any_more_the_browser_is_led_to_the_roster(
    held: TrainingClass, organisers: PortalClient, organiser: User, city: User
) -> None:
    checked(held, organiser, [new(held, n) for n in range(3)])
    roster = roster_submit(actor=organiser, roster=fresh(held.roster), data=hand_in_data())
    answer = organisers.post(address(held), typed(held), headers=HTMX)
    assert answer["HX-Redirect"] == f"/classes/{held.pk}/roster/"
    roster_return(actor=city, roster=roster, reason="缺盖章件")
    assert organisers.get(address(held), headers=HTMX).status_code == 200
