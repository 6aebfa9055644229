"""注册核对 on its pages: the same whether name and phone fit or not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation, User
from registry.models import JoinRequest, Practitioner
from registry.states import JoinState
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.rosters import ID_NUMBER, PHONE, code_sent, sign_up
from tests.registry.test_sign_up import form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sms")]
REASON = "与名册不是同一人"


def test_the_page_tells_nobody_whether_name_and_phone_fit(client: Client, rostered: Practitioner) -> None:
    pages = []
    for changes in ({}, {"name": "陈海升", "phone": "13805800001"}):
        sign_up(client, **changes)
        page = client.get("/sign-up/check/").content.decode()
        assert rostered.organisation is not None
        for secret in (ID_NUMBER, PHONE, rostered.organisation.name):
            assert secret not in page
        main = page[page.index("<main") : page.index("</main>")]
        for masked in ("139****0001", "138****0001"):
            main = main.replace(masked, "phone")
        pages.append(main.split("csrfmiddlewaretoken"))
        client.logout()
    first, second = ([part[part.find(">") :] for part in page] for page in pages)
    assert first == second


def test_a_wrong_code_is_counted_and_joins_nobody(client: Client, rostered: Practitioner) -> None:
    sign_up(client)
    client.post("/sign-up/check/code/")
    wrong = "000000" if code_sent() != "000000" else "111111"
    for code in [wrong] * 5 + [code_sent()]:
        response = client.post("/sign-up/check/confirm/", {"code": code})
        assert response.status_code == 422
    (error,) = response.context["form"].errors.as_data()["code"]
    assert error.code == "code_tried_out"
    rostered.refresh_from_db()
    assert rostered.user is None


def test_without_sms_the_unit_or_the_office_decides(client: Client, rostered: Practitioner, settings: Any) -> None:
    settings.SMS_BACKEND = ""
    sign_up(client)
    text = client.post("/sign-up/check/code/", follow=True).content.decode()
    assert "尚未开通短信" in text


def test_an_id_with_an_account_is_refused_as_before(client: Client, person: Practitioner) -> None:
    response = client.post("/sign-up/", form(id_number=person.id_number))
    assert list(response.context["form"].errors) == ["id_number"]
    assert not JoinRequest.objects.exists()


def test_the_pages_of_those_who_check(client: Client, rostered: Practitioner, county: User) -> None:
    join = sign_up(client, name="陈海升")
    client.logout()
    client.force_login(county)
    tasks = {task["title"]: task for task in client.get("/").context["office"]["tasks"]}
    listed = client.get(tasks["待核对的注册"]["url"])
    assert tasks["待核对的注册"]["count"] == len(listed.context["page"].rows) == 1
    page = client.get(f"/units/joins/{join.pk}/")
    text = page.content.decode()
    assert "不一致" in text
    assert ID_NUMBER not in text
    assert PHONE not in text
    decide = f"/units/joins/{join.pk}/decide/"
    for data, code in (({"decision": "decline"}, 422), ({}, 422), ({"decision": "accept"}, 302)):
        assert client.post(decide, data).status_code == code
    assert client.post(decide, {"decision": "decline", "reason": REASON}).status_code == 302  # told on the page
    join.refresh_from_db()
    assert join.state == JoinState.JOINED
    far: Organisation = OrganisationFactory(region=region("putuo"))
    client.force_login(AppointmentFactory(employer_admin=True, organisation=far).user)
    assert client.get(f"/units/joins/{join.pk}/").status_code == 404
