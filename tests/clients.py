"""A browser of the tests: signs people in as the portal would let them in, staff with their second step passed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.queries import is_staff_role

BACKEND = "accounts.backends.PhoneOrUsernameBackend"


class PortalClient(Client):
    """`force_login` with the portal's backend; a holder of a staff role has also given the code of their app."""

    def force_login(self, user: Any, backend: str | None = None) -> None:
        super().force_login(user, backend=backend or BACKEND)
        if settings.STAFF_TWO_STEP and is_staff_role(User.objects.get(pk=user.pk)):
            pass_second_step(self, user)


def pass_second_step(client: Client, user: User) -> TOTPDevice:
    """Give the signed-in user a device and note it in the session, as `accounts.two_step.verify` does."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=True, defaults={"name": "app"})
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return device
