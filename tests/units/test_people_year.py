"""年度学时: a unit's people at a glance, who lacks what, taken away as a table."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client

from accounts.models import Organisation, User
from office.audit.models import Event
from registry.commands.decisions import claim_return
from registry.commands.links import link_ask, link_confirm, link_end
from registry.commands.standing import lock_people, refresh_people
from registry.commands.surnames import sort_key
from registry.models import AnnualStanding, LinkState, Practitioner, UnitLink
from registry.queries.links import belonging_on, unit_on
from tests.factories import AppointmentFactory, OrganisationFactory, make_id_number, region
from tests.public.counting import asked
from tests.registry.people import PractitionerFactory, accepted, cpd, submitted
from tests.units.made import REASON
from tests.units.test_application_pages import client_of

pytestmark = pytest.mark.django_db
YEAR, EXPORT = "/units/people/year/", "/units/people/year/export/"


def engineer(unit: Organisation, name: str = "", **fields: Any) -> Practitioner:
    """Somebody of the unit."""
    if name:
        fields |= {"name": name, "name_sort": sort_key(name)}
    return PractitionerFactory(organisation=unit, **fields)


def with_standing(person: Practitioner, **figures: Any) -> Practitioner:
    """The person with a standing of 2021 that says this."""
    lock_people([person.pk])
    refresh_people([person.pk], 2021)
    AnnualStanding.objects.filter(practitioner=person).update(**figures)
    return person


def met(person: Practitioner) -> Practitioner:
    """A year that lacks nothing."""
    nothing = {f"deficit_{code}": 0 for code in ("total", "professional", "industry_public", "general_public")}
    return with_standing(person, meets=True, counted_total=Decimal(90), **nothing)


def listed(client: Client, **query: Any) -> list[str]:
    """Names on the page, in its order."""
    return [line["row"].practitioner.name for line in client.get(YEAR, query).context["lines"]]


def test_everybody_is_listed_with_figures_and_who_has_nothing_lacks_everything(
    client: Client, unit: Organisation, admin: User, county: User
) -> None:
    some = engineer(unit, "安一")
    accepted(some, county, cpd("50"), kind="training_certificate")
    submitted(some)
    claim_return(actor=county, claim=submitted(some), reason=REASON)
    none = engineer(unit, "陈二")
    assert not AnnualStanding.objects.filter(practitioner=none).exists()
    engineer(OrganisationFactory(), "在别处")
    engineer(unit, "待确认", link_state=LinkState.PENDING)
    response = client_of(admin, client).get(YEAR)
    first, second = response.context["lines"]
    assert [first["row"].practitioner, second["row"].practitioner] == [some, none]
    shown = [(figure["counted"], figure["deficit"]) for figure in first["figures"]]
    assert shown == [(36, 54), (36, 24), (0, 12), (0, 18)]
    assert [(figure["counted"], figure["deficit"]) for figure in second["figures"]] == [
        (0, 90),
        (0, 60),
        (0, 12),
        (0, 18),
    ]
    assert (first["waiting"], first["returned"], second["waiting"], second["row"].meets) == (1, 1, 0, False)
    numbers = response.context["numbers"]
    assert {key: numbers[key] for key in ("all", "met", "short", "hours", "mean", "lack_professional")} == {
        "all": 2,
        "met": 0,
        "short": 2,
        "hours": Decimal(36),
        "mean": Decimal(18),
        "lack_professional": 2,
    }
    text = response.content.decode()
    assert some.id_number not in text
    assert "2021年9月1日在册人员" in text


FILTERS: dict[str, tuple[dict[str, str], list[str]]] = {
    "met": ({"verdict": "met"}, ["王二"]),
    "short": ({"verdict": "short"}, ["安一", "陈三"]),
    "lacks professional hours": ({"lacks": "professional"}, ["陈三"]),
    "lacks general hours": ({"lacks": "general_public"}, ["安一", "陈三"]),
    "specialty": ({"specialty": "gas"}, ["安一"]),
    "title level": ({"level": "senior"}, ["王二"]),
    "name": ({"q": "陈"}, ["陈三"]),
    "pinyin": ({"q": "wang"}, ["王二"]),
    "returned claims": ({"claims": "returned"}, ["陈三"]),
    "waiting claims": ({"claims": "submitted"}, ["安一"]),
    "by name": ({"sort": "name"}, ["安一", "陈三", "王二"]),
    "by what is missing": ({"sort": "missing"}, ["陈三", "安一", "王二"]),
    "fewest hours first": ({"sort": "least"}, ["陈三", "安一", "王二"]),
    "most hours first": ({"sort": "most"}, ["王二", "安一", "陈三"]),
    "no such choice": ({"lacks": "sleep", "year": "1066", "sort": "height"}, ["安一", "陈三", "王二"]),
}


@pytest.fixture
def three(unit: Organisation, county: User) -> None:
    """One who lacks general hours alone, one whose year is met, one with nothing."""
    an = engineer(unit, "安一", specialty="gas")
    with_standing(an, counted_total=Decimal(80), deficit_total=Decimal(10), deficit_professional=0)
    AnnualStanding.objects.update(deficit_industry_public=0)
    submitted(an)
    met(engineer(unit, "王二", title_level="senior"))
    claim_return(actor=county, claim=submitted(engineer(unit, "陈三")), reason=REASON)


@pytest.mark.parametrize("case", FILTERS)
def test_the_list_is_filtered_sorted_and_its_numbers_follow(
    three: None, client: Client, admin: User, case: str
) -> None:
    query, names = FILTERS[case]
    client_of(admin, client)
    assert listed(client, **query) == names
    assert client.get(YEAR, query).context["numbers"]["all"] == len(names)


@pytest.mark.parametrize("sort", ["name", "missing", "least", "most"])
def test_pages_follow_each_other_in_every_order(client: Client, unit: Organisation, admin: User, sort: str) -> None:
    for n in range(31):
        person = engineer(unit)
        if n % 3:
            with_standing(person, counted_total=Decimal(n % 5) + Decimal("0.5"), deficit_total=Decimal(n % 4))
    client_of(admin, client)
    whole = listed(client, sort=sort, all="1")
    first = client.get(YEAR, {"sort": sort})
    second = client.get(YEAR + first.context["older_url"])
    parts = [line["row"].practitioner.name for page in (first, second) for line in page.context["lines"]]
    assert parts == whole
    assert len(parts) == 31
    back = client.get(YEAR + second.context["newer_url"])
    assert [line["row"].practitioner.name for line in back.context["lines"]] == whole[:30]


def test_a_past_year_asks_who_was_there_at_its_end(client: Client, unit: Organisation, admin: User, city: User) -> None:
    """Somebody who left stays in the year that ended here; who came later is in today's list alone."""
    with time_machine.travel("2021-03-01T10:00:00+08:00", tick=False):
        left, stayed, moved = (engineer(unit, name) for name in ("走人", "留人", "调人"))
    other = OrganisationFactory(region=region("putuo"))
    with time_machine.travel("2021-12-31T10:00:00+08:00", tick=False):
        link_confirm(actor=city, link=link_ask(actor=moved.user, practitioner=moved, organisation=other))
    with time_machine.travel("2022-02-01T10:00:00+08:00", tick=False):
        link_end(actor=city, link=left.links.get(), reason=REASON)
        newcomer = engineer(unit, "新人")
        client_of(admin, client)
        assert listed(client) == listed(client, year="2022") == ["留人", "新人"]
        assert set(listed(client, year="2021")) == {"留人", "走人"}
        assert set(listed(client, year="2021", people="now")) == {"留人", "新人"}
        page = client.get(YEAR, {"year": "2021"}).content.decode()
        assert "2021年12月31日在册人员" in page
        assert "已离开" in page
        # The year that ended here is the unit's to read, of who is gone nothing else.
        gone = client.get(f"/compliance/standings/{left.pk}/2021/")
        assert gone.status_code == 200
        assert "手机号码" not in gone.content.decode()
        assert client.get(f"/compliance/standings/{left.pk}/2022/").status_code == 404
        assert client.get(f"/compliance/standings/{moved.pk}/2021/").status_code == 404
        assert client.get(f"/compliance/standings/{newcomer.pk}/2021/").status_code == 200
        for person in (left, stayed, moved, newcomer):
            for link in UnitLink.objects.filter(practitioner=person):
                day = link.started_on
                assert day is not None
                there = belonging_on(day).filter(practitioner=person)
                assert unit_on(person, day) in {found.organisation for found in there}


def test_a_persons_year_opens_for_the_unit_without_the_claims_behind_it(
    client: Client, unit: Organisation, admin: User, county: User
) -> None:
    person = engineer(unit)
    claim = accepted(person, county)
    pending = engineer(unit, link_state=LinkState.PENDING)
    page = client_of(admin, client).get(f"/compliance/standings/{person.pk}/2021/")
    text = page.content.decode()
    assert page.status_code == 200
    assert claim.number in text
    assert f"/claims/{claim.pk}/" not in text
    assert person.id_number not in text
    assert client.get(f"/compliance/standings/{pending.pk}/2021/").status_code == 404


def test_an_office_looks_at_one_unit_it_keeps(client: Client, unit: Organisation, county: User, city: User) -> None:
    engineer(unit, "安一")
    far = OrganisationFactory(region=region("putuo"))
    client_of(county, client)
    assert client.get(YEAR).headers["Location"] == "/units/"
    assert listed(client, unit=unit.pk) == ["安一"]
    assert b"people_year_remind" not in client.get(YEAR, {"unit": unit.pk}).content
    assert "提醒所选人员" not in client.get(YEAR, {"unit": unit.pk}).content.decode()
    for nowhere in (far.pk, "x", 10**20):
        assert client.get(YEAR, {"unit": nowhere}).status_code == 404
    client_of(city, client)
    assert listed(client, unit=unit.pk) == ["安一"]


def test_who_administers_several_units_sees_all_or_one(client: Client, unit: Organisation, admin: User) -> None:
    second, organised = OrganisationFactory(), OrganisationFactory()
    AppointmentFactory(employer_admin=True, organisation=second, user=admin)
    AppointmentFactory(organiser=True, organisation=organised, user=admin)
    for where, name in ((unit, "安一"), (second, "陈二"), (organised, "王三")):
        engineer(where, name)
    client_of(admin, client)
    assert listed(client) == ["安一", "陈二"]
    assert listed(client, unit=second.pk) == ["陈二"]
    assert listed(client, unit=organised.pk) == []


def test_the_table_is_taken_away_as_it_is_filtered_and_leaves_a_trace(
    three: None, client: Client, unit: Organisation, admin: User
) -> None:
    person = engineer(unit, "=1+1", id_number=make_id_number(serial=7))
    client_of(admin, client)
    body = b"".join(client.get(EXPORT, {"verdict": "short"}).streaming_content).decode("utf-8-sig")
    rows = {row["姓名"]: row for row in csv.DictReader(io.StringIO(body))}
    assert set(rows) == {"安一", "陈三", "'=1+1"}
    assert (rows["陈三"]["合计缺"], rows["陈三"]["结论"], rows["陈三"]["被退回申报"]) == ("90", "未达标", "1")
    assert person.id_number not in body
    assert Event.objects.get(action="unit.year_export").data == {
        "year": 2021,
        "rows": 3,
        "filters": ["verdict"],
        "form": "csv",
    }
    response = client.get(EXPORT, {"as": "xlsx", "unit": unit.pk})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0][0] == "2021年度继续教育学时情况"
    assert unit.name in cells[1]
    header, *lines = cells[2:]
    table = {line[0]: dict(zip(header, line, strict=True)) for line in lines}
    assert (table["王二"]["合计学时"], table["王二"]["结论"], table["陈三"]["专业科目缺"]) == (90, "达标", 60)
    assert sheet.cell(4, 1).data_type == "s"
    assert Event.objects.filter(action="unit.year_export", object_id=str(unit.pk), data__form="xlsx").count() == 1


@pytest.mark.parametrize(("who", "count"), [("admin", 11), ("county", 12)])
def test_the_list_asks_the_same_for_one_and_thirty(
    client: Client, unit: Organisation, admin: User, county: User, who: str, count: int
) -> None:
    client_of({"admin": admin, "county": county}[who], client)
    url = f"{YEAR}?unit={unit.pk}"
    engineer(unit)
    few = asked(client, url)
    for _ in range(29):
        engineer(unit)
    assert len(asked(client, url)) == len(few) == count, "\n".join(few)


def test_the_numbers_at_home_are_the_lengths_of_the_lists(
    three: None, client: Client, unit: Organisation, admin: User
) -> None:
    engineer(OrganisationFactory(), "在别处")
    tasks = {task["title"]: task for task in client_of(admin, client).get("/").context["units"]["tasks"]}
    for title, names in (("2021年度未达标人员", ["安一", "陈三"]), ("申报被退回的人员", ["陈三"])):
        page = client.get(tasks[title]["url"])
        assert [line["row"].practitioner.name for line in page.context["lines"]] == names
        assert tasks[title]["count"] == len(names)
