"""The register of units in the demo: applications in every state, qualifications, provider filings, a change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from random import Random
from uuid import UUID

from accounts.commands.organisations import OrganisationInput
from accounts.models import Business, OrganisationKind
from units.commands.applications import (
    application_accept,
    application_refuse,
    application_return,
    application_submit,
    application_withdraw,
)
from units.commands.changes import unit_change
from units.commands.filings import FilingInput, filing_enter
from units.commands.qualifications import (
    QualificationInput,
    qualification_confirm,
    qualification_decline,
    qualification_file,
)
from units.models import Bureau, Qualification, UnitApplication
from units.states import ApplicationState, PaperState
from zsjxjy.demo.days import Days
from zsjxjy.demo.desk import EMPLOYER, lately
from zsjxjy.demo.numbers import unit_code
from zsjxjy.demo.papers import paper
from zsjxjy.demo.people import PRINTED, Person
from zsjxjy.demo.staff import CITY_OFFICE, REVIEWERS
from zsjxjy.demo.steps import City, Step
from zsjxjy.demo.units import OF_EMPLOYER, OF_MUNICIPAL, OF_ORGANISER, UNITS, Unit, unit_input

SUBMITTED, ACCEPTED, RETURNED, REFUSED, WITHDRAWN = ApplicationState
MOVED = UNITS[16]
RETURNED_FOR = "单位地址与登记证不一致，请核对后重新提交。"
REFUSED_FOR = "不属于住房和城乡建设行业单位，不予登记。"
FIRST_CODE = 101  # past the units'


@dataclass
class Application:
    """One application to be: the unit, the state it ends in, how many days ago it came."""

    unit: str
    kind: OrganisationKind
    business: Business
    region: str
    state: ApplicationState
    ago: int
    row: UnitApplication | None = None

    @property
    def made(self) -> UnitApplication:
        """The application once there."""
        if self.row is None:
            raise LookupError(f"{self.unit} has not applied yet")
        return self.row


@dataclass
class Paper:
    """One qualification to be, who files it, and what becomes of it."""

    unit: Unit
    by: str
    name: str
    grade: str
    number: str
    state: PaperState
    row: Qualification | None = None


def _applications() -> tuple[Application, ...]:
    firm, building, other = OrganisationKind.ENTERPRISE, Business.CONSTRUCTION, Business.OTHER
    return (
        Application("定海演示新港建筑有限公司", firm, building, "dinghai", SUBMITTED, 2),
        Application("定海演示望海监理有限公司", firm, other, "dinghai", SUBMITTED, 6),
        Application("普陀演示海韵设计有限公司", firm, Business.DESIGN, "putuo", SUBMITTED, 4),
        Application("舟山市演示智慧建造研究会", OrganisationKind.ASSOCIATION, other, "city", SUBMITTED, 1),
        Application("定海演示远航劳务有限公司", firm, building, "dinghai", RETURNED, 14),
        Application("岱山演示岛礁检测有限公司", firm, other, "daishan", REFUSED, 25),
        Application("普陀演示渔港工程有限公司", firm, building, "putuo", WITHDRAWN, 18),
        Application("嵊泗演示海岛修缮有限公司", firm, building, "shengsi", ACCEPTED, 30),
    )


def _papers() -> tuple[Paper, ...]:
    return (
        Paper(OF_EMPLOYER, EMPLOYER, "建筑工程施工总承包", "一级", "D2330000001演示", PaperState.CONFIRMED),
        Paper(OF_EMPLOYER, EMPLOYER, "市政公用工程施工总承包", "一级", "D2330000002演示", PaperState.PENDING),
        Paper(OF_EMPLOYER, EMPLOYER, "港口与航道工程施工总承包", "一级", "D2330000003演示", PaperState.DECLINED),
        Paper(OF_MUNICIPAL, CITY_OFFICE.username, "建筑行业设计", "甲级", "A1330000001演示", PaperState.CONFIRMED),
    )


def register_steps(people: list[Person], days: Days, rng: Random) -> list[Step]:
    """What came to the register of units, and what became of it."""
    applicants = [person for person in people if person.username and person.username not in PRINTED]
    steps: list[Step] = []
    for n, application in enumerate(_applications()):
        steps += _application(application, n, applicants[n], days, rng)
    for n, kept in enumerate(_papers()):
        steps += _qualification(kept, n, days, rng)
    for n, bureau in enumerate(Bureau):
        at = lately(days, timedelta(days=90 - n))
        steps.append(Step(at, partial(_file_provider, bureau=bureau, token=_token(rng), days=days)))
    steps.append(Step(lately(days, timedelta(days=40)), _move_house))
    return steps


def _application(application: Application, n: int, applicant: Person, days: Days, rng: Random) -> Iterator[Step]:
    at = max(applicant.registered, lately(days, timedelta(days=application.ago, hours=2)))
    apply = partial(_apply, application=application, n=n, applicant=applicant, token=_token(rng))
    yield Step(at, apply)
    if application.state == WITHDRAWN:
        yield Step(days.later(at, timedelta(hours=5)), partial(_withdraw, application=application, applicant=applicant))
    elif application.state != SUBMITTED:
        yield Step(days.at_the_office(at, 2, rng), partial(_decide, application=application))


def _qualification(kept: Paper, n: int, days: Days, rng: Random) -> Iterator[Step]:
    at = lately(days, timedelta(days=20 - 4 * n))
    yield Step(at, partial(_file, kept=kept, n=n, token=_token(rng), days=days))
    if kept.by != CITY_OFFICE.username and kept.state != PaperState.PENDING:
        yield Step(days.at_the_office(at, 2, rng), partial(_judge, kept=kept))


def _apply(city: City, *, application: Application, n: int, applicant: Person, token: UUID) -> None:
    region = city.regions[application.region]
    data = OrganisationInput(
        name=application.unit,
        kind=application.kind,
        business=application.business,
        region=region,
        uscc=unit_code(application.region, FIRST_CODE + n),
        address=f"{region.name}演示路{FIRST_CODE + n}号",
        contact_name=applicant.name,
        phone=f"0580-0000{FIRST_CODE + n}",
    )
    application.row = application_submit(actor=applicant.record.user, data=data, token=token)


def _withdraw(_: City, *, application: Application, applicant: Person) -> None:
    if applicant.record.user is not None:
        application_withdraw(actor=applicant.record.user, application=application.made)


def _decide(city: City, *, application: Application) -> None:
    actor = city.users[REVIEWERS[application.region]]
    if application.state == ACCEPTED:
        application_accept(actor=actor, application=application.made)
    elif application.state == RETURNED:
        application_return(actor=actor, application=application.made, reason=RETURNED_FOR)
    else:
        application_refuse(actor=actor, application=application.made, reason=REFUSED_FOR)


def _file(city: City, *, kept: Paper, n: int, token: UUID, days: Days) -> None:
    data = QualificationInput(
        kept.name, kept.grade, kept.number, date(days.first.year - 1, 3, 1), date(days.today.year + 2, 2, 27)
    )
    upload = paper("资质证书", 9100 + n, [kept.unit.name, kept.name])
    unit = city.units[kept.unit.name]
    kept.row = qualification_file(actor=city.users[kept.by], unit=unit, data=data, upload=upload, token=token)


def _judge(city: City, *, kept: Paper) -> None:
    actor = city.users[CITY_OFFICE.username]
    if kept.row is None:
        raise LookupError(f"{kept.name} is not filed yet")
    if kept.state == PaperState.CONFIRMED:
        qualification_confirm(actor=actor, qualification=kept.row)
    else:
        qualification_decline(actor=actor, qualification=kept.row, reason="证书扫描件缺少副本页，请补充后重新报送。")


def _file_provider(city: City, *, bureau: Bureau, token: UUID, days: Days) -> None:
    data = FilingInput(bureau.value, f"舟演示备{bureau.label}1号", days.first, date(days.today.year + 1, 12, 31))
    upload = paper("备案证明", 9200, [OF_ORGANISER.name, str(bureau.label)])
    unit = city.units[OF_ORGANISER.name]
    filing_enter(actor=city.users[CITY_OFFICE.username], unit=unit, data=data, upload=upload, token=token)


def _move_house(city: City) -> None:
    """A unit moves within its region."""
    data = replace(unit_input(MOVED, city.regions[MOVED.region]), address="普陀区演示路168号")
    actor, unit = city.users[REVIEWERS[MOVED.region]], city.units[MOVED.name]
    unit_change(actor=actor, unit=unit, data=data, reason="单位搬迁，凭新的登记证办理。")


def _token(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)
