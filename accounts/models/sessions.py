"""Session: a sign-in with its owner, so that people see where they are signed in and can end it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """Django's session with the columns that a list of one's sign-ins needs; NULL and empty before a sign-in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    device = models.CharField("设备", max_length=60, blank=True)
    signed_in_at = models.DateTimeField("登录时间", null=True)
    seen_at = models.DateTimeField("最近操作", null=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "登录"
        indexes = [models.Index(fields=["user", "expire_date"], name="session_of_user")]
