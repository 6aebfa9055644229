"""Event: who did what to what, from which state to which, and why. Seal: a range of events, bound to all before it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

APPEND_ONLY = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        operation=pgtrigger.Truncate,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION 'this table is append-only';",
    ),
]


class Event(models.Model):
    """One line of the audit trail. Holds no ID number and no phone: `record` refuses them."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=60)
    action = models.CharField(max_length=50)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    before = models.CharField(max_length=30, blank=True)
    after = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = "审计记录"
        # One for each way to search, in the list's order, so that every page of every list is read off an index.
        indexes = [
            models.Index(fields=["at", "id"], name="event_at"),
            models.Index(fields=["actor", "at", "id"], name="event_by_actor"),
            models.Index(fields=["action", "at", "id"], name="event_by_action"),
            models.Index(fields=["object_type", "object_id", "at", "id"], name="event_by_object"),
            models.Index(fields=["request_id"], name="event_by_request", condition=~models.Q(request_id="")),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action}"


class Seal(models.Model):
    """Closes the ids `first_id` … `last_id` of the trail for ever, whether or not an event stands behind each.

    `prints` is the id (8 bytes, big-endian) and the SHA-256 (32 bytes) of every event in the range, in order; `sha256`
    covers every other column, `previous` (the seal before) among them; `mac` is `sha256` under a key that the database
    does not hold. `office.audit.chain` says how each is computed, `version` by which rules.
    """

    number = models.BigIntegerField(primary_key=True)
    version = models.SmallIntegerField()
    sealed_at = models.DateTimeField()
    first_id = models.BigIntegerField(unique=True)
    last_id = models.BigIntegerField(unique=True)
    prints = models.BinaryField()
    previous = models.BinaryField(max_length=32, unique=True)
    sha256 = models.BinaryField(max_length=32, unique=True)
    mac = models.BinaryField(max_length=33)

    class Meta:
        verbose_name = "审计封存"
        triggers = APPEND_ONLY
        constraints = [
            models.CheckConstraint(condition=models.Q(number__gte=1), name="seal_numbered_from_one"),
            models.CheckConstraint(condition=models.Q(last_id__gte=models.F("first_id")), name="seal_range_in_order"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}号封存"

    @property
    def sha256_hex(self) -> str:
        """The seal's SHA-256 as it is noted down and compared."""
        return bytes(self.sha256).hex()
