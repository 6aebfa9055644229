"""Reports of standings: figures worked out by hand, whose they count, and the files and charts drawn from the table."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from compliance.models import AnnualReview
from compliance.queries.reports.asked import Asked, scope_of
from compliance.queries.reports.compliance import compliance
from office.audit.models import Event
from registry.models import Practitioner
from tests.compliance.signing import GENERAL, INDUSTRY, MORE, WHOLE, post
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrUsernameBackend"
REPORT = "/compliance/reports/compliance/"
# session, user, appointments, second step, own record (menu), unread messages, notices; the figures, the names
QUERIES = 9


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


@pytest.fixture
def unit(db: None) -> Organisation:
    """A unit in 定海."""
    return OrganisationFactory(name="舟山甲建设有限公司")


@pytest.fixture
def people(county: User, unit: Organisation) -> dict[str, Practitioner]:
    """2021 in 定海: 90 hours, 18 hours, 96 hours; in 普陀: 30 hours, and 18 hours of somebody whom 定海 reviews."""
    second = OrganisationFactory(name="舟山乙设计院")
    far = OrganisationFactory(name="普陀丙工程有限公司", region=region("putuo"))
    plan: list[tuple[str, Organisation, str, str, tuple[Any, ...]]] = [
        ("met", unit, "structure", "senior", WHOLE),
        ("short", unit, "structure", "none", (GENERAL,)),
        ("more", second, "cost", "middle", (*WHOLE, MORE)),
        ("far", far, "cost", "middle", (GENERAL, INDUSTRY)),
        ("moved", far, "water", "middle", (GENERAL,)),
    ]
    found = {}
    for name, where, specialty, level, activities in plan:
        found[name] = PractitionerFactory(organisation=where, specialty=specialty, title_level=level)
        post(found[name], county, *activities)
    AnnualReview.objects.create(
        practitioner=found["moved"], year=2021, region=region("dinghai"), astray=True, state_at=timezone.now()
    )
    return found


# name → people, met, short, per cent, hours each; short of the total, professional, industry and general public
BY = {
    "region": {
        "定海区": "4 2 2 50 55.5 2 2 2 0",  # 90 + 18 + 96 + 18
        "普陀区": "1 0 1 0 30 1 1 0 0",
        "合计": "5 2 3 40 50.4 3 3 2 0",
    },
    "unit": {
        "普陀丙工程有限公司": "2 0 2 0 24 2 2 1 0",
        "舟山乙设计院": "1 1 0 100 96 0 0 0 0",
        "舟山甲建设有限公司": "2 1 1 50 54 1 1 1 0",
        "合计": "5 2 3 40 50.4 3 3 2 0",
    },
    "specialty": {
        "建筑结构": "2 1 1 50 54 1 1 1 0",
        "给排水": "1 0 1 0 18 1 1 1 0",
        "工程造价": "2 1 1 50 63 1 1 0 0",
        "合计": "5 2 3 40 50.4 3 3 2 0",
    },
    "level": {
        "无职称": "1 0 1 0 18 1 1 1 0",
        "中级": "3 1 2 33.3 48 2 2 1 0",
        "高级": "1 1 0 100 90 0 0 0 0",
        "合计": "5 2 3 40 50.4 3 3 2 0",
    },
    # minimum, people, reached, short, per cent, hours each, hours missing
    "category": {
        "合计": "90 5 2 3 40 50.4 204",  # 72 + 60 + 72
        "专业科目": "60 5 2 3 40 25.2 180",  # 60 and 66; three without any
        "行业公需科目": "12 5 3 2 60 7.2 24",
        "一般公需科目": "18 5 5 0 100 18 0",
    },
}


def table_of(client: Client, **asked: str) -> dict[str, str]:
    """The CSV as name → its figures."""
    answer = client.get(f"{REPORT}csv/", {"year": "2021", **asked})
    text = b"".join(answer.streaming_content).decode()
    return {row[0]: " ".join(f"{float(cell):g}" for cell in row[1:]) for row in list(csv.reader(io.StringIO(text)))[1:]}


@pytest.fixture
def desk(client: Client, city: User) -> Client:
    """A browser in which the city office is signed in."""
    client.force_login(city, backend=BACKEND)
    return client


@pytest.mark.parametrize("by", BY)
def test_a_year_by_each_dimension_comes_to_what_was_worked_out_by_hand(
    desk: Client, people: dict[str, Practitioner], by: str
) -> None:
    assert table_of(desk, by=by) == BY[by]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"region": "putuo"}, {"普陀区": 1}),
        ({"unit": "甲建设"}, {"定海区": 2}),
        ({"specialty": "cost"}, {"定海区": 1, "普陀区": 1, "合计": 2}),
        ({"level": "middle", "region": "dinghai"}, {"定海区": 2}),
        ({"unit": "%"}, {}),
    ],
    ids=["region", "unit", "specialty", "level in a region", "no wildcard"],
)
def test_the_figures_are_narrowed_as_the_lists_are(
    desk: Client, people: dict[str, Practitioner], asked: dict[str, str], found: dict[str, int]
) -> None:
    assert {name: int(figures.split()[0]) for name, figures in table_of(desk, by="region", **asked).items()} == found


def test_each_role_counts_its_own(
    people: dict[str, Practitioner], county: User, city: User, unit: Organisation
) -> None:
    auditor = AppointmentFactory(auditor=True).user
    employer = AppointmentFactory(employer_admin=True, organisation=unit).user
    far = AppointmentFactory(region=region("putuo")).user
    waiting = people["more"]
    Practitioner.objects.filter(pk=waiting.pk).update(organisation=unit, link_state="pending")

    def counted(user: User) -> int:
        return sum(line.cells[1] for line in compliance(scope_of(user), Asked(2021, by="specialty")).lines)

    found = {"county": counted(county), "far": counted(far), "city": counted(city), "auditor": counted(auditor)}
    assert found == {"county": 4, "far": 1, "city": 5, "auditor": 5}
    assert counted(employer) == 2  # not whom the unit has not confirmed


def test_a_line_leads_to_the_list_of_as_many_people(desk: Client, people: dict[str, Practitioner]) -> None:
    page = desk.get(REPORT, {"year": "2021", "by": "region", "level": "middle"})
    links = {line["cells"][0]["text"]: (line["url"], line["cells"][1]["text"]) for line in page.context["lines"]}
    assert set(links) == {"定海区", "普陀区"}
    for url, number in links.values():
        assert str(desk.get(url).context["numbers"]["all"]) == number


def test_the_auditor_gets_figures_and_no_list(client: Client, people: dict[str, Practitioner]) -> None:
    client.force_login(AppointmentFactory(auditor=True).user, backend=BACKEND)
    page = client.get(REPORT, {"year": "2021", "by": "region"})
    assert [line["url"] for line in page.context["lines"]] == ["", ""]


def test_the_chart_holds_the_rows_of_the_table_and_nothing_runs_inline(
    desk: Client, people: dict[str, Practitioner]
) -> None:
    page = desk.get(REPORT, {"year": "2021", "by": "unit", "sort": "short"})
    text = page.content.decode()
    data = json.loads(re.search(r'<script id="chart-data" type="application/json">(.*?)</script>', text, re.S)[1])
    assert data["names"] == ["普陀丙工程有限公司", "舟山甲建设有限公司", "舟山乙设计院"]
    assert data["series"] == [{"name": "达标率%", "values": [0.0, 50.0, 100.0]}]
    assert 'role="img"' in text
    scripts = re.findall(r"<script(?![^>]*application/json)([^>]*)>(.*?)</script>", text, re.S)
    assert all("src=" in head and not body.strip() for head, body in scripts)
    assert any(re.search(r"echarts\.common\.min\.[0-9a-f]{12}\.js", head) for head, _ in scripts)
    assert "style=" not in text


def test_a_page_takes_the_same_number_of_queries_however_many_people(
    desk: Client, people: dict[str, Practitioner], django_assert_num_queries: Any, county: User
) -> None:
    desk.get(REPORT)  # the first answer also writes the session
    for _ in range(2):
        with django_assert_num_queries(QUERIES + 1):  # the city's filter offers the regions
            desk.get(REPORT, {"year": "2021", "by": "unit"})
        post(PractitionerFactory(), county, GENERAL)


def test_years_stand_side_by_side(client: Client, people: dict[str, Practitioner], county: User, city: User) -> None:
    with time_machine.travel("2022-09-01T10:00:00+08:00", tick=False):
        post(people["short"], county, *WHOLE, year=2022)
        client.force_login(city, backend=BACKEND)
        lines = client.get("/compliance/reports/years/").context["lines"]
    assert [[cell["text"] for cell in line["cells"][:5]] for line in lines] == [
        ["2021年", "5", "2", "3", "40"],
        ["2022年", "1", "1", "0", "100"],
    ]


def test_the_workbook_says_what_it_was_narrowed_to_and_leaves_its_trail(
    desk: Client, people: dict[str, Practitioner]
) -> None:
    answer = desk.get(f"{REPORT}xlsx/", {"year": "2021", "by": "level", "unit": "建设"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [text for text in rows[1] if text] == ["年度：2021年", "统计口径：职称级别", "单位名称：建设"]
    assert [row[:5] for row in rows[3:6]] == [("无职称", 1, 0, 1, 0), ("高级", 1, 1, 0, 100), ("合计", 2, 1, 1, 50)]
    event = Event.objects.get(action="report.export")
    assert event.data["filters"] == ["by", "unit", "year"]
    assert "建设" not in json.dumps(event.data, ensure_ascii=False)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"specialty": "cooking"}, "请选择列表中的专业。"),
        ({"unit": "330902198506150011"}, "请勿在此输入完整的身份证号"),
        ({"year": "2030"}, "2021年"),
        ({"level": "assistant"}, "没有可统计的数据"),
    ],
    ids=["no specialty", "a person's number", "no such year", "nobody of this level"],
)
def test_what_cannot_be_counted_is_said(
    desk: Client, people: dict[str, Practitioner], asked: dict[str, str], said: str
) -> None:
    assert said in desk.get(REPORT, asked).content.decode()
    assert desk.get("/compliance/reports/nothing/").status_code == 404
