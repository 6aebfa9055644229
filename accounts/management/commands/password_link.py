"""`manage.py password_link USER`: a one-time link for somebody who cannot receive mail."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.commands.closing import password_link
from accounts.errors import DomainError
from accounts.names import find_user


class Command(BaseCommand):
    """Prints the link; it works once and for PASSWORD_RESET_TIMEOUT seconds."""

    help = "Print a one-time link with which a user sets a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        """The user, and where the portal is reached."""
        parser.add_argument("username", help="user name or phone")
        origins = settings.CSRF_TRUSTED_ORIGINS
        parser.add_argument(
            "--origin", default=origins[0] if origins else "", help="put before the path: https://portal.example"
        )

    def handle(self, *args: Any, username: str, origin: str, **options: Any) -> None:
        """Print the link; the audit trail tells that it was given out, not what it is."""
        user = find_user(username)
        if user is None or not user.is_active:
            raise CommandError("没有这个账号，或账号已停用。")
        try:
            path = password_link(actor=None, user=user)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(origin.rstrip("/") + path)
