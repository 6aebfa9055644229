"""A year's settings as the city office keeps them: the registration window and the prescribed courses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.pages import page_for
from registry.commands.yearly import course_add, course_change, courses_copy, window_set
from registry.forms.yearly import CourseForm, WindowForm
from registry.models import PrescribedCourse
from registry.queries.notices import has_notice, notice_of_year, years_with_notice
from registry.queries.yearly import courses_of, platforms_for, window_of
from registry.views.own import posted, user_of

KEEP = "registry.yearly_keep"


@page_for(KEEP)
@require_safe
def yearly_now(request: HttpRequest) -> HttpResponse:
    """The present year's settings."""
    return redirect("registry:yearly", timezone.localdate().year)


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def yearly(request: HttpRequest, year: int) -> HttpResponse:
    """The window, to be set; and the courses."""
    _known(year)
    window = window_of(year)
    form = WindowForm(posted(request), initial=WindowForm.initial_of(window))
    if request.method == "POST" and form.is_valid():
        try:
            window_set(actor=user_of(request), year=year, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{year}年度的登记时间已设定。")
            return redirect("registry:yearly", year)
    names, platforms = _names(year), _platform_names(year)
    context = {
        "year": year,
        "years": sorted({*years_with_notice(), timezone.localdate().year + 1}, reverse=True),
        "window": window,
        "form": form,
        "lines": [
            (course, names[course.category], platforms.get(course.platform, course.platform))
            for course in courses_of(year)
        ],
    }
    return render(request, "registry/yearly/year.html", context, status=422 if form.errors else 200)


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def course_new(request: HttpRequest, year: int) -> HttpResponse:
    """Add a course to the year's list."""
    _known(year)
    form = CourseForm(posted(request), year=year, names=_names(year))
    if request.method == "POST" and form.is_valid():
        try:
            course = course_add(actor=user_of(request), year=year, data=form.course())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"已添加“{course.name}”。")
            return redirect("registry:yearly", year)
    return _course_page(request, form, year)


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def course_edit(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Change a course or take it off the list."""
    course = get_object_or_404(PrescribedCourse, pk=pk, year=year)
    initial = {name: getattr(course, name) for name in ("code", "name", "category", "hours", "platform", "is_active")}
    form = CourseForm(posted(request), year=year, names=_names(year), fixed_code=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            course_change(actor=user_of(request), course=course, data=form.course())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"“{course.name}”已保存。")
            return redirect("registry:yearly", year)
    return _course_page(request, form, year, course)


@page_for(KEEP)
@require_POST
def course_copy(request: HttpRequest, year: int) -> HttpResponse:
    """Start from the list of the year before."""
    try:
        added = courses_copy(actor=user_of(request), from_year=year - 1, to_year=year)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"已从{year - 1}年度复制{added}门课程，请逐门核对。")
    return redirect("registry:yearly", year)


def _course_page(
    request: HttpRequest,
    form: CourseForm,
    year: int,
    course: PrescribedCourse | None = None,
) -> HttpResponse:
    context = {"form": form, "year": year, "course": course}
    return render(request, "registry/yearly/course.html", context, status=422 if form.errors else 200)


def _known(year: int) -> None:
    if not has_notice(year) or year > timezone.localdate().year + 1:
        raise Http404


def _names(year: int) -> dict[str, str]:
    return {code: category.name for code, category in notice_of_year(year).categories.items()}


def _platform_names(year: int) -> dict[str, Any]:
    return {code: name for places in platforms_for(year).values() for code, name in places.items()}
