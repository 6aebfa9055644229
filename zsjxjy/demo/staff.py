"""The accounts that `manage.py demo --accounts` prints, one for each role, and who makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from accounts.commands.appointments import appointment_create
from accounts.commands.organisations import organisation_create
from accounts.commands.users import user_create
from accounts.models import Role
from zsjxjy.demo.days import OPENS, Days, start_of
from zsjxjy.demo.steps import City, Step
from zsjxjy.demo.units import OF_EMPLOYER, OF_ORGANISER, UNITS, Unit, unit_input

PASSWORD = "Haiqiao-90-Demo"  # noqa: S105 - printed for everybody, and let in by DEMO alone


@dataclass(frozen=True, slots=True)
class Account:
    """A staff or unit account: its role, the region (code) or unit it is for."""

    username: str
    display_name: str
    role: Role
    region: str = ""
    unit: Unit | None = None


SYSADMIN = Account("sysadmin", "演示系统管理员", Role.SYSADMIN)
CITY_OFFICE = Account("city", "市学时办演示审核员", Role.CITY, "city")
# Where two disagree on a claim, or one proposes what another agrees to, the office has a second person.
CITY_SECOND = Account("city2", "市学时办演示复核员", Role.CITY, "city")
STAFF = (
    SYSADMIN,
    CITY_OFFICE,
    CITY_SECOND,
    Account("dinghai", "定海区演示审核员", Role.COUNTY, "dinghai"),
    Account("putuo", "普陀区演示审核员", Role.COUNTY, "putuo"),
    Account("daishan", "岱山县演示审核员", Role.COUNTY, "daishan"),
    Account("shengsi", "嵊泗县演示审核员", Role.COUNTY, "shengsi"),
    Account("auditor", "演示审计员", Role.AUDITOR),
    Account("employer", "演示单位管理员", Role.EMPLOYER_ADMIN, unit=OF_EMPLOYER),
    Account("organiser", "演示培训承办员", Role.ORGANISER, unit=OF_ORGANISER),
)
# Each region's people are reviewed by the account of the same name.
REVIEWERS = {account.region: account.username for account in STAFF if account.region and account != CITY_SECOND}


def staff_steps(days: Days) -> list[Step]:
    """The set-up makes the system administrator, who makes the offices' accounts; 市学时办 then enters the units."""
    start = days.later(start_of(days.first), timedelta(hours=OPENS))
    offices = [account for account in STAFF if account.unit is None]
    of_units = [account for account in STAFF if account.unit is not None]
    return [
        *(Step(start, partial(_open, account=account)) for account in offices),
        *(Step(start, partial(_enter, unit=unit)) for unit in UNITS),
        *(Step(start, partial(_open, account=account)) for account in of_units),
    ]


def _open(city: City, *, account: Account) -> None:
    actor = city.users.get(SYSADMIN.username)  # nobody yet when the administrator is made: the set-up itself
    user = user_create(actor=actor, username=account.username, password=PASSWORD, display_name=account.display_name)
    appointment_create(
        actor=actor,
        user=user,
        role=account.role,
        region=city.regions[account.region] if account.region else None,
        organisation=city.units[account.unit.name] if account.unit else None,
    )
    city.users[account.username] = user


def _enter(city: City, *, unit: Unit) -> None:
    data = unit_input(unit, city.regions[unit.region])
    city.units[unit.name] = organisation_create(actor=city.users[CITY_OFFICE.username], data=data)
