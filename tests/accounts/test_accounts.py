"""Commands, the guard, appointments from–to, and the rules that the database itself keeps."""

from __future__ import annotations

import threading
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts.commands.users import password_change, user_create
from accounts.crypto import blind_index
from accounts.errors import Forbidden, InputError
from accounts.guard import may, require
from accounts.models import Appointment, Organisation, Region, Role, User
from accounts.queries import is_staff_role, organisations_run, regions_reviewed
from tests.factories import (
    PASSWORD,
    AppointmentFactory,
    OrganisationFactory,
    UserFactory,
    make_org_code,
    make_uscc,
    region,
)

pytestmark = pytest.mark.django_db


def create(**given) -> User:
    values = {"actor": None, "username": "newcomer", "password": PASSWORD, "display_name": "新人", **given}
    return user_create(**values)


def test_the_five_regions_are_there() -> None:
    found = list(Region.objects.values_list("code", "name", "is_city"))
    assert found == [
        ("city", "市本级", True),
        ("dinghai", "定海区", False),
        ("putuo", "普陀区", False),
        ("daishan", "岱山县", False),
        ("shengsi", "嵊泗县", False),
    ]


def test_an_account_is_made_with_its_phone_sealed_and_findable() -> None:
    user = create(username=" New Comer ", phone="+86 139 0000 1111", email=" a@EXAMPLE.com ")
    user = User.objects.get(phone_hash=blind_index("phone", "13900001111"))
    assert (user.username, user.phone, user.phone_masked, user.email) == (
        "newcomer",
        "13900001111",
        "139****1111",
        "a@example.com",
    )
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"username": "ab"}, "username_invalid", "username"),
        ({"username": "x" * 41}, "username_invalid", "username"),
        ({"username": "13900001111"}, "username_invalid", "username"),
        ({"username": "11010519491231002X"}, "username_invalid", "username"),
        ({"username": "_root"}, "username_invalid", "username"),
        ({"username": "a\nb\x07c"}, "username_invalid", "username"),
        ({"username": "TAKEN"}, "username_taken", "username"),
        ({"username": "ｔａｋｅｎ"}, "username_taken", "username"),
        ({"phone": "12345"}, "phone_invalid", "phone"),
        ({"phone": "138 9999 0000"}, "phone_taken", "phone"),
        ({"password": "short"}, "password_weak", "password1"),
        ({"password": "newcomer1"}, "password_weak", "password1"),
        ({"password": "x13900001111", "phone": "13900001111"}, "password_weak", "password1"),
    ],
)
def test_a_refused_account_names_its_field_and_nothing_is_saved(given: dict, code: str, field: str) -> None:
    UserFactory(username="taken", phone="13899990000")
    with pytest.raises(InputError) as refusal:
        create(**given)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert User.objects.count() == 1


def test_only_the_system_administrator_makes_accounts_for_others() -> None:
    admin, clerk = AppointmentFactory(sysadmin=True).user, AppointmentFactory(city=True).user
    assert create(actor=admin, password=None, must_change_password=True).has_usable_password() is False
    with pytest.raises(Forbidden):
        create(actor=clerk, username="other")


def test_nobody_changes_the_password_of_somebody_else() -> None:
    admin, user = AppointmentFactory(sysadmin=True).user, UserFactory()
    with pytest.raises(Forbidden) as refusal:
        password_change(actor=admin, user=user, password="New-Harbour-2022")
    assert refusal.value.code == "forbidden"
    password_change(actor=user, user=user, password="New-Harbour-2022")
    assert User.objects.get(pk=user.pk).check_password("New-Harbour-2022")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("second", "code"), [("first", "username_taken"), ("second", "phone_taken")])
def test_two_sign_ups_at_once_make_one_account(second: str, code: str) -> None:
    barrier, refusals = threading.Barrier(2), []

    def sign_up(name: str) -> None:
        try:
            barrier.wait(10)
            create(username=name, phone="13900001111")
        except InputError as error:
            refusals.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_up, args=(name,)) for name in ("first", second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refusals == [code]
    assert User.objects.count() == 1


def test_the_guard_denies_what_nobody_granted() -> None:
    user = UserFactory(is_superuser=True)
    for permission in ("accounts.user_create", "no.such_permission", ""):
        assert not may(user, permission)
        with pytest.raises(Forbidden):
            require(user, permission)
    with pytest.raises(Forbidden):
        require(None, "accounts.user_create")
    admin = AppointmentFactory(sysadmin=True).user
    require(admin, "accounts.user_create")
    admin.is_active = False
    with pytest.raises(Forbidden):
        require(admin, "accounts.user_create")


@pytest.mark.parametrize(
    ("now", "in_force"),
    [
        ("2021-02-28T15:59:59Z", False),  # 28 February 23:59:59 in Shanghai
        ("2021-02-28T16:00:00Z", True),  # 1 March
        ("2021-06-30T15:59:59Z", True),  # 30 June 23:59:59
        ("2021-06-30T16:00:00Z", False),
    ],
)
def test_an_appointment_is_in_force_from_its_first_to_its_last_day_in_shanghai(now: str, in_force: bool) -> None:
    appointment = AppointmentFactory(valid_from=date(2021, 3, 1), valid_to=date(2021, 6, 30))
    with time_machine.travel(now, tick=False):
        user = User.objects.get(pk=appointment.user_id)
        assert user.has_role(Role.COUNTY) is in_force
        assert is_staff_role(user) is in_force
        assert regions_reviewed(user) == ({appointment.region_id} if in_force else set())


def test_what_appointments_amount_to_takes_one_query(django_assert_num_queries) -> None:
    unit = OrganisationFactory()
    appointment = AppointmentFactory(city=True)
    user = appointment.user
    AppointmentFactory(user=user, employer_admin=True, organisation=unit)
    other = AppointmentFactory(user=user, organiser=True).organisation
    user = User.objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        assert regions_reviewed(user) == {appointment.region_id}
        assert organisations_run(user) == {unit.pk, other.pk}
        assert organisations_run(user, Role.ORGANISER) == {other.pk}
        assert user.has_role(Role.CITY, Role.COUNTY)
        assert not user.has_role(Role.AUDITOR)
        assert is_staff_role(user)
        assert [str(appointment) for appointment in user.appointments_now]


def test_a_unit_admin_is_no_staff_and_reviews_nothing() -> None:
    user = AppointmentFactory(employer_admin=True).user
    assert not is_staff_role(user)
    assert regions_reviewed(user) == set()


@pytest.mark.parametrize(
    "fields",
    [
        {"role": Role.COUNTY},
        {"role": Role.CITY},
        {"role": Role.EMPLOYER_ADMIN},
        {"role": Role.ORGANISER},
        {"role": Role.COUNTY, "region": 1, "organisation": 1},
        {"role": Role.ORGANISER, "region": 1, "organisation": 1},
        {"role": Role.EMPLOYER_ADMIN, "region": 1},
        {"role": Role.CITY, "organisation": 1},
        {"role": Role.AUDITOR, "region": 1},
        {"role": Role.SYSADMIN, "organisation": 1},
        {"role": Role.AUDITOR, "valid_from": date(2021, 2, 1), "valid_to": date(2021, 1, 31)},
    ],
    ids=str,
)
def test_the_database_refuses_an_appointment_without_its_place_or_order(fields: dict) -> None:
    values = {**fields}
    if "region" in fields:
        values["region"] = region()
    if "organisation" in fields:
        values["organisation"] = OrganisationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(user=UserFactory(), **values)


def test_an_appointment_of_one_day_is_one() -> None:
    AppointmentFactory(auditor=True, valid_from=date(2021, 1, 1), valid_to=date(2021, 1, 1))


def test_a_unit_carries_a_code_and_no_two_the_same() -> None:
    OrganisationFactory(uscc=None, old_code=make_org_code(7))
    OrganisationFactory(uscc=make_uscc(7))
    for fields in ({"uscc": None}, {"uscc": make_uscc(7)}, {"uscc": None, "old_code": make_org_code(7)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OrganisationFactory(**fields)
    assert Organisation.objects.count() == 2


def test_municipal_is_where_the_region_is_the_city() -> None:
    assert OrganisationFactory(region=region("city")).is_municipal
    assert not OrganisationFactory(region=region("putuo")).is_municipal


def test_two_accounts_without_a_phone_do_not_collide_but_one_phone_is_one_account() -> None:
    UserFactory(phone="")
    UserFactory(phone="")
    UserFactory(phone="13900001111")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(phone="13900001111")
