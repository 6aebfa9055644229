"""The audit room as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Name and label of the room."""

    name = "office.audit"
    label = "audit"
    verbose_name = "审计"
