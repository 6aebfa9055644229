"""An import of a platform's file in words and figures, as its pages and lists show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from registry.models import PlatformImport, PlatformResult, PlatformRow, RowVerdict
from registry.models.fields import to_hours
from registry.platform_states import ImportState
from registry.queries.notices import notice_on
from registry.queries.platforms import PROBLEMS, platform_names

STATE_OF_VERDICT = {
    RowVerdict.READY: "done",
    RowVerdict.WARNED: "returned",
    RowVerdict.KNOWN: "draft",
    RowVerdict.ERROR: "failed",
}


def facts(row: PlatformImport) -> list[dict[str, Any]]:
    """Where the file comes from and what became of it, as rows of a summary."""
    stated = [
        ("学习平台", platform_name(row.platform)),
        ("文件", f"{row.name}（{filesizeformat(row.size)}）"),
        ("文件指纹（SHA-256）", row.sha256_hex),
        ("导入方案", row.profile.name if row.profile else ""),
        ("上传", _who(row.created_by, row.created_at)),
        ("确认导入", _who(row.confirmed_by, row.confirmed_at)),
        ("一并导入有提示的记录的理由", row.reason),
        ("撤销理由", row.reversal_reason),
    ]
    return [{"key": key, "value": value} for key, value in stated if value]


def platform_name(code: str) -> str:
    """A platform by its name in the notice; the code of one that no notice in force names any more."""
    return platform_names().get(code, code)


def figures(row: PlatformImport) -> list[dict[str, Any]]:
    """Rows by verdict, each with the list behind it; after the import what became of them."""
    counts = row.counts
    if not counts:
        return []
    if found := counts.get("import"):
        results = reverse("registry:platform_results", args=[row.pk])
        return [
            {"label": "已登记", "number": found["imported"], "url": results},
            {"label": "原已登记", "number": found["known"], "url": ""},
            {"label": "未导入", "number": found["skipped"], "url": rows_url(row) if found["skipped"] else ""},
        ]
    listed = row.state in (ImportState.READY, ImportState.IN_ERROR)
    return [
        {
            "label": verdict.label,
            "number": counts[verdict],
            "url": rows_url(row, verdict=verdict.value) if listed and counts[verdict] else "",
        }
        for verdict in RowVerdict
    ]


def problems(row: PlatformImport) -> list[dict[str, Any]]:
    """Each kind of problem with how many rows have it, the most frequent first."""
    codes: dict[str, int] = row.counts.get("codes", {})
    return [
        {"label": PROBLEMS.get(code, code), "number": number, "url": rows_url(row, code=code)}
        for code, number in sorted(codes.items(), key=lambda item: -item[1])
    ]


def years(sums: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """Year, courses and hours."""
    return [
        {"year": year, "courses": courses, "hours": to_hours(tenths)}
        for year, (courses, tenths) in sorted(sums.items())
    ]


def rows_url(row: PlatformImport, **chosen: str) -> str:
    """The list of the import's rows, filtered."""
    query = "&".join(f"{key}={value}" for key, value in chosen.items())
    return reverse("registry:platform_rows", args=[row.pk]) + (f"?{query}" if query else "")


def row_line(row: PlatformRow) -> dict[str, Any]:
    """One checked row as lists show it."""
    return {
        "row": row,
        "category": category_of(row),
        "state": STATE_OF_VERDICT[RowVerdict(row.verdict)],
        "verdict": row.get_verdict_display(),
    }


def category_of(row: PlatformRow | PlatformResult) -> str:
    """科目 in words; empty while it is unknown."""
    if not row.activity or row.completed_on is None:
        return ""
    notice = notice_on(row.completed_on)
    rule = notice.activities.get(row.activity)
    return notice.categories[rule.category].name if rule else ""


def row_cells(row: PlatformRow) -> tuple[Any, ...]:
    """One checked row for a table that leaves the portal; the ID only as its mask."""
    return (
        row.row,
        row.get_verdict_display(),
        row.problems,
        row.name,
        row.id_masked,
        category_of(row),
        row.course_code,
        row.course_name,
        _hours(row.hours),
        row.completed_on,
    )


def result_cells(result: PlatformResult) -> tuple[Any, ...]:
    """One credited course for a table that leaves the portal."""
    person = result.practitioner
    return (
        person.name,
        f"{'*' * 14}{person.id_last4}",
        person.unit_name,
        result.year,
        category_of(result),
        result.course_code,
        result.course_name,
        _hours(result.hours),
        result.completed_on,
        result.get_state_display(),
    )


def _hours(hours: Decimal | None) -> str:
    return "" if hours is None else f"{hours.normalize():f}"


def _who(user: Any, moment: Any) -> str:
    if user is None or moment is None:
        return ""
    return f"{user.display_name}，{date_format(timezone.localtime(moment), 'Y年n月j日 H:i')}"
