"""Who may do what with classes and rosters, as `rules` predicates (table "Who may do what" of domain.md).

Seeing is not here: `visible_to` of the queries decides that, and what one may not see answers 404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from accounts.models import Role
from accounts.permissions import runs_unit
from accounts.queries import organisations_run, regions_reviewed
from courses.states import Route

if TYPE_CHECKING:
    from accounts.models import Organisation, User
    from courses.models import ClassApplication, Roster, RosterRow, TrainingClass


@rules.predicate
def applies_for_unit(user: User, unit: Organisation) -> bool:
    """The unit's organiser or its administrator."""
    return unit.pk in organisations_run(user, Role.ORGANISER, Role.EMPLOYER_ADMIN)


@rules.predicate
def is_of_unit(user: User, unit: Organisation) -> bool:
    """The user acts for the unit or works there: nobody decides on the own unit's class."""
    if runs_unit(user, unit):
        return True
    person = getattr(user, "practitioner", None)
    return person is not None and person.organisation_id == unit.pk


@rules.predicate
def writes_application(user: User, application: ClassApplication) -> bool:
    """Organiser or administrator of the unit whose application it is."""
    return bool(applies_for_unit(user, application.organisation))


@rules.predicate
def is_of_own_unit(user: User, application: ClassApplication) -> bool:
    """The application is of the user's own unit."""
    return bool(is_of_unit(user, application.organisation))


@rules.predicate
def endorses(user: User, application: ClassApplication) -> bool:
    """Route B: the county bureau of the unit's region; the city office where the region is 市本级 (**D**)."""
    return application.route == Route.B and application.region_id in regions_reviewed(user)


@rules.predicate
def has_a_turn(user: User, application: ClassApplication) -> bool:
    """An office through whose hands the application goes, now or later."""
    return bool(user.has_role(Role.CITY) or endorses(user, application))


@rules.predicate
def hands_in(user: User, training_class: TrainingClass) -> bool:
    """Organiser or administrator of the unit whose class it is."""
    return bool(applies_for_unit(user, training_class.organisation))


@rules.predicate
def writes_roster(user: User, roster: Roster) -> bool:
    """The unit of the class; of a past year's ledger, the city office."""
    if roster.training_class is None:
        return bool(user.has_role(Role.CITY))
    return bool(hands_in(user, roster.training_class))


@rules.predicate
def is_roster_of_own_unit(user: User, roster: Roster) -> bool:
    """The roster is of a class of the user's own unit."""
    return roster.training_class is not None and bool(is_of_unit(user, roster.training_class.organisation))


@rules.predicate
def handed_in_by_user(user: User, roster: Roster) -> bool:
    """The user handed this roster in."""
    return roster.submitted_by_id == user.pk


@rules.predicate
def takes_roster_away(user: User, roster: Roster) -> bool:
    """Whoever may write it, the city office, and the county bureau that endorsed the class."""
    if user.has_role(Role.CITY) or writes_roster(user, roster):
        return True
    return roster.training_class is not None and bool(endorses(user, roster.training_class.application))


@rules.predicate
def writes_row(user: User, row: RosterRow) -> bool:
    """Whoever may write the roster."""
    return bool(writes_roster(user, row.roster))


def _city(user: User) -> bool:
    return bool(user.has_role(Role.CITY))


def _offices(user: User) -> bool:
    return bool(user.has_role(Role.CITY, Role.COUNTY))


def _units(user: User) -> bool:
    return bool(user.has_role(Role.ORGANISER, Role.EMPLOYER_ADMIN))


is_city_office = rules.predicate(_city)
is_office = rules.predicate(_offices)
acts_for_a_unit = rules.predicate(_units)

rules.add_perm("courses.own", acts_for_a_unit)
rules.add_perm("courses.application_file", applies_for_unit)
rules.add_perm("courses.application_write", writes_application)
rules.add_perm("courses.work_queue", is_office)
rules.add_perm("courses.application_endorse", endorses & ~is_of_own_unit)
rules.add_perm("courses.application_approve", is_city_office & ~is_of_own_unit)
# Returning and refusing: whose turn it is, the command sees under the row's lock.
rules.add_perm("courses.application_turn_down", has_a_turn & ~is_of_own_unit)
rules.add_perm("courses.roster_hand_in", hands_in)
rules.add_perm("courses.roster_write", writes_roster)
rules.add_perm("courses.roster_export", takes_roster_away)
rules.add_perm("courses.row_write", writes_row)
# Two people: nobody confirms what they handed in themselves (a past year's ledger is the city office's own).
rules.add_perm("courses.roster_confirm", is_city_office & ~is_roster_of_own_unit & ~handed_in_by_user)
rules.add_perm("courses.roster_reverse", is_city_office & ~is_roster_of_own_unit)
rules.add_perm("courses.history", is_city_office)
