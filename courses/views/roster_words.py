"""Rosters in words and addresses, as their pages and lists show them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.masks import mask_id, mask_phone
from courses.commands.roster_rows import numbers_of
from courses.models import Roster, RosterRow, RowVerdict
from courses.queries import rosters
from courses.queries.deadlines import deadline_of, due_on
from courses.queries.roster_sums import RosterSums
from courses.roster.columns import TITLES
from courses.roster.problems import PROBLEMS
from registry.views.own import user_of

STATE_OF_VERDICT = {RowVerdict.READY: "done", RowVerdict.WARNED: "returned", RowVerdict.ERROR: "failed"}


def roster_of(request: HttpRequest, pk: int | None, ledger: int | None) -> Roster:
    """The roster that an address names, by its class or (a past year's) by itself; 404 for what one may not see."""
    seen = rosters.visible_to(user_of(request)).select_related(
        "training_class__organisation__region",
        "training_class__application",
        "created_by",
        "submitted_by",
        "confirmed_by",
    )
    if pk is not None:
        return get_object_or_404(seen, training_class=pk)
    return get_object_or_404(seen, pk=ledger, training_class=None)


def url_of(roster: Roster, page: str = "", *args: int) -> str:
    """The address of one of the roster's pages."""
    prefix, pk = ("ledger", roster.pk) if roster.training_class_id is None else ("roster", roster.training_class_id)
    return reverse(f"courses:{prefix}_{page}" if page else f"courses:{prefix}", args=[pk, *args])


def title_of(roster: Roster) -> str:
    """The class's title, or which year's ledger."""
    return roster.training_class.title if roster.training_class else f"{roster.year}年度往年台账"


def unit_of(roster: Roster) -> str:
    """The organiser; for a past year's ledger the office."""
    return roster.training_class.organisation.name if roster.training_class else "市学时办"


def facts(roster: Roster, sums: RosterSums | None = None) -> list[dict[str, Any]]:
    """Class, deadline, hand-in and decision, as rows of a summary."""
    stated = [
        *_of_class(roster, sums),
        ("受理编号", roster.number or ""),
        ("文件", roster.file_name),
        ("填报人", roster.filler),
        ("联系电话", mask_phone(roster.filler_phone) if roster.filler_phone else ""),
        ("填报日期", date_format(roster.filled_on, "Y年n月j日") if roster.filled_on else ""),
        ("报送", _who(roster.submitted_by, roster.submitted_at)),
        ("逾期原因", roster.late_reason),
        ("确认登记", _who(roster.confirmed_by, roster.confirmed_at)),
        ("纸质盖章件", _paper(roster)),
    ]
    return [{"key": key, "value": value} for key, value in stated if value]


def _of_class(roster: Roster, sums: RosterSums | None) -> list[tuple[str, str]]:
    held = roster.training_class
    if held is None:
        return [("台账年度", f"{roster.year}年度")]
    planned = held.application.planned_number
    people = ""
    if sums is not None and planned:
        gap = sums.people - planned
        people = f"计划{planned}人，名单{sums.people}人" + (
            f"（{'多' if gap > 0 else '少'}{abs(gap)}人）" if gap else ""
        )
    last, first = date_format(held.last_day, "Y年n月j日"), date_format(held.first_day, "Y年n月j日")
    return [
        ("培训单位", held.organisation.name),
        ("培训时间", f"{first}至{last}，共{held.day_count}天" if held.day_count > 1 else f"{first}，1天"),
        ("核定学时", f"{held.hours.normalize():f}学时"),
        ("培训人数", people or (f"计划{planned}人" if planned else "")),
        ("报送期限", date_format(due_on(held.last_day), "Y年n月j日")),
    ]


def deadline_said(roster: Roster) -> dict[str, str]:
    """Kind and text of the box that says how much time is left; empty once the roster was handed in."""
    held = roster.training_class
    if held is None or roster.submitted_at is not None:
        return {}
    deadline = deadline_of(held)
    due = date_format(deadline.due_on, "Y年n月j日")
    if deadline.is_past:
        return {"kind": "warning", "title": "已超过报送期限", "text": f"应于{due}前报送，现在报送须写明逾期原因。"}
    if deadline.is_open:
        return {
            "kind": "info",
            "title": f"请于{due}前报送",
            "text": f"还有{deadline.days_left}天；逾期报送须写明原因。",
        }
    opens = date_format(timezone.localtime(deadline.opens_at), "Y年n月j日 H:i")
    return {"kind": "info", "title": "培训班尚未结束", "text": f"可先上传核对，{opens}结束后方可报送，最迟{due}。"}


def figures(roster: Roster) -> list[dict[str, Any]]:
    """Rows by verdict, each with the list behind it."""
    if not roster.counts:
        return []
    return [
        {
            "label": verdict.label,
            "number": roster.counts[verdict],
            "url": rows_url(roster, verdict=verdict.value) if roster.counts[verdict] else "",
        }
        for verdict in RowVerdict
    ]


def problems(roster: Roster) -> list[dict[str, Any]]:
    """Each kind of problem with how many rows have it, the most frequent first."""
    codes: dict[str, int] = roster.counts.get("codes", {})
    return [
        {"label": PROBLEMS.get(code, code), "number": number, "url": rows_url(roster, code=code)}
        for code, number in sorted(codes.items(), key=lambda item: (-item[1], item[0]))
    ]


def of_file(roster: Roster) -> list[str]:
    """What is to be said of the file as a whole."""
    return [problem["text"] for problem in roster.counts.get("file", [])]


def rows_url(roster: Roster, **chosen: str) -> str:
    """The list of the roster's rows, filtered."""
    query = "&".join(f"{key}={value}" for key, value in chosen.items())
    return url_of(roster, "rows") + (f"?{query}" if query else "")


def row_line(roster: Roster, row: RosterRow) -> dict[str, Any]:
    """One row as lists show it: ID number and phone as their masks."""
    number, phone = numbers_of(roster, row)
    return {
        "row": row,
        "id_masked": mask_id(number) if number else "",
        "phone_masked": mask_phone(phone) if phone else "",
        "sex": {"male": "男", "female": "女"}.get(row.sex, ""),
        "level": level_of(row),
        "municipal": {True: "是", False: "否"}.get(row.is_municipal, ""),  # type: ignore[arg-type]
        "state": STATE_OF_VERDICT[RowVerdict(row.verdict)],
        "problems": said_of(roster, row),
        "url": url_of(roster, "row", row.row),
        "why_url": url_of(roster, "row_why", row.row),
    }


def level_of(row: RosterRow) -> str:
    """职称级别 in words."""
    return {"none": "无职称", "assistant": "员级", "junior": "初级", "middle": "中级", "senior": "高级"}.get(
        row.title_level, ""
    )


def said_of(roster: Roster, row: RosterRow) -> list[dict[str, str]]:
    """What was found of a row: the column as printed (and as the file calls it, where that differs), and the words."""
    found = []
    for problem in row.problems:
        column = TITLES.get(problem["column"], "")
        called = roster.headings.get(problem["column"], column)
        name = f"{column}（文件中为“{called}”）" if called != column else column
        found.append({"column": name if column else "", "text": problem["text"]})
    return found


def row_cells(roster: Roster, row: RosterRow) -> tuple[Any, ...]:
    """One row for a table that leaves the portal; ID number and phone only as their masks."""
    line = row_line(roster, row)
    said = "；".join(f"{one['column']}：{one['text']}" if one["column"] else one["text"] for one in line["problems"])
    return (
        row.row,
        row.get_verdict_display(),
        said,
        row.name,
        line["sex"],
        row.employer_name or "无单位",
        line["id_masked"],
        row.series,
        line["level"],
        row.title,
        "" if row.hours is None else f"{row.hours.normalize():f}",
        line["phone_masked"],
        line["municipal"],
    )


def _paper(roster: Roster) -> str:
    if roster.training_class is None or roster.submitted_at is None:
        return ""
    received = roster.paper_received_on
    return f"{date_format(received, 'Y年n月j日')}收到" if received else "未收到"


def _who(user: Any, moment: Any) -> str:
    if user is None or moment is None:
        return ""
    return f"{user.display_name}，{date_format(timezone.localtime(moment), 'Y年n月j日 H:i')}"
