"""`manage.py verify_audit [--json] [--anchor NUMBER:SHA256]`: was the audit trail touched?"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from office.audit.verification import Anchor, Report, verify


class Command(BaseCommand):
    """Reads and recomputes the whole chain and writes nothing, so that it also serves on a restored copy."""

    help = "Recompute the audit chain; exit status 1 when an event or seal was changed, removed or added."

    def add_arguments(self, parser: CommandParser) -> None:
        """How to answer, and a seal that was noted down."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="结果以一行JSON输出")
        parser.add_argument("--anchor", default="", help="此前记下的封存，格式为“编号:SHA256”；链尾被截断时据此发现")

    def handle(self, *args: Any, as_json: bool, anchor: str, **options: Any) -> None:
        """Print the report; status 1 when something is wrong."""
        report = verify(anchor=_anchor(anchor))
        if as_json:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        else:
            self.stdout.write(_words(report))
        if not report.ok:
            sys.exit(1)


def _anchor(text: str) -> Anchor | None:
    number, _, sha256 = text.partition(":")
    if not text:
        return None
    if not (number.isascii() and number.isdigit()) or len(sha256) != 64:
        raise CommandError("--anchor 的格式为“编号:SHA256”，例如 12:9f86d0…（64位十六进制）。")
    return Anchor(int(number), sha256.lower())


def _words(report: Report) -> str:
    if report.problem is not None:
        return f"审计链不完整：{report.problem}此前的{report.seals}次封存、{report.events}条记录完好。"
    lines = [f"审计链完好：{report.seals}次封存，{report.events}条记录；尚未封存{report.unsealed}条。"]
    if report.oldest_unsealed is not None:
        lines.append(f"最早一条未封存的记录写于{timezone.localtime(report.oldest_unsealed):%Y-%m-%d %H:%M:%S}。")
    if report.last is not None:
        lines.append(f"最后一次封存 {report.last.number}:{report.last.sha256}")
    return "\n".join(lines)
