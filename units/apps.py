"""The units room as a Django app."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Name and label of the room."""

    name = "units"
    verbose_name = "单位"
