"""Notices in the database: loaded with every mistake by line, put in force by two people, and judging from then on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from hours_rules.notices import load, shipped_texts
from hours_rules.notices.difference import difference
from office.audit.models import Event
from office.jobs.commands import run
from registry.commands.notices import (
    notice_agree,
    notice_discard,
    notice_draft,
    notice_propose,
    notice_seed,
    notice_send_back,
)
from registry.models import AnnualStanding, NoticeVersion, Practitioner
from registry.queries.notices import has_notice, in_force, notice_called, notice_of_year, notice_on
from registry.states import NoticeState
from tests.factories import AppointmentFactory
from tests.registry.people import EXAM, accepted

(SHIPPED,) = shipped_texts()
ROOT = Path(__file__).resolve().parent.parent.parent
LIST = reverse("registry:notice_list")
NEW = reverse("registry:notice_new")


def changed(*pairs: tuple[str, str]) -> str:
    text = SHIPPED
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after)
    return text


OF_2022 = changed(
    ('id = "舟建发〔2021〕38号"', 'id = "舟建发〔2022〕9号"'),
    ("valid_from = 2021-01-01", "valid_from = 2022-01-01"),
    ("yearly_cap = 36", "yearly_cap = 30"),
)
CORRECTED = changed(("professional = 60", "professional = 10"), ('measure = "个合格科目"', 'measure = "个合格的科目"'))


@pytest.fixture
def city(db: None) -> User:
    return AppointmentFactory(city=True).user


@pytest.fixture
def second(db: None) -> User:
    return AppointmentFactory(city=True).user


@pytest.fixture
def desk(client: Client, city: User) -> Client:
    client.force_login(city)
    return client


def put_in_force(text: str, first: User, second: User) -> Any:
    return notice_agree(actor=second, version=notice_propose(actor=first, version=notice_draft(actor=first, text=text)))


def test_an_installation_starts_with_what_the_package_ships(db: None) -> None:
    (version,) = NoticeVersion.objects.all()
    assert (version.state, version.notice_id, version.drafted_by) == (NoticeState.IN_FORCE, "舟建发〔2021〕38号", None)
    assert [notice.id for notice in in_force()] == ["舟建发〔2021〕38号"]


def test_what_a_later_package_ships_waits_for_two_people(db: None) -> None:
    assert notice_seed([SHIPPED]) == []
    (made,) = notice_seed([SHIPPED, OF_2022])
    assert made.state == NoticeState.DRAFT
    assert notice_on(date(2022, 6, 1)).id == "舟建发〔2021〕38号"


def test_a_text_shipped_anew_under_a_known_number_waits_for_two_people_too(db: None) -> None:
    (made,) = notice_seed([CORRECTED])
    assert (made.state, made.notice_id) == (NoticeState.DRAFT, "舟建发〔2021〕38号")
    assert notice_seed([CORRECTED]) == []
    assert notice_of_year(2021).minimums["professional"] == 60


def test_a_new_notice_judges_its_days_and_leaves_earlier_ones_alone(city: User, second: User) -> None:
    put_in_force(OF_2022, city, second)
    assert [notice_on(day).id for day in (date(2021, 12, 31), date(2022, 1, 1))] == [
        "舟建发〔2021〕38号",
        "舟建发〔2022〕9号",
    ]
    assert notice_of_year(2022).activities["licence_cpd"].yearly_cap == 30
    assert not has_notice(2020)


def test_a_correction_replaces_the_version_before_and_the_years_are_composed_anew(
    city: User,
    second: User,
    person: Practitioner,
    county: User,
) -> None:
    accepted(person, county)
    job = put_in_force(CORRECTED, city, second)
    assert notice_of_year(2021).minimums["professional"] == 10
    assert set(NoticeVersion.objects.values_list("state", flat=True)) == {NoticeState.REPLACED, NoticeState.IN_FORCE}
    assert job.params == {"years": [2021]}
    run(str(job.pk))
    assert AnnualStanding.objects.get(practitioner=person).deficit_professional == Decimal(0)


def test_a_replaced_version_still_explains_what_it_judged(city: User, second: User) -> None:
    renamed = changed(('id = "舟建发〔2021〕38号"', 'id = "舟建发〔2021〕38号（修订）"'))
    put_in_force(renamed, city, second)
    assert notice_called("舟建发〔2021〕38号").minimums["total"] == 90
    with pytest.raises(KeyError):
        notice_called("舟建发〔1999〕1号")


def test_nobody_puts_in_force_what_they_proposed(city: User) -> None:
    version = notice_propose(actor=city, version=notice_draft(actor=city, text=OF_2022))
    with pytest.raises(Conflict) as refused:
        notice_agree(actor=city, version=version)
    assert refused.value.code == "second_person"
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeVersion.objects.filter(pk=version.pk).update(agreed_by=city)


@pytest.mark.parametrize("role", [{}, {"auditor": True}, {"sysadmin": True}, {"employer_admin": True}])
def test_the_city_office_alone_keeps_notices(role: dict[str, bool], client: Client, city: User) -> None:
    other = AppointmentFactory(**role).user
    draft = notice_draft(actor=city, text=OF_2022)
    for command in (notice_propose, notice_agree):
        with pytest.raises(Forbidden):
            command(actor=other, version=draft)
    with pytest.raises(Forbidden):
        notice_draft(actor=other, text=OF_2022)
    client.force_login(other)
    assert client.get(reverse("registry:notice_detail", args=[draft.pk])).status_code == 404
    assert client.get(NEW).status_code == 404
    shown = client.get(LIST)
    assert [version.state for version in shown.context["versions"]] == [NoticeState.IN_FORCE]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("yearly_cap = 36", "yearly_cap = -1", "yearly_cap"),
        ("total = 90", "total = 90.5", "total"),
        ('category = "professional"', 'category = "none"', "category"),
        ("number = 16\n", "number = 15\n", "number"),
        ("[minimums]", "[minima]", "minim"),
    ],
)
def test_a_bad_text_names_line_and_key_and_keeps_nothing(desk: Client, before: str, after: str, line: str) -> None:
    page = desk.post(NEW, {"text": changed((before, after)), "remark": "试"})
    assert page.status_code == 422
    errors = page.context["form"].errors["text"]
    assert all(error.startswith("第") for error in errors)
    assert any(line in error for error in errors)
    assert NoticeVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("n.toml", b"", "文件是空的"),
        ("n.toml", SHIPPED.encode("gbk"), "UTF-8"),
        ("n.toml", b"x" * 1_100_000, "超过1MB"),
        ("n.toml", b"\x00\x01", "TOML"),
    ],
)
def test_a_bad_file_says_what_is_wrong(desk: Client, name: str, data: bytes, message: str) -> None:
    page = desk.post(NEW, {"file": SimpleUploadedFile(name, data), "remark": "试"})
    assert page.status_code == 422
    assert message in page.content.decode()


def test_numbers_of_activities_hold_across_all_versions(city: User, second: User) -> None:
    moved = changed(("number = 16\n", "number = 17\n"))
    with pytest.raises(InputError, match="不一致"):
        notice_draft(actor=city, text=moved)


def test_a_version_without_an_activity_of_the_ledger_is_refused(
    city: User,
    second: User,
    person: Practitioner,
    county: User,
) -> None:
    accepted(person, county, EXAM)
    start = SHIPPED.index('[[activities]]\ncode = "licence_exam"')
    without = SHIPPED[:start] + SHIPPED[SHIPPED.index("[[activities]]", start + 1) :]
    version = notice_propose(actor=city, version=notice_draft(actor=city, text=without))
    with pytest.raises(InputError) as refused:
        notice_agree(actor=second, version=version)
    assert refused.value.code == "entries_unknown"
    assert notice_of_year(2021).activities["licence_exam"].number == 3


def test_sent_back_and_given_up_need_a_reason_and_are_recorded(city: User, second: User) -> None:
    version = notice_propose(actor=city, version=notice_draft(actor=city, text=OF_2022))
    with pytest.raises(InputError):
        notice_send_back(actor=second, version=version, reason=" ")
    assert notice_send_back(actor=second, version=version, reason="年份写错").state == NoticeState.DRAFT
    assert notice_discard(actor=city, version=version, reason="重新起草").state == NoticeState.DISCARDED
    with pytest.raises(Conflict):
        notice_propose(actor=city, version=version)
    actions = list(Event.objects.filter(object_type="registry.noticeversion").values_list("action", flat=True))
    assert actions == ["notice.draft", "notice.propose", "notice.send_back", "notice.discard"]


def test_agreeing_twice_is_agreeing_once(city: User, second: User) -> None:
    version = notice_propose(actor=city, version=notice_draft(actor=city, text=OF_2022))
    assert notice_agree(actor=second, version=version) == notice_agree(actor=second, version=version)
    assert Event.objects.filter(action="notice.in_force").count() == 1


def test_the_difference_names_each_place(city: User) -> None:
    changes = {change.place: (change.before, change.after) for change in difference(load(SHIPPED), load(OF_2022))}
    assert changes == {
        "文号": ("舟建发〔2021〕38号", "舟建发〔2022〕9号"),
        "适用起始日期": ("2021-01-01", "2022-01-01"),
        "执（职）业资格证书继续教育培训：每年度上限": ("36学时", "30学时"),
    }
    assert difference(load(SHIPPED), load(SHIPPED)) == ()


def test_from_draft_to_force_through_the_pages(desk: Client, client: Client, city: User, second: User) -> None:
    page = desk.post(NEW, {"text": OF_2022, "remark": "2022年度通知"}, follow=True)
    version = NoticeVersion.objects.get(state=NoticeState.DRAFT)
    assert "草稿已保存" in page.content.decode()
    shipped = NoticeVersion.objects.get(state=NoticeState.IN_FORCE)
    shown = desk.get(reverse("registry:notice_difference", args=[version.pk, shipped.pk])).content.decode()
    assert "<del>36学时</del>" in shown
    assert "<ins>30学时</ins>" in shown
    desk.post(reverse("registry:notice_propose", args=[version.pk]))
    own = desk.post(reverse("registry:notice_agree", args=[version.pk]), follow=True)
    assert "另一人复核" in own.content.decode()
    client.force_login(second)
    done = client.post(reverse("registry:notice_agree", args=[version.pk]))
    assert done.url.startswith("/jobs/")
    assert notice_on(date(2022, 6, 1)).id == "舟建发〔2022〕9号"
    assert "舟建发〔2022〕9号" in client.get("/standards/?on=2022-06-01").content.decode()


def test_the_list_asks_the_same_for_one_version_and_thirty(
    desk: Client, city: User, django_assert_num_queries: Any
) -> None:
    desk.get(LIST)
    for number in (1, 30):
        while NoticeVersion.objects.count() < number:
            notice_draft(actor=city, text=OF_2022)
        # session, user, appointments, second step, own record (menu), notices (footer); versions
        with django_assert_num_queries(8):
            assert desk.get(LIST).status_code == 200


def test_no_room_judges_by_the_notices_of_the_package() -> None:
    rooms = [ROOT / name for name in ("zsjxjy", "compliance", "units", "registry", "office", "accounts")]
    files = [file for room in rooms for file in room.rglob("*.py") if file.parent.name != "demo"]  # a plan, no judge
    assert len(files) > 100
    assert [file.name for file in files if "notice_for" in file.read_text(encoding="utf-8")] == []
