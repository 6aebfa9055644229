"""The public check: everything certified without signing in, the name compared and not shown, limits, states."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from compliance.commands.certificates import certificate_revoke
from compliance.models import Certificate
from compliance.queries.certified import masked_name, same_name
from registry.commands import ledger
from registry.models import HourEntry, Practitioner
from tests.compliance.certified import certified, issued

pytestmark = pytest.mark.django_db
NAME = "欧阳海洋"


@pytest.fixture
def made(county: User) -> Certificate:
    """A certificate of somebody with a name of four characters."""
    return certified(county, name=NAME)


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody is signed in."""
    return Client(enforce_csrf_checks=False)


def page(visitor: Client, made: Certificate) -> str:
    return visitor.get(reverse("certificates:public", args=[made.code])).content.decode()


def test_number_and_code_lead_to_every_certified_value(visitor: Client, made: Certificate) -> None:
    typed = {"number": f" {made.number.lower()}", "code": made.shown_code.lower()}
    found = visitor.post(reverse("certificates:check"), typed)
    assert found["Location"] == reverse("certificates:public", args=[made.code])
    shown = page(visitor, made)
    year = made.content["years"][0]
    said = ["有效", made.number, made.sha256_hex, year["office"], year["notice"]["id"], "2021年9月1日"]
    said += [value for row in year["figures"] for value in (row["name"], f">{row['counted']}<", f">{row['minimum']}<")]
    said += [value for line in year["lines"] for value in (line["activity"], line["clause"], f">{line['hours']}<")]
    assert [part for part in said if escape(part) not in shown and part not in shown] == []


def test_nobodys_name_or_number_is_shown(visitor: Client, made: Certificate) -> None:
    person = made.practitioner
    for shown in (
        page(visitor, made),
        visitor.get(reverse("certificates:public_json", args=[made.code])).content.decode(),
    ):
        assert "欧＊＊＊" in shown
        for secret in (NAME, person.id_number, person.id_masked, person.id_last4, person.phone):
            assert secret not in shown


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        (NAME, "一致"),
        (" 欧阳 海洋\u3000", "一致"),
        ("欧阳海", "不一致"),
        ("欧＊＊＊", "不一致"),
        ("欧阳海洋洋", "不一致"),
    ],
)
def test_a_full_name_is_compared_and_not_repeated(visitor: Client, made: Certificate, typed: str, verdict: str) -> None:
    shown = visitor.post(reverse("certificates:public", args=[made.code]), {"name": typed}).content.decode()
    assert f'<p class="notice-title">{verdict}</p>' in shown
    assert NAME not in shown


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [("阿依·古丽", "阿依•古丽", True), ("Wang Li", "wang li", True), ("张三", "张三丰", False), ("", "张三", False)],
)
def test_which_spellings_are_the_same_name(left: str, right: str, same: bool) -> None:
    assert same_name(left, right) is same


@pytest.mark.parametrize(("name", "masked"), [("张三", "张＊"), ("欧阳海洋", "欧＊＊＊"), ("张", "张＊")])
def test_a_masked_name_tells_the_first_character(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_the_json_twin_says_the_same(visitor: Client, made: Certificate) -> None:
    answer = visitor.get(reverse("certificates:public_json", args=[made.code]))
    data = answer.json()
    assert (data["state"], data["number"], data["years"]) == ("valid", made.number, made.content["years"])
    assert "id" not in data["person"]
    assert answer["X-Robots-Tag"].startswith("noindex")


def test_no_search_engine_and_no_cache_keeps_the_page(visitor: Client, made: Certificate) -> None:
    for url in (reverse("certificates:check"), reverse("certificates:public", args=[made.code])):
        answer = visitor.get(url)
        assert answer["X-Robots-Tag"].startswith("noindex")
        assert "no-store" in answer["Cache-Control"]
        assert '<meta name="robots" content="noindex' in answer.content.decode()


def test_a_superseded_one_names_the_new_one(visitor: Client, made: Certificate) -> None:
    Practitioner.objects.filter(pk=made.practitioner_id).update(title="高级工程师")
    new = issued(made.practitioner)
    shown = page(visitor, made)
    assert "已被新证明替代" in shown and new.number in shown
    data = visitor.get(reverse("certificates:public_json", args=[made.code])).json()
    assert (data["state"], data["superseded_by"]) == ("superseded", new.number)


def test_a_revoked_one_says_why(visitor: Client, county: User, made: Certificate) -> None:
    certificate_revoke(actor=county, certificate=made, reason="材料系伪造")
    shown = page(visitor, made)
    assert "已撤销" in shown and "材料系伪造" in shown and "notice-success" not in shown


def test_a_reversed_entry_shows_at_once(visitor: Client, county: User, made: Certificate) -> None:
    entry = HourEntry.objects.filter(practitioner=made.practitioner).first()
    ledger.reverse(actor=county, entry=entry, reason="重复认定")
    assert "已撤销" in page(visitor, made)


@pytest.mark.parametrize("code", ["A" * 28, "short", "x" * 300, "0" * 28])
def test_an_unknown_code_says_so(visitor: Client, code: str) -> None:
    answer = visitor.get(reverse("certificates:public", args=[code]))
    assert answer.status_code == 404
    assert "没有这份证明" in answer.content.decode()
    twin = visitor.get(reverse("certificates:public_json", args=[code]))
    assert (twin.status_code, twin.json()["state"]) == (404, "unknown")


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [
        ("XZ20210009999", None, "没有这份证明"),
        ("", None, "请填写证明右上角"),
        (None, "ABC", "28位"),
        (None, "", "请填写印在二维码旁"),
        (None, "A" * 28, "没有这份证明"),
    ],
)
def test_what_does_not_fit_is_told(visitor: Client, made: Certificate, number: str, code: str, told: str) -> None:
    typed = {"number": made.number if number is None else number, "code": made.code if code is None else code}
    answer = visitor.post(reverse("certificates:check"), typed)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_looking_up_and_guessing_names_have_their_limits(visitor: Client, made: Certificate, settings: object) -> None:
    settings.CERTIFICATE_CHECKS_PER_ADDRESS, settings.CERTIFICATE_NAMES_PER_ADDRESS = 6, 2  # type: ignore[attr-defined]
    url = reverse("certificates:public", args=[made.code])
    statuses = [visitor.post(url, {"name": "张三"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    statuses = [visitor.get(reverse("certificates:public", args=["B" * 28])).status_code for _ in range(5)]
    assert statuses[-1] == 429
    assert visitor.get(url, REMOTE_ADDR="203.0.113.9").status_code == 200
