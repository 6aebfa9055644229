"""`manage.py platform_files_clean_up`: delete stored files of platforms that no import names."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registry.commands.platforms.files import platform_files_clean_up


class Command(BaseCommand):
    """For the nightly timer, like evidence_clean_up."""

    help = "删除没有导入记录的平台文件"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many went."""
        self.stdout.write(f"已清理{platform_files_clean_up()}个没有登记的文件。")
