"""Who may see whom."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.crypto import blind_index
from accounts.identity import check_id_number, normalise
from accounts.models import Organisation, Role, User
from accounts.queries import organisations_run, regions_reviewed
from registry.models import LinkState, Practitioner
from registry.queries.links import day_of_year, members_on


def practitioner_of(user: User) -> Practitioner | None:
    """The user's own record, or None for a user who is no practitioner; read once per user instance."""
    if not hasattr(user, "_own_record"):
        record = Practitioner.objects.select_related("organisation__region", "region").filter(user=user).first()
        user._own_record = record  # type: ignore[attr-defined]
    return user._own_record  # type: ignore[attr-defined, no-any-return]


def visible_to(user: User) -> QuerySet[Practitioner]:
    """Oneself; the own unit's confirmed people; the own region's people for a county; all for the city office."""
    people = Practitioner.objects.all()
    if user.has_role(Role.CITY):
        return people
    mine = Q(user=user)
    if regions := regions_reviewed(user):
        mine |= Q(region_id__in=regions)
    if units := organisations_run(user, Role.EMPLOYER_ADMIN):
        mine |= Q(organisation_id__in=units, link_state=LinkState.CONFIRMED)
    return people.filter(mine)


def with_id_number(people: QuerySet[Practitioner], text: str) -> Practitioner | None:
    """Who among `people` has this ID number, found by its keyed hash; InputError for a malformed one."""
    return people.filter(id_hash=blind_index("id", check_id_number(text).number)).first()


def visible_in_year(user: User, year: int) -> QuerySet[Practitioner]:
    """Whose year the user may see: everybody of `visible_to`, and who was the own unit's when the year ended."""
    units = organisations_run(user, Role.EMPLOYER_ADMIN)
    if user.has_role(Role.CITY) or not units:
        return visible_to(user)
    then = members_on(day_of_year(year)).filter(organisation__in=units)
    return Practitioner.objects.filter(Q(pk__in=visible_to(user)) | Q(pk__in=then.values("practitioner")))


def unit_called(text: str) -> Organisation | None:
    """The unit in use with exactly this name (brackets of either width), USCC or old code, or which took it over."""
    name = text.replace("(", "（").replace(")", "）")
    code = normalise(text)
    called = Q(name__in=[text, name]) | Q(uscc=code) | Q(old_code=code)
    units = Organisation.objects.select_related("region", "merged_into__region")
    if found := units.filter(called, is_active=True).first():
        return found
    old = units.filter(called, merged_into__is_active=True).first()
    return old.merged_into if old else None


def units_like(text: str, *, limit: int) -> list[Organisation]:
    """Units in use with these words in their name, by name; all of them for an empty text, up to `limit`."""
    name = text.replace("(", "（").replace(")", "）")
    found = Organisation.objects.filter(Q(name__icontains=text) | Q(name__icontains=name), is_active=True)
    return list(found.select_related("region").order_by("name")[:limit])
