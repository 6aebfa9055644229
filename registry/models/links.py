"""A person's links to units, each with its from–to; and sign-ups that claim to be somebody a roster knows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from registry.models.people import Practitioner, Specialty, TitleLevel
from registry.states import JoinState, UnitLinkState


class UnitLink(models.Model):
    """One person at one unit: asked for, confirmed from `started_on`, over since `ended_on`.

    At most one is confirmed and at most one waits. The person's own `organisation`, `link_state` and `region` are the
    projection that `registry.commands.links` makes of them.
    """

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="links")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="links", verbose_name="单位")
    state = models.CharField("状态", max_length=10, choices=UnitLinkState.choices, default=UnitLinkState.PENDING)
    asked_at = models.DateTimeField("申请时间", default=timezone.now)
    started_on = models.DateField("起", null=True)
    ended_on = models.DateField("止", null=True)
    decided_at = models.DateTimeField("办理时间", null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "人员所属单位"
        indexes = [
            models.Index(fields=["organisation", "state", "asked_at", "id"], name="unitlink_of_unit"),
            models.Index(fields=["asked_at", "id"], name="unitlink_waiting", condition=Q(state="pending")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["practitioner"], name="unitlink_one_waits", condition=Q(state="pending")),
            models.UniqueConstraint(fields=["practitioner"], name="unitlink_one_holds", condition=Q(state="confirmed")),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "ended"]) | Q(started_on__isnull=False), name="unitlink_has_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, state__in=["pending", "confirmed", "declined", "withdrawn"])
                | Q(ended_on__gte=models.F("started_on"), state="ended"),
                name="unitlink_has_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner}（{self.organisation}）"


class JoinRequest(models.Model):
    """A sign-up whose ID number belongs to a person without an account (**D**, domain.md).

    Name and phone are the account's own. Until it is joined, the account sees nothing of the person.
    """

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="joins")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="join_request")
    specialty = models.CharField("专业", max_length=20, choices=Specialty.choices)
    specialty_other = models.CharField("其他专业", max_length=30, blank=True)
    title = models.CharField("职称", max_length=30, blank=True)
    title_level = models.CharField("职称级别", max_length=10, choices=TitleLevel.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    state = models.CharField("状态", max_length=10, choices=JoinState.choices, default=JoinState.PENDING)
    asked_at = models.DateTimeField("注册时间", default=timezone.now)
    phone_confirmed_at = models.DateTimeField("手机确认时间", null=True)
    decided_at = models.DateTimeField("办理时间", null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "注册核对"
        indexes = [models.Index(fields=["asked_at", "id"], name="join_waiting", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return f"{self.user}"

    @property
    def name_fits(self) -> bool:
        """Whether the account's name is the one on record."""
        return self.user.display_name == self.practitioner.name

    @property
    def phone_fits(self) -> bool:
        """Whether the account's phone is the one on record."""
        mine, recorded = self.user.phone_hash, self.practitioner.phone_hash
        return mine is not None and recorded is not None and bytes(mine) == bytes(recorded)
