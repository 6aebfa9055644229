"""`manage.py password_link USER`: a one-time link for somebody who cannot receive mail."""

from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.names import find_user

log = structlog.get_logger(__name__)


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
        """Print the link and leave a line in the log, without the link."""
        user = find_user(username)
        if user is None or not user.is_active:
            raise CommandError("没有这个账号，或账号已停用。")
        uid = urlsafe_base64_encode(force_bytes(user.pk))
        path = reverse("accounts:reset_confirm", args=[uid, default_token_generator.make_token(user)])
        log.warning("password_link_printed", account=user.pk)
        self.stdout.write(origin.rstrip("/") + path)
