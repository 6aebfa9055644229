"""`manage.py roster_files_clean_up`: delete stored workbooks that no roster names."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from courses.commands.rosters.files import roster_files_clean_up


class Command(BaseCommand):
    """For the nightly timer, like evidence_clean_up."""

    help = "删除没有登记的汇总表文件"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many went."""
        self.stdout.write(f"已清理{roster_files_clean_up()}个没有登记的文件。")
