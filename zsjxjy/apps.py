"""The project as an app: it owns the template tags, the demo data and the commands that span rooms."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PortalConfig(AppConfig):
    """Name and label of the project app; loads permission predicates, job handlers and system checks."""

    name = "zsjxjy"
    verbose_name = "学时登记平台"

    def ready(self) -> None:
        """Import `permissions`, `tasks` and `checks` of every room: they register themselves."""
        autodiscover_modules("permissions", "tasks", "checks")
