"""Every command in every state: what it makes of the claim, or how it is refused."""

from __future__ import annotations

import pytest

from accounts.errors import Conflict, DomainError, InputError
from accounts.models import User
from office.audit.models import Event
from registry.models import AnnualStanding, Claim, ClaimStep, HourEntry, Practitioner
from registry.states import CLAIM_MOVES, ClaimState, move
from tests.factories import AppointmentFactory
from tests.registry.people import draft, submitted
from tests.registry.stages import COMMANDS, OFFICES, OWNERS, claim_in, run

DRAFT, SUBMITTED, ACCEPTED, RETURNED, REFUSED, WITHDRAWN, REVERSED = ClaimState
MOVED, CLOSED, NO_PROOF = "state_moved", "not_editable", "evidence_missing"

# What comes of asking, in the order of the heading; where the command leads to the state it is asked in, the same
# person asks for it twice.
TABLE = {
    #          update     submit     withdraw   accept    return    refuse   reverse
    DRAFT: (DRAFT, NO_PROOF, WITHDRAWN, MOVED, MOVED, MOVED, MOVED),
    SUBMITTED: (CLOSED, SUBMITTED, WITHDRAWN, ACCEPTED, RETURNED, REFUSED, MOVED),
    ACCEPTED: (CLOSED, MOVED, MOVED, ACCEPTED, MOVED, MOVED, REVERSED),
    RETURNED: (RETURNED, SUBMITTED, WITHDRAWN, MOVED, RETURNED, MOVED, MOVED),
    REFUSED: (CLOSED, MOVED, MOVED, MOVED, MOVED, REFUSED, MOVED),
    WITHDRAWN: (CLOSED, MOVED, WITHDRAWN, MOVED, MOVED, MOVED, MOVED),
    REVERSED: (CLOSED, MOVED, MOVED, MOVED, MOVED, MOVED, REVERSED),
}
CASES = [(state, name, out) for state, row in TABLE.items() for name, out in zip(COMMANDS, row, strict=True)]


def everything() -> list[object]:
    """All that a command could have changed."""
    tables = (Claim, ClaimStep, HourEntry, AnnualStanding, Event)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize(("state", "name", "out"), CASES)
def test_a_command_in_a_state(state: ClaimState, name: str, out: str, person: Practitioner, county: User) -> None:
    claim = claim_in(state, person, county)
    before = everything()
    if out in ClaimState:
        answer = run(name, claim, county)
        claim.refresh_from_db()
        assert (answer.pk, answer.state, claim.state) == (claim.pk, out, out)
    else:
        with pytest.raises(Conflict if out == MOVED else InputError) as refused:
            run(name, claim, county)
        assert refused.value.code == out
        assert everything() == before


def test_a_draft_with_its_proof_is_handed_in(person: Practitioner, county: User) -> None:
    claim = submitted(person)
    assert (claim.state, claim.steps.get().before) == (SUBMITTED, DRAFT)


def test_the_table_above_is_the_machine() -> None:
    made = {(state, out) for state, _, out in CASES if out in ClaimState and out != state}
    made |= {(DRAFT, SUBMITTED)}  # shown by itself: it needs its proof first
    assert made == {(state, to) for state, following in CLAIM_MOVES.items() for to in following}


@pytest.mark.parametrize(
    ("state", "name"),
    [(state, name) for state, name, out in CASES if out == state and name != "update"],
)
def test_asked_for_twice_by_the_same_person_nothing_more_happens(
    state: ClaimState, name: str, person: Practitioner, county: User
) -> None:
    claim = claim_in(state, person, county)
    before = everything()
    for _ in range(2):
        assert run(name, claim, county).state == state
    assert everything() == before


@pytest.mark.parametrize("name", OFFICES)
def test_asked_for_by_a_colleague_after_it_was_done_it_says_who_and_when(
    name: str, person: Practitioner, county: User
) -> None:
    colleague = AppointmentFactory(user__display_name="林科员").user
    claim = run(name, claim_in(ACCEPTED if name == "reverse" else SUBMITTED, person, county), colleague)
    before = everything()
    with pytest.raises(Conflict) as refused:
        run(name, claim, county)
    assert refused.value.message == (
        f"本申报已由林科员于2021年9月1日 10:00变更为“{claim.get_state_display()}”，不能再进行此操作。"
    )
    assert everything() == before


def test_a_claim_that_never_moved_says_where_it_stands(person: Practitioner, county: User) -> None:
    with pytest.raises(Conflict) as refused:
        run("accept", draft(person), county)
    assert refused.value.message == "本申报现为“草稿”，不能进行此操作。"


@pytest.mark.parametrize("name", OWNERS)
@pytest.mark.parametrize("stale", [DRAFT, SUBMITTED, RETURNED])
def test_a_page_left_open_decides_by_what_is_stored(
    name: str, stale: ClaimState, person: Practitioner, county: User
) -> None:
    claim = claim_in(REFUSED, person, county)
    claim.state = stale
    before = everything()
    with pytest.raises(DomainError):
        run(name, claim, county)
    assert everything() == before


@pytest.mark.parametrize(("state", "to"), [(s, t) for s in ClaimState for t in ClaimState if t not in CLAIM_MOVES[s]])
def test_no_other_move_can_be_made(state: ClaimState, to: ClaimState, person: Practitioner, county: User) -> None:
    claim = claim_in(state, person, county)
    with pytest.raises(Conflict):
        move(claim, to, actor=county)
    claim.refresh_from_db()
    assert claim.state == state


def test_a_claim_returned_and_mended_keeps_its_number_and_waits_anew(person: Practitioner, county: User) -> None:
    claim = claim_in(RETURNED, person, county)
    number = claim.number
    again = run("submit", run("update", claim, county), county)
    assert (again.number, again.title, again.state) == (number, "更正", SUBMITTED)
    assert run("return", again, county).state == RETURNED
    assert run("accept", run("submit", again, county), county).state == ACCEPTED
    assert [step.after for step in again.steps.all()] == [
        SUBMITTED,
        RETURNED,
        SUBMITTED,
        RETURNED,
        SUBMITTED,
        ACCEPTED,
    ]


def test_numbers_are_given_once_and_in_order(person: Practitioner, county: User) -> None:
    numbers = [str(submitted(person).number) for _ in range(3)]
    assert numbers == sorted(set(numbers))
    assert all(number.startswith("SB2021") and len(number) == 13 for number in numbers)
    assert draft(person).number is None
    assert claim_in(WITHDRAWN, person, county).number not in numbers
