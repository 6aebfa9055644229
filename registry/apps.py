"""The registry room as a Django app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Name and label of the room."""

    name = "registry"
    verbose_name = "学时登记"
