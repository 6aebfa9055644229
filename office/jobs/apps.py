"""The jobs room as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Name and label of the room."""

    name = "office.jobs"
    label = "jobs"
    verbose_name = "后台任务"
