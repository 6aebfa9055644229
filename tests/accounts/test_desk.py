"""The system administrator's desk: accounts, appointments, hand-overs, three powers apart, no ID numbers."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.commands.appointments import appointment_create, appointment_end, appointment_hand_over
from accounts.commands.closing import user_close
from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import Appointment, CityOffice, Role, User
from office.audit.models import Event
from tests.clients import PortalClient
from tests.factories import PASSWORD, AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import PractitionerFactory

DESK, NEW = reverse("accounts:desk"), reverse("accounts:desk_new")
SPRING = date(2026, 3, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring_2026() -> Any:
    with time_machine.travel("2026-03-01T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def admin() -> User:
    return AppointmentFactory(sysadmin=True).user


@pytest.fixture
def desk(client: PortalClient, admin: User) -> PortalClient:
    client.force_login(admin)
    return client


def signs_in(username: str) -> bool:
    answer = Client().post(reverse("accounts:sign_in"), {"username": username, "password": PASSWORD})
    return answer.status_code == 302


def page(name: str, *args: Any) -> str:
    return reverse(f"accounts:{name}", args=args)


def test_from_nobody_to_an_appointed_reviewer_who_sets_their_own_password(desk: Client, admin: User) -> None:
    desk.post(NEW, {"username": "dinghai", "display_name": "定海审核员", "email": "", "phone": ""})
    user = User.objects.get(username="dinghai")
    assert not user.has_usable_password()
    desk.post(page("desk_appoint", user.pk), {"role": "county", "region": region().pk, "valid_from": "2026-03-01"})
    assert Appointment.objects.get(user=user).role == Role.COUNTY
    shown = desk.post(page("desk_link", user.pk)).content.decode()
    link = re.search(r'id="password-link">http://testserver(/[^<]+)<', shown)
    assert link
    browser = Client()
    form = browser.get(link[1], follow=True)
    done = browser.post(form.redirect_chain[-1][0], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert done.status_code == 302
    assert signs_in("dinghai")
    again = Client().get(link[1], follow=True).content.decode()
    assert "new_password1" not in again  # once
    assert list(Event.objects.filter(actor=admin).values_list("action", flat=True)) == [
        "user.create",
        "appointment.create",
        "user.password_link",
    ]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"role": "", "valid_from": "2026-03-01"}, "role"),
        ({"role": "county", "valid_from": "2026-03-01"}, "role"),
        ({"role": "city", "region": "dinghai", "valid_from": "2026-03-01"}, "region"),
        ({"role": "auditor", "region": "dinghai", "valid_from": "2026-03-01"}, "role"),
        ({"role": "employer_admin", "organisation": "不存在的单位", "valid_from": "2026-03-01"}, "organisation"),
        ({"role": "auditor", "valid_from": ""}, "valid_from"),
        ({"role": "auditor", "valid_from": "2026-03-01", "valid_to": "2026-02-01"}, "valid_to"),
        ({"role": "auditor", "valid_from": "yesterday"}, "valid_from"),
    ],
)
def test_a_wrong_appointment_names_its_field(desk: Client, data: dict[str, str], field: str) -> None:
    user = UserFactory()
    if "region" in data:
        data = {**data, "region": str(region(data["region"]).pk)}
    answer = desk.post(page("desk_appoint", user.pk), data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not user.appointments.exists()


@pytest.mark.parametrize("first", [Role.SYSADMIN, Role.AUDITOR, Role.COUNTY, Role.CITY])
@pytest.mark.parametrize("second", [Role.SYSADMIN, Role.AUDITOR, Role.COUNTY, Role.CITY])
def test_administration_audit_and_review_exclude_one_another_even_in_raw_sql(first: Role, second: Role) -> None:
    place = {Role.COUNTY: region(), Role.CITY: region("city")}
    user = UserFactory()
    office = {Role.CITY: CityOffice.HOURS}
    Appointment.objects.create(
        user=user, role=first, region=place.get(first), office=office.get(first, ""), valid_from=SPRING
    )
    same_power = first == second or {first, second} == {Role.COUNTY, Role.CITY}
    columns = "user_id, role, region_id, valid_from, office"
    where = place[second].pk if second in place else None
    with connection.cursor() as cursor:
        if same_power:
            cursor.execute(
                f"INSERT INTO accounts_appointment ({columns}) VALUES (%s, %s, %s, %s, %s)",
                [user.pk, second, where, date(2027, 1, 1), office.get(second, "")],
            )
            return
        with pytest.raises(IntegrityError, match="three powers"), transaction.atomic():
            cursor.execute(
                f"INSERT INTO accounts_appointment ({columns}) VALUES (%s, %s, %s, %s, %s)",
                [user.pk, second, where, date(2027, 1, 1), office.get(second, "")],
            )


def test_one_power_after_another_is_allowed_and_stays_apart_when_dates_are_moved() -> None:
    user = UserFactory()
    ended = Appointment.objects.create(
        user=user, role=Role.AUDITOR, valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31)
    )
    Appointment.objects.create(user=user, role=Role.SYSADMIN, valid_from=date(2026, 1, 1))
    for last in (date(2026, 1, 1), None):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.filter(pk=ended.pk).update(valid_to=last)


def test_the_desk_says_which_powers_exclude_one_another(desk: Client) -> None:
    user = AppointmentFactory(auditor=True).user
    answer = desk.post(
        page("desk_appoint", user.pk), {"role": "county", "region": region().pk, "valid_from": "2026-03-01"}
    )
    assert "三员分立" in answer.content.decode()


def test_nobody_appoints_ends_or_closes_themselves(admin: User) -> None:
    with pytest.raises(Forbidden):
        appointment_create(actor=admin, user=admin, role=Role.AUDITOR)
    with pytest.raises(Forbidden):
        appointment_end(actor=admin, appointment=admin.appointments.get(), last_day=SPRING, reason="离任")
    with pytest.raises(Forbidden):
        user_close(actor=admin, user=admin, reason="离任")


def test_a_hand_over_leaves_no_gap_and_no_overlap(desk: Client) -> None:
    old = AppointmentFactory()
    new = UserFactory(username="next")
    answer = desk.post(
        page("desk_hand_over", old.pk),
        {"to": "next", "first_day": "2026-04-01", "reason": "岗位调整"},
        follow=True,
    )
    assert "已移交" in answer.content.decode()
    old.refresh_from_db()
    taken = new.appointments.get()
    assert (old.valid_to, taken.valid_from, taken.region, taken.role) == (
        date(2026, 3, 31),
        date(2026, 4, 1),
        old.region,
        old.role,
    )


def test_one_hand_over_at_a_time(admin: User) -> None:
    old = AppointmentFactory()
    appointment_hand_over(actor=admin, appointment=old, to=UserFactory(), first_day=date(2026, 4, 1), reason="调整")
    with pytest.raises(Conflict) as refused:
        appointment_hand_over(actor=admin, appointment=old, to=UserFactory(), first_day=date(2026, 5, 1), reason="调整")
    assert refused.value.code == "hand_over_under_way"


def test_a_hand_over_that_fails_changes_nothing(admin: User) -> None:
    old = AppointmentFactory()
    auditor = AppointmentFactory(auditor=True).user
    with pytest.raises(InputError) as refused:
        appointment_hand_over(actor=admin, appointment=old, to=auditor, first_day=date(2026, 4, 1), reason="调整")
    assert refused.value.code == "roles_exclude"
    old.refresh_from_db()
    assert old.valid_to is None
    assert not Event.objects.filter(action="appointment.end").exists()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"to": "nobody", "first_day": "2026-04-01", "reason": "调整"}, "to"),
        ({"to": "same", "first_day": "2026-04-01", "reason": "调整"}, "to"),
        ({"to": "next", "first_day": "2019-04-01", "reason": "调整"}, "first_day"),
        ({"to": "next", "first_day": "2026-04-01", "reason": ""}, "reason"),
    ],
)
def test_a_wrong_hand_over_names_its_field(desk: Client, data: dict[str, str], field: str) -> None:
    old = AppointmentFactory(user=UserFactory(username="same"))
    UserFactory(username="next")
    answer = desk.post(page("desk_hand_over", old.pk), data)
    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)


def test_a_closed_account_is_out_at_once_and_comes_back(desk: Client) -> None:
    user = UserFactory(username="leaver")
    browser = PortalClient()
    browser.force_login(user)
    assert desk.post(page("desk_close", user.pk), {"reason": ""}).status_code == 422
    desk.post(page("desk_close", user.pk), {"reason": "离职"})
    assert browser.get(reverse("accounts:account")).status_code == 302
    assert not signs_in("leaver")
    desk.post(page("desk_close", user.pk), {"reason": "返岗"})
    assert signs_in("leaver")


@pytest.mark.parametrize("role", [{}, {"city": True}, {"auditor": True}, {"employer_admin": True}])
def test_the_desk_is_there_for_the_administrator_alone(client: PortalClient, role: dict[str, bool]) -> None:
    user = AppointmentFactory(**role).user
    other = AppointmentFactory()
    client.force_login(user)
    for address in (DESK, NEW, page("desk_account", other.user_id), page("desk_appoint", other.user_id)):
        assert client.get(address).status_code == 404
    for name in ("desk_link", "desk_sign_out"):
        assert client.post(page(name, other.user_id)).status_code == 404
    assert client.post(page("desk_hand_over", other.pk), {"to": user.username}).status_code == 404


def test_no_page_of_the_desk_shows_an_id_number_or_a_whole_phone(desk: Client) -> None:
    person = PractitionerFactory()
    for address in (DESK, page("desk_account", person.user_id), page("desk_edit", person.user_id)):
        shown = desk.get(address).content.decode()
        assert person.id_number not in shown
        assert person.id_number[:6] not in shown
        assert person.user.phone not in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 4),
        ({"q": "din"}, 1),
        ({"q": "定海"}, 1),
        ({"role": "county"}, 1),
        ({"state": "closed"}, 1),
        ({"state": "open", "role": "county"}, 1),
        ({"q": "nobody"}, 0),
        ({"q": "13800000000"}, 0),
        ({"role": "king"}, 4),
    ],
)
def test_accounts_are_found(desk: Client, query: dict[str, str], found: int) -> None:
    AppointmentFactory(user=UserFactory(username="dinghai", display_name="定海审核员"))
    AppointmentFactory(user=UserFactory(), valid_to=date(2025, 12, 31))
    UserFactory(is_active=False)
    assert len(desk.get(DESK, query).context["lines"]) == found


def test_the_list_asks_the_same_for_one_account_and_thirty(desk: Client, django_assert_num_queries: Any) -> None:
    AppointmentFactory()
    desk.get(DESK)
    for number in (1, 30):
        for _ in range(number):
            AppointmentFactory(employer_admin=True, organisation=OrganisationFactory())
        # session, user, appointments, second step, own record (menu), unread messages, notices (footer);
        # accounts, their appointments, regions, units
        with django_assert_num_queries(11):
            assert desk.get(DESK).status_code == 200


def test_an_empty_installation_gets_its_first_administrator_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("first_admin", "admin", name="系统管理员", origin="https://hours.example")
    link = capsys.readouterr().out.strip()
    assert link.startswith("https://hours.example/accounts/password/reset/")
    assert Appointment.objects.get().user.username == "admin"
    with pytest.raises(CommandError, match="已有系统管理员"):
        call_command("first_admin", "second", name="另一人")
    with pytest.raises(CommandError):
        call_command("password_link", "nobody")
    call_command("password_link", "admin")
    assert "/accounts/password/reset/" in capsys.readouterr().out
