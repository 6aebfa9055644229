"""The public pages say what the notice says, whichever notice it is."""

from __future__ import annotations

import html
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import escape, strip_tags

from hours_rules.types import Notice
from registry.queries import notices
from registry.views.reading import clause_anchor
from zsjxjy.templatetags.portal import hours

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring_2026() -> Any:
    with time_machine.travel("2026-05-04T10:00:00+08:00", tick=False):
        yield


def _text(page: Any) -> str:
    """What a reader sees, without markup and spaces."""
    return re.sub(r"\s+", "", html.unescape(strip_tags(page.content.decode())))


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _cited(notice: Notice) -> set[str]:
    """Every clause that the notice's data cites."""
    cited = {rule.clause for rule in notice.activities.values()}
    cited |= {item.clause for item in (*notice.interpretations, *notice.platforms)}
    cited |= {notice.group_claims.clause} if notice.group_claims else set()
    return cited | {notice.minimums_clause, notice.class_rules.clause, notice.office.clause}


@pytest.mark.parametrize("day", ["2021-06-01", "2031-06-01"])
def test_every_activity_tier_cap_and_proof_is_shown(client: Client, both_notices: Any, day: str) -> None:
    notice = notices.notice_on(date.fromisoformat(day))
    shown = _text(client.get("/standards/", {"on": day}))
    assert notice.id in shown
    assert _bare(notice.title) in shown
    for rule in notice.activities.values():
        for tier in rule.tiers:
            assert f"{_bare(tier.name)}{hours(tier.hours)}" in shown
        if rule.hours_per is not None:
            assert f"{_bare(rule.name)}{hours(rule.hours_per)}每{rule.measure}" in shown
        if not rule.tiers and rule.hours_per is None:
            assert f"{_bare(rule.name)}按{rule.hours_basis}学时每{rule.measure}" in shown
        if rule.yearly_cap is not None:
            assert f"每年度{hours(rule.yearly_cap)}学时" in shown
        if rule.daily_cap is not None:
            assert f"每天{hours(rule.daily_cap)}学时" in shown
        assert _bare(rule.text) in shown
        for proof in rule.evidence:
            assert _bare(proof.name + ("" if proof.required else "（选交）") + proof.hint) in shown
        for item in rule.interpretations:
            assert _bare(f"【{item.authority}】{item.decided}") in shown


@pytest.mark.parametrize("day", ["2021-06-01", "2031-06-01"])
def test_what_stands_around_the_table_is_shown(client: Client, both_notices: Any, day: str) -> None:
    notice = notices.notice_on(date.fromisoformat(day))
    shown = _text(client.get("/standards/", {"on": day}))
    assert f"合计{hours(notice.minimums['total'])}学时" in shown
    for code, category in notice.categories.items():
        assert f"{category.name}不少于{hours(notice.minimums[code])}学时" in shown
    for platform in notice.platforms:
        assert platform.name in shown
        assert platform.url in shown
    for basis in notice.legal_bases:
        assert _bare(f"《{basis.title}》（{basis.number}）{basis.remark}") in shown
    for item in notice.interpretations:
        assert _bare(f"【{item.authority}】{item.decided}") in shown
    assert "、".join(notice.specialties) in shown
    assert f"开班前{notice.class_rules.apply_working_days}个工作日" in shown
    assert f"培训结束后{notice.class_rules.roster_days}日内" in shown


@pytest.mark.parametrize("day", ["2021-06-01", "2031-06-01"])
def test_every_cited_clause_is_an_anchor_and_no_id_repeats(client: Client, both_notices: Any, day: str) -> None:
    notice = notices.notice_on(date.fromisoformat(day))
    ids = Counter(re.findall(r'\bid="([^"]+)"', client.get("/standards/", {"on": day}).content.decode()))
    assert [name for name, times in ids.items() if times > 1] == []
    assert {clause_anchor(clause) for clause in _cited(notice)} <= set(ids)


def test_contents_lead_somewhere(client: Client) -> None:
    for query in ({}, {"category": "professional"}):
        page = client.get("/standards/", query).content.decode()
        targets = set(re.findall(r'href="#([^"]+)"', page))
        assert targets
        assert targets <= set(re.findall(r'\bid="([^"]+)"', page))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("", "舟建发〔2021〕38号"),
        ("2021-01-01", "舟建发〔2021〕38号"),
        ("2030-12-31", "舟建发〔2021〕38号"),
        ("2031-01-01", "舟建发〔2031〕7号"),
        ("2031年6月1日", "舟建发〔2031〕7号"),
    ],
)
def test_the_day_chooses_the_notice(client: Client, both_notices: Any, on: str, expected: str) -> None:
    page = client.get("/standards/", {"on": on} if on else {})
    assert page.status_code == 200
    assert page.context["notice"].id == expected


def test_a_replaced_notice_says_until_when(client: Client, both_notices: Any) -> None:
    assert "自2021年1月1日起，至2030年12月31日止" in _text(client.get("/standards/"))
    assert "自2031年1月1日起，至新通知生效止" in _text(client.get("/standards/", {"on": "2031-02-01"}))


@pytest.mark.parametrize(
    ("on", "message"),
    [
        ("2020-12-31", "2020年12月31日没有生效的继续教育通知"),
        ("0001-01-01", "最早的通知自2021年1月1日起适用"),
        ("2021-02-29", "日期不正确"),
        ("昨天", "日期不正确"),
        ('"><script>alert(1)</script>', "日期不正确"),
    ],
)
def test_a_day_without_a_notice_is_refused_clearly(client: Client, on: str, message: str) -> None:
    page = client.get("/standards/", {"on": on})
    assert page.status_code == 422
    assert message in _text(page)
    assert 'href="#id_on"' in page.content.decode()
    assert "?on=2021-01-01" in page.content.decode()
    assert "<script>alert" not in page.content.decode()
    assert "notice" not in page.context


def test_one_category_of_the_notice(client: Client) -> None:
    notice = notices.notice_on(date(2026, 5, 4))
    page = client.get("/standards/", {"category": "general_public", "on": "2021-06-01"})
    body = page.content.decode()
    assert 'id="activity-general_public_course"' in body
    assert body.count('id="activity-') == sum(rule.category == "general_public" for rule in notice.activities.values())
    tabs = {tab["label"]: tab for tab in page.context["tabs"]}
    assert tabs["一般公需科目"]["current"]
    assert tabs["专业科目"]["url"] == "/standards/?on=2021-06-01&category=professional"
    assert tabs["全部"]["url"] == "/standards/?on=2021-06-01"
    assert tabs["全部"]["count"] == len(notice.activities)


def test_an_unknown_category_shows_all(client: Client) -> None:
    page = client.get("/standards/", {"category": "nonsense"})
    assert page.status_code == 200
    assert len(page.context["groups"]) > 1
    assert page.context["category"] == ""


def test_home_draws_the_minimums_from_the_notice_of_the_day(client: Client, both_notices: Any) -> None:
    now = _text(client.get("/"))
    assert "90学时" in now
    with time_machine.travel("2031-05-04T10:00:00+08:00", tick=False):
        then = _text(client.get("/"))
    for figure in ("97.5学时", "不少于61学时", "不少于19学时", "不少于13学时", "开班前11个工作日", "培训结束后9日内"):
        assert figure in then
        assert figure not in now
    assert "90学时" not in then


def test_home_leads_to_sign_in_sign_up_and_standards(client: Client) -> None:
    page = client.get("/").content.decode()
    for address in ("/accounts/sign-in/", "/sign-up/", "/standards/"):
        assert f'href="{address}"' in page


def test_home_stands_without_a_notice(client: Client) -> None:
    with time_machine.travel("2020-06-01T10:00:00+08:00", tick=False):
        page = client.get("/")
    assert page.status_code == 200
    assert page.context["notice"] is None


def test_pages_are_read_only_and_keep_to_the_policy(client: Client) -> None:
    for address in ("/", "/standards/"):
        assert client.post(address).status_code == 405
        page = client.get(address)
        assert "'unsafe-inline'" not in page["Content-Security-Policy"]
        assert page.content.decode().count("<h1") == 1
        assert '<html lang="zh-Hans">' in page.content.decode()


def test_the_demo_says_so(client: Client, settings: Any) -> None:
    settings.DEMO = True
    assert "演示系统：数据均为虚构" in _text(client.get("/"))
    settings.DEMO = False
    assert "演示系统" not in _text(client.get("/"))


def test_the_office_of_the_notice_stands_in_the_footer(client: Client) -> None:
    office = notices.notice_on(date(2026, 5, 4)).office
    body = client.get("/").content.decode()
    assert escape(office.name) in body
    assert f"mailto:{office.email}" in body
