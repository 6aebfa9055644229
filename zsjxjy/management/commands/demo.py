"""`manage.py demo [--accounts]`: the made-up city, loaded once; and the accounts to sign in with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import DomainError
from zsjxjy.demo.days import demo_days
from zsjxjy.demo.load import is_loaded, load
from zsjxjy.demo.table import accounts_table


class Command(BaseCommand):
    """Loads the demo into an empty portal, with progress on stderr; nothing to do where it is already."""

    help = "装入演示数据（只在DEMO=1时，只装一次）；--accounts列出演示账号。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The load, or the accounts."""
        parser.add_argument("--accounts", action="store_true", help="列出每种角色的演示账号和密码")

    def handle(self, *_: Any, accounts: bool, **options: Any) -> None:
        """Load or list. CommandError without DEMO, in a portal with other data, or for a PORTAL_TODAY to come."""
        if not settings.DEMO:
            raise CommandError("演示数据只能在DEMO=1时使用。")
        if accounts:
            if not is_loaded():
                raise CommandError("尚未装入演示数据，请先运行manage.py demo。")
            self.stdout.write(accounts_table())
            return
        try:
            self._load()
        except DomainError as error:
            raise CommandError(error.message) from error

    def _load(self) -> None:
        if is_loaded():
            self.stdout.write("演示数据已在，无须再装。")
            return
        self.stderr.write("正在装入演示数据（仅第一次，约半分钟；全部虚构）")
        loaded = load(demo_days(), self._progress)
        if loaded is None:
            self.stdout.write("演示数据已由另一个进程装入。")
            return
        self.stderr.write(f"已装入{loaded.units}个单位、{loaded.people}名技术人员、{loaded.claims}件学时申报。")

    def _progress(self, done: int, steps: int) -> None:
        if done * 10 // steps > (done - 1) * 10 // steps and done < steps:
            self.stderr.write(f"{done * 10 // steps * 10}%", ending=" ")
