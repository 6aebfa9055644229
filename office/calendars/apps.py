"""The calendar room as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CalendarsConfig(AppConfig):
    """Name and label of the room; seeds the years that the package knows whenever the tables have been migrated."""

    name = "office.calendars"
    label = "calendars"
    verbose_name = "工作日"

    def ready(self) -> None:
        """`post_migrate` is Django's own place for rows that belong to an installation."""
        post_migrate.connect(_seed, sender=self, dispatch_uid="calendars.years")


def _seed(**_: Any) -> None:
    from office.calendars.commands import calendar_seed  # noqa: PLC0415 - tables are there only now

    calendar_seed()
