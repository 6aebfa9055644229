"""The audit room as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Name and label of the room; keeps the trail of the accounts room too, which may not import it."""

    name = "office.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        """Tables are there only now, so the command is imported here."""
        from accounts import trail  # noqa: PLC0415
        from office.audit.commands import record  # noqa: PLC0415

        trail.kept_by(record)
