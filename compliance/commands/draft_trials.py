"""What if: a version of a notice tried out on a year, by the statement and the rules that judge, changing neither.

The years are read bucket by bucket, each in one statement and so at one moment: the ledger's lines are credited again
by `hours_rules` where the version treats their facts otherwise (`registry.queries.recrediting`), composed by the one
statement (`registry.commands.standing.verdicts`), and set beside the standing. Only the trial's own rows are written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from compliance.models import Trial
from compliance.queries import draft_trials
from hours_rules.notices import load
from hours_rules.types import Notice
from office.audit.commands import record
from office.jobs.commands import enqueue
from registry.commands.standing import BUCKET_SIZE, NAMES, buckets, parameters, verdicts
from registry.models import NoticeVersion
from registry.models.fields import to_tenths
from registry.queries import recrediting
from registry.queries.notices import has_notice, notice_of_year
from registry.states import NoticeState

KIND = "what_if"
TRIED = (NoticeState.DRAFT, NoticeState.PROPOSED)
Progress = Callable[[int, int, int], None]


@transaction.atomic
def trial_request(*, actor: User, version: NoticeVersion, years: Sequence[int]) -> Trial:
    """Ask what a draft (or a version proposed) would make of these years; the answer is a job's.

    A trial of the same that is still under way answers a second request. Raises Forbidden and InputError:
    `not_a_draft` (field `version`), `year_without_notice`, `year_to_come` (field `year`).
    """
    require(actor, "compliance.what_if")
    if version.state not in TRIED:
        label = version.get_state_display()
        raise InputError("not_a_draft", f"该版本{label}，只能试算草稿或待复核的版本。", "version")
    for year in years:
        _check_year(year)
    with connection.cursor() as cursor:  # of two requests at once the second waits here and finds the first one's
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{KIND}:{version.pk}"])
    if running := draft_trials.under_way(version, years):
        return running
    trial = Trial.objects.create(version=version, years=sorted(set(years)), requested_by=actor)
    trial.job = enqueue(actor=actor, kind=KIND, key=f"{KIND}:{trial.pk}", params={"trial": trial.pk})
    trial.save()
    record(actor=actor, action="what_if.request", obj=trial, years=trial.years, notice=version.notice_id)
    return trial


def trial_run(*, trial: Trial, start: int = 0, progress: Progress) -> dict[str, Any]:
    """Do the trial from step `start` on, bucket by bucket; `progress(done, total, year)` stands with each bucket."""
    notice = load(trial.version.text)
    steps = [(year, bucket) for year in trial.years for bucket in buckets()]
    for done, (year, bucket) in enumerate(steps[start:], start + 1):
        with transaction.atomic():
            try_bucket(trial, notice, year, bucket)
            progress(done, len(steps), year)
    with transaction.atomic():
        trial.numbers, trial.finished_at = draft_trials.counted(trial), timezone.now()
        trial.save()
    return {"trial": trial.pk, **draft_trials.sums(trial)}


def try_bucket(trial: Trial, notice: Notice, year: int, bucket: int) -> None:
    """What the notice would make of one bucket's year: its people's lines, and the entries it credits otherwise."""
    low, high = bucket * BUCKET_SIZE, (bucket + 1) * BUCKET_SIZE - 1
    changed = recrediting.regrades(notice, year, low, high)
    people = "BETWEEN %(low)s AND %(high)s"
    params = {
        **parameters(notice, year),
        **recrediting.parameters(changed),
        **{f"now_{name}": to_tenths(hours) for name, hours in notice_of_year(year).minimums.items()},
        "trial": trial.pk,
        "low": low,
        "high": high,
    }
    with connection.cursor() as cursor:
        cursor.execute(_lines_sql(verdicts(notice, people, recrediting.ledger_as(changed, people))), params)
        if changed:
            cursor.execute(ENTRIES_SQL, params)


def _lines_sql(composed: str) -> str:
    """Each person's year beside their standing; who has none yet (the next check adds it) has no hours."""
    was = [f"coalesce(old.counted_{name}, 0)" for name in NAMES]
    was += [f"coalesce(old.deficit_{name}, %(now_{name})s)" for name in NAMES]
    figures = [f"{kind}_{name}" for kind in ("counted", "deficit") for name in NAMES]
    columns = ", ".join([*(f"was_{name}" for name in figures), *figures])
    return f"""WITH {composed}
INSERT INTO compliance_trialline (trial_id, practitioner_id, year, region_id, outcome, {columns})
SELECT %(trial)s, v.practitioner_id, %(year)s, v.region_id,
    CASE WHEN coalesce(old.meets, false) THEN CASE WHEN v.meets THEN 'still_met' ELSE 'newly_short' END
        WHEN v.meets THEN 'newly_met' ELSE 'still_short' END,
    {", ".join([*was, *(f"v.{name}" for name in figures)])}
FROM verdict v LEFT JOIN registry_annualstanding old
    ON old.practitioner_id = v.practitioner_id AND old.year = %(year)s
    AND old.practitioner_id BETWEEN %(low)s AND %(high)s"""


ENTRIES_SQL = f"""
INSERT INTO compliance_trialentry (trial_id, entry_id, practitioner_id, year, verdict, before, after, clause, said)
SELECT %(trial)s, e.id, e.practitioner_id, e.year, g.verdict, e.tenths, g.after, g.clause, left(g.said, 500)
FROM {recrediting.JOINED.format(how="INNER")}
WHERE e.year = %(year)s AND e.practitioner_id BETWEEN %(low)s AND %(high)s AND {recrediting.STANDING}
"""


def trials_expire() -> int:
    """Throw away trials that are old, with their lines; how many."""
    old = timezone.now() - timedelta(days=settings.WHAT_IF_DAYS)
    gone = draft_trials.expirable().filter(requested_at__lt=old)
    number = gone.count()
    gone.delete()
    return number


def _check_year(year: int) -> None:
    if not has_notice(year):
        raise InputError("year_without_notice", f"{year}年没有生效的通知，不能试算。", "year")
    if year > timezone.localdate().year:
        raise InputError("year_to_come", f"{year}年尚未开始，没有可试算的学时。", "year")
