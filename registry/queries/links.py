"""A person's units: now, on a day, and all they ever had; and who waits to be confirmed or checked."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Organisation, Role, User
from accounts.queries import organisations_run, regions_reviewed
from registry.models import JoinRequest, Practitioner, UnitLink
from registry.states import JoinState, UnitLinkState

OPEN = (UnitLinkState.PENDING, UnitLinkState.CONFIRMED)


def open_links(practitioner: Practitioner) -> dict[str, UnitLink]:
    """State → link of the confirmed and the waiting one, as far as there are."""
    links = UnitLink.objects.filter(practitioner=practitioner, state__in=OPEN)
    return {link.state: link for link in links.select_related("practitioner", "organisation__region")}


def history_of(practitioner: Practitioner) -> QuerySet[UnitLink]:
    """Every link the person had or asked for, newest first."""
    links = UnitLink.objects.filter(practitioner=practitioner)
    return links.select_related("organisation", "decided_by").order_by("-asked_at", "-pk")


def unit_on(practitioner: Practitioner, day: date) -> Organisation | None:
    """The unit that the person was confirmed at on that day, or None."""
    there = belonging_on(day).filter(practitioner=practitioner)
    link = there.select_related("organisation__region").order_by("pk").first()
    return link.organisation if link else None


def belonging_on(day: date) -> QuerySet[UnitLink]:
    """The links by which people belonged to a unit on that day, at most one of each person.

    The last day counts; who moved on that day belongs to the new unit.
    """
    there = UnitLink.objects.filter(started_on__lte=day).exclude(ended_on__lt=day)
    later = Q(started_on__gt=OuterRef("started_on")) | Q(started_on=OuterRef("started_on"), pk__gt=OuterRef("pk"))
    return there.filter(~Exists(there.filter(later, practitioner=OuterRef("practitioner"))))


def members_on(day: date) -> QuerySet[UnitLink]:
    """`belonging_on`, but from today on who is confirmed now: who left this morning is gone."""
    if day >= timezone.localdate():
        return UnitLink.objects.filter(state=UnitLinkState.CONFIRMED)
    return belonging_on(day)


def day_of_year(year: int) -> date:
    """The day that says to which unit somebody's year belongs: 31 December, or today while the year lasts (**D**)."""
    return min(date(year, 12, 31), timezone.localdate())


def visible_to(user: User) -> QuerySet[UnitLink]:
    """Links to the own unit for its administrator, to units of the own region for a county, all for the city office."""
    links = UnitLink.objects.select_related("practitioner", "organisation__region")
    keeps = _keeps(user, "organisation__region_id", "organisation_id")
    return links if keeps is None else links.filter(keeps)


def to_decide(user: User) -> QuerySet[UnitLink]:
    """待确认 links that the user may decide: the number on the dashboard and the list behind it."""
    return visible_to(user).filter(state=UnitLinkState.PENDING).exclude(practitioner__user=user)


def joins_visible_to(user: User) -> QuerySet[JoinRequest]:
    """Sign-ups that claim to be somebody whom the user keeps."""
    joins = JoinRequest.objects.select_related("practitioner__organisation", "practitioner__region", "user")
    keeps = _keeps(user, "practitioner__region_id", "practitioner__organisation_id")
    return joins if keeps is None else joins.filter(keeps)


def joins_to_decide(user: User) -> QuerySet[JoinRequest]:
    """待核对 sign-ups that the user may decide."""
    return joins_visible_to(user).filter(state=JoinState.PENDING).exclude(user=user)


def join_of(user: User) -> JoinRequest | None:
    """The user's own sign-up that waits to be checked."""
    waiting = JoinRequest.objects.filter(user=user, state=JoinState.PENDING)
    return waiting.select_related("practitioner", "user", "organisation").first()


def _keeps(user: User, region: str, unit: str) -> Q | None:
    """The rows that the user keeps by these columns; None for all of them."""
    if user.has_role(Role.CITY):
        return None
    return Q(**{f"{region}__in": regions_reviewed(user)}) | Q(
        **{f"{unit}__in": organisations_run(user, Role.EMPLOYER_ADMIN)}
    )
