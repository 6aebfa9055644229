"""The register of units and one unit's page: found, sorted, exported, changed, merged, its papers handled."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, OrganisationKind, User
from office.audit.models import Event
from tests.factories import AppointmentFactory, OrganisationFactory, make_id_number, make_org_code, region
from tests.public.counting import asked
from tests.registry.people import PractitionerFactory
from tests.units.made import REASON, filed, qualified
from tests.units.test_application_pages import client_of, errors_of
from tests.units.test_changes import facts_of
from units.commands.changes import unit_change, unit_close
from units.models import Bureau

pytestmark = pytest.mark.django_db
LIST = "/units/"


def names(response: Any) -> list[str]:
    """Units on the page, in its order."""
    return [unit.name for unit in response.context["page"].rows]


def test_a_county_lists_its_own_units_and_the_city_office_all(client: Client, county: User, city: User) -> None:
    near, far = OrganisationFactory(), OrganisationFactory(region=region("putuo"))
    assert names(client_of(county, client).get(LIST)) == [near.name]
    assert set(names(client_of(city, client).get(LIST))) == {near.name, far.name}
    assert client.get(LIST, {"region": "putuo"}).context["page"].rows == [far]


FILTERS: dict[str, tuple[dict[str, str], str]] = {
    "words of the name": ({"q": "设计"}, "虚构设计院（定海）"),
    "other brackets": ({"q": "设计院(定海)"}, "虚构设计院（定海）"),
    "code": ({"q": "code"}, "虚构设计院（定海）"),
    "old code": ({"q": make_org_code(99)}, "虚构老协会"),
    "kind": ({"kind": "association"}, "虚构老协会"),
    "business": ({"business": "design"}, "虚构设计院（定海）"),
    "closed": ({"active": "no"}, "虚构已停用公司"),
    "region": ({"region": "shengsi"}, "虚构嵊泗公司"),
}


@pytest.mark.parametrize("case", FILTERS)
def test_the_register_is_filtered(office: Client, case: str) -> None:
    design = OrganisationFactory(name="虚构设计院（定海）", business="design")
    OrganisationFactory(name="虚构老协会", uscc=None, old_code=make_org_code(99), kind=OrganisationKind.ASSOCIATION)
    OrganisationFactory(name="虚构已停用公司", is_active=False)
    OrganisationFactory(name="虚构嵊泗公司", region=region("shengsi"))
    query, found = FILTERS[case]
    if query == {"q": "code"}:
        query = {"q": f" {design.uscc.lower()} "}
    assert names(office.get(LIST, query)) == [found]


@pytest.mark.parametrize("text", ["13905801234", *(make_id_number(serial=n) for n in range(40))])
def test_a_persons_number_is_no_search(office: Client, text: str) -> None:
    response = office.get(LIST, {"q": text})
    assert response.status_code == 422
    assert text not in response.content.decode()


def test_the_register_is_sorted_and_paged(office: Client) -> None:
    made = [OrganisationFactory(name=f"单位{n:03d}").name for n in range(70)]
    first = office.get(LIST, {"sort": "name"})
    assert names(first) == made[:30]
    second = office.get(LIST, {"sort": "name", "after": first.context["page"].older})
    assert names(second) == made[30:60]
    assert names(office.get(LIST, {"sort": "name", "before": second.context["page"].newer})) == made[:30]
    assert names(office.get(LIST, {"sort": "newest"})) == made[:39:-1]


def test_the_export_is_what_is_listed_and_leaves_a_trace(office: Client, unit: Organisation) -> None:
    OrganisationFactory(name="=虚构公式公司")
    OrganisationFactory(name="虚构已停用公司", is_active=False)
    PractitionerFactory.create_batch(2, organisation=unit)
    body = b"".join(office.get("/units/export/", {"active": "yes"}).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert {row["单位名称"]: row["在册人员"] for row in rows} == {unit.name: "2", "'=虚构公式公司": "0"}
    event = Event.objects.get(action="unit.export")
    assert event.data == {"rows": 2, "filters": ["active"]}


LISTS = {LIST: 9, "/units/qualifications/": 8}


@pytest.mark.parametrize("url", LISTS)
def test_a_list_asks_the_same_for_one_row_and_thirty(office: Client, city: User, url: str) -> None:
    def another(n: int) -> None:
        unit = OrganisationFactory()
        PractitionerFactory(organisation=unit)
        qualified(AppointmentFactory(employer_admin=True, organisation=unit).user, unit, shade=n)

    another(0)
    few = asked(office, url)
    for n in range(1, 30):
        another(n)
    assert len(asked(office, url)) == len(few) == LISTS[url], "\n".join(few)


def test_a_units_page_asks_the_same_for_any_number_of_papers(office: Client, city: User, unit: Organisation) -> None:
    url = reverse("units:detail", args=[unit.pk])
    qualified(city, unit)
    filed(city, unit, Bureau.PERSONNEL)
    few = asked(office, url)
    for n in range(1, 12):
        qualified(city, unit, number=f"D{n}", shade=n)
        unit_change(actor=city, unit=unit, data=facts_of(unit, address=f"虚构路{n}号"), reason=REASON)
        AppointmentFactory(organiser=True, organisation=unit)
    assert len(asked(office, url)) == len(few) == 16, "\n".join(few)


def test_a_units_page_shows_what_there_is(office: Client, city: User, unit: Organisation, admin: User) -> None:
    PractitionerFactory.create_batch(2, organisation=unit)
    PractitionerFactory(organisation=unit, link_state="pending")
    qualified(city, unit, grade="特级")
    qualified(city, unit, name="旧资质", valid_to=date(2021, 8, 31))
    filed(city, unit, Bureau.PERSONNEL)
    unit_change(actor=city, unit=unit, data=facts_of(unit, name="舟山虚构更名公司"), reason="更名文件")
    page = office.get(reverse("units:detail", args=[unit.pk]))
    text = page.content.decode()
    for words in ("特级", "已过期", "尚未同时", admin.display_name, "更名文件", "舟山虚构更名公司", "资质证书.png"):
        assert words in text
    assert page.context["numbers"] == {"confirmed": 2, "pending": 1}


def changed(unit: Organisation, **fields: Any) -> dict[str, Any]:
    """The form of a change as a browser sends it."""
    data = facts_of(unit)
    stated = {name: getattr(data, name) for name in ("name", "uscc", "kind", "business", "address", "contact_name")}
    return {**stated, "region": unit.region_id, "phone": "", "reason": REASON, **fields}


def test_an_office_changes_a_unit_on_its_page(client: Client, county: User, unit: Organisation) -> None:
    url = reverse("units:edit", args=[unit.pk])
    client_of(county, client)
    assert unit.name in client.get(url).content.decode()
    assert client.post(url, changed(unit, name="舟山虚构更名公司")).headers["Location"] == f"/units/{unit.pk}/"
    unit.refresh_from_db()
    assert unit.name == "舟山虚构更名公司"
    for fields, errors in (
        ({"reason": ""}, {"reason": ["required"]}),
        ({"uscc": ""}, {"uscc": ["code_missing"]}),
        ({"phone": "打我"}, {"phone": ["telephone_invalid"]}),
        ({"region": region("putuo").pk}, {"region": [None]}),
    ):
        response = client.post(url, changed(unit, **fields))
        assert (response.status_code, list(errors_of(response))) == (422, list(errors))


def test_a_unit_is_closed_and_opened_with_a_reason(client: Client, county: User, unit: Organisation) -> None:
    client_of(county, client)
    for name, open_after in (("close", False), ("reopen", True)):
        url = reverse(f"units:{name}", args=[unit.pk])
        assert client.get(url).status_code == 200
        assert client.post(url, {"reason": ""}).status_code == 422
        assert client.post(url, {"reason": REASON}).status_code == 302
        unit.refresh_from_db()
        assert unit.is_active == open_after


def test_two_records_are_seen_side_by_side_and_merged(office: Client, unit: Organisation) -> None:
    double = OrganisationFactory(name="舟山虚构重复公司", address="虚构路9号")
    PractitionerFactory.create_batch(2, organisation=double)
    url = reverse("units:merge", args=[unit.pk])
    assert office.get(url).status_code == 200
    for text, words in {
        "查无此公司": "没有找到",
        unit.name: "另一条",
        "": "请填写",
    }.items():
        response = office.get(url, {"other": text})
        assert (response.status_code, words in response.content.decode()) == (422, True)
    query = f"{url}?other={double.uscc}"
    page = office.get(query)
    assert ("在册人员", 2) in page.context["moving"]
    for words in (unit.name, double.name, "虚构路9号", "确认合并"):
        assert words in page.content.decode()
    assert errors_of(office.post(query, {"reason": ""})) == {"reason": ["reason_missing"]}
    assert office.post(query, {"reason": REASON}).headers["Location"] == f"/units/{unit.pk}/"
    double.refresh_from_db()
    assert double.merged_into == unit
    assert unit.name in office.get(reverse("units:detail", args=[double.pk])).content.decode()
    assert "已并入" in office.get(url, {"other": double.name}).content.decode()


def test_who_runs_several_units_chooses(client: Client, unit: Organisation, admin: User) -> None:
    second = AppointmentFactory(organiser=True, user=admin).organisation
    text = client_of(admin, client).get(reverse("units:own")).content.decode()
    assert unit.name in text
    assert second.name in text
    home = client.get("/").content.decode()
    assert unit.name in home
    unit_close(actor=AppointmentFactory(city=True).user, unit=second, reason=REASON)
    assert client.get(reverse("units:detail", args=[second.pk])).status_code == 200
