"""Who may do what in the registry, as `rules` predicates (table "Who may do what" of domain.md).

Seeing is not here: `visible_to` of the queries decides that, and what one may not see answers 404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from accounts.models import Role
from accounts.queries import organisations_run, regions_reviewed

if TYPE_CHECKING:
    from accounts.models import Organisation, User
    from registry.models import (
        Adjustment,
        Claim,
        GroupClaim,
        HourEntry,
        JoinRequest,
        PlatformResult,
        Practitioner,
        SecondLook,
        UnitLink,
    )


@rules.predicate
def is_own_claim(user: User, claim: Claim) -> bool:
    """The claim is the user's own."""
    return claim.practitioner.user_id == user.pk


@rules.predicate
def is_own_record(user: User, practitioner: Practitioner) -> bool:
    """The practitioner is the user."""
    return practitioner.user_id == user.pk


@rules.predicate
def is_own_adjustment(user: User, adjustment: Adjustment) -> bool:
    """The adjustment is of the user's own minimums."""
    return adjustment.practitioner.user_id == user.pk


@rules.predicate
def entered_adjustment(user: User, adjustment: Adjustment) -> bool:
    """The user entered it."""
    return adjustment.entered_by_id == user.pk


@rules.predicate
def is_of_group(_: User, claim: Claim) -> bool:
    """A unit filed the claim for the person: it is the unit's to change and to take back."""
    return claim.group_id is not None


@rules.predicate
def files_for_unit(user: User, organisation: Organisation) -> bool:
    """The employer admin of the unit."""
    return organisation.pk in organisations_run(user, Role.EMPLOYER_ADMIN)


@rules.predicate
def files_group(user: User, group: GroupClaim) -> bool:
    """The employer admin of the unit whose group claim it is."""
    return group.organisation_id in organisations_run(user, Role.EMPLOYER_ADMIN)


@rules.predicate
def files_claim_of_group(user: User, claim: Claim) -> bool:
    """The claim is of a group that the user's unit filed."""
    return claim.group is not None and files_group(user, claim.group)


@rules.predicate
def is_of_own_unit(user: User, claim: Claim) -> bool:
    """The claim is of a group of a unit that the user acts for, in whatever role."""
    return claim.group is not None and claim.group.organisation_id in organisations_run(user)


@rules.predicate
def reviews_claim(user: User, claim: Claim) -> bool:
    """The claim lies with the user's office: county bureau → own region, city office → municipal people."""
    return claim.region_id in regions_reviewed(user)


@rules.predicate
def reverses_entry(user: User, entry: HourEntry) -> bool:
    """Own region for the county bureau, all for the city office."""
    return user.has_role(Role.CITY) or entry.practitioner.region_id in regions_reviewed(user)


@rules.predicate
def may_reverse_claim(user: User, claim: Claim) -> bool:
    """Own region for the county bureau, all for the city office."""
    return user.has_role(Role.CITY) or claim.region_id in regions_reviewed(user)


@rules.predicate
def in_own_office(user: User, look: SecondLook) -> bool:
    """The look lies with the user's office; the city office looks anywhere."""
    return user.has_role(Role.CITY) or look.region_id in regions_reviewed(user)


@rules.predicate
def looked_first(user: User, look: SecondLook) -> bool:
    """The user accepted the claim."""
    return look.first_reviewer_id == user.pk


@rules.predicate
def looked_second(user: User, look: SecondLook) -> bool:
    """The user gave the second opinion."""
    return look.looked_by_id == user.pk


@rules.predicate
def is_look_at_own(user: User, look: SecondLook) -> bool:
    """The claim looked at is the user's own."""
    return look.claim.practitioner.user_id == user.pk


@rules.predicate
def keeps_link(user: User, link: UnitLink) -> bool:
    """The administrator of the unit the link is to, the county bureau of its region, or the city office."""
    if user.has_role(Role.CITY) or link.organisation.region_id in regions_reviewed(user):
        return True
    return link.organisation_id in organisations_run(user, Role.EMPLOYER_ADMIN)


@rules.predicate
def is_own_link(user: User, link: UnitLink) -> bool:
    """The link is the user's own: nobody confirms where they themselves belong."""
    return link.practitioner.user_id == user.pk


@rules.predicate
def keeps_person(user: User, practitioner: Practitioner) -> bool:
    """The administrator of the person's unit, the county bureau of their region, or the city office."""
    if user.has_role(Role.CITY) or practitioner.region_id in regions_reviewed(user):
        return True
    return practitioner.organisation_id in organisations_run(user, Role.EMPLOYER_ADMIN)


@rules.predicate
def administers(user: User, unit: Organisation) -> bool:
    """单位管理员 of this unit."""
    return unit.pk in organisations_run(user, Role.EMPLOYER_ADMIN)


@rules.predicate
def judges_join(user: User, join: JoinRequest) -> bool:
    """Whoever keeps the person whom the sign-up claims to be."""
    return bool(keeps_person(user, join.practitioner))


@rules.predicate
def is_own_join(user: User, join: JoinRequest) -> bool:
    """The sign-up is the user's own."""
    return join.user_id == user.pk


@rules.predicate
def is_own_result(user: User, result: PlatformResult) -> bool:
    """The platform's result is the user's own."""
    return result.practitioner.user_id == user.pk


def _review_office(user: User) -> bool:
    return bool(user.has_role(Role.COUNTY, Role.CITY))


def _city_office(user: User) -> bool:
    return bool(user.has_role(Role.CITY))


def _employer(user: User) -> bool:
    return bool(user.has_role(Role.EMPLOYER_ADMIN))


is_review_office = rules.predicate(_review_office)
is_employer = rules.predicate(_employer)
keeps_notices = rules.predicate(_city_office)

rules.add_perm("registry.claim_file", is_own_record)
rules.add_perm("registry.claim_edit", (is_own_claim & ~is_of_group) | files_claim_of_group)
rules.add_perm("registry.claim_withdraw", (is_own_claim & ~is_of_group) | files_claim_of_group)
# Nobody decides on their own claim, or on one that their own unit filed.
rules.add_perm("registry.claim_review", reviews_claim & ~is_own_claim & ~is_of_own_unit)
rules.add_perm("registry.claim_reverse", may_reverse_claim & ~is_own_claim & ~is_of_own_unit)
# Three people, where the first two disagree; a county with two asks the city office.
rules.add_perm("registry.look_again", in_own_office & ~looked_first & ~is_look_at_own)
rules.add_perm("registry.look_decide", in_own_office & ~looked_first & ~looked_second & ~is_look_at_own)
rules.add_perm("registry.people_invite", administers)
rules.add_perm("registry.invitations", is_employer)
rules.add_perm("registry.group_work", is_employer)
rules.add_perm("registry.group_file", files_for_unit)
rules.add_perm("registry.group_edit", files_group)
rules.add_perm("registry.link_ask", is_own_record)
rules.add_perm("registry.link_decide", keeps_link & ~is_own_link)
rules.add_perm("registry.person_keep", keeps_person & ~is_own_record)
rules.add_perm("registry.join_own", is_own_join)
rules.add_perm("registry.join_decide", judges_join & ~is_own_join)
rules.add_perm("registry.work_queue", is_review_office)
rules.add_perm("registry.notices_keep", keeps_notices)
rules.add_perm("registry.yearly_keep", keeps_notices)
# An exception for one person is the city office's, and never one's own.
rules.add_perm("registry.window_reopen", keeps_notices & ~is_own_record)
rules.add_perm("registry.adjustments_keep", keeps_notices)
rules.add_perm("registry.adjustment_enter", keeps_notices & ~is_own_record)
rules.add_perm("registry.adjustment_decide", keeps_notices & ~is_own_adjustment)
rules.add_perm("registry.adjustment_withdraw", keeps_notices & entered_adjustment)
rules.add_perm("registry.samples_keep", keeps_notices)
# The exports hold people of every region, and the prescribed courses are the city office's: so is the import.
rules.add_perm("registry.platform_import", keeps_notices)
rules.add_perm("registry.platform_result_reverse", keeps_notices & ~is_own_result)
