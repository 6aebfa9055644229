"""The accounts room as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Name and label of the room."""

    name = "accounts"
    verbose_name = "账号与单位"
