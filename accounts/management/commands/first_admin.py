"""`manage.py first_admin USERNAME --name …`: the first system administrator of an empty installation."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.commands.appointments import appointment_create
from accounts.commands.closing import password_link
from accounts.commands.users import user_create
from accounts.errors import DomainError
from accounts.models import Appointment, Role


class Command(BaseCommand):
    """Makes the account and its appointment, and prints the one-time link with which the password is set.

    Works once: as soon as there is a system administrator, the desk makes all further accounts.
    """

    help = "Make the first system administrator and print a one-time link for the password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and where the portal is reached."""
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="the name that pages and the audit trail show")
        parser.add_argument("--email", default="")
        origins = settings.CSRF_TRUSTED_ORIGINS
        parser.add_argument(
            "--origin", default=origins[0] if origins else "", help="put before the path: https://portal.example"
        )

    def handle(self, *args: Any, username: str, name: str, email: str, origin: str, **options: Any) -> None:
        """All or nothing."""
        try:
            with transaction.atomic():
                if Appointment.objects.select_for_update().filter(role=Role.SYSADMIN).exists():
                    raise CommandError("已有系统管理员，请由其在“账号管理”中新建账号。")
                user = user_create(actor=None, username=username, password=None, display_name=name, email=email)
                appointment_create(actor=None, user=user, role=Role.SYSADMIN)
                path = password_link(actor=None, user=user)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(origin.rstrip("/") + path)
