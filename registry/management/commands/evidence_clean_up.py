"""`manage.py evidence_clean_up`: delete stored files that no row names."""

from typing import Any

from django.core.management.base import BaseCommand

from registry.commands.evidence import evidence_clean_up


class Command(BaseCommand):
    """Says how many files went; files younger than a day stay, their row may still come."""

    help = "Delete stored evidence files that no row names."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the clean-up."""
        self.stdout.write(f"已清理{evidence_clean_up()}个没有登记的文件。")
