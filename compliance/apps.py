"""The compliance room as a Django app."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Name and label of the room; reviews follow the standings they signed."""

    name = "compliance"
    verbose_name = "年度审核"

    def ready(self) -> None:
        """Listen to the registry, which knows nothing of reviews."""
        from compliance.commands.review_changes import reviews_follow  # noqa: PLC0415 - tables are there only now
        from registry.commands.changes import on_change  # noqa: PLC0415

        on_change(reviews_follow)
