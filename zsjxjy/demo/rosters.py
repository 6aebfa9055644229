"""Rosters of the demo's classes that are over: confirmed with its paper copy, reversed, returned, handed in late,
ready, in error, awaited.

They come last of all, at the present moment, as the platform's files do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from courses.commands.rosters.crediting import roster_credited
from courses.commands.rosters.deciding import paper_received, roster_confirm, roster_return, roster_reverse
from courses.commands.rosters.submitting import HandIn, roster_submit
from courses.commands.rosters.uploads import roster_checked, roster_upload
from courses.models import Roster, TrainingClass
from courses.queries.deadlines import is_late
from courses.roster.columns import COLUMNS
from courses.states import RosterState
from office.documents.workbook import Column, Form, write
from registry.models import TitleLevel
from zsjxjy.demo.days import Days
from zsjxjy.demo.numbers import id_number, phone
from zsjxjy.demo.people import Person
from zsjxjy.demo.staff import CITY_OFFICE
from zsjxjy.demo.steps import City, Step

FORM = Form("学时登记信息汇总表", [Column(column.title, 18, "text") for column in COLUMNS])
LATE = "部分学员补考，成绩汇总较晚。"
RETURNED_FOR = "名单中有3人未参加考核，请核对后重新报送。"
REVERSED_FOR = "抽查发现部分学员由他人代学，认定有误。"
_SIGNS = {True: "是", False: "否"}
Line = tuple[str, ...]


def roster_steps(people: list[Person], days: Days) -> list[Step]:
    """Six of the organiser's classes; the others of the organiser and the employer still await their rosters."""
    ways: tuple[tuple[str, slice, Callable[..., object]], ...] = (
        ("装配式混凝土结构施工与验收培训班", slice(60, 96), _confirm),
        ("建筑节能与绿色建材应用培训班", slice(96, 120), _hand_in),
        ("市政道路海绵化改造技术培训班", slice(120, 138), _wrong),
        ("住宅工程质量常见问题防治培训班", slice(138, 150), _checked),
        ("施工扬尘治理与绿色施工培训班", slice(150, 160), _send_back),
        ("建设工程消防验收技术培训班", slice(160, 172), _reverse),
    )
    return [Step(days.now, partial(way, title=title, people=people[some])) for title, some, way in ways]


def _checked(
    city: City, title: str, people: Sequence[Person], *, wrong: bool = False
) -> tuple[User, Roster] | tuple[None, None]:
    """The file handed over and checked; nothing where the class did not come about."""
    held = TrainingClass.objects.select_related("organisation", "application").filter(title=title).first()
    if held is None or held.last_day >= timezone.localdate():
        return None, None
    actor = city.users["organiser"]
    lines = [_line(held, person, n) for n, person in enumerate(people, 1)]
    lines += [_stranger(held, len(lines) + n, n) for n in range(1, 4)]
    if wrong:
        lines[3] = (*lines[3][:4], "女" if lines[3][4] == "男" else "男", *lines[3][5:])
        lines.append((str(len(lines) + 1), *lines[5][1:]))
    upload = SimpleUploadedFile(f"{title}汇总表.xlsx", write(FORM, lines))
    roster = roster_upload(actor=actor, roster=held.roster, upload=upload)
    return actor, roster_checked(pk=roster.pk, actor=actor, progress=lambda *_: None)


def _wrong(city: City, *, title: str, people: Sequence[Person]) -> None:
    _checked(city, title, people, wrong=True)


def _hand_in(city: City, *, title: str, people: Sequence[Person]) -> Roster | None:
    actor, roster = _checked(city, title, people)
    if actor is None or roster is None or roster.state != RosterState.READY:
        return None
    roster = Roster.objects.select_related("training_class").get(pk=roster.pk)
    data = HandIn(
        "演示联系人", "0580-0000006", timezone.localdate(), LATE if is_late(roster) else "", acknowledged=True
    )
    return roster_submit(actor=actor, roster=roster, data=data)


def _send_back(city: City, *, title: str, people: Sequence[Person]) -> None:
    roster = _hand_in(city, title=title, people=people)
    if roster is not None:
        Roster.objects.filter(pk=roster.pk).update(
            job_id=None
        )  # its check was done here, no worker's end is waited for
        roster_return(actor=city.users[CITY_OFFICE.username], roster=roster, reason=RETURNED_FOR)


def _confirm(city: City, *, title: str, people: Sequence[Person]) -> None:
    if (roster := _credit(city, title, people)) is not None:
        office = city.users[CITY_OFFICE.username]
        paper_received(actor=office, roster=roster, received_on=timezone.localdate())


def _reverse(city: City, *, title: str, people: Sequence[Person]) -> None:
    if (roster := _credit(city, title, people)) is not None:
        roster_reverse(actor=city.users[CITY_OFFICE.username], roster=roster, reason=REVERSED_FOR)


def _credit(city: City, title: str, people: Sequence[Person]) -> Roster | None:
    """The job's work, done here: the worker will find nothing left to do."""
    roster, office = _hand_in(city, title=title, people=people), city.users[CITY_OFFICE.username]
    if roster is not None:
        roster_confirm(actor=office, roster=roster)
        roster_credited(pk=roster.pk, actor=office, progress=lambda *_: None)
    return roster


def _line(held: TrainingClass, person: Person, number: int) -> Line:
    """Somebody registered, as the unit knows them."""
    unit = person.unit.name if person.unit and person.confirmed else "无单位"
    municipal = bool(person.unit and person.confirmed and person.unit.region == "city")
    level = TitleLevel(person.level)
    return (
        *(str(number), held.organisation.name, held.title, person.name),
        "男" if int(person.id_number[16]) % 2 else "女",
        unit,
        person.id_number,
        "工程" if level != TitleLevel.NONE else "",
        *(level.label, person.title, _hours(held), person.phone, _SIGNS[municipal]),
    )


def _stranger(held: TrainingClass, number: int, n: int) -> Line:
    """Somebody whom nobody has registered."""
    born = date(1986, 3, 1) + timedelta(days=held.pk % 300 * 7 + n)
    name = f"演示学员{'甲乙丙'[n - 1]}"
    return (
        *(str(number), held.organisation.name, held.title, name, "男", "无单位"),
        *(
            id_number("dinghai", born, "male"),
            "工程",
            "中级",
            "工程师",
            _hours(held),
            phone(99_000_000 + held.pk * 10 + n),
        ),
        "否",
    )


def _hours(held: TrainingClass) -> str:
    return f"{held.hours.normalize():f}"
