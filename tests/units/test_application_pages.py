"""The pages of an application: filled in by a visitor or a user, followed, decided; and what each refusal says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.crypto import blind_index
from accounts.models import Organisation, User
from registry.models import LinkState
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, make_org_code, region
from tests.public.counting import asked
from tests.registry.people import PractitionerFactory
from tests.units.made import REASON, application_in, applied, form, stated, visitor
from units.models import UnitApplication
from units.states import ApplicationState

pytestmark = pytest.mark.django_db
APPLY = "/units/apply/"


def errors_of(response: Any) -> dict[str, list[str]]:
    """Field → codes."""
    return {name: [error.code for error in found] for name, found in response.context["form"].errors.as_data().items()}


def test_a_visitor_applies_and_is_signed_in(client: Client) -> None:
    response = client.post(APPLY, visitor(), follow=True)
    application = UnitApplication.objects.get()
    assert response.redirect_chain == [(f"/units/applications/{application.pk}/", 302)]
    text = response.content.decode()
    assert application.number in text
    assert "等待审核" in text
    assert "13905801234" not in text
    assert "单位登记申请" in client.get("/").content.decode()
    assert int(client.session["_auth_user_id"]) == application.applicant_id


def client_of(user: User, client: Client) -> Client:
    """The browser with this user signed in."""
    client.force_login(user)
    return client


def test_the_office_accepts_and_the_applicant_runs_the_unit(client: Client, county: User) -> None:
    applicant = UserFactory()
    application = applied(applicant)
    client_of(county, client)
    home = client.get("/").content.decode()
    assert "单位登记申请" in home
    listed = client.get(reverse("units:application_list")).content.decode()
    assert application.number in listed
    url = reverse("units:application_decide", args=[application.pk])
    response = client.post(url, {"decision": "accept", "reason": ""}, follow=True)
    assert "已准予登记" in response.content.decode()
    unit = Organisation.objects.get(name=application.name)
    client_of(applicant, client)
    assert client.get(reverse("units:own")).headers["Location"] == f"/units/{unit.pk}/"
    page = client.get(f"/units/{unit.pk}/").content.decode()
    assert applicant.display_name in page
    assert "报送资质" in page
    assert "变更</a>" not in page


WRONG: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
    "nothing": (
        dict.fromkeys(("name", "uscc", "kind", "business", "region", "address", "contact_name", "phone", "mobile"), ""),
        {
            "name": ["required"],
            "uscc": ["code_missing"],
            "kind": ["required"],
            "business": ["required"],
            "region": ["required"],
            "address": ["required"],
            "contact_name": ["required"],
            "phone": ["required"],
            "mobile": ["required"],
        },
    ),
    "a wrong code": ({"uscc": "123"}, {"uscc": ["uscc_invalid"]}),
    "a wrong old code": ({"old_code": "123"}, {"old_code": ["org_code_invalid"]}),
    "an unknown kind": ({"kind": "kingdom"}, {"kind": ["invalid_choice"]}),
    "an unknown region": ({"region": "999999"}, {"region": ["invalid_choice"]}),
    "NUL in the name": ({"name": "公司\x00"}, {"name": ["bad_characters"]}),
    "an unseen character": ({"address": "路\u200b1号"}, {"address": ["bad_characters"]}),
    "a phone in the address": ({"address": "打13905801234"}, {"address": ["personal"]}),
    "a name too long": ({"name": "舟" * 101}, {"name": ["too_long"]}),
    "words for a telephone": ({"phone": "打我"}, {"phone": ["telephone_invalid"]}),
    "a short mobile": ({"mobile": "139"}, {"mobile": ["phone_invalid"]}),
    "digits in a person's name": ({"applicant_name": "林海1"}, {"applicant_name": ["name_characters"]}),
    "two passwords": ({"password2": "Sea-Bridge-2022"}, {"password2": ["password_mismatch"]}),
    "a weak password": ({"password1": "1234567890", "password2": "1234567890"}, {"password1": ["password_weak"]}),
    "a taken user name": ({"username": "Taken"}, {"username": ["username_taken"]}),
    "a taken phone": ({"mobile": "13905800009"}, {"mobile": ["phone_taken"]}),
    "no token": ({"token": ""}, {"token": ["required"]}),
    "a token that is none": ({"token": "x"}, {"token": ["invalid"]}),
    "a known unit": ({"name": "已登记的公司"}, {"name": ["unit_registered"]}),
}


@pytest.mark.parametrize("case", WRONG)
def test_every_error_names_its_field_and_nothing_is_kept(client: Client, case: str) -> None:
    UserFactory(username="taken", phone="13905800009", phone_hash=blind_index("phone", "13905800009"))
    OrganisationFactory(name="已登记的公司")
    changes, expected = WRONG[case]
    response = client.post(APPLY, visitor(**changes))
    assert response.status_code == 422
    assert errors_of(response) == expected
    assert not UnitApplication.objects.exists()
    assert User.objects.count() == 1
    if case == "a known unit":
        assert "该单位已登记" in response.content.decode()


def test_a_signed_in_user_gives_no_second_account(client: Client) -> None:
    user = PractitionerFactory(organisation=None, link_state=LinkState.NONE, region=region()).user
    client_of(user, client)
    page = client.get(APPLY).content.decode()
    assert "password1" not in page
    code = make_org_code(77)
    assert client.post(APPLY, form(uscc="", old_code=code)).status_code == 302
    assert UnitApplication.objects.get().old_code == code


def test_a_returned_application_is_mended_and_the_queue_sees_it_again(client: Client, city: User) -> None:
    applicant = UserFactory()
    application = application_in(ApplicationState.RETURNED, applicant, city)
    client_of(applicant, client)
    assert "申请被退回" in client.get("/").content.decode()
    url = reverse("units:application_edit", args=[application.pk])
    assert REASON in client.get(url).content.decode()
    assert errors_of(client.post(url, form(phone="打我"))) == {"phone": ["telephone_invalid"]}
    assert client.post(url, form(address="定海区虚构路8号")).status_code == 302
    application.refresh_from_db()
    assert (application.state, application.address) == (ApplicationState.SUBMITTED, "定海区虚构路8号")
    assert client.get(url).status_code == 302  # no longer to be mended
    client.post(reverse("units:application_withdraw", args=[application.pk]))
    application.refresh_from_db()
    assert application.state == ApplicationState.WITHDRAWN


@pytest.mark.parametrize("decision", ["return", "refuse"])
def test_a_decision_without_its_reason_is_asked_again(client: Client, county: User, decision: str) -> None:
    application = applied(UserFactory())
    client_of(county, client)
    response = client.post(reverse("units:application_decide", args=[application.pk]), {"decision": decision})
    assert (response.status_code, errors_of(response)) == (422, {"reason": ["reason_missing"]})


def test_whoever_comes_second_is_told_who_was_first(client: Client, county: User, city: User) -> None:
    application = application_in(ApplicationState.REFUSED, UserFactory(), city)
    client_of(county, client)
    response = client.post(reverse("units:application_decide", args=[application.pk]), {"decision": "accept"})
    assert response.status_code == 409
    assert city.display_name in response.content.decode()


def test_the_office_is_warned_of_a_registered_unit_of_the_same_code(client: Client, county: User) -> None:
    application = applied(UserFactory())
    taken = OrganisationFactory(uscc=stated().uscc)
    client_of(county, client)
    assert taken.name in client.get(reverse("units:application_detail", args=[application.pk])).content.decode()
    response = client.post(reverse("units:application_decide", args=[application.pk]), {"decision": "accept"})
    assert response.status_code == 422


def test_the_queue_is_searched_and_pages_by_state(client: Client, city: User) -> None:
    first, other = applied(UserFactory(), 1), applied(UserFactory(), 2)
    client_of(city, client)
    url = reverse("units:application_list")
    for query, found in {first.number: first, other.name: other}.items():
        text = client.get(url, {"q": query}).content.decode()
        assert [found.number in text, text.count('<td data-label="受理编号">')] == [True, 1]
    assert "没有这一状态的申请" in client.get(url, {"state": "accepted"}).content.decode()
    own = applied(city, 3)
    assert own.number not in client.get(url).content.decode()


def test_the_queue_asks_the_same_for_one_and_thirty(client: Client, city: User) -> None:
    client_of(city, client)
    applied(UserFactory(), 0)
    url = reverse("units:application_list")
    few = asked(client, url)
    for n in range(1, 30):
        applied(UserFactory(), n)
    assert len(asked(client, url)) == len(few) == 8, "\n".join(few)


def test_a_county_sees_its_own_region_alone(client: Client, far_county: User) -> None:
    application = applied(UserFactory())
    client_of(far_county, client)
    assert application.number not in client.get(reverse("units:application_list")).content.decode()
    assert client.get(reverse("units:application_detail", args=[application.pk])).status_code == 404
    near = applied(UserFactory(), 2, region=region("putuo"))
    assert near.number in client.get(reverse("units:application_list")).content.decode()


def test_the_number_at_home_is_the_length_of_the_list(client: Client, county: User) -> None:
    for n in range(3):
        applied(UserFactory(), n)
    applied(UserFactory(), 4, region=region("putuo"))
    AppointmentFactory(user=applied(county, 5).applicant, region=region("shengsi"))
    client_of(county, client)
    task = next(task for task in client.get("/").context["office"]["tasks"] if task["title"] == "单位登记申请")
    rows = client.get(task["url"]).context["page"].rows
    assert task["count"] == len(rows) == 3
