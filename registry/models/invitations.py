"""Invitation: a unit asks somebody to join it, by a link that works once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.masks import mask_phone
from accounts.models import Organisation
from accounts.sealed import SealedModel, SealedTextField
from registry.models.links import UnitLink
from registry.states import InvitationState

EXPIRED = "expired"
EXPIRED_LABEL = "已过期"


class Invitation(SealedModel):
    """A unit's invitation of one person, good until `expires_at`.

    Of the link and of what proves the phone only keyed hashes are kept. Phone and e-mail are the unit's own word and go
    with the invitation: once it is settled they are emptied.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations", verbose_name="单位")
    name = models.CharField("姓名", max_length=50)
    name_sort = models.CharField(max_length=200, editable=False)
    phone = SealedTextField(aad="registry.invitation.phone", blank=True)
    phone_hash = models.BinaryField(max_length=40, editable=False)
    email = SealedTextField(aad="registry.invitation.email", blank=True)
    token_hash = models.BinaryField(max_length=40, unique=True, editable=False)
    proof_hash = models.BinaryField(max_length=40, null=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=InvitationState.choices, default=InvitationState.SENT)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="邀请人")
    sent_at = models.DateTimeField("发出时间", default=timezone.now)
    sends = models.SmallIntegerField("发出次数", default=1)
    expires_at = models.DateTimeField("有效期至")
    settled_at = models.DateTimeField("办理时间", null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(UnitLink, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "单位邀请"
        indexes = [models.Index(fields=["organisation", "sent_at", "id"], name="invitation_of_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "phone_hash"], name="invitation_one_open", condition=Q(state="sent")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}邀请{self.name}"

    @property
    def phone_masked(self) -> str:
        """Phone as every page shows it; empty once the invitation is settled."""
        return mask_phone(self.phone) if self.phone else ""

    @property
    def is_open(self) -> bool:
        """Whether its link still works."""
        return self.state == InvitationState.SENT and self.expires_at > timezone.now()

    @property
    def shown_state(self) -> str:
        """The state, or `expired` for one that nobody took in time."""
        return EXPIRED if self.state == InvitationState.SENT and not self.is_open else self.state

    @property
    def shown_label(self) -> str:
        """The same in words."""
        return EXPIRED_LABEL if self.shown_state == EXPIRED else str(InvitationState(self.state).label)
