"""Made-up people, units and accounts for the tests; every number passes its check, none is anybody's."""

from __future__ import annotations

from datetime import date
from functools import cache

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory
from stdnum.cn import ric, uscc

from accounts.crypto import blind_index
from accounts.models import Appointment, Business, CityOffice, Organisation, OrganisationKind, Region, Role, User

PASSWORD = "Sea-Bridge-2021"
REGIONS = {
    "city": ("市本级", "市学时办", True),
    "dinghai": ("定海区", "舟山市定海区住房和城乡建设局", False),
    "putuo": ("普陀区", "舟山市普陀区住房和城乡建设局", False),
    "daishan": ("岱山县", "岱山县住房和城乡建设局", False),
    "shengsi": ("嵊泗县", "嵊泗县住房和城乡建设局", False),
}


def make_id_number(region: str = "330902", birth: date = date(1985, 6, 15), sex: str = "male", serial: int = 1) -> str:
    """A resident ID number with a valid check digit; `serial` 0–499 numbers the people of one day, place and sex."""
    if not 0 <= serial < 500:
        raise ValueError("serial is 0 to 499: choose another birth date")
    body = f"{region}{birth:%Y%m%d}{serial * 2 + (sex == 'male'):03d}"
    return body + ric.calc_check_digit(body + "?")


def make_phone(n: int) -> str:
    """The n-th mobile number, n < 100,000,000."""
    return f"138{n:08d}"


def make_org_code(n: int) -> str:
    """The n-th 组织机构代码 (GB 11714): eight digits and their check character."""
    body = f"{n:08d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def make_uscc(n: int) -> str:
    """The n-th 统一社会信用代码, of a Zhoushan enterprise."""
    body = f"91330900{make_org_code(n)}"
    return body + uscc.calc_check_digit(body)


@cache
def _hashed(password: str) -> str:
    """Argon2 is slow by design: every made-up account shares one hash."""
    return make_password(password)


def region(code: str = "dinghai") -> Region:
    """One of the five regions."""
    return RegionFactory(code=code)


class RegionFactory(DjangoModelFactory):
    """The region of this code: the migration's, or made again after a test that emptied the tables."""

    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "dinghai"
    name = factory.LazyAttribute(lambda o: REGIONS[o.code][0])
    office_name = factory.LazyAttribute(lambda o: REGIONS[o.code][1])
    is_city = factory.LazyAttribute(lambda o: REGIONS[o.code][2])
    order = factory.LazyAttribute(lambda o: list(REGIONS).index(o.code))


class OrganisationFactory(DjangoModelFactory):
    """A building enterprise in 定海."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"舟山虚构建设有限公司{n:04d}")
    uscc = factory.Sequence(lambda n: make_uscc(10_000_000 + n))
    kind = OrganisationKind.ENTERPRISE
    business = Business.CONSTRUCTION
    region = factory.SubFactory(RegionFactory)


class UserFactory(DjangoModelFactory):
    """An account whose password is PASSWORD; `phone=""` for one without a phone."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Sequence(lambda n: f"测试人员{n}")
    phone = factory.Sequence(make_phone)
    phone_hash = factory.LazyAttribute(lambda o: blind_index("phone", o.phone) if o.phone else None)
    password = factory.LazyFunction(lambda: _hashed(PASSWORD))


class AppointmentFactory(DjangoModelFactory):
    """定海's county bureau, since 2020; traits for the other roles."""

    class Meta:
        model = Appointment

    class Params:
        city = factory.Trait(
            role=Role.CITY, region=factory.SubFactory(RegionFactory, code="city"), office=CityOffice.HOURS
        )
        employer_admin = factory.Trait(
            role=Role.EMPLOYER_ADMIN, region=None, organisation=factory.SubFactory(OrganisationFactory)
        )
        organiser = factory.Trait(
            role=Role.ORGANISER, region=None, organisation=factory.SubFactory(OrganisationFactory)
        )
        auditor = factory.Trait(role=Role.AUDITOR, region=None)
        sysadmin = factory.Trait(role=Role.SYSADMIN, region=None)

    user = factory.SubFactory(UserFactory)
    role = Role.COUNTY
    region = factory.SubFactory(RegionFactory)
    valid_from = date(2020, 1, 1)
