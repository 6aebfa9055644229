"""The courses room as a Django app."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """Name and label of the room."""

    name = "courses"
    verbose_name = "培训班"
