"""Two beats at once, and none for two days: one run per period, and one to catch up."""

from __future__ import annotations

import re

from django.utils import timezone

from launcher.processes import stop_all
from office.jobs.models import Job
from office.jobs.states import JobState
from tests.faults.house import DRAINED_SECONDS, START_SECONDS, House, until

NIGHT, AFTER_TWO_DAYS = "2021-09-01T04:00:00+08:00", "2021-09-03T04:00:00+08:00"
WORKERS = ("worker-1", "worker-2")
NIGHTLY = ("compliance.tasks.nightly_annual_check", "zsjxjy.tasks.nightly_audit_verification")


def periods(day: str) -> set[str]:
    """The keys of a night's runs."""
    return {f"annual_check:2021:{day}", f"audit_verify:{day}"}


def asked(house: House) -> int:
    """How many times a worker heard the nightly wish, by its own log."""
    text = "".join(child.log.read_text() for child in house.others if child.name in WORKERS and child.process)
    return len(re.findall(rf"Task (?:{'|'.join(NIGHTLY)})\[[^]]*\] received", text))


def all_due(house: House) -> None:
    """Each nightly wish was last asked for a day before the first night."""
    house.sql("UPDATE django_celery_beat_periodictask SET last_run_at = '2021-08-31 04:00:00+08'")


def done() -> set[str]:
    """Keys of the jobs that are done; no other may be left."""
    states = dict(Job.objects.values_list("key", "state"))
    return set(states) if set(states.values()) <= {JobState.DONE} else set()


def schedule_written(house: House) -> None:
    """A beat was there once and wrote what it asks for; it has asked for nothing yet."""
    beat = house.at(NIGHT, house.beat, "beat-0")
    beat.start()
    written = "SELECT 1 FROM django_celery_beat_periodictask WHERE task IN (%s, %s)"
    until(lambda: len(house.sql(written, *NIGHTLY)) == len(NIGHTLY), START_SECONDS, "beat wrote its schedule")
    beat.stop()
    assert house.sql("SELECT 1 FROM jobs_job") == []


def one_run_with_two_beats(house: House) -> None:
    """Both ask; each night's work is done once."""
    all_due(house)
    at_once = [house.at(NIGHT, house.beat, name) for name in ("beat-1", "beat-2")]
    at_once.append(house.at(NIGHT, house.worker, "worker-1"))
    for child in at_once:
        child.start()
    until(lambda: asked(house) >= 2 * len(NIGHTLY), DRAINED_SECONDS, "both beats asked")
    until(lambda: done() == periods("2021-09-01"), DRAINED_SECONDS, "one run of each")
    stop_all(at_once)


def caught_up_once(house: House) -> None:
    """The night that has come is made up for as soon as beat is back; the one nobody asked for is not."""
    both = periods("2021-09-01") | periods("2021-09-03")
    late = house.at(AFTER_TWO_DAYS, house.beat, "beat-3")
    before = asked(house)
    late.start()
    house.at(AFTER_TWO_DAYS, house.worker, "worker-2").start()
    until(lambda: asked(house) >= before + len(NIGHTLY), DRAINED_SECONDS, "asked as soon as it is back")
    until(lambda: done() == both, DRAINED_SECONDS, "caught up")
    late.stop()
    all_due(house)
    late.start()
    until(lambda: asked(house) >= before + 2 * len(NIGHTLY), DRAINED_SECONDS, "asked again")
    assert done() == both, "the night has had its run"


def test_one_run_per_night_with_two_beats_and_one_to_catch_up(house: House) -> None:
    schedule_written(house)
    one_run_with_two_beats(house)
    caught_up_once(house)
    days = {timezone.localtime(job.created_at).date().isoformat() for job in Job.objects.all()}
    assert days == {"2021-09-01", "2021-09-03"}
