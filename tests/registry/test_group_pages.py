"""集体申报 on its pages: from the facts to the office's decision, and back when something is wrong."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation, User
from office.audit.models import Event
from registry.commands.decisions import claim_return
from registry.models import Evidence, GroupClaim
from registry.queries.groups import UNASSIGNED
from registry.states import ClaimState
from tests.clients import PortalClient
from tests.factories import OrganisationFactory
from tests.registry.groups import admin_of, claim_of, envelope, handed_in, pictures, prepared, team, zip_of, zip_upload
from tests.registry.people import PractitionerFactory, upload
from tests.registry.test_group_list import workbook

FACTS = {
    "hours": "16",
    "days": "2",
    "started_on": "2021-04-06",
    "ended_on": "2021-04-07",
    "title": "全省绿色建筑专题培训",
    "organiser": "省住房和城乡建设厅",
}


@pytest.fixture
def unit(db: None) -> Organisation:
    return OrganisationFactory(contact_name="王联络", phone="0580-2000000")


@pytest.fixture
def admin(unit: Organisation) -> User:
    return admin_of(unit)


@pytest.fixture
def employer(admin: User, client: Client) -> Client:
    client.force_login(admin)
    return client


def told(response: Any) -> str:
    return str(response.content.decode())


def test_from_the_facts_to_the_hours(employer: Client, unit: Organisation, county: User) -> None:
    first, second = (PractitionerFactory(organisation=unit, name=name) for name in ("陆海", "岑山"))
    made = employer.post("/groups/new/training_class/", {**FACTS, "token": str(uuid.uuid4())})
    group = GroupClaim.objects.get()
    assert made["Location"] == f"/groups/{group.pk}/files/"
    files = {f"file_{kind}": upload(shade=n) for n, kind in enumerate(("superior_notice", "participant_list"), 900)}
    employer.post(made["Location"], {"token": str(uuid.uuid4()), "next": "1", **files})
    employer.post(f"/groups/{group.pk}/people/pick/", {"person": [first.pk]})
    sheet = zip_upload(workbook(["陆海", "", "浙建培1"], ["岑山", second.id_number, "浙建培2"]), "名单.xlsx")
    assert employer.post(f"/groups/{group.pk}/people/sheet/", {"file": sheet}).status_code == 302
    bundle = zip_upload(zip_of(pictures("陆海.png", "扫描0001.png")))
    page = employer.post(
        f"/groups/{group.pk}/certificates/", {"token": str(uuid.uuid4()), "bundle": bundle}, follow=True
    )
    assert "没有归入人员：文件名中没有本次名单上的姓名或身份证号" in told(page)
    assert "还有1个文件没有归到人员" in told(employer.post(f"/groups/{group.pk}/check/", {"declared": "on"}))
    stray = Evidence.objects.get(kind=UNASSIGNED)
    employer.post(f"/groups/{group.pk}/files/{stray.pk}/assign/", {"claim": claim_of(group, second).pk})
    assert employer.post(f"/groups/{group.pk}/check/", {"declared": "on"}).status_code == 302
    group.refresh_from_db()
    office = PortalClient()
    office.force_login(county)
    queue = told(office.get("/review/", {"way": "unit", "q": group.number}))
    assert queue.count(f"/review/groups/{group.pk}/") == 2
    assert "浙建培2" in told(office.get(f"/review/groups/{group.pk}/"))
    assert "认定2人" in told(office.post(f"/review/groups/{group.pk}/decide/", {"decision": "accept"}, follow=True))
    assert set(group.claims.values_list("state", "certificate_number")) == {
        ("accepted", "浙建培1"),
        ("accepted", "浙建培2"),
    }


def test_the_person_sees_the_notice_and_whom_to_ask(admin: User, unit: Organisation, client: Client) -> None:
    first, second = team(unit, 2)
    group = handed_in(admin, [first, second])
    client.force_login(first.user)
    page = told(client.get(f"/claims/{claim_of(group, first).pk}/"))
    assert "由单位集体申报" in page
    assert "王联络，0580-2000000" in page
    assert "上级主管部门的培训通知" in page
    assert "参加培训人员名单" not in page
    assert second.name not in page
    assert "撤回</a>" not in page
    assert group.title in told(client.get("/claims/"))


def test_a_returned_one_is_mended_on_its_page(employer: Client, admin: User, unit: Organisation, county: User) -> None:
    (person,) = team(unit, 1)
    group = handed_in(admin, [person])
    claim = claim_return(actor=county, claim=claim_of(group, person), reason="证书看不清")
    url = f"/groups/{group.pk}/people/{claim.pk}/"
    assert "证书看不清" in told(employer.get(url))
    proof = {"file_training_certificate": upload("新证书.png", 77), "certificate_number": "新1号"}
    proof |= {"token": str(uuid.uuid4())}
    assert "的证书信息已保存" in told(employer.post(url, proof, follow=True))
    old = claim.evidence.order_by("id")[0]
    employer.post(f"{url}files/{old.pk}/remove/")
    assert "已重新提交" in told(employer.post(f"{url}submit/", follow=True))
    claim.refresh_from_db()
    assert (claim.state, claim.certificate_number, claim.evidence.get().name) == ("submitted", "新1号", "新证书.png")
    employer.post(f"{url}remove/", {"reason": "本人另报"})
    claim.refresh_from_db()
    assert claim.state == ClaimState.WITHDRAWN


@pytest.mark.parametrize(
    ("url", "data", "said"),
    [
        ("people/sheet/", {}, "请选择名单文件。"),
        ("people/sheet/", {"file": "sheet"}, "第3行 姓名：本单位在册人员中没有此人"),
        ("certificates/", {"token": "1"}, "请选择压缩包。"),
        ("certificates/", {"token": "1", "bundle": "sheet"}, "多层文件夹"),
        ("check/", {}, "请勾选承诺后再提交。"),
        ("check/", {"declared": "on"}, "还没有添加人员。"),
        ("files/", {"token": "1", "file_superior_notice": "text"}, "“a.txt”"),
        ("edit/", {**FACTS, "hours": "17"}, "每天"),
    ],
)
def test_what_is_wrong_is_said_on_the_page(
    employer: Client, admin: User, unit: Organisation, url: str, data: dict[str, Any], said: str
) -> None:
    group = envelope(admin, unit)
    files = {
        "sheet": lambda: zip_upload(workbook(["无此人", "", ""]), "名单.xlsx"),
        "text": lambda: zip_upload(b"text", "a.txt"),
    }
    sent = {name: files[value]() if value in files else value for name, value in data.items()}
    sent["token"] = str(uuid.uuid4())
    response = employer.post(f"/groups/{group.pk}/{url}", sent)
    assert response.status_code == 422
    assert said in told(response)


def test_a_list_filtered_taken_away_and_taken_back(employer: Client, admin: User, unit: Organisation) -> None:
    (person,) = team(unit, 1)
    group, draft = handed_in(admin, [person]), envelope(admin, unit)
    filters = {"status=draft": {draft}, "status=waiting": {group}, "status=done": set(), "q=绿色": {group, draft}}
    for query, found in filters.items():
        page = told(employer.get(f"/groups/?{query}"))
        assert {each for each in (group, draft) if f'href="/groups/{each.pk}/"' in page} == found
    export = employer.get("/groups/export/?status=waiting").getvalue().decode()
    assert export.count("\r\n") == 2
    assert group.number in export
    assert Event.objects.get(action="group.export").data["rows"] == 1
    assert "已撤回（1人）" in told(employer.post(f"/groups/{group.pk}/withdraw/", {"reason": ""}, follow=True))
    assert f'href="/groups/{group.pk}/"' in told(employer.get("/groups/?status=withdrawn"))


# What each page asks, the same for 3 people and for 30.
PAGES = {
    "/groups/": 7,
    "/groups/{group}/": 9,
    "/groups/{group}/people/": 10,
    "/groups/{group}/certificates/": 9,
    "/groups/{group}/check/": 9,
}


@pytest.mark.parametrize(("url", "most"), PAGES.items())
def test_the_units_pages_ask_the_same_for_three_and_for_thirty(
    employer: Client, admin: User, unit: Organisation, url: str, most: int
) -> None:
    counts = []
    for size in (3, 30):
        group = prepared(admin, team(unit, size))
        address = url.format(group=group.pk)
        employer.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert employer.get(address).status_code == 200
        counts.append(len(queries))
    assert counts == [most, most], [query["sql"][:150] for query in queries.captured_queries]


def test_the_offices_page_asks_the_same_for_three_and_for_thirty(
    admin: User, unit: Organisation, county: User, client: Client
) -> None:
    counts = []
    for size in (3, 30):
        group = handed_in(admin, team(unit, size))
        client.force_login(county)
        address = reverse("registry:review_group", args=[group.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1], [query["sql"][:150] for query in queries.captured_queries]
