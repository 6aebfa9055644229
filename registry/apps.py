"""The registry room as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RegistryConfig(AppConfig):
    """Name and label of the room; seeds the notices of the package whenever the tables have been migrated."""

    name = "registry"
    verbose_name = "学时登记"

    def ready(self) -> None:
        """`post_migrate` is Django's own place for rows that belong to an installation."""
        post_migrate.connect(_seed_notices, sender=self, dispatch_uid="registry.notices")


def _seed_notices(**_: Any) -> None:
    from hours_rules.notices import shipped_texts  # noqa: PLC0415 - tables are there only now
    from registry.commands.notices import notice_seed  # noqa: PLC0415

    notice_seed(list(shipped_texts()))
