"""Sending a step of the reminders: some hundreds of people a transaction, then the units, each exactly once.

The row that makes a reminder one (`Reminder`, `UnitReminder`) is inserted in the transaction of its message and of the
job's place: whoever is killed leaves neither or all of them, and of two runs at once the second finds the row there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from compliance.commands.reminders import in_chinese, step_to_send
from compliance.models import ReminderStep
from compliance.queries.reminders import administrators_of, left_to_remind, numbers_of, units_left
from office.audit.commands import record
from office.messages.commands import send, send_many
from registry.queries.notices import notice_of_year
from registry.queries.yearly import window_of
from units.queries.years import lacks_in_words

UNITS_AT_ONCE = 50
Progress = Callable[[int, int, dict[str, Any]], None]  # done, of how many, the checkpoint


@dataclass
class Sent:
    """How far a run is: people and units reached, administrators told; the last person and unit looked at."""

    total: int = 0
    people: int = 0
    units: int = 0
    administrators: int = 0
    after_person: int = 0
    after_unit: int = 0
    finished: bool = False


def reminders_send(*, year: int, days: int, checkpoint: Mapping[str, Any], progress: Progress) -> Sent:
    """Remind everybody whom the step has not reached, then the units; goes on where `checkpoint` says.

    `progress` is told in the transaction of each lot; raising there undoes the lot. Raises InputError as
    `commands.reminders.check_sendable`, also when the step is switched off meanwhile.
    """
    sent = Sent(**checkpoint) if checkpoint else Sent(total=_to_do(year, days))

    def told() -> None:
        done = sent.people + sent.units
        sent.total = max(sent.total, done)
        progress(done, sent.total, asdict(sent))

    for some in (_some_people, _some_units):
        more = not sent.finished
        while more:
            with transaction.atomic():
                more = some(step_to_send(year, days), sent)
                told()
    if not sent.finished:
        with transaction.atomic():
            _finish(step_to_send(year, days), sent)
            told()
    return sent


def _to_do(year: int, days: int) -> int:
    return left_to_remind(year, days).count() + units_left(year, days).count()


def _some_people(step: ReminderStep, sent: Sent) -> bool:
    """The next lot of people; whether there may be more."""
    rows = left_to_remind(step.year, step.days).filter(practitioner_id__gt=sent.after_person)
    rows = rows.select_related("practitioner__user").order_by("practitioner_id")[: settings.REMINDERS_AT_ONCE]
    standings = {row.practitioner_id: row for row in rows}
    if not standings:
        return False
    ours = _inserted("compliance_reminder", "practitioner_id", step, list(standings))
    to = {standings[pk].practitioner.user: message_of(standings[pk]) for pk in sorted(ours)}
    link = reverse("registry:ledger_year", args=[step.year])
    send_many(to=to, kind="reminder.person", key=f"reminder:{step.year}:{step.days}", link=link)
    sent.people += len(ours)
    sent.after_person = max(standings)
    return True


def _some_units(step: ReminderStep, sent: Sent) -> bool:
    """The next lot of units; whether there may be more."""
    left = units_left(step.year, step.days).filter(pk__gt=sent.after_unit).order_by("pk")
    units = {unit.pk: unit for unit in left[:UNITS_AT_ONCE]}
    if not units:
        return False
    numbers = numbers_of(step.year, list(units))
    held = administrators_of(list(units))
    known = [pk for pk in units if pk in numbers]
    columns = {
        "people": [numbers[pk][0] for pk in known],
        "without_account": [numbers[pk][1] for pk in known],
        "told": [len(held.get(pk, ())) for pk in known],
    }
    ours = _inserted("compliance_unitreminder", "organisation_id", step, known, **columns)
    users = User.objects.in_bulk([user for pk in ours for user in held.get(pk, ())])
    for pk in sorted(ours):
        for user in held.get(pk, ()):
            _tell_unit(step, users[user], pk, unit_message_of(step.year, units[pk].name, *numbers[pk]))
    sent.units += len(ours)
    sent.administrators += sum(len(held.get(pk, ())) for pk in ours)
    sent.after_unit = max(units)
    return True


def _inserted(table: str, column: str, step: ReminderStep, ids: Sequence[int], **more: Sequence[int]) -> set[int]:
    """Write the rows that are not there yet and return whose they are: they are this transaction's to tell."""
    names = ", ".join(("step_id", "at", column, *more))
    arrays = ", ".join(["%s::bigint[]"] * (1 + len(more)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT %s, %s, given.* FROM unnest({arrays}) AS given"
            f" ON CONFLICT DO NOTHING RETURNING {column}",
            [step.pk, timezone.now(), list(ids), *(list(values) for values in more.values())],
        )
        return {pk for (pk,) in cursor.fetchall()}


def _tell_unit(step: ReminderStep, user: User, unit: int, said: Mapping[str, object]) -> None:
    link = f"{reverse('units:people_year')}?year={step.year}&verdict=short&unit={unit}"
    send(to=user, kind="reminder.unit", key=f"reminder:{step.year}:{step.days}:unit:{unit}", link=link, **said)


def _finish(step: ReminderStep, sent: Sent) -> None:
    step.done_at = timezone.now()
    step.save(update_fields=["done_at"])
    sent.finished = True
    numbers: dict[str, Any] = {"people": sent.people, "units": sent.units}
    record(actor=None, action="reminder.sent", obj=step, year=step.year, days=step.days, **numbers)


def message_of(standing: Any) -> dict[str, object]:
    """What a person is told of their year: what it lacks per category, by which notice, and until when."""
    notice = notice_of_year(standing.year)
    return {
        **_dates(standing.year),
        "lacks": lacks_in_words(standing, notice),
        "notice": notice.id,
        "adjusted": "，最低学时已按规定调整" if standing.adjusted else "",
    }


def unit_message_of(year: int, name: str, people: int, without: int) -> dict[str, object]:
    """What a unit's administrators are told: numbers, nobody's name."""
    return {
        **_dates(year),
        "unit": name,
        "people": people,
        "notice": notice_of_year(year).id,
        "without": f"其中{without}人没有可用的账号，收不到提醒，请转告本人。" if without else "",
    }


def _dates(year: int) -> dict[str, object]:
    return {"year": year, "today": in_chinese(timezone.localdate()), "closes": in_chinese(window_of(year).closes_on)}
