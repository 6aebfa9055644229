"""The compliance room as a Django app."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Name and label of the room; registers its permissions and job handler."""

    name = "compliance"
    verbose_name = "年度审核"
