"""When the demo is not loaded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("arguments", [(), ("--accounts",)])
def test_without_demo_the_command_refuses(settings: Any, arguments: tuple[str, ...]) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo", *arguments)
    assert not User.objects.exists()


def test_a_portal_with_other_data_is_left_alone(settings: Any) -> None:
    settings.DEMO = True
    UserFactory()
    with pytest.raises(CommandError, match="空的门户"):
        call_command("demo")
    assert (User.objects.count(), Organisation.objects.count()) == (1, 0)


def test_accounts_are_not_printed_before_they_are_there(settings: Any) -> None:
    settings.DEMO = True
    with pytest.raises(CommandError, match="尚未装入"):
        call_command("demo", "--accounts")


def test_a_day_to_come_is_refused_before_anything_is_written(settings: Any) -> None:
    settings.DEMO, settings.PORTAL_TODAY = True, date(2999, 1, 1)
    with pytest.raises(CommandError, match="PORTAL_TODAY"):
        call_command("demo")
    assert not User.objects.exists()
