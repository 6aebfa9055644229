"""Training classes of the printed organiser and employer: from drafts to classes that are over and await their roster.

What cannot be handed in by the conditions of §三 on its day (a calendar year without data, say) stays a draft.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from uuid import UUID

from accounts.models import User
from courses.commands.application_files import attachment_add
from courses.commands.application_input import ClassInput, LecturerInput, SessionInput, UnitInput
from courses.commands.application_parts import class_part_save, lecturers_save, timetable_save, unit_part_save
from courses.commands.applications import application_draft, application_submit
from courses.commands.decisions import class_approve, class_cancel, class_endorse, class_refuse, class_return
from courses.models import ApplicationPart, ClassApplication
from courses.queries.conditions import conditions_of
from courses.states import ApplicationState, Route
from hours_rules.classes import proofs_of, route_of
from zsjxjy.demo.days import WEEKEND, Days, start_of
from zsjxjy.demo.papers import paper
from zsjxjy.demo.staff import CITY_OFFICE, REVIEWERS
from zsjxjy.demo.steps import City, Step
from zsjxjy.demo.units import OF_EMPLOYER, OF_ORGANISER, Unit

DRAFT, SUBMITTED, ENDORSED, APPROVED, RETURNED, REFUSED, CANCELLED = ApplicationState
ORGANISER, EMPLOYER = "organiser", "employer"
TODAY = "工程质量安全手册宣贯培训班"  # under way today, whatever day it is
DAY = timedelta(days=1)
LATE = "授课专家出差计划临时调整，培训时间提前。"
RETURNED_FOR = "第2名教师的职称与职称证书不一致，请核对后重新提交。"
REFUSED_FOR = "培训内容不属于住房和城乡建设类，不予核准。"
CANCELLED_FOR = "受台风影响，承办单位来函申请取消。"
LECTURERS = (
    LecturerInput("演示教师一", "舟山市演示建筑设计研究院有限公司", "正高级工程师"),
    LecturerInput("演示教师二", "舟山市演示建设工程质量监督站", "高级工程师（建筑结构）"),
    LecturerInput("演示教师三", "演示大学建筑工程学院", "副教授"),
)
BASE = ClassInput(
    content="相关政策法规、技术规范和标准，新技术、新工艺、新材料的推广应用，案例分析。",
    place="舟山市演示建设培训中心二楼会议室",
    delivery="face_to_face",
    is_self_run=False,
    levels=("junior", "middle", "senior"),
    specialties=("construction", "structure"),
    assessment="both",
    planned_number=40,
    registration="电话报名：0580-0000006，额满为止。",
)


@dataclass
class Story:
    """One class: how many days ago it was begun, in how many days it starts (or started), how long, where it ends.

    It starts on a weekday, unless it may on `any_day`.
    """

    unit: Unit
    by: str
    title: str
    ago: int
    first: int
    length: int
    end: ApplicationState
    specialties: tuple[str, ...] = ("construction", "structure")
    any_day: bool = False
    row: ClassApplication | None = None

    @property
    def application(self) -> ClassApplication:
        """The application once there, as it stands now."""
        if self.row is None:
            raise LookupError(f"{self.title} is not begun yet")
        rows = ClassApplication.objects.select_related("organisation__region", "region", "created_by")
        return rows.get(pk=self.row.pk)


def stories() -> tuple[Story, ...]:
    """The organiser's go to the city office (§三（一）), the employer's to its county bureau first (§三（二）)."""
    of, own = partial(Story, OF_ORGANISER, ORGANISER), partial(Story, OF_EMPLOYER, EMPLOYER)
    return (
        of("装配式混凝土结构施工与验收培训班", 66, -32, 2, APPROVED),
        of("建筑节能与绿色建材应用培训班", 58, -20, 2, APPROVED, ("architecture", "hvac")),
        of("市政道路海绵化改造技术培训班", 45, -14, 3, APPROVED, ("municipal_roads", "water")),
        of("工程造价改革与清单计价培训班", 40, -5, 2, APPROVED, ("cost",)),
        of("既有建筑加固改造技术培训班", 22, 20, 3, APPROVED),
        of("办公软件与公文写作培训班", 50, -18, 2, REFUSED, ("management",)),
        of("深基坑工程安全管理培训班", 38, -9, 2, CANCELLED, ("geotechnical", "construction")),
        of("智能建造与BIM技术应用培训班", 4, 24, 2, SUBMITTED),
        of("有限空间作业安全专题培训班", 2, 8, 2, SUBMITTED, ("gas", "municipal_roads")),
        of("建筑电气节能技术培训班", 12, 26, 2, RETURNED, ("electrical",)),
        of("风景园林施工技术培训班", 1, 35, 2, DRAFT, ("landscape",)),
        own("施工现场标准化管理内部培训班", 15, -4, 2, APPROVED),
        own("模板支架安全技术内部培训班", 9, 22, 2, ENDORSED),
        own("混凝土质量通病防治内部培训班", 3, 27, 2, SUBMITTED),
        of("建设工程消防验收技术培训班", 88, -54, 2, APPROVED, ("construction", "installation")),
        of("施工扬尘治理与绿色施工培训班", 80, -46, 2, APPROVED),
        of("住宅工程质量常见问题防治培训班", 30, -8, 2, APPROVED),
        of(TODAY, 26, -1, 3, APPROVED, any_day=True),
    )


def class_steps(days: Days, rng: Random) -> Iterator[Step]:
    """Every class's way through the commands."""
    for number, story in enumerate(stories()):
        begun = start_of(days.today) - story.ago * DAY + timedelta(hours=9, minutes=7 * number)
        taught = days_of(story, days)
        if begun < start_of(days.first) + 5 * DAY or taught[0] < days.first:
            continue  # a portal in its first days has had no classes yet
        token = UUID(int=rng.getrandbits(128), version=4)
        yield Step(begun, partial(_fill, story=story, taught=taught, token=token, number=9300 + 10 * number))
        if story.end != DRAFT:
            yield Step(begun + timedelta(minutes=25), partial(_hand_in, story=story))
            yield from _decided(story, begun, days, rng)


def _decided(story: Story, begun: datetime, days: Days, rng: Random) -> Iterator[Step]:
    if story.end == SUBMITTED:
        return
    at = days.at_the_office(begun, 2, rng)
    if story.unit == OF_EMPLOYER:
        yield Step(at, partial(_endorse, story=story))
        at = days.at_the_office(at, 2, rng)
    if story.end in (APPROVED, CANCELLED):
        yield Step(at, partial(_approve, story=story))
    if story.end in (RETURNED, REFUSED, CANCELLED):
        yield Step(days.at_the_office(at, 1, rng), partial(_end, story=story))


def days_of(story: Story, days: Days) -> list[date]:
    """The days on which it is taught."""
    first = days.today + story.first * DAY
    while first.weekday() in WEEKEND and not story.any_day:
        first += DAY
    return [first + n * DAY for n in range(story.length)]


def _fill(city: City, *, story: Story, taught: list[date], token: UUID, number: int) -> None:
    """All of it; a draft still lacks its contact, its assessment and its files."""
    actor, unit, whole = city.users[story.by], city.units[story.unit.name], story.end != DRAFT
    draft = story.row = application_draft(actor=actor, unit=unit, token=token)
    own = story.unit == OF_EMPLOYER
    data = replace(BASE, title=story.title, specialties=story.specialties)
    if own:
        data = replace(data, delivery="mixed", is_self_run=True, place="本公司三楼会议室和网络课堂", registration="")
    class_part_save(actor=actor, application=draft, data=data if whole else replace(data, assessment=""))
    contact = UnitInput(unit.address, unit.contact_name if whole else "", unit.phone if whole else "")
    unit_part_save(actor=actor, application=draft, data=contact)
    lecturers_save(actor=actor, application=draft, rows=LECTURERS)
    timetable_save(actor=actor, application=draft, rows=list(_lessons(draft, taught)))
    if whole:
        for place, proof in enumerate(proofs_of(route_of(unit.business))):
            upload = paper(proof.name, number + place, [story.title])
            attachment_add(actor=actor, application=draft, kind=proof.code, upload=upload)


def _lessons(draft: ClassApplication, taught: list[date]) -> Iterator[SessionInput]:
    lecturers = list(draft.lecturers.values_list("pk", flat=True))
    lessons = [(time(8, 30), time(11, 30), "法规标准与技术要点"), (time(13, 30), time(16, 30), "工程案例分析与答疑")]
    for n, day in enumerate(taught):
        for m, (starts, ends, topic) in enumerate(lessons):
            yield SessionInput(day, starts, ends, topic=topic, lecturer=lecturers[(n + m) % len(lecturers)])


def _hand_in(city: City, *, story: Story) -> None:
    application = story.application
    if not any(condition.holds_up for condition in conditions_of(application)):
        application_submit(actor=city.users[story.by], application=application, late_reason=LATE)


def _endorse(city: City, *, story: Story) -> None:
    if story.application.state == SUBMITTED:
        reason = "资质、师资和办班方案符合要求，同意举办。"
        class_endorse(actor=_county(city, story), application=story.application, reason=reason)


def _approve(city: City, *, story: Story) -> None:
    application = story.application
    if application.state == (SUBMITTED if application.route == Route.A else ENDORSED) and application.asked_hours:
        class_approve(actor=_city(city), application=application, hours=application.asked_hours)


def _end(city: City, *, story: Story) -> None:
    application, office = story.application, _city(city)
    if story.end == CANCELLED and application.state == APPROVED:
        class_cancel(actor=office, application=application, reason=CANCELLED_FOR)
    elif application.state == SUBMITTED and story.end == RETURNED:
        parts = [ApplicationPart.LECTURERS]
        class_return(actor=office, application=application, reason=RETURNED_FOR, parts=parts)
    elif application.state == SUBMITTED and story.end == REFUSED:
        class_refuse(actor=office, application=application, reason=REFUSED_FOR)


def _city(city: City) -> User:
    return city.users[CITY_OFFICE.username]


def _county(city: City, story: Story) -> User:
    return city.users[REVIEWERS[story.unit.region]]
