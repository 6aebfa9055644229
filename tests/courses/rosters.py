"""Made-up rosters: workbooks of 附件2, and rosters brought to a state by the commands and their jobs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import User
from courses.commands.rosters.deciding import roster_confirm
from courses.commands.rosters.submitting import HandIn, roster_submit
from courses.commands.rosters.uploads import roster_upload
from courses.models import Roster, TrainingClass
from office.jobs.commands import run
from office.jobs.models import Job
from office.jobs.states import JobState
from registry.models import Practitioner, Sex, TitleLevel
from tests.factories import make_id_number, make_phone

HEADINGS = ("序号", "培训单位", "培训班名称", "姓名", "性别", "企业名称", "身份证号") + (
    "职称专业系列",
    "职称级别",
    "职称",
    "认定学时",
    "手机号码",
    "是（否）市属单位人员",
)
AT = {name: place for place, name in enumerate(HEADINGS)}
_TITLES = {TitleLevel.NONE: "", TitleLevel.MIDDLE: "工程师"}


def known(held: TrainingClass, person: Practitioner, hours: Any = 16, **changed: Any) -> list[Any]:
    """The line of somebody registered; `changed` by printed headers."""
    unit = person.organisation
    line = [
        "",
        held.organisation.name,
        held.title,
        person.name,
        Sex(person.sex).label,
        unit.name if unit else "无单位",
        person.id_number,
        "工程" if person.title_level != TitleLevel.NONE else "",
        TitleLevel(person.title_level).label,
        _TITLES.get(TitleLevel(person.title_level), ""),
        str(hours),
        person.phone,
        "是" if person.region.is_city else "否",
    ]
    return _with(line, changed)


def new(held: TrainingClass, n: int, hours: Any = 16, **changed: Any) -> list[Any]:
    """The line of somebody whom nobody has registered, without a unit; the n-th of them."""
    number = make_id_number(birth=date(1990 + n // 400, 5, 4), serial=n % 400)
    name = "陈" + "".join("一二三四五六七八九十"[int(digit)] for digit in f"{n:03d}")
    line = ["", held.organisation.name, held.title, name, "男", "无单位", number]
    line += ["给排水", "中级", "工程师", str(hours), make_phone(60_000_000 + n), "否"]
    return _with(line, changed)


def _with(line: list[Any], changed: dict[str, Any]) -> list[Any]:
    for name, value in changed.items():
        line[AT[name]] = value
    return line


def xlsx(rows: Iterable[Sequence[Any]], headings: Sequence[Any] = HEADINGS) -> bytes:
    """A workbook in the printed layout (title, 填报人 line, header); the same for the same lines."""
    return _written(tuple(headings), tuple(tuple(line) for line in rows))


@cache  # openpyxl notes the moment of writing, so that two files of the same lines would differ
def _written(headings: tuple[Any, ...], rows: tuple[tuple[Any, ...], ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["学时登记信息汇总表"])
    sheet.append(["填报人：", "", "", "联系电话：", "", "", "填报日期："])
    sheet.append(list(headings))
    for number, line in enumerate(rows, 1):
        sheet.append([number, *line[1:]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(data: bytes, name: str = "汇总表.xlsx") -> SimpleUploadedFile:
    """The file as a browser hands it in."""
    return SimpleUploadedFile(name, data)


def work(*, fails: bool = False) -> None:
    """What a worker would do now: every job that waits."""
    while waiting := Job.objects.filter(state=JobState.QUEUED).order_by("created_at").first():
        run(str(waiting.pk))
        waiting.refresh_from_db()
        assert waiting.state == (JobState.FAILED if fails else JobState.DONE), waiting.error


def hand_in_data(**changes: Any) -> HandIn:
    """What the form of a hand-in says."""
    facts: dict[str, Any] = {"filler": "林海", "phone": "0580-2000001", "filled_on": timezone.localdate()}
    return HandIn(**{**facts, "acknowledged": True, **changes})


def checked(held: TrainingClass, actor: User, rows: Iterable[Sequence[Any]], **how: Any) -> Roster:
    """A roster whose file was read and checked."""
    roster_upload(actor=actor, roster=held.roster, upload=upload(xlsx(rows, **how)))
    work()
    return fresh(held.roster)


def handed_in(held: TrainingClass, actor: User, rows: Iterable[Sequence[Any]], **changes: Any) -> Roster:
    """A roster that waits for the city office."""
    roster = checked(held, actor, rows)
    roster_submit(actor=actor, roster=roster, data=hand_in_data(**changes))
    return fresh(roster)


def confirmed(held: TrainingClass, actor: User, city: User, rows: Iterable[Sequence[Any]]) -> Roster:
    """A roster whose hours are in the ledger."""
    roster = handed_in(held, actor, rows)
    roster_confirm(actor=city, roster=roster)
    work()
    return fresh(roster)


def fresh(roster: Roster) -> Roster:
    """The roster as it stands now."""
    return Roster.objects.select_related("training_class__organisation__region").get(pk=roster.pk)
