"""Pages of certificates: one's own, an office's list and its export, taking one back, a constant number of queries."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from compliance.models import Certificate
from compliance.states import ReviewState
from office.audit.models import Event
from tests.clients import PortalClient
from tests.compliance.certified import certified, file_of
from tests.compliance.signing import meeting, signed
from tests.factories import AppointmentFactory, OrganisationFactory, region

pytestmark = pytest.mark.django_db
LIST = "certificates:list"


def copies(made: Certificate, number: int) -> None:
    """Rows for a list, as if so many had been issued."""
    fields = {field.attname: getattr(made, field.attname) for field in Certificate._meta.concrete_fields}
    del fields["id"]
    Certificate.objects.bulk_create(
        Certificate(**{**fields, "number": f"XZ2099{n:07d}", "code": f"{n:028d}", "digest": bytes([n])})
        for n in range(100, 100 + number)
    )


def test_the_person_issues_and_takes_the_file(county: User, client: PortalClient) -> None:
    person = signed(county)
    client.force_login(person.user)
    assert "定海区住房和城乡建设局审核通过" in client.get(reverse("certificates:own")).content.decode()
    answer = client.post(reverse("certificates:issue"), {"years": ["2021"]}, follow=True)
    made = Certificate.objects.get()
    assert made.number in answer.content.decode()
    taken = client.get(reverse("certificates:certificate_file", args=[made.pk]))
    assert b"".join(taken.streaming_content) == file_of(made)
    assert "attachment" in taken["Content-Disposition"] and "no-store" in taken["Cache-Control"]
    assert Event.objects.filter(action="certificate.download").count() == 1


@pytest.mark.parametrize(("years", "told"), [([], "请至少选择一个年度"), (["2020"], "只能选择审核通过的年度")])
def test_a_wrong_choice_is_told(county: User, client: PortalClient, years: list[str], told: str) -> None:
    client.force_login(signed(county).user)
    answer = client.post(reverse("certificates:issue"), {"years": years})
    assert (answer.status_code, told in answer.content.decode()) == (422, True)


def test_a_year_not_passed_offers_the_sheet_alone(county: User, client: PortalClient) -> None:
    person = signed(county, ReviewState.FAILED)
    client.force_login(person.user)
    page = client.get(reverse("certificates:own")).content.decode()
    sheet = reverse("certificates:sheet_file", args=[person.pk, 2021])
    assert "还没有审核通过的年度" in page and sheet in page
    assert client.get(sheet).content.startswith(b"%PDF")
    assert Event.objects.filter(action="certificate.sheet").count() == 1


def test_the_office_issues_from_the_year_of_a_person(county: User, client: PortalClient) -> None:
    person = signed(county)
    client.force_login(county)
    page = client.get(reverse("compliance:person_year", args=[person.pk, 2021])).content.decode()
    issue = reverse("certificates:issue_for", args=[person.pk, 2021])
    assert issue in page
    client.post(issue)
    assert Certificate.objects.get().issued_by == county
    other = meeting(county)
    page = client.get(reverse("compliance:person_year", args=[other.pk, 2021])).content.decode()
    assert reverse("certificates:sheet_file", args=[other.pk, 2021]) in page
    assert client.post(reverse("certificates:issue_for", args=[other.pk, 2021])).status_code == 409


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"林海", "周洋"}),
        ("q=林海", {"林海"}),
        ("q=zhou", {"周洋"}),
        ("q={number}", {"林海"}),
        ("q=xz2021", {"林海", "周洋"}),
        ("state=revoked", set()),
        ("state=valid", {"林海", "周洋"}),
        ("year=2021", {"林海", "周洋"}),
        ("region=putuo", {"周洋"}),
    ],
)
def test_the_office_finds_by_number_person_state_year_and_office(
    county: User, client: PortalClient, query: str, found: set[str]
) -> None:
    first = certified(county, name="林海")
    far = OrganisationFactory(region=region("putuo"))
    certified(AppointmentFactory(region=region("putuo")).user, name="周洋", name_sort="zhou yang", organisation=far)
    client.force_login(AppointmentFactory(city=True).user)
    page = client.get(f"{reverse(LIST)}?{query.format(number=first.number)}")
    assert {one.content["person"]["name"] for one in page.context["certificates"]} == found


def test_a_list_of_any_length_asks_the_same_number_of_queries(county: User, client: PortalClient) -> None:
    made = certified(county)
    client.force_login(county)
    client.get(reverse(LIST))
    counts = []
    for more in (0, 40):
        copies(made, more)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse(LIST))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9
    assert len(page.context["certificates"]) == 30
    assert len(client.get(reverse(LIST) + page.context["older_url"]).context["certificates"]) == 11


def test_the_export_has_no_whole_number_and_leaves_a_row(county: User, client: PortalClient) -> None:
    made = certified(county)
    client.force_login(county)
    text = client.get(reverse("certificates:export")).getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["证明编号"] for row in rows] == [made.number]
    assert rows[0]["身份证号后四位"].endswith(made.practitioner.id_last4)
    assert made.practitioner.id_number not in text
    assert Event.objects.filter(action="certificate.export").count() == 1


def test_revoking_on_the_page_asks_for_a_reason(county: User, client: PortalClient) -> None:
    made = certified(county)
    client.force_login(county)
    url = reverse("certificates:revoke", args=[made.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    done = client.post(url, {"reason": "材料系伪造"}, follow=True).content.decode()
    assert "已撤销" in done and "材料系伪造" in done
    client.force_login(AppointmentFactory().user)
    assert client.post(url, {"reason": "再次"}).status_code == 409


def test_an_empty_list_says_what_to_do(county: User, client: PortalClient) -> None:
    client.force_login(county)
    assert "没有符合条件的证明" in client.get(reverse(LIST)).content.decode()
