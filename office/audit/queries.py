"""Who may read the audit trail, and how it is searched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Role, User
from accounts.names import login_name
from office.audit.models import Event, Seal
from office.audit.names import object_types
from office.audit.verification import last_verification

ORDER = ("-at", "-pk")
SYSTEM = "系统"
MANY = 1000  # more unsealed events than this are not counted to the end


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """Where the chain stands: events not sealed yet (at most MANY + 1), since when, the last seal, the last check."""

    unsealed: int
    oldest: datetime | None
    last_seal: Seal | None
    last_check: Event | None

    @property
    def many(self) -> bool:
        """Whether there are more than were counted."""
        return self.unsealed > MANY


def visible_to(user: User) -> QuerySet[Event]:
    """All of it for an auditor, nothing for anybody else."""
    return Event.objects.all() if user.has_role(Role.AUDITOR) else Event.objects.none()


def by_actor(rows: QuerySet[Event], name: str) -> QuerySet[Event]:
    """Events of the account with this user name, or of all accounts whose holder has this name; 系统 is the system."""
    if name == SYSTEM:
        return rows.filter(actor=None)
    users = User.objects.filter(Q(username=login_name(name)) | Q(display_name=name)).values_list("pk", flat=True)
    return rows.filter(actor__in=list(users[:50]))


def by_object(rows: QuerySet[Event], number: str, object_type: str = "") -> QuerySet[Event]:
    """Events about one object: by the key that the trail keeps, or by the number printed on it (受理编号)."""
    keys = Q(object_id=number)
    for label in [object_type] if object_type else object_types():
        model = apps.get_model(label)
        if _is_numbered(model):
            found = model._default_manager.filter(number=number).values_list("pk", flat=True)
            keys |= Q(object_type=label, object_id__in=[str(pk) for pk in found[:50]])
    rows = rows.filter(object_type=object_type) if object_type else rows.filter(object_type__in=list(object_types()))
    return rows.filter(keys)


def seal_of(event: Event) -> Seal | None:
    """The seal that closes the event's id, or None while it is open."""
    sealed = Seal.objects.defer("prints").filter(last_id__gte=event.pk).order_by("last_id").first()
    return sealed if sealed is not None and sealed.first_id <= event.pk else None


def object_words(event: Event) -> str:
    """The object as it calls itself today: a claim's 受理编号, a unit's name; empty when it is gone."""
    if event.object_type not in object_types():
        return ""
    model: Any = apps.get_model(event.object_type)
    thing = model._default_manager.filter(pk=event.object_id).first()
    return str(thing) if thing is not None else ""


def chain_status() -> ChainStatus:
    """What the auditor's home page shows."""
    last = Seal.objects.defer("prints").order_by("-number").first()
    waiting = Event.objects.filter(pk__gt=last.last_id if last else 0).order_by("pk")
    times = list(waiting.values_list("at", flat=True)[: MANY + 1])
    return ChainStatus(len(times), times[0] if times else None, last, last_verification())


def _is_numbered(model: type[models.Model]) -> bool:
    try:
        field = model._meta.get_field("number")
    except FieldDoesNotExist:
        return False
    return isinstance(field, models.CharField)
