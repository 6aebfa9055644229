"""The accounts room as a Django app."""

from django.apps import AppConfig
from django.core.checks import register


class AccountsConfig(AppConfig):
    """Name and label of the room."""

    name = "accounts"
    verbose_name = "账号与单位"

    def ready(self) -> None:
        """The settings are read by now, so what they hold is judged whenever the portal starts."""
        from accounts.checks import keys_are_usable  # noqa: PLC0415

        register(keys_are_usable)
