"""Filters, tags and components."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string

from hours_rules import Entry, compose, notice_for
from zsjxjy.templatetags import portal

NOTICE = notice_for(date(2021, 6, 1))


def _draw(source: str, **context: Any) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (Decimal("16.0"), "16"),
        (Decimal("7.5"), "7.5"),
        (Decimal("100"), "100"),
        (Decimal("0.0"), "0"),
        (Decimal("-8.0"), "-8"),
        (90, "90"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_hours_have_no_trailing_zero(given: Any, written: str) -> None:
    assert portal.hours(given) == written


def test_dates_are_written_in_chinese_and_in_shanghai() -> None:
    assert portal.cn_date(date(2021, 4, 26)) == "2021年4月26日"
    new_year = datetime(2021, 12, 31, 16, 5, tzinfo=UTC)
    assert portal.cn_date(new_year) == "2022年1月1日"
    assert portal.cn_datetime(new_year) == "2022年1月1日 00:05"
    assert portal.cn_date(None) == portal.cn_datetime(None) == "—"


def test_masks() -> None:
    assert portal.mask_id("330902198506150011") == "330902********0011"
    assert portal.mask_phone("13800001234") == "138****1234"
    assert portal.mask_id("") == portal.mask_phone(None) == "—"


@pytest.mark.parametrize(
    ("clause", "anchor"),
    [
        ("二", "clause-2"),
        ("二（一）", "clause-2-1"),
        ("二（二）1", "clause-2-2-1"),
        ("二（二）2(1)", "clause-2-2-2-1"),
        ("十二（二十一）3", "clause-12-21-3"),
        ("附件1 备注3", "clause-annex-1-note-3"),
    ],
)
def test_clause_anchor(clause: str, anchor: str) -> None:
    assert portal.clause_anchor(clause) == anchor


def test_anchors_of_a_notice_differ() -> None:
    clauses = {rule.clause for rule in NOTICE.activities.values()}
    assert len({portal.clause_anchor(clause) for clause in clauses}) == len(clauses)


def test_clause_link() -> None:
    assert _draw('{% clause_link "二（二）2(1)" %}') == (
        '<a class="clause-link" href="/standards/#clause-2-2-2-1">二（二）2(1)</a>'
    )
    assert 'href="/standards/?on=2021-06-01#clause-2"' in _draw('{% clause_link "二" on=day %}', day=date(2021, 6, 1))
    assert ">第二条</a>" in _draw('{% clause_link "二" %}')
    assert "<b>" not in _draw("{% clause_link clause %}", clause="<b>")


def test_crumbs_take_pairs_and_the_present_page() -> None:
    drawn = _draw('{% crumbs "我的申报" "/claims/" title %}', title="<论文>")
    assert '<a href="/claims/">我的申报</a>' in drawn
    assert '<span aria-current="page">&lt;论文&gt;</span>' in drawn


@pytest.mark.parametrize(
    ("counted", "share", "verdict"),
    [
        ("0", None, "还差 60 学时"),
        ("7.5", "12.5", "还差 52.5 学时"),
        ("60", "100.0", "已达标"),
        ("86", "100.0", "已达标"),
    ],
)
def test_ring(counted: str, share: str | None, verdict: str) -> None:
    drawn = _draw('{% figure_ring "专业科目" counted 60 %}', counted=Decimal(counted))
    assert verdict in drawn
    assert (f'stroke-dasharray="{share} 100"' in drawn) if share else ("ring-arc" not in drawn)
    assert "style=" not in drawn


def test_year_figures_show_what_a_cap_took_away() -> None:
    composition = compose([Entry("licence_cpd", Decimal("50"))], NOTICE)
    drawn = _draw("{% year_figures composition notice %}", composition=composition, notice=NOTICE)
    assert drawn.count('class="ring-name"') == 4
    assert drawn.index("合计") < drawn.index("专业科目")
    assert "台账登记 50" in drawn
    assert NOTICE.id in drawn


class _Form(forms.Form):
    name = forms.CharField(label="姓名")
    level = forms.ChoiceField(label="级别", choices=[("a", "甲")], widget=forms.RadioSelect)
    token = forms.CharField(label="令牌", widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("两项不能同时为空。")


def test_error_summary_links_to_what_can_be_mended() -> None:
    drawn = render_to_string("components/error_summary.html", {"form": _Form({})})
    assert 'href="#id_name"' in drawn
    assert 'href="#id_level_0"' in drawn
    assert "#id_token" not in drawn
    assert "两项不能同时为空。" in drawn
    assert 'role="alert"' in drawn


def test_error_summary_of_several_forms_and_of_none() -> None:
    drawn = render_to_string("components/error_summary.html", {"forms": [_Form(), _Form({})]})
    assert drawn.count('role="alert"') == 1
    assert drawn.count("#id_name") == 1
    for context in ({"form": _Form()}, {"forms": [_Form()]}, {}):
        assert render_to_string("components/error_summary.html", context).strip() == ""


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "accepted", "refused", "withdrawn", "reversed"])
def test_status_tag(state: str) -> None:
    drawn = render_to_string("components/status_tag.html", {"state": state, "label": "某状态"})
    assert f"tone-{portal.tone(state)}" in drawn


def test_progress_with_and_without_a_total() -> None:
    known = render_to_string("components/progress.html", {"done": 3, "total": 8, "label": "核算"})
    assert 'max="8" value="3"' in known
    assert "value=" not in render_to_string("components/progress.html", {"done": 0, "total": 0, "label": "核算"})


def test_pager_draws_nothing_when_there_is_nothing_to_say() -> None:
    assert render_to_string("components/pager.html", {"newer_url": None, "older_url": ""}).strip() == ""
    assert 'rel="next"' in render_to_string("components/pager.html", {"older_url": "?after=3"})


def test_confirm_asks_for_a_reason_and_keeps_it() -> None:
    context = {"title": "退回", "action": "/x/", "reason_label": "理由", "reason": "缺<页>", "error": "请写明理由。"}
    drawn = render_to_string("components/confirm.html", context)
    assert "<details" in drawn
    assert " open" in drawn
    assert "缺&lt;页&gt;" in drawn
    assert 'aria-describedby="id_reason_error"' in drawn
