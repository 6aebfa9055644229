"""邀请 at the employer's desk: lists taken whole or not at all, links shown once, sent again, taken back, exported."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import Organisation, User
from office.audit.models import Event
from office.messages.commands.delivering import deliver
from office.messages.models import Delivery
from registry.commands.invitations import (
    MOST_SENDS,
    Sent,
    invitation_resend,
    invitation_withdraw,
    people_invite,
)
from registry.commands.invitees import MOST, Invitee
from registry.models import Invitation
from registry.states import InvitationState
from tests.factories import AppointmentFactory, OrganisationFactory, make_phone
from tests.public.counting import asked
from tests.registry.people import PractitionerFactory
from tests.units.made import REASON
from tests.units.test_application_pages import client_of, errors_of
from units.commands.merging import unit_merge

pytestmark = pytest.mark.django_db
LIST, NEW = "/units/people/invitations/", "/units/people/invitations/new/"
SENT, ACCEPTED, WITHDRAWN = InvitationState


def invite(admin: User, unit: Organisation, *people: Invitee) -> list[Sent]:
    """Invite these, or one made up."""
    return people_invite(actor=admin, organisation=unit, invitees=people or [Invitee("林海", "13905801001")])


def sheet(*rows: tuple[Any, ...], header: tuple[str, ...] = ("姓名", "手机号码")) -> SimpleUploadedFile:
    """A workbook of these rows."""
    book = openpyxl.Workbook()
    for row in (("邀请人员名单",), header, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("名单.xlsx", out.getvalue())


def post(client: Client, unit: Organisation, **form: Any) -> Any:
    return client.post(NEW, {"organisation": unit.pk, **form})


LINES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "one": ("林海 13905801001", [("林海", "13905801001", "")]),
    "several, spaced in every way": (
        "陈 海生  139 0580 1001\n\n林海，13905801002，linhai@example.com\n阿依古丽·买买提\t+86-13905801003\n",
        [
            ("陈海生", "13905801001", ""),
            ("林海", "13905801002", "linhai@example.com"),
            ("阿依古丽·买买提", "13905801003", ""),
        ],
    ),
    "full-width digits and a foreign name": ("John Smith １３９０５８０１００１", [("John Smith", "13905801001", "")]),
}


@pytest.mark.parametrize("case", LINES)
def test_lines_are_read_as_people_type_them(client: Client, unit: Organisation, admin: User, case: str) -> None:
    text, expected = LINES[case]
    page = post(client_of(admin, client), unit, people=text)
    assert page.status_code == 200
    made = Invitation.objects.order_by("pk")
    assert [(one.name, one.phone, one.email) for one in made] == expected
    shown = page.content.decode()
    assert shown.count("data:image/svg+xml") == shown.count("http://testserver/i/") == len(expected)
    assert all(phone not in shown for _, phone, _ in expected)
    assert Event.objects.filter(action="invitation.send", actor=admin).count() == len(expected)


def test_a_workbook_is_read_by_its_header(client: Client, unit: Organisation, admin: User) -> None:
    assert "csrfmiddlewaretoken" in client_of(admin, client).get(NEW).content.decode().partition("<main")[2]
    blank = openpyxl.load_workbook(io.BytesIO(client.get("/units/people/invitations/blank/").content)).active
    assert [cell.value for cell in blank[2]] == ["姓名", "手机号码", "电子邮箱"]
    page = post(client, unit, file=sheet(("林 海", 13905801001), ("陈生", "139 0580 1002"), header=("名字", "手机")))
    assert page.status_code == 200
    assert set(Invitation.objects.values_list("name", flat=True)) == {"林海", "陈生"}


def test_the_link_leads_to_the_invitation_and_is_shown_once(client: Client, unit: Organisation, admin: User) -> None:
    page = post(client_of(admin, client), unit, people="林海 13905801001")
    link = page.context["lines"][0]["link"]
    assert Client().get(link).headers["Location"] == "/invitation/"
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in client.get(LIST).content.decode()
    assert token not in repr(list(Invitation.objects.values()))


BAD: dict[str, tuple[str, list[str], list[str]]] = {
    "nobody": ("", ["nobody"], ["请至少填写一人"]),
    "no name": ("13905801001", ["name_missing"], ["第1行：请填写姓名"]),
    "no phone": ("林海", ["phone_missing"], ["第1行：请填写林海的手机号码"]),
    "a malformed phone": ("林海 1390580100\n陈生 13905801002", ["phone_invalid"], ["第1行：手机号码应为11位"]),
    "a landline": ("林海 0580-2021234", ["phone_invalid"], ["第1行"]),
    "a name that is none": ("林海<b> 13905801001", ["name_characters"], ["第1行"]),
    "a malformed e-mail": ("林海 13905801001 linhai@", ["email_invalid"], ["第1行：电子邮箱格式不正确"]),
    "a phone twice": ("林海 13905801001\n陈生 139-0580-1001", ["phone_twice"], ["第2行：手机号码与第1行相同"]),
    "a name twice": (
        "林海 13905801001\n\n林海 13905801002",
        ["name_twice"],
        ["第3行：姓名“林海”与第1行相同。确为同名两人的，请分两次邀请"],
    ),
    "already here": ("在册人 13905801008", ["already_here"], ["第1行：在册人已是本单位在册人员"]),
    "already invited": ("待接受 13905801009", ["already_invited"], ["第1行：待接受的手机号码已有待接受的邀请"]),
    "several at once": (
        "林海 1\n陈生 13905801002\n 13905801003",
        ["phone_invalid", "name_missing"],
        ["第1行", "第3行"],
    ),
    "too many": ("\n".join(f"林海 {make_phone(n)}" for n in range(MOST + 1)), ["too_many"], [f"一次最多邀请{MOST}人"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_list_with_one_mistake_invites_nobody_and_names_the_row(
    client: Client, unit: Organisation, admin: User, case: str
) -> None:
    text, codes, said = BAD[case]
    here = PractitionerFactory(organisation=unit, name="在册人", phone="13905801008")
    invite(admin, unit, Invitee("待接受", "13905801009"))
    page = post(client_of(admin, client), unit, people=text)
    assert page.status_code == 422
    assert errors_of(page)["people"] == codes
    assert all(part in page.content.decode() for part in said)
    assert Invitation.objects.count() == 1
    assert here.phone == "13905801008"


SHEETS: dict[str, tuple[Any, str, str]] = {
    "a row": (lambda: sheet(("林海", "13905801001"), ("陈生", "12")), "phone_invalid", "第4行：手机号码应为11位"),
    "a formula": (lambda: sheet(("林海", "=1+1")), "cell_no_result", "第3行“手机号码”是公式错误或没有结果"),
    "no such columns": (lambda: sheet(("林海",), header=("姓名", "岗位")), "header_", "手机号码"),
    "no workbook": (lambda: SimpleUploadedFile("名单.xlsx", b"%PDF-1.7 x"), "file_", ""),
    "empty": (lambda: SimpleUploadedFile("名单.xlsx", b""), "empty", "文件是空的"),
}


@pytest.mark.parametrize("case", SHEETS)
def test_a_workbook_that_does_not_hold_is_refused_whole(
    client: Client, unit: Organisation, admin: User, case: str
) -> None:
    make, code, said = SHEETS[case]
    page = post(client_of(admin, client), unit, file=make())
    assert page.status_code == 422
    assert errors_of(page)["file"][0].startswith(code)
    assert said in page.content.decode()
    assert not Invitation.objects.exists()


def test_lines_and_a_workbook_at_once_are_refused(client: Client, unit: Organisation, admin: User) -> None:
    page = post(client_of(admin, client), unit, people="林海 13905801001", file=sheet(("陈生", "13905801002")))
    assert errors_of(page) == {"file": ["both"]}


def test_people_of_other_units_and_namesakes_are_invited_like_anybody(unit: Organisation, admin: User) -> None:
    """Whether somebody is of another unit, has an account or is known at all, the unit does not learn here."""
    elsewhere = PractitionerFactory(name="林海", phone="13905801001")
    PractitionerFactory(organisation=unit, name="陈生")
    sent = invite(admin, unit, Invitee("林海", elsewhere.phone), Invitee("陈生", "13905801002"))
    assert len(sent) == 2


def test_sms_and_mail_carry_the_link_where_they_are_configured(unit: Organisation, admin: User, settings: Any) -> None:
    invite(admin, unit)
    assert not Delivery.objects.exists()  # without the portal's address a link leads nowhere
    settings.PORTAL_URL, settings.SMS_BACKEND = "https://hours.example", "office.messages.sms.FileBackend"
    (sent,) = invite(admin, unit, Invitee("陈生", "13905801002", "chen@example.com"))
    link = f"https://hours.example{sent.path}"
    texts = {row.channel: (row.target, row.text) for row in Delivery.objects.all()}
    assert texts["sms"][0] == "13905801002"
    assert link in texts["sms"][1]
    assert unit.name not in texts["sms"][1]
    deliver(Delivery.objects.get(channel="email").pk)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["chen@example.com"], "【学时登记平台】单位邀请您加入")
    assert link in message.body
    assert unit.name in message.body


def test_sent_again_the_old_link_is_dead_and_the_new_one_good_for_a_fortnight(
    client: Client, unit: Organisation, admin: User
) -> None:
    (first,) = invite(admin, unit)
    url = f"{LIST}{first.invitation.pk}/resend/"
    client_of(admin, client)
    assert "10分钟后再发" in client.post(url, follow=True).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):  # expired meanwhile
        client_of(admin, client)
        page = client.post(url)
        invitation = Invitation.objects.get()
        assert invitation.expires_at == timezone.now() + timedelta(days=14)
        assert Client().get(first.path).status_code == 404
        assert Client().get(page.context["lines"][0]["link"]).status_code == 302
    Invitation.objects.update(sends=MOST_SENDS)
    with pytest.raises(InputError) as refusal:
        invitation_resend(actor=admin, invitation=invitation)
    assert refusal.value.code == "sent_too_often"


def test_taken_back_it_is_settled_and_somebody_may_be_invited_anew(
    client: Client, unit: Organisation, admin: User
) -> None:
    (sent,) = invite(admin, unit)
    client_of(admin, client)
    for _ in range(2):
        assert client.post(f"{LIST}{sent.invitation.pk}/withdraw/").status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.phone) == (WITHDRAWN, "")
    assert Event.objects.filter(action="invitation.withdraw").count() == 1
    with pytest.raises(Conflict):
        invitation_resend(actor=admin, invitation=invitation)
    invite(admin, unit)
    assert Invitation.objects.filter(state=SENT).count() == 1


def test_whoever_let_it_expire_is_invited_anew(unit: Organisation, admin: User) -> None:
    invite(admin, unit)
    with time_machine.travel(timezone.now() + timedelta(days=14), tick=False):
        invite(admin, unit)
    assert sorted(Invitation.objects.values_list("state", flat=True)) == [SENT, WITHDRAWN]


def test_nobody_but_the_units_administrator_invites(unit: Organisation, admin: User, county: User, city: User) -> None:
    (sent,) = invite(admin, unit)
    organiser = AppointmentFactory(organiser=True, organisation=unit).user
    for actor in (county, city, organiser, AppointmentFactory(employer_admin=True).user):
        for call in (
            lambda a=actor: invite(a, unit),
            lambda a=actor: invitation_resend(actor=a, invitation=sent.invitation),
            lambda a=actor: invitation_withdraw(actor=a, invitation=sent.invitation),
        ):
            with pytest.raises(Forbidden):
                call()


def test_a_closed_unit_invites_nobody(client: Client, unit: Organisation, admin: User) -> None:
    Organisation.objects.filter(pk=unit.pk).update(is_active=False)
    with pytest.raises(InputError) as refusal:
        invite(admin, unit)
    assert refusal.value.code == "unit_inactive"
    assert errors_of(post(client_of(admin, client), unit, people="林海 13905801001")) == {
        "organisation": ["invalid_choice"]
    }


def test_invitations_follow_a_merge_and_of_two_for_one_phone_one_stays(
    unit: Organisation, admin: User, city: User
) -> None:
    kept = OrganisationFactory()
    invite(AppointmentFactory(employer_admin=True, organisation=kept).user, kept)
    _, moving = invite(admin, unit, Invitee("林海", "13905801001"), Invitee("陈生", "13905801002"))
    unit_merge(actor=city, kept=kept, other=unit, reason=REASON)
    states = Invitation.objects.order_by("pk").values_list("organisation", "state")
    assert list(states) == [(kept.pk, SENT), (unit.pk, WITHDRAWN), (kept.pk, SENT)]
    assert Client().get(moving.path).status_code == 302


@pytest.fixture
def each_state(unit: Organisation, admin: User) -> None:
    """One in each state, and one of another unit."""
    with time_machine.travel(timezone.now() - timedelta(days=20), tick=False):
        invite(admin, unit, Invitee("安过期", "13905801001"))
    invite(admin, unit, Invitee("白待受", "13905801002"), Invitee("陈撤回", "13905801003"))
    invite(admin, unit, Invitee("丁接受", "13905801004"))
    for name, state in (("陈撤回", WITHDRAWN), ("丁接受", ACCEPTED)):
        Invitation.objects.filter(name=name).update(state=state)
    other = AppointmentFactory(employer_admin=True)
    invite(other.user, other.organisation, Invitee("别家", "13905801005"))


FILTERS: dict[str, tuple[dict[str, str], list[str]]] = {
    "all": ({"sort": "name"}, ["安过期", "白待受", "陈撤回", "丁接受"]),
    "sent": ({"state": "sent"}, ["白待受"]),
    "expired": ({"state": "expired"}, ["安过期"]),
    "accepted": ({"state": "accepted"}, ["丁接受"]),
    "withdrawn": ({"state": "withdrawn"}, ["陈撤回"]),
    "name": ({"q": "陈"}, ["陈撤回"]),
    "pinyin": ({"q": "ding"}, ["丁接受"]),
    "newest": ({"sort": "newest"}, ["丁接受", "陈撤回", "白待受", "安过期"]),
    "first to expire": ({"sort": "expiry"}, ["安过期", "白待受", "陈撤回", "丁接受"]),
}


@pytest.mark.parametrize("case", FILTERS)
def test_the_list_is_filtered_and_sorted(each_state: None, client: Client, admin: User, case: str) -> None:
    query, names = FILTERS[case]
    page = client_of(admin, client).get(LIST, query)
    assert [row.name for row in page.context["page"].rows] == names
    assert "13905801002" not in page.content.decode()


def test_the_list_is_taken_away_with_masks_and_leaves_a_trace(each_state: None, client: Client, admin: User) -> None:
    body = b"".join(client_of(admin, client).get(f"{LIST}export/", {"sort": "name"}).streaming_content)
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [(row["姓名"], row["状态"]) for row in rows] == [
        ("安过期", "已过期"),
        ("白待受", "待接受"),
        ("陈撤回", "已撤回"),
        ("丁接受", "已接受"),
    ]
    assert (rows[1]["手机号码"], rows[3]["单位关系"]) == ("139****1002", "注册待核对")
    assert b"13905801002" not in body
    assert Event.objects.get(action="invitation.export").data == {"rows": 4, "filters": ["sort"]}


def test_the_list_asks_the_same_for_one_and_thirty(client: Client, unit: Organisation, admin: User) -> None:
    client_of(admin, client)
    invite(admin, unit)
    few = asked(client, LIST)
    invite(
        admin, unit, *(Invitee(f"人{'一二三四五'[n % 5]}{'甲乙丙丁戊己'[n // 5]}", make_phone(n)) for n in range(29))
    )
    assert len(asked(client, LIST)) == len(few) == 8, "\n".join(few)
