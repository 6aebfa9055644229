"""试算: what a person's year would be with activities that they consider. All in the address; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.forms.trial import TrialForm
from compliance.queries.trials import Trial, TrialYear, years_of
from courses.models import TrainingClass
from courses.queries import classes
from hours_rules import RuleError, plan
from registry.forms.claims import RULE_FACTS
from registry.queries.notices import notice_on
from registry.views import words
from registry.views.home import missing_of
from registry.views.own import own_record

MOST = 20
CLASSES_SHOWN = 10
CLASS, SEPARATOR = "class", "~"
FACTS = (*RULE_FACTS, "ended_on")


@require_safe
def trial(request: HttpRequest) -> HttpResponse:
    """What each activity would be worth, the year before and after, what is still missing, and what else to try."""
    practitioner = own_record(request)
    today = timezone.localdate()
    codes = request.GET.getlist("item")[:MOST]
    # A class is attended once; two papers may well be alike.
    once = [code for number, code in enumerate(codes) if code not in codes[:number] or not code.startswith(CLASS)]
    read = [_trial(code) for code in once]
    if None in read:
        messages.warning(request, "有的项目已不能试算，没有计入。")
    trials = [one for one in read if one is not None]
    kept = [one.code for one in trials]
    years = years_of(practitioner, trials, today.year)
    context = {
        "practitioner": practitioner,
        "years": [_year(shown, kept) for shown in years],
        "count": len(trials),
        "full": len(trials) >= MOST,
        "most": MOST,
        "clear_url": reverse("compliance:trial"),
        "classes": _classes(kept),
        "groups": words.choices(notice_on(today)),
        "query": _query(kept),
    }
    return render(request, "compliance/trial/trial.html", context)


@require_safe
def trial_facts(request: HttpRequest, activity: str) -> HttpResponse:
    """The facts of one activity; with `add` and no mistake it joins the others."""
    own_record(request)
    rule = notice_on(timezone.localdate()).activities.get(activity)
    if rule is None:
        raise Http404
    kept = request.GET.getlist("item")[:MOST]
    asked = "add" in request.GET
    form = TrialForm(request.GET if asked else None, rule=rule, initial={"ended_on": timezone.localdate()})
    if asked and form.is_valid() and len(kept) < MOST:
        return redirect(reverse("compliance:trial") + _query([*kept, _code(activity, form)]))
    context = {"rule": rule, "form": form, "kept": kept, "back_url": reverse("compliance:trial") + _query(kept)}
    return render(request, "compliance/trial/facts.html", context, status=422 if form.errors else 200)


def _code(activity: str, form: TrialForm) -> str:
    """An activity as an address writes it: licence_exam~national~2~~~2021-05-23."""
    return SEPARATOR.join([activity, *(str(form.cleaned_data.get(name) or "") for name in FACTS)])


def _trial(code: str) -> Trial | None:
    """What an address means; None for what cannot be credited (any more)."""
    kind, *values = code.split(SEPARATOR)
    if kind == CLASS:
        return _of_class(code, values)
    rule = notice_on(timezone.localdate()).activities.get(kind)
    if rule is None or len(values) != len(FACTS):
        return None
    form = TrialForm(dict(zip(FACTS, values, strict=True)), rule=rule)
    if not form.is_valid() or form.credit is None:
        return None
    return Trial(code, rule, form.activity(), form.credit, form.cleaned_data["ended_on"])


def _of_class(code: str, values: Sequence[str]) -> Trial | None:
    """A class that everybody may see, with the hours that the office gave it."""
    number = values[0] if len(values) == 1 else ""
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    one = classes.announced().filter(pk=int(number)).first()
    if one is None:
        return None
    activity = classes.activity_of(one)
    rule = notice_on(one.last_day).activities[activity.code]
    try:
        return Trial(code, rule, activity, classes.credit_of(one), one.last_day, one.title, one.pk)
    except RuleError:
        return None


def _year(shown: TrialYear, kept: Sequence[str]) -> dict[str, Any]:
    composition = shown.after.composition
    return {
        "shown": shown,
        "lines": [{"trial": one, "line": line, **_ways(one, kept)} for one, line in shown.lines],
        "known": [{"trial": one, **_ways(one, kept)} for one in shown.known],
        "missing": missing_of(plan(composition, shown.year.notice)),
        "caps": [{"name": shown.year.notice.activities[cap.code].name, "cap": cap} for cap in composition.caps],
    }


def _ways(one: Trial, kept: Sequence[str]) -> dict[str, str]:
    """Where one activity is taken out again, and claimed with its facts once it is over."""
    others = list(kept)
    others.remove(one.code)
    claim = ""
    if one.class_pk is None and one.ended_on <= timezone.localdate():
        given = dict(zip(FACTS, one.code.split(SEPARATOR)[1:], strict=True))
        facts = urlencode({name: value for name, value in given.items() if value})
        claim = f"{reverse('registry:claim_facts', args=[one.rule.code])}?{facts}"
    return {"without_url": reverse("compliance:trial") + _query(others), "claim_url": claim}


def _classes(kept: Sequence[str]) -> list[tuple[TrainingClass, str]]:
    """The next classes that are not considered yet, each with the address that adds it."""
    coming = classes.announced().filter(last_day__gte=timezone.localdate()).order_by("first_day", "pk")
    rows = [(one, f"{CLASS}{SEPARATOR}{one.pk}") for one in coming[: CLASSES_SHOWN + len(kept)]]
    new = [(one, code) for one, code in rows if code not in kept][:CLASSES_SHOWN]
    return [(one, reverse("compliance:trial") + _query([*kept, code])) for one, code in new]


def _query(codes: Sequence[str]) -> str:
    return f"?{urlencode({'item': codes}, doseq=True)}" if codes else ""
