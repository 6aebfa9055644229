"""Qualifications and filings on their pages."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, User
from tests.registry.people import upload
from tests.units.test_application_pages import client_of, errors_of
from units.models import ProviderFiling, Qualification

pytestmark = pytest.mark.django_db


def test_the_unit_files_a_qualification_and_the_city_office_confirms_it_on_the_pages(
    client: Client, unit: Organisation, admin: User, city: User
) -> None:
    new = reverse("units:qualification_new", args=[unit.pk])
    stated = {
        "token": str(uuid.uuid4()),
        "name": "建筑工程施工总承包",
        "grade": "一级",
        "number": "D233000001",
        "valid_from": "2020-01-01",
        "valid_to": "",
    }
    client_of(admin, client)
    for fields, errors in (
        ({}, {"file": ["file_missing"]}),
        ({"grade": "超级", "file": upload()}, {"grade": ["invalid_choice"]}),
        ({"valid_from": "昨天", "file": upload()}, {"valid_from": ["invalid"]}),
        ({"valid_to": "2019-01-01", "file": upload()}, {"valid_to": ["dates_out_of_order"]}),
    ):
        assert errors_of(client.post(new, stated | fields)) == errors
    assert client.post(new, stated | {"file": upload()}).status_code == 302
    paper = Qualification.objects.get()
    decide = reverse("units:qualification_decide", args=[unit.pk, paper.pk])
    client_of(city, client)
    assert unit.name in client.get(reverse("units:qualifications_waiting")).content.decode()
    tasks = {task["title"]: task["count"] for task in client.get("/").context["office"]["tasks"]}
    assert tasks["待核验的资质"] == 1
    client.post(decide, {"decision": "decline"})
    paper.refresh_from_db()
    assert paper.state == "pending"  # without a reason
    client.post(decide, {"decision": "confirm"})
    paper.refresh_from_db()
    assert paper.state == "confirmed"
    client.post(decide, {"decision": "revoke", "reason": "证书已注销"})
    paper.refresh_from_db()
    assert (paper.state, paper.reason) == ("revoked", "证书已注销")


def test_the_city_office_keeps_filings_on_the_pages(office: Client, unit: Organisation) -> None:
    new = reverse("units:filing_new", args=[unit.pk])
    stated = {"token": str(uuid.uuid4()), "bureau": "personnel", "number": "1号", "filed_on": "2021-01-04"}
    assert errors_of(office.post(new, stated)) == {"file": ["file_missing"]}
    assert errors_of(office.post(new, stated | {"filed_on": "2031-01-04", "file": upload()})) == {
        "filed_on": ["date_ahead"]
    }
    assert office.post(new, stated | {"file": upload()}).status_code == 302
    filing = ProviderFiling.objects.get()
    revoke = reverse("units:filing_revoke", args=[unit.pk, filing.pk])
    office.post(revoke, {"reason": ""})
    filing.refresh_from_db()
    assert filing.state == "confirmed"
    office.post(revoke, {"reason": "备案注销"})
    filing.refresh_from_db()
    assert filing.state == "revoked"
