"""User: signs in with a user name or a phone number."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone

from accounts.masks import mask_phone
from accounts.sealed import SealedModel, SealedTextField

if TYPE_CHECKING:
    from accounts.models.appointments import Appointment


class UserManager(BaseUserManager["User"]):
    """Makes users; the portal's own door is `accounts.commands.users.user_create`."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password, or an unusable one when none is given."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(SealedModel, AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. What they may do comes from appointments and, for a practitioner, their own record."""

    username = models.CharField("用户名", max_length=40, unique=True)
    display_name = models.CharField("姓名", max_length=50)
    email = models.EmailField("电子邮箱", blank=True)
    phone = SealedTextField(aad="accounts.user.phone")
    phone_hash = models.BinaryField(max_length=40, unique=True, null=True, editable=False)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def phone_masked(self) -> str:
        """手机号前3后4."""
        return mask_phone(self.phone) if self.phone else ""

    @cached_property
    def appointments_now(self) -> list[Appointment]:
        """Appointments in force today (Shanghai), read once per instance."""
        today: date = timezone.localdate()
        in_force = self.appointments.filter(valid_from__lte=today).exclude(valid_to__lt=today)
        return list(in_force.select_related("region", "organisation__region"))

    def has_role(self, *roles: str) -> bool:
        """Whether any appointment in force has one of these roles."""
        return any(appointment.role in roles for appointment in self.appointments_now)
