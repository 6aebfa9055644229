"""The pages of second looks: the list, an opinion and a decision on the claim's own page, and the regions' rates."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from office.audit.models import Event
from registry.commands.second_looks import look_agree, look_disagree
from registry.models import SampleRate, SecondLook
from registry.states import SecondLookState
from tests.factories import OrganisationFactory, region
from tests.registry.people import PractitionerFactory
from tests.registry.test_review_query_counts import CLAIM, queries
from tests.registry.test_second_looks import REASON, drawn, every_claim, people

__all__ = ["every_claim", "people", "queries"]
pytestmark = pytest.mark.usefixtures("every_claim")
BACKEND = "accounts.backends.PhoneOrUsernameBackend"
LOOKS, RATES = "/second-looks/", "/second-looks/rates/"
# As the review queue: regions for the city's filter, the rows.
LIST, CITY_LIST = 8, 9


def page(client: Client, user: User, look: SecondLook) -> str:
    client.force_login(user, backend=BACKEND)
    return client.get(reverse("registry:review_claim", args=[look.claim_id])).content.decode()


def act(client: Client, user: User, look: SecondLook, name: str, **data: str) -> Any:
    client.force_login(user, backend=BACKEND)
    return client.post(reverse(f"registry:{name}", args=[look.pk]), data)


def listed(client: Client, **query: Any) -> list[SecondLook]:
    return [look for look, _ in client.get(LOOKS, query).context["lines"]]


def test_each_sees_the_form_that_is_theirs(client: Client, people: dict[str, User]) -> None:
    look = drawn(people["first"])
    opinion, decision = 'value="disagree"', 'value="uphold"'
    shown = {name: page(client, people[name], look) for name in ("first", "second", "city")}
    assert {name: opinion in text for name, text in shown.items()} == {"first": False, "second": True, "city": True}
    assert "须由初审以外的人员复核" in shown["first"]
    assert "提示事项</h2>" in shown["second"]
    look_disagree(actor=people["second"], look=look, reason=REASON)
    shown = {name: page(client, people[name], look) for name in ("first", "second", "third", "city")}
    assert {name: decision in text for name, text in shown.items()} == {
        "first": False,
        "second": False,
        "third": True,
        "city": True,
    }
    assert all(REASON in text and "撤销认定</a>" not in text for text in shown.values())


def test_from_a_disagreement_to_the_reversal(client: Client, people: dict[str, User]) -> None:
    look = drawn(people["first"])
    refused = act(client, people["second"], look, "look_opinion", finding="disagree", reason=" ")
    assert refused.status_code == 422
    assert refused.context["look_form"].errors.as_data()["reason"][0].code == "reason_missing"
    assert "#id_reason" in refused.content.decode()
    done = act(client, people["second"], look, "look_opinion", finding="disagree", reason=REASON)
    assert done.headers["Location"] == f"{LOOKS}?state=mine"
    assert listed(client, state="mine") == []
    client.force_login(people["third"], backend=BACKEND)
    assert listed(client, state="mine") == [look]
    assert act(client, people["third"], look, "look_decision", finding="uphold", reason=REASON).status_code == 302
    look.refresh_from_db()
    assert look.state == SecondLookState.UPHELD
    assert "已撤销认定" in page(client, people["first"], look)


@pytest.mark.parametrize(
    ("who", "name", "data", "status"),
    [
        ("first", "look_opinion", {"finding": "agree"}, 403),
        ("islands", "look_opinion", {"finding": "agree"}, 404),
        ("second", "look_opinion", {"finding": ""}, 422),
        ("second", "look_opinion", {"finding": "uphold", "reason": REASON}, 422),
        ("second", "look_decision", {"finding": "uphold", "reason": REASON}, 302),
    ],
)
def test_what_moves_nothing(
    client: Client, people: dict[str, User], who: str, name: str, data: dict[str, str], status: int
) -> None:
    look = drawn(people["first"])
    assert act(client, people[who], look, name, **data).status_code == status
    look.refresh_from_db()
    assert look.state == SecondLookState.OPEN


def test_who_comes_second_is_told(client: Client, people: dict[str, User]) -> None:
    look = drawn(people["first"])
    look_agree(actor=people["second"], look=look)
    client.force_login(people["third"], backend=BACKEND)
    answer = client.post(reverse("registry:look_opinion", args=[look.pk]), {"finding": "agree"}, follow=True)
    assert "second于2021年9月1日 10:00" in answer.content.decode()


def test_the_list_is_filtered_sorted_and_taken_away(client: Client, people: dict[str, User]) -> None:
    municipal = PractitionerFactory(organisation=OrganisationFactory(region=region("city")))
    near, other = drawn(people["first"]), drawn(people["second"])
    far = drawn(people["city"], municipal)
    look_agree(actor=people["second"], look=near)
    client.force_login(people["second"], backend=BACKEND)
    assert listed(client) == [near, other]
    assert listed(client, state="mine") == []
    assert listed(client, state="agreed", sort="newest") == [near]
    assert listed(client, q=near.claim.practitioner.id_last4) == [near]
    client.force_login(people["city"], backend=BACKEND)
    assert listed(client, sort="newest") == [far, other, near]
    assert listed(client, region="city") == [far]
    assert listed(client, state="mine") == [other]
    response = client.get(f"{LOOKS}export/", {"state": "agreed"})
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["受理编号", near.claim.number]
    assert Event.objects.get(action="second_look.export").data == {"rows": 1, "filters": ["state"]}
    assert client.get(LOOKS, {"state": "odd"}).status_code == 422


def test_the_dashboards_number_is_the_lists_length(client: Client, people: dict[str, User]) -> None:
    drawn(people["first"])
    drawn(people["second"])
    for name, number in (("first", 1), ("third", 2), ("city", 2), ("islands", 0)):
        client.force_login(people[name], backend=BACKEND)
        tasks = [task for task in client.get("/").context["office"]["tasks"] if "抽查" in task["title"]]
        assert [task["count"] for task in tasks] == ([number] if number else [])
        assert all(len(client.get(task["url"]).context["lines"]) == number for task in tasks)


def test_the_rates_page(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["city"], backend=BACKEND)
    form = client.get(RATES).context["form"]
    assert form["percent_dinghai"].value() == Decimal(100)
    codes = ("city", "dinghai", "putuo", "daishan", "shengsi")
    sent = {f"percent_{code}": "5" for code in codes}
    for wrong, field in (({"reason": ""}, "reason"), ({"reason": "x", "percent_putuo": "101"}, "percent_putuo")):
        answer = client.post(RATES, {**sent, **wrong})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert client.post(RATES, {**sent, "reason": "年度抽查方案"}).headers["Location"] == RATES
    assert set(SampleRate.objects.values_list("percent", flat=True)) == {Decimal(5)}
    assert RATES in client.get(reverse("office_settings")).content.decode()
    client.force_login(people["first"], backend=BACKEND)
    assert client.get(RATES).status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_same_for_one_row_and_thirty(
    rows: int, people: dict[str, User], queries: Callable[[User, str, int], None]
) -> None:
    for _ in range(rows):
        look_agree(actor=people["second"], look=drawn(people["first"]))
    queries(people["third"], LOOKS, LIST)
    queries(people["city"], LOOKS, CITY_LIST)


def test_a_claim_with_its_look(people: dict[str, User], queries: Callable[[User, str, int], None]) -> None:
    look = drawn(people["first"])
    queries(people["second"], f"/review/{look.claim_id}/", CLAIM + 2)  # may I act on it; and no claim waits behind it
