"""Attempt: something done from an address that may be done so often and no oftener."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Attempt(models.Model):
    """One try of a kind. Of whom or whence it came only a keyed hash is kept, and no longer than it counts."""

    kind = models.CharField(max_length=20)
    who_hash = models.BinaryField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "受限操作"
        indexes = [
            models.Index(fields=["who_hash", "at"], name="attempt_latest"),
            models.Index(fields=["at"], name="attempt_old"),
        ]

    def __str__(self) -> str:
        return self.kind
