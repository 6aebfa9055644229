"""People on a made-up roster, as a check leaves them."""

from __future__ import annotations

from accounts.crypto import new_data_key, seal
from courses.commands.roster_rows import ID_AAD, PHONE_AAD
from courses.models import Roster, RosterRow, RowVerdict
from courses.states import RosterState, move_roster

STEPS = {
    RosterState.READY: (RosterState.CHECKING, RosterState.READY),
    RosterState.SUBMITTED: (RosterState.CHECKING, RosterState.READY, RosterState.SUBMITTED),
    RosterState.IN_ERROR: (RosterState.CHECKING, RosterState.IN_ERROR),
}
NAMES = ("江听澜", "欧阳叙白", "麦穗", "龙䶮")


def put_people(roster: Roster, people: int, *, state: RosterState) -> Roster:
    """So many people on the awaited roster, from row 5 of the sheet on, and the roster in `state`."""
    roster.data_key = roster.data_key or new_data_key()
    roster.filler, roster.filler_phone = "陆听风", "13900000000"
    for to in STEPS[state]:
        move_roster(roster, to, actor=roster.created_by)
    made = roster.training_class
    assert made is not None
    RosterRow.objects.bulk_create(
        RosterRow(
            roster=roster,
            revision=roster.revision,
            row=5 + number,
            verdict=RowVerdict.READY,
            training_unit=made.organisation.name,
            class_title=made.title,
            name=NAMES[number % len(NAMES)],
            sex="male" if number % 2 else "female",
            employer_name="舟山千岛建筑工程有限公司",
            id_number=seal(roster.data_key, "330902198506150012", ID_AAD),
            id_last4="0012",
            phone=seal(roster.data_key, f"139{number:08d}", PHONE_AAD),
            series="建筑工程",
            title_level="middle",
            title="工程师",
            hours=made.hours,
            is_municipal=number % 5 == 0,
        )
        for number in range(people)
    )
    return roster
