"""`manage.py two_step_reset USER --reason …`: for somebody who lost phone and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.commands.two_step import two_step_reset
from accounts.errors import DomainError
from accounts.names import find_user


class Command(BaseCommand):
    """Takes the second step away; it is set up anew at the next sign-in."""

    help = "Take the second step of sign-in away from a user who lost phone and recovery codes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, and why: the reason stands in the audit trail."""
        parser.add_argument("username", help="user name or phone")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, username: str, reason: str, **options: Any) -> None:
        """Through the command, as the system itself."""
        user = find_user(username)
        if user is None:
            raise CommandError("没有这个账号。")
        try:
            two_step_reset(actor=None, user=user, reason=reason)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write("已重置，下次登录时重新设置。")
