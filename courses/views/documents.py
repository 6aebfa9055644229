"""Downloads of the two forms: 附件1 of an application, 附件2 of a class to fill in and of a roster."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.errors import Conflict
from courses.commands.exports import roster_exported
from courses.documents import application, application_sheet, roster
from courses.documents.filling import application_form, notice_of
from courses.documents.papers import RosterForm
from courses.documents.roster_filling import PRINTABLE, roster_form, roster_template
from courses.models import ClassApplication, Roster
from courses.queries import applications, classes, rosters
from registry.views.own import user_of

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def application_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """附件1 as a PDF, the class plan behind it."""
    found = _application(request, pk)
    notice = notice_of(found)
    return _download(application.as_pdf(application_form(found, notice), notice), _application_name(found), "pdf")


@require_safe
def application_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """附件1 as a workbook."""
    found = _application(request, pk)
    notice = notice_of(found)
    data = application_sheet.as_workbook(application_form(found, notice), notice)
    return _download(data, _application_name(found), "xlsx")


@require_safe
def roster_to_fill_in(request: HttpRequest, pk: int) -> HttpResponse:
    """附件2 to fill in for the class: unit, class and hours are in it already."""
    visible = classes.visible_to(user_of(request)).select_related("application", "organisation")
    found = get_object_or_404(visible, pk=pk)
    return _download(roster.template(roster_template(found)), f"附件2-学时登记信息汇总表-{found.title}", "xlsx")


@require_safe
def roster_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The roster as a workbook; leaves an audit row."""
    found, form = _roster(request, pk, "xlsx")
    return _download(roster.as_workbook(form), _roster_name(found), "xlsx")


@require_safe
def roster_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The roster as a PDF, to print and stamp; leaves an audit row."""
    found, form = _roster(request, pk, "pdf")
    return _download(roster.as_pdf(form), _roster_name(found), "pdf")


def _application(request: HttpRequest, pk: int) -> ClassApplication:
    visible = applications.visible_to(user_of(request)).select_related("organisation", "region")
    return get_object_or_404(visible, pk=pk)


def _roster(request: HttpRequest, pk: int, form: str) -> tuple[Roster, RosterForm]:
    """The roster with its people, recorded as taken away. Conflict while there is nothing to print."""
    user = user_of(request)
    found = get_object_or_404(rosters.visible_to(user).select_related("training_class__application"), pk=pk)
    if found.state not in PRINTABLE:
        raise Conflict("roster_not_checked", "汇总表核对无误后才能导出。请先上传名单，或按核对结果改正后再导出。")
    paper = roster_form(found)
    if request.method == "GET":
        roster_exported(actor=user, roster=found, rows=len(paper.lines), form=form)
    return found, paper


def _application_name(found: ClassApplication) -> str:
    return f"附件1-培训班申请表-{found.number or found.title or found.pk}"


def _roster_name(found: Roster) -> str:
    return f"附件2-学时登记信息汇总表-{found.number or found.pk}"


def _download(data: bytes, name: str, ending: str) -> HttpResponse:
    response = HttpResponse(data, content_type=PDF if ending == "pdf" else XLSX)
    header = content_disposition_header(True, f"{name}.{ending}")
    assert header is not None  # noqa: S101 - an attachment has one
    response["Content-Disposition"] = header
    response["Cache-Control"] = "no-store, private"
    return response
