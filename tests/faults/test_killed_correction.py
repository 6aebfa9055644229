"""kill -9 of the worker in the middle of posting a correction: started again, every line is corrected once."""

from __future__ import annotations

import os
import signal

from django.db.models import Count, Sum

from compliance.commands.annual_check import annual_check_run
from compliance.commands.corrections import correction_agree, correction_propose
from compliance.models import Correction
from compliance.states import CorrectionState
from office.jobs.models import Job
from office.jobs.states import JobState
from registry.models import AnnualStanding, HourEntry
from tests.compliance.tried import tried
from tests.factories import AppointmentFactory
from tests.faults.city import YEAR, fill
from tests.faults.house import DRAINED_SECONDS, House, until

BUCKETS, EACH = 40, 40
EXAM_FIVE = ('考试", hours = 8 }', '考试", hours = 5 }')


def test_a_worker_killed_while_correcting_corrects_each_line_once(house: House) -> None:
    city = fill(BUCKETS, EACH)
    annual_check_run(year=YEAR)
    before = HourEntry.objects.count()
    first, second = AppointmentFactory(city=True).user, AppointmentFactory(city=True).user
    trial = tried(first, EXAM_FIVE, judged=True)
    row = correction_propose(actor=first, trial=trial, authority="更正通知", reason="印发件有误")
    row = correction_agree(actor=second, correction=row)
    house.work()
    house.beat.start()
    until(lambda: Job.objects.filter(pk=row.job_id, done_steps__gte=3).exists(), DRAINED_SECONDS, "the third bucket")
    for pid in house.pool():
        os.kill(pid, signal.SIGKILL)
    assert Correction.objects.get().state == CorrectionState.POSTING
    until(lambda: Job.objects.filter(pk=row.job_id, state=JobState.DONE).exists(), DRAINED_SECONDS, "done")
    row.refresh_from_db()
    assert (row.state, row.reversed_lines, row.posted_lines) == (CorrectionState.POSTED, before, before)
    assert HourEntry.objects.count() == 3 * before
    each = HourEntry.objects.values("practitioner").annotate(n=Count("pk"), hours=Sum("hours"))
    assert {(line["n"], line["hours"]) for line in each} == {(3, 5), (36, 60)}
    assert city.wrong() == 0
    assert set(AnnualStanding.objects.filter(year=YEAR).values_list("counted_professional", flat=True)) == {5, 60}
