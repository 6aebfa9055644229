"""The menu of each role."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tests.factories import AppointmentFactory, UserFactory
from tests.registry.people import PractitionerFactory
from zsjxjy.nav import Portal


def _menu(user: Any, path: str = "/") -> dict[str, bool]:
    request = RequestFactory().get(path)
    request.user = user
    return {item.label: item.current for item in Portal(request).menu}


def test_a_visitor() -> None:
    assert _menu(AnonymousUser()) == {"首页": True, "认定标准": False}


@pytest.mark.django_db
def test_a_practitioner() -> None:
    user = PractitionerFactory().user
    assert list(_menu(user)) == ["首页", "新建申报", "我的申报", "学时台账", "我的证明", "认定标准"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trait", "labels"),
    [
        ({}, ["申报审核", "培训班审核", "学时汇总表", "年度达标", "学时证明", "单位", "统计报表"]),
        ({"employer_admin": True}, ["本单位", "培训班", "本单位人员", "集体申报", "单位证明", "统计报表"]),
        (
            {"city": True},
            ["申报审核", "培训班审核", "学时汇总表", "年度达标", "学时证明", "单位", "统计报表"]
            + ["平台学时", "基础设置"],
        ),
        ({"organiser": True}, ["本单位", "培训班"]),
        ({"auditor": True}, ["统计报表", "审计记录"]),
        ({"sysadmin": True}, ["账号管理"]),
    ],
)
def test_each_role_has_its_pages(trait: dict[str, bool], labels: list[str]) -> None:
    assert list(_menu(AppointmentFactory(**trait).user)) == ["首页", *labels, "认定标准"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/claims/", "我的申报"),
        ("/claims/7/", "我的申报"),
        ("/claims/new/paper/", "新建申报"),
        ("/ledger/2021/", "学时台账"),
        ("/certificates/7/", "我的证明"),
    ],
)
def test_the_entry_of_the_page_shown_is_current(path: str, label: str) -> None:
    menu = _menu(PractitionerFactory().user, path)
    assert [name for name, current in menu.items() if current] == [label]


@pytest.mark.django_db
def test_nothing_is_current_on_a_page_outside_the_menu() -> None:
    assert not any(_menu(UserFactory(), "/accounts/me/").values())


@pytest.mark.django_db
def test_a_page_costs_two_queries_for_the_menu(django_assert_num_queries: Any) -> None:
    user = AppointmentFactory().user
    request = RequestFactory().get("/review/")
    request.user = type(user).objects.get(pk=user.pk)
    portal = Portal(request)
    with django_assert_num_queries(2):
        _ = portal.menu
    with django_assert_num_queries(0):
        _ = portal.menu
