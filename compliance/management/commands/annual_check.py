"""`manage.py annual_check YEAR [--region CODE] [--json]`: recompute a year, and say what did not equal the ledger."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import DomainError
from accounts.models import Region
from compliance.commands.annual_check import annual_check_by_hand
from office.jobs.commands import run
from office.jobs.models import Job
from office.jobs.states import JobState

_LOOK_SECONDS = 0.5


class Command(BaseCommand):
    """The annual check as the job that it is: done here, shared with workers; its result stays to be looked at."""

    help = "核算一个年度：按学时台账重新组成每个人的年度学时，并报告与台账不符的人员。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The year, whose people, and the form of the outcome."""
        parser.add_argument("year", type=int, metavar="YEAR", help="年度，例如2021")
        parser.add_argument("--region", default="", metavar="CODE", help="只核算一个属地的人员，例如dinghai")
        parser.add_argument("--json", action="store_true", dest="as_json", help="结果以一行JSON输出")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run; a year without a notice and an unknown region are errors, and so is a check that did not end."""
        try:
            job = annual_check_by_hand(year=options["year"], region=_region(options["region"]))
        except DomainError as error:
            raise CommandError(error.message) from error
        run(str(job.pk))
        self._wait(job)
        if job.state == JobState.FAILED:
            raise CommandError(job.error)
        if options["as_json"]:
            self.stdout.write(json.dumps(job.result, ensure_ascii=False))
        else:
            self._say(job.result)

    def _wait(self, job: Job) -> None:
        """Until it is done, here or by the worker that was there first; how far it is, on stderr."""
        told = -1
        while True:
            job.refresh_from_db()
            if job.done_steps != told:
                told = job.done_steps
                self.stderr.write(f"{job.done_steps}/{job.total_steps} {job.note}")
            if job.is_finished:
                return
            time.sleep(_LOOK_SECONDS)

    def _say(self, found: dict[str, Any]) -> None:
        numbers = f"核算{found['people']}人，新增{found['added']}人，与台账不符{found['drift']}人。"
        self.stdout.write(f"{found['year']}年度：{numbers}")
        if found["drift_ids"]:
            self.stdout.write("不符人员编号：" + " ".join(str(pk) for pk in found["drift_ids"]))


def _region(code: str) -> Region | None:
    if not code:
        return None
    region = Region.objects.filter(code=code).first()
    if region is None:
        known = "、".join(Region.objects.order_by("pk").values_list("code", flat=True))
        raise CommandError(f"没有代码为{code}的属地；可用：{known}。")
    return region
