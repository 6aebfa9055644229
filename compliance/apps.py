"""The compliance room as a Django app."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Name and label of the room; reviews follow the standings they signed, certificates the reviews."""

    name = "compliance"
    verbose_name = "年度审核"

    def ready(self) -> None:
        """Listen to the registry, which knows nothing of reviews and certificates."""
        from compliance.commands.certificate_changes import certificates_follow  # noqa: PLC0415 - no tables before
        from compliance.commands.review_changes import reviews_follow  # noqa: PLC0415
        from registry.commands.changes import on_change  # noqa: PLC0415

        on_change(reviews_follow)
        on_change(certificates_follow)  # second: what the reviews are now decides
