"""`manage.py annual_check YEAR [--json]`: recompute a year here and now, and say what did not equal the ledger."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import DomainError
from compliance.commands.annual_check import Outcome, annual_check_run


class Command(BaseCommand):
    """The annual check without a job: progress on stderr, the outcome on stdout."""

    help = "核算一个年度：按学时台账重新组成每个人的年度学时，并报告与台账不符的人员。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The year, and the form of the outcome."""
        parser.add_argument("year", type=int, metavar="YEAR", help="年度，例如2021")
        parser.add_argument("--json", action="store_true", dest="as_json", help="结果以一行JSON输出")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run; a year without a notice is an error."""
        try:
            outcome = annual_check_run(year=options["year"], progress=self._progress)
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["as_json"]:
            self.stdout.write(json.dumps(outcome.as_dict(), ensure_ascii=False))
            return
        self.stdout.write(
            f"{outcome.year}年度：核算{outcome.people}人，新增{outcome.added}人，与台账不符{outcome.drift}人。",
        )
        if outcome.drift_ids:
            self.stdout.write("不符人员编号：" + " ".join(str(pk) for pk in outcome.drift_ids))

    def _progress(self, done: int, total: int, outcome: Outcome) -> None:
        self.stderr.write(f"{done}/{total} 已核算{outcome.people}人")
