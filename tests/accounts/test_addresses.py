"""ID numbers and phones in an address: hidden before any page, form or log line sees them."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from axes.models import AccessAttempt
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.addresses import AddressMiddleware, hide_in_query
from accounts.identity import check_uscc
from accounts.lists import own_parameters, without_hidden
from accounts.personal import HIDDEN
from tests.factories import make_id_number, make_phone, make_uscc

ID_NUMBER, PHONE = make_id_number(serial=12), make_phone(44)
OF_DIGITS = next(code for code in map(make_uscc, range(10**7, 10**8)) if code.isdigit())


@pytest.mark.parametrize(
    "value",
    [
        ID_NUMBER,
        ID_NUMBER.lower(),
        PHONE,
        f"+86 {PHONE}",
        f"{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}",
        f"{PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}",
        f"{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}",
        f"{ID_NUMBER[:3]} {ID_NUMBER[3:]}",
        "".join(chr(ord(digit) + 0xFEE0) for digit in PHONE),
        f"陈海生{PHONE}",
        f"/review/?q={ID_NUMBER}",
        f"/review/?q={quote(ID_NUMBER[:6] + ' ' + ID_NUMBER[6:14] + ' ' + ID_NUMBER[14:])}",
    ],
)
def test_a_number_is_hidden_however_it_is_typed(value: str) -> None:
    query = urlencode({"state": "all", "q": value, value: "x"})
    assert hide_in_query(query) == urlencode([("state", "all"), ("q", HIDDEN), (HIDDEN, "x")])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=0036",
        "q=SB20210000001",
        "q=20210000001",
        "after=WyIxMzgwMDAwMDAwMCJd",
        "check=3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "since=2021-05-22&until=2021-09-01",
        f"q={OF_DIGITS}",
        "q=%FF&&=%00",
    ],
)
def test_anything_else_stays_as_it_was_sent(query: str) -> None:
    assert hide_in_query(query) == query


def test_the_code_of_digits_alone_is_a_code() -> None:
    assert check_uscc(OF_DIGITS) == OF_DIGITS
    assert len(OF_DIGITS) == 18


def test_a_path_with_a_number_is_no_page_and_the_number_is_gone() -> None:
    seen = []
    AddressMiddleware(lambda request: seen.append(request.get_full_path()))(RequestFactory().get(f"/claims/{PHONE}/"))  # type: ignore[arg-type, func-returns-value]
    assert seen == [f"/claims/{quote(HIDDEN)}/"]


def test_a_list_carries_only_its_own_parameters_on() -> None:
    typed = QueryDict(urlencode({"q": HIDDEN, "year": "2021", "sort": "", "after": "x", "other": "y"}))
    assert own_parameters(typed, ["q", "year", "sort"]) == "year=2021"
    assert set(without_hidden(typed)) == {"year", "sort", "after", "other"}


@pytest.mark.django_db
def test_a_visitor_who_searched_is_led_to_the_sign_in_without_the_number(client: Client) -> None:
    response = client.get(f"{reverse('registry:review_queue')}?q={ID_NUMBER}&state=all")
    assert ID_NUMBER not in response.url
    assert response.url.startswith(f"{reverse('accounts:sign_in')}?next=/review/")


@pytest.mark.django_db
def test_a_failed_sign_in_keeps_nothing_that_was_sent(client: Client) -> None:
    address = f"{reverse('accounts:sign_in')}?next=/review/&hint=blue"
    client.post(address, {"username": "nobody", "password": "wrong", "remember": "green"})
    attempt = AccessAttempt.objects.get()
    assert (attempt.get_data, attempt.post_data, attempt.failures_since_start) == ("", "", 1)
    assert "nobody" not in attempt.username
