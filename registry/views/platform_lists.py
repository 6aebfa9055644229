"""Lists of platform imports: the imports, an import's rows as they were checked, and what it credited; each as CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.keyset import PAGE_SIZE, Page, page_of
from accounts.lists import own_parameters
from accounts.pages import page_for
from accounts.tables import csv_response
from registry.commands.platforms.exports import import_exported, imports_exported
from registry.forms.platform_lists import ImportFilter, ResultFilter, RowFilter
from registry.models import EntrySource, PlatformImport
from registry.queries import platforms
from registry.queries.explained import entries_of
from registry.queries.platforms import KEEP
from registry.views import platform_words as words
from registry.views.lists import page_urls
from registry.views.own import user_of

IMPORT_COLUMNS = (
    "编号",
    "学习平台",
    "文件",
    "状态",
    "记录",
    "可导入",
    "有提示",
    "已登记过",
    "不能导入",
    "已导入",
    "上传时间",
    "上传人",
)
ROW_COLUMNS = ("行号", "核对结果", "问题", "姓名", "身份证号", "科目", "课程编号", "课程名称", "学时", "完成日期")
RESULT_COLUMNS = (
    "姓名",
    "身份证号后四位",
    "单位",
    "年度",
    "科目",
    "课程编号",
    "课程名称",
    "学时",
    "完成日期",
    "状态",
)


@page_for(KEEP)
@require_safe
def platform_list(request: HttpRequest) -> HttpResponse:
    """Every import, newest first; filtered, sorted, in pages."""
    found = ImportFilter(request.GET, platforms.visible_to(user_of(request)))
    page = _page(request, found)
    lines = [(row, words.platform_name(row.platform)) for row in page.rows]
    context = _context(request, found, page, lines, "个文件") | {
        "export_url": _export(request, found, "platform_export")
    }
    return render(request, "registry/platforms/list.html", context)


@page_for(KEEP)
@require_safe
def platform_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as CSV."""
    found = ImportFilter(request.GET, platforms.visible_to(user_of(request)))
    rows = found.qs.order_by(*found.order)
    imports_exported(actor=user_of(request), rows=rows.count())
    return _csv("platform-imports", IMPORT_COLUMNS, rows, _import_cells)


@page_for(KEEP)
@require_safe
def platform_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of an import with what was found; people whom nobody knows are among them, not invented."""
    row = _import(request, pk)
    found = RowFilter(request.GET, platforms.rows_of(row))
    page = _page(request, found)
    context = _context(request, found, page, [words.row_line(line) for line in page.rows], "条") | {
        "import": row,
        "export_url": _export(request, found, "platform_rows_export", row.pk),
    }
    return render(request, "registry/platforms/rows.html", context)


@page_for(KEEP)
@require_safe
def platform_rows_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows with their filters as CSV, ID numbers masked; leaves an audit row."""
    row = _import(request, pk)
    found = RowFilter(request.GET, platforms.rows_of(row))
    rows = found.qs.order_by(*found.order)
    import_exported(actor=user_of(request), row=row, rows=rows.count())
    return _csv(row.number.lower(), ROW_COLUMNS, rows, words.row_cells)


@page_for(KEEP)
@require_safe
def platform_results(request: HttpRequest, pk: int) -> HttpResponse:
    """What an import credited, person by person; each may be undone."""
    row = _import(request, pk)
    found = ResultFilter(request.GET, platforms.results_visible_to(user_of(request)).filter(platform_import=row))
    page = _page(request, found)
    entries = entries_of(EntrySource.PLATFORM, [result.pk for result in page.rows])
    lines = [(result, words.category_of(result), entries.get(result.pk)) for result in page.rows]
    context = _context(request, found, page, lines, "条") | {
        "import": row,
        "export_url": _export(request, found, "platform_results_export", row.pk),
    }
    return render(request, "registry/platforms/results.html", context)


@page_for(KEEP)
@require_safe
def platform_results_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """What was credited as CSV; leaves an audit row."""
    row = _import(request, pk)
    found = ResultFilter(request.GET, platforms.results_visible_to(user_of(request)).filter(platform_import=row))
    rows = found.qs.order_by(*found.order)
    import_exported(actor=user_of(request), row=row, rows=rows.count())
    return _csv(f"{row.number.lower()}-credited", RESULT_COLUMNS, rows, words.result_cells)


def _import(request: HttpRequest, pk: int) -> PlatformImport:
    return get_object_or_404(platforms.visible_to(user_of(request)), pk=pk)


def _page(request: HttpRequest, found: Any) -> Page[Any]:
    return page_of(found.qs, found.order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))


def _context(request: HttpRequest, found: Any, page: Page[Any], lines: list[Any], unit: str) -> dict[str, Any]:
    return {
        "filter": found,
        "lines": lines,
        "page_note": f"每页{PAGE_SIZE}{unit}",
        "filtered": any(request.GET.get(name) for name in found.filters if name != "sort"),
        **page_urls(page, own_parameters(request.GET, found.filters)),
    }


def _export(request: HttpRequest, found: Any, route: str, *args: int) -> str:
    query = own_parameters(request.GET, found.filters)
    return reverse(f"registry:{route}", args=args) + (f"?{query}" if query else "")


def _csv(name: str, columns: tuple[str, ...], rows: Any, cells: Callable[[Any], Any]) -> StreamingHttpResponse:
    lines = (cells(row) for row in rows.iterator(chunk_size=2000))
    return csv_response(f"{name}-{timezone.localdate():%Y%m%d}", columns, lines)


def _import_cells(row: PlatformImport) -> tuple[Any, ...]:
    counts = row.counts
    return (
        row.number,
        words.platform_name(row.platform),
        row.name,
        row.get_state_display(),
        *(counts.get(key, "") for key in ("rows", "ready", "warned", "known", "error")),
        counts.get("import", {}).get("imported", ""),
        timezone.localtime(row.created_at).strftime("%Y-%m-%d %H:%M"),
        row.created_by.display_name,
    )
