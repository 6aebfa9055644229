"""`manage.py class_files_clean_up`: delete stored files of class applications that no row names."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.commands.application_files import class_files_clean_up


class Command(BaseCommand):
    """Says how many files went; files younger than a day stay, their row may still come."""

    help = "Delete stored files of class applications that no row names."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the clean-up."""
        self.stdout.write(f"已清理{class_files_clean_up()}个没有登记的文件。")
