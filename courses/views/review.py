"""An office's page of one class application: all there is to see, a decision confirmed before it is made."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.lists import own_parameters
from accounts.models import User
from accounts.pages import page_for
from accounts.queries import city_office_of
from courses.commands import decisions
from courses.forms.review import APPROVE, DECISIONS, ENDORSE, REFUSE, RETURN, CancelForm, DecisionForm
from courses.models import ClassApplication
from courses.queries import review
from courses.queries.conditions import conditions_of
from courses.states import ApplicationState, Route
from courses.views.application_words import days_of, form_lines, panel
from courses.views.preview import previewed
from courses.views.review_queue import OUR_PARAMETERS, WORK, filtered
from hours_rules.classes import MET
from registry.queries.notices import notice_on
from registry.views.own import user_of

DONE = {ENDORSE: "已审查同意，转市学时办核定", APPROVE: "已核准", RETURN: "已退回", REFUSE: "不予核准"}


@page_for(WORK)
@require_safe
def review_class(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: the form as in 附件1, the conditions of §三, timetable, files, earlier steps, the decision."""
    return _page(request, _seen(request, pk))


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def review_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide: first what will happen is shown to be confirmed, then it is done; on to the next of the list."""
    application = _seen(request, pk)
    positive = _positive(user_of(request), application)
    if request.method != "POST" or not (positive or "confirmed" in request.POST):
        return redirect(_address("courses:review_class", request, pk))
    # What was decided meanwhile is the command's to tell: the same answer again, or who was first.
    asked = ENDORSE if request.POST.get("decision") == ENDORSE else APPROVE
    form = DecisionForm(request.POST, positive=positive or asked, most=most_of(application))
    if form.is_valid():
        try:
            return _decided(request, application, form.cleaned_data)
        except Conflict as error:
            return _page(request, _seen(request, pk), conflict=error.message)
        except InputError as error:
            add_domain_error(form, error)
    return _page(request, application, form)


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def review_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an approved class: says what will happen, asks for the reason."""
    application = _seen(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            decisions.class_cancel(actor=user_of(request), application=application, reason=reason)
        except Conflict as error:
            return _page(request, _seen(request, pk), conflict=error.message)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{application.number}（{application.title}）已取消。")
            return redirect("courses:review_class", pk)
    elif request.method != "POST" and not _cancellable(user_of(request), application):
        return redirect("courses:review_class", pk)
    context = {"application": application, "form": form}
    return render(request, "courses/review/cancel.html", context, status=422 if form.errors else 200)


def most_of(application: ClassApplication) -> Decimal | None:
    """The most hours that the notice allows for the days of the timetable."""
    cap = notice_on(decisions.last_day_of(application)).activities[decisions.ACTIVITY].daily_cap
    return None if cap is None else cap * application.day_count


def _decided(request: HttpRequest, application: ClassApplication, said: dict[str, Any]) -> HttpResponse:
    """The page to confirm on, or the decision made and the way on."""
    decision, reason = said["decision"], said["reason"]
    user = user_of(request)
    if "confirmed" not in request.POST:
        figure = decisions.checked_figure(application, said["hours"]) if decision == APPROVE else None
        decisions.checked_reason(reason, needed=decision in (RETURN, REFUSE))
        return _confirm_page(request, application, said, figure)
    if decision == APPROVE:
        decisions.class_approve(actor=user, application=application, hours=said["hours"], reason=reason)
    elif decision == ENDORSE:
        decisions.class_endorse(actor=user, application=application, reason=reason)
    elif decision == RETURN:
        decisions.class_return(actor=user, application=application, reason=reason, parts=said["parts"])
    else:
        decisions.class_refuse(actor=user, application=application, reason=reason)
    messages.success(request, f"{application.number}（{application.title}）{DONE[decision]}。")
    return _onwards(request, application, said["go_on"])


def _confirm_page(
    request: HttpRequest, application: ClassApplication, said: dict[str, Any], figure: Decimal | None
) -> HttpResponse:
    user = user_of(request)
    office = city_office_of(user)
    context = {
        "application": application,
        "decision": said["decision"],
        "title": DECISIONS[said["decision"]],
        "figure": figure,
        "reason": said["reason"],
        "parts": said["parts"],
        "go_on": said["go_on"],
        "office": office.label if office else application.region.office_name,
        "reviewer": user.display_name,
        "danger": said["decision"] == REFUSE,
        "unmet": [condition for condition in conditions_of(application) if condition.state != MET],
        "back": _address("courses:review_class", request, application.pk),
        "action": _address("courses:review_decide", request, application.pk),
    }
    return render(request, "courses/review/confirm.html", context)


def _page(
    request: HttpRequest,
    application: ClassApplication,
    form: DecisionForm | None = None,
    *,
    conflict: str = "",
) -> HttpResponse:
    """The page of one application, to decide on it or to read."""
    user = user_of(request)
    positive = _positive(user, application)
    waiting = application.state in review.WAITING
    steps = list(application.steps.all())
    notice = notice_on(decisions.last_day_of(application))
    if positive and form is None:
        initial = {"hours": f"{application.asked_hours.normalize():f}"} if application.asked_hours else {}
        form = DecisionForm(positive=positive, most=most_of(application), initial={**initial, "go_on": True})
    days = days_of(application)
    context = {
        "application": application,
        "lines": form_lines(application, days),
        "days": days,
        "files": [previewed(file) for file in application.attachments.all()],
        **panel(application, conditions_of(application)),
        "notice": notice,
        "rule": notice.activities[decisions.ACTIVITY],
        "steps": steps,
        "endorsement": next((step for step in reversed(steps) if step.after == ApplicationState.ENDORSED), None),
        "waiting": waiting,
        "waited": review.waiting_days(application),
        "positive": positive,
        "own": application.organisation_id in review.own_units(user),
        "lies_with": _lies_with(application),
        "form": form,
        "conflict": conflict,
        "cancellable": _cancellable(user, application),
        "training_class": getattr(application, "training_class", None),
        "next": _next(request, application),
        "query": _query(request),
        "queue_url": _address("courses:review_queue", request),
        "decide_url": _address("courses:review_decide", request, application.pk),
    }
    status = 409 if conflict else 422 if form is not None and form.errors else 200
    return render(request, "courses/review/class.html", context, status=status)


def _positive(user: User, application: ClassApplication) -> str:
    """What the user may grant now, `endorse` or `approve`; empty when it is not the user's to decide."""
    if application.state not in review.WAITING:
        return ""
    first_of_b = application.route == Route.B and application.state == ApplicationState.SUBMITTED
    permission = "courses.application_endorse" if first_of_b else "courses.application_approve"
    return (ENDORSE if first_of_b else APPROVE) if may(user, permission, application) else ""


def _cancellable(user: User, application: ClassApplication) -> bool:
    return application.state == ApplicationState.APPROVED and may(user, "courses.application_approve", application)


def _lies_with(application: ClassApplication) -> str:
    """The office whose turn it is."""
    if application.route == Route.B and application.state == ApplicationState.SUBMITTED:
        return str(application.region.office_name)
    return "市学时办"


def _seen(request: HttpRequest, pk: int) -> ClassApplication:
    rows = review.queue(user_of(request)).select_related("training_class__roster", "organisation__region", "region")
    return get_object_or_404(
        rows.prefetch_related("lecturers", "sessions__lecturer", "attachments", "steps"),
        pk=pk,
    )


def _next(request: HttpRequest, application: ClassApplication) -> ClassApplication | None:
    """The application that follows among those of the list that the user has to decide."""
    found = filtered(request)
    todo = review.tabs(user_of(request))[review.TODO][1]
    return review.next_after(found.qs.filter(todo), application)


def _onwards(request: HttpRequest, application: ClassApplication, go_on: bool) -> HttpResponseRedirect:
    following = _next(request, application) if go_on else None
    if following is not None:
        return redirect(_address("courses:review_class", request, following.pk))
    if go_on:
        messages.info(request, "待办理的培训班申请已全部办理。")
    return redirect(_address("courses:review_queue", request))


def _query(request: HttpRequest) -> str:
    query = own_parameters(request.GET, OUR_PARAMETERS)
    return f"?{query}" if query else ""


def _address(name: str, request: HttpRequest, *args: int) -> str:
    return f"{reverse(name, args=args)}{_query(request)}"
