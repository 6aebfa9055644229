"""单位提醒: an employer tells its people what their year still lacks."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from office.messages.commands import send
from office.messages.models import Message
from registry.models import UnitLink
from registry.queries.notices import notice_of_year
from registry.queries.yearly import window_of
from registry.states import UnitLinkState
from units.queries.years import lacks_in_words, with_year


@transaction.atomic
def person_remind(*, actor: User, link: UnitLink, year: int) -> bool:
    """Tell a person of the own unit what the year lacks (§二), as the standing says now; whether it was told just now.

    A person is told once a day, whichever year it is about: asked for again, nothing happens. Raises Forbidden, and
    InputError `not_there` (no longer of the unit), `nothing_lacking`, `no_account`.
    """
    require(actor, "units.remind", link.organisation)
    UnitLink.objects.select_for_update().get(pk=link.pk)  # of two at once the second finds the message there
    row = (
        with_year(UnitLink.objects.filter(pk=link.pk), year).select_related("practitioner__user", "organisation").get()
    )
    person = row.practitioner
    if row.state != UnitLinkState.CONFIRMED:
        raise InputError("not_there", f"{person.name}已不是本单位在册人员。")
    if row.meets:
        raise InputError("nothing_lacking", f"{person.name}{year}年度已达标，不用提醒。")
    if person.user is None:
        raise InputError("no_account", f"{person.name}还没有注册账号，收不到提醒，可在“邀请”中邀请注册。")
    notice = notice_of_year(year)
    key = f"unit.year_reminder:{person.pk}:{timezone.localdate():%Y%m%d}"
    if Message.objects.filter(recipient=person.user, key=key).exists():
        return False
    closes = window_of(year).closes_on
    send(
        to=person.user,
        kind="unit.year_reminder",
        key=key,
        link=reverse("registry:ledger_year", args=[year]),
        unit=row.organisation.name,
        year=year,
        lacks=lacks_in_words(row, notice),
        notice=notice.id,
        closes=f"{closes.year}年{closes.month}月{closes.day}日",
    )
    record(actor=actor, action="unit.year_reminder", obj=person, year=year, organisation=row.organisation_id)
    return True
