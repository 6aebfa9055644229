"""The messages room as a Django app."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Name and label of the room; carries the messages of the accounts room too, which may not import it."""

    name = "office.messages"
    label = "office_messages"  # Django's own app is called messages
    verbose_name = "消息"

    def ready(self) -> None:
        """Tables are there only now, so the command is imported here."""
        from accounts import messenger  # noqa: PLC0415
        from office.messages.commands import send  # noqa: PLC0415

        messenger.carried_by(send)
