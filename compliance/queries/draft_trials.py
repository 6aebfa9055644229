"""Trials of notices: whose they are to see, their numbers, their people and lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Count, QuerySet

from accounts.guard import may
from accounts.models import Region, User
from compliance.models import Outcome, Trial, TrialEntry, TrialLine
from office.jobs.states import UNDER_WAY
from registry.models import NoticeVersion, Specialty, TitleLevel
from registry.queries.recrediting import Verdict

Table = list[dict[str, Any]]


def visible_to(user: User) -> QuerySet[Trial]:
    """Every trial for the city office, which keeps the notices; nothing for others."""
    rows = Trial.objects.select_related("version", "requested_by", "job")
    return rows if may(user, "compliance.what_if") else rows.none()


def under_way(version: NoticeVersion, years: Sequence[int]) -> Trial | None:
    """A trial of the same that waits or runs."""
    return Trial.objects.filter(version=version, years=sorted(set(years)), job__state__in=UNDER_WAY).first()


def expirable() -> QuerySet[Trial]:
    """Trials that no correction rests on."""
    return Trial.objects.filter(correction=None)


def lines_of(trial: Trial) -> QuerySet[TrialLine]:
    """The trial's people with what a list shows of each."""
    return TrialLine.objects.filter(trial=trial).select_related("practitioner__organisation", "practitioner__region")


def entries_of(trial: Trial) -> QuerySet[TrialEntry]:
    """The lines of the ledger that the tried version would have credited otherwise."""
    rows = TrialEntry.objects.filter(trial=trial)
    return rows.select_related("entry", "practitioner__organisation", "practitioner__region")


def counted(trial: Trial) -> list[list[Any]]:
    """People by year, region, specialty, level and outcome: one query over the trial's lines."""
    keys = ("year", "region__code", "practitioner__specialty", "practitioner__title_level", "outcome")
    rows = TrialLine.objects.filter(trial=trial).values_list(*keys).annotate(n=Count("pk")).order_by(*keys)
    return [list(row) for row in rows]


def sums(trial: Trial) -> dict[str, int]:
    """How many people of each outcome there are in all."""
    found = dict.fromkeys(Outcome.values, 0)
    for *_, outcome, number in trial.numbers:
        found[outcome] += number
    return found


def entry_sums(trial: Trial) -> dict[str, int]:
    """How many lines of the ledger would be credited otherwise, by what would become of them."""
    rows = TrialEntry.objects.filter(trial=trial).order_by().values_list("verdict").annotate(n=Count("pk"))
    return dict.fromkeys(Verdict.values, 0) | dict(rows)


def named_sums(trial: Trial) -> list[tuple[str, str, int]]:
    """Code, name and number of people of each outcome."""
    found = sums(trial)
    return [(code, label, found[code]) for code, label in Outcome.choices]


def named_entries(trial: Trial) -> list[tuple[str, str, int]]:
    """Name, code and number of lines of each verdict that there is."""
    found = entry_sums(trial)
    return [(label, code, found[code]) for code, label in Verdict.choices if found[code]]


def tables(trial: Trial) -> list[tuple[str, str, Table]]:
    """The numbers by year (when there are several), region, specialty and level: parameter, heading, lines."""
    regions = {region.code: region.name for region in Region.objects.order_by("order")}
    by_year = ("year", "年度", _table(trial, 0, [(year, f"{year}年") for year in trial.years]))
    return [
        *([by_year] if len(trial.years) > 1 else []),
        ("region", "属地", _table(trial, 1, regions.items())),
        ("specialty", "专业", _table(trial, 2, Specialty.choices)),
        ("level", "职称级别", _table(trial, 3, TitleLevel.choices)),
    ]


def _table(trial: Trial, place: int, names: Iterable[tuple[Any, Any]]) -> Table:
    """A line for each code that has people, in the order of the names."""
    lines = []
    for code, name in names:
        line = _line(trial, lambda row, code=code: row[place] == code)  # type: ignore[misc]
        if line["all"]:
            lines.append({"code": code, "name": name, **line})
    return lines


def _line(trial: Trial, fits: Callable[[list[Any]], bool]) -> dict[str, int]:
    found = dict.fromkeys(Outcome.values, 0)
    for row in trial.numbers:
        if fits(row):
            found[row[4]] += row[5]
    return {**found, "all": sum(found.values())}
