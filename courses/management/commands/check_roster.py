"""`manage.py check_roster FILE [--class N] [--json]`: check a roster (附件2) without saving anything."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import InputError
from courses.models import TrainingClass
from courses.roster import columns, report
from courses.roster.check import check
from courses.roster.facts import NO_CLASS, ClassFacts, facts_of
from office.sheets.reading import read

WRONG, UNREADABLE = 1, 2


class Command(BaseCommand):
    """Exit status 0 without errors, 1 with errors, 2 when the file cannot be read. The codes: docs/rosters.md."""

    help = "核对学时登记信息汇总表（附件2），不保存任何内容。退出码：0 无错误，1 有错误，2 文件无法读取。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the class it is held against, and whether a program reads the answer."""
        parser.add_argument("file", type=Path, help="文件（.xlsx、.xls、.ods）")
        parser.add_argument("--class", dest="class_id", type=int, metavar="N", help="按编号为N的培训班核对")
        parser.add_argument("--json", action="store_true", dest="as_json", help="输出JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and tell."""
        facts = _facts(options["class_id"])
        try:
            told = _checked(options["file"], facts)
            status = WRONG if told[report.ERRORS] else 0
        except InputError as error:
            told, status = report.unreadable(error), UNREADABLE
        if options["as_json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(report.lines(told)))
        if status:
            raise SystemExit(status)


def _checked(path: Path, facts: ClassFacts) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError("file_missing", f"打不开文件：{error.strerror}。", "file") from error
    book = read(data, name=path.name)
    header = columns.find(book)
    return report.told(check(header, facts, left_out=list(columns.others(book, header))), header)


def _facts(number: int | None) -> ClassFacts:
    if number is None:
        return NO_CLASS
    found = TrainingClass.objects.filter(pk=number).select_related("organisation", "application", "roster").first()
    if found is None:
        raise CommandError(f"没有编号为{number}的培训班。", returncode=UNREADABLE)
    return facts_of(found)
