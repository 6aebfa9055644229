"""The reminders as the city office keeps them: the plan with its dates, a step's preview, and sending it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError, InputError
from accounts.forms import add_domain_error
from accounts.lists import address
from accounts.pages import page_for
from compliance.commands.reminders import check_sendable, reminder_plan_set, reminders_request
from compliance.commands.reminding import message_of, unit_message_of
from compliance.forms.reminders import PlanForm
from compliance.queries import reminders
from compliance.queries.reminders import Step
from compliance.views.progress import year_asked
from office.messages.templates import template_of
from registry.queries.notices import has_notice, years_with_notice
from registry.queries.yearly import window_of
from registry.views.own import posted, user_of

KEEP = "compliance.reminders_keep"
SUMMED = ("short", "left", "told", "without")


@page_for(KEEP)
@require_safe
def reminder_plan(request: HttpRequest) -> HttpResponse:
    """A year's steps: when each falls, whether it was sent, and whom it has reached so far."""
    year = year_asked(request)
    sent = reminders.sent_at_steps(year)
    steps = [(step, *_word(step), *sent.get(step.days, (0, 0))) for step in reminders.plan_of(year)]
    context = {"year": year, "years": years_with_notice(), "window": window_of(year), "steps": steps}
    return render(request, "compliance/reminders/plan.html", context)


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_plan_edit(request: HttpRequest, year: int) -> HttpResponse:
    """Change the steps of a year."""
    _known(year)
    form = PlanForm(posted(request), steps=reminders.plan_of(year))
    if request.method == "POST" and form.is_valid():
        try:
            reminder_plan_set(actor=user_of(request), year=year, steps=form.steps)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{year}年度的提醒计划已保存。")
            return redirect(_plan_url(year))
    context = {"year": year, "form": form, "window": window_of(year), "plan_url": _plan_url(year)}
    return render(request, "compliance/reminders/plan_edit.html", context, status=422 if form.errors else 200)


@page_for(KEEP)
@require_safe
def reminder_step(request: HttpRequest, year: int, days: int) -> HttpResponse:
    """What sending the step now would do: how many people and units, and what one of them would read."""
    step = step_or_404(year, days)
    lines = reminders.by_region(year, days)
    nobody = reminders.without_administrator(reminders.units_short(year))
    word, state = _word(step)
    context = {
        "step": step,
        "word": word,
        "state": state,
        "lines": lines,
        "whole": {name: sum(line[name] for line in lines) for name in SUMMED},
        "units": reminders.units_left(year, days).count(),
        "nobody": nobody.count(),
        "sent": reminders.sent_at_steps(year).get(days, (0, 0)),
        "person": _sample_of_person(year, days),
        "unit": _sample_of_unit(year, days),
        "refusal": _refusal(step),
        "plan_url": _plan_url(year),
    }
    return render(request, "compliance/reminders/step.html", context)


@page_for(KEEP)
@require_POST
def reminder_send(request: HttpRequest, year: int, days: int) -> HttpResponse:
    """Send the step now; leads to the run's progress, or to that of the one under way."""
    step_or_404(year, days)
    try:
        job = reminders_request(actor=user_of(request), year=year, days=days)
    except InputError as error:
        messages.error(request, error.message)
        return redirect("compliance:reminder_step", year, days)
    return redirect("jobs:detail", job.pk)


def step_or_404(year: int, days: int) -> Step:
    """The step of the year's plan."""
    _known(year)
    step = reminders.step_of(year, days)
    if step is None:
        raise Http404
    return step


def _known(year: int) -> None:
    if not has_notice(year) or year > timezone.localdate().year:
        raise Http404


def _plan_url(year: int) -> str:
    return address(reverse("compliance:reminder_plan"), f"year={year}")


def _word(step: Step) -> tuple[str, str]:
    """How a step stands: its word, and the state whose tone the tag takes."""
    if step.job is not None:
        return "发送中", "running"
    if step.done_at is not None:
        return "已发送", "done"
    if not step.is_on:
        return "已停用", "draft"
    if step.window_over or not step.waits:
        return "未发送，日期已过", "returned"
    return "待发送", "queued"


def _refusal(step: Step) -> str:
    try:
        check_sendable(step)
    except DomainError as error:
        return error.message
    return ""


def _sample_of_person(year: int, days: int) -> Any:
    """The message as the next person would get it; of nobody left, as anybody short would have."""
    rows = reminders.left_to_remind(year, days)
    row = rows.order_by("practitioner_id").first() or reminders.short_people(year).order_by("practitioner_id").first()
    return template_of("reminder.person").render(message_of(row)) if row else None


def _sample_of_unit(year: int, days: int) -> Any:
    """The message as the next unit's administrator would get it."""
    unit = reminders.units_left(year, days).order_by("pk").first() or reminders.units_short(year).order_by("pk").first()
    if unit is None:
        return None
    numbers = reminders.numbers_of(year, [unit.pk])[unit.pk]
    return template_of("reminder.unit").render(unit_message_of(year, unit.name, *numbers))
