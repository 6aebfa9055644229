"""The documents room as a Django app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Name and label of the room; it has no tables."""

    name = "office.documents"
    label = "documents"
    verbose_name = "文书"
