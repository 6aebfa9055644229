"""One's messages as pages: listed, opened, read; counted on every page; and which e-mails one wants."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from office.audit.models import Event
from office.messages.models import Message, Preference
from tests.factories import AppointmentFactory, UserFactory
from tests.office.messages.telling import accepted, returned, warned

pytestmark = pytest.mark.django_db
LIST = "/messages/"
# session, user, appointments, own record (menu), notices; unread messages; rows
LIST_QUERIES = 7


@pytest.fixture
def browser(client: Client, person: User) -> Client:
    """A browser in which the person is signed in."""
    client.force_login(person)
    return client


def shown(client: Client, query: str = "") -> list[Message]:
    return client.get(LIST + query).context["page"].rows


def header(client: Client, url: str = "/accounts/me/") -> str:
    """The inbox link of a page's head."""
    page = client.get(url).content.decode()
    return page.split('class="inbox-link"', 1)[1].split("</a>", 1)[0]


def test_the_list_shows_what_is_unread_and_keeps_the_rest(browser: Client, person: User) -> None:
    old, new = returned(person), accepted(person)
    returned(UserFactory())
    Message.objects.filter(pk=old.pk).update(read_at=timezone.now())
    assert shown(browser) == [new]
    assert shown(browser, "?state=read") == [old]
    assert shown(browser, "?state=all") == [new, old]
    assert shown(browser, "?state=no-such") == [new]


def test_it_is_filtered_by_topic(browser: Client, person: User) -> None:
    claim, security = returned(person), warned(person)
    assert shown(browser, "?topic=claim") == [claim]
    assert shown(browser, "?topic=account") == [security]
    assert shown(browser, "?topic=audit") == []
    assert "没有符合条件的消息" in browser.get(f"{LIST}?topic=audit").content.decode()


def test_pages_lead_through_all_of_them_and_back(browser: Client, person: User) -> None:
    pks = [returned(person).pk for _ in range(65)][::-1]
    seen, url = [], f"{LIST}?topic=claim"
    while url:
        response = browser.get(url)
        seen += [message.pk for message in response.context["page"].rows]
        last, url = response, response.context["older_url"]
    assert seen == pks
    assert [one.pk for one in browser.get(last.context["newer_url"]).context["page"].rows] == pks[30:60]


def test_opening_a_message_reads_it_and_goes_where_it_points(browser: Client, person: User) -> None:
    message = returned(person, link="/claims/1/")
    assert browser.post(reverse("messages:open", args=[message.pk]))["Location"] == "/claims/1/"
    message.refresh_from_db()
    first = message.read_at
    assert first is not None
    browser.post(reverse("messages:open", args=[message.pk]))
    message.refresh_from_db()
    assert message.read_at == first
    plain = accepted(person)
    assert browser.post(reverse("messages:open", args=[plain.pk]))["Location"] == LIST


@pytest.mark.parametrize(
    ("posted", "back"),
    [
        ({"state": "all", "topic": "claim"}, "/messages/?state=all&topic=claim"),
        ({"state": "unread"}, LIST),
        ({"state": "https://example.com", "topic": "//example.com"}, LIST),
        ({}, LIST),
    ],
)
def test_marking_one_as_read_goes_back_to_the_list(
    browser: Client, person: User, posted: dict[str, str], back: str
) -> None:
    message, other = returned(person), returned(person)
    assert browser.post(reverse("messages:read", args=[message.pk]), posted)["Location"] == back
    assert shown(browser) == [other]


def test_all_are_marked_as_read_at_once(browser: Client, person: User) -> None:
    strangers = returned(UserFactory())
    for _ in range(3):
        returned(person)
    page = browser.post(reverse("messages:all_read"), follow=True).content.decode()
    assert "已将3条消息标为已读。" in page
    assert "没有未读消息" in page
    strangers.refresh_from_db()
    assert strangers.read_at is None


@pytest.mark.parametrize("name", ["messages:open", "messages:read"])
def test_to_others_a_message_is_not_there(browser: Client, name: str) -> None:
    strangers = returned(UserFactory())
    assert browser.post(reverse(name, args=[strangers.pk])).status_code == 404
    strangers.refresh_from_db()
    assert strangers.read_at is None


@pytest.mark.parametrize(("number", "said"), [(0, None), (1, ">1<"), (99, ">99<"), (100, ">99+<"), (130, ">99+<")])
def test_every_page_counts_what_is_unread(browser: Client, person: User, number: int, said: str | None) -> None:
    row = returned(person)
    row.read_at = timezone.now()
    row.save()
    Message.objects.bulk_create(
        Message(recipient=person, kind="claim.returned", key=str(n), title="x", body="y") for n in range(number)
    )
    found = header(browser)
    assert (said in found) if said else ("count" not in found)
    assert ("条未读" in found) is bool(said)


@pytest.mark.parametrize("trait", ["city", "auditor", "sysadmin", "employer_admin", ""])
def test_everybody_has_an_inbox(client: Client, trait: str) -> None:
    user = AppointmentFactory(**({trait: True} if trait else {})).user
    warned(user)
    client.force_login(user)
    assert ">1<" in header(client)
    assert len(shown(client)) == 1


@pytest.mark.parametrize("rows", [1, 31])
def test_the_list_asks_the_same_for_one_message_and_thirty(
    browser: Client, person: User, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        returned(person)
    browser.get(LIST)
    with django_assert_num_queries(LIST_QUERIES):
        browser.get(f"{LIST}?topic=claim")


def test_the_count_costs_every_page_one_question(browser: Client, person: User, django_assert_num_queries: Any) -> None:
    browser.get("/accounts/me/")
    with django_assert_num_queries(LIST_QUERIES - 1) as asked:
        browser.get("/accounts/me/")
    about = [one["sql"] for one in asked.captured_queries if "office_messages" in one["sql"]]
    assert len(about) == 1
    assert "LIMIT 100" in about[0]


def test_somebody_takes_no_more_mails_and_takes_them_again(browser: Client, person: User) -> None:
    assert "checked" in browser.get("/messages/settings/").content.decode()
    assert browser.post("/messages/settings/", {}).status_code == 302
    assert Preference.objects.get(user=person).email is False
    assert "checked" not in browser.get("/messages/settings/").content.decode()
    assert set(returned(person).deliveries.values_list("channel", flat=True)) == {"sms"}
    browser.post("/messages/settings/", {"email": "on"})
    browser.post("/messages/settings/", {"email": "on"})
    assert set(returned(person).deliveries.values_list("channel", flat=True)) == {"sms", "email"}
    told = Event.objects.filter(action="messages.email_wish").order_by("pk")
    assert [(event.before, event.after) for event in told] == [("on", "off"), ("off", "on")]


def test_the_settings_are_reached_from_the_own_account(browser: Client) -> None:
    assert 'href="/messages/settings/"' in browser.get("/accounts/me/").content.decode()
