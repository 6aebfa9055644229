"""Which proofs a claim or a group's envelope still lacks, as the notice's data asks for them."""

from __future__ import annotations

from hours_rules.group_rules import GroupRules
from registry.models import Claim, GroupClaim
from registry.queries.notices import notice_on

_NO_RULES = GroupRules(clause="三（三）", text="", activities=(), evidence=(), interpretations=())


def group_rules_of(group: GroupClaim) -> GroupRules:
    """§三（三） as the notice of the day the activity ended has it.

    A correction that took the rules out asks the unit for nothing more: each person then brings all proofs.
    """
    return notice_on(group.ended_on).group_claims or _NO_RULES


def missing_evidence(claim: Claim) -> list[str]:
    """Names of the required proofs that the claim still lacks; what its group's envelope brings counts (§三（三）)."""
    rule = notice_on(claim.ended_on).activities[claim.activity]
    given = set(claim.evidence.values_list("kind", flat=True))
    if claim.group is not None:
        given |= stood_for_by(claim.group)
    return [kind.name for kind in rule.evidence if kind.required and kind.code not in given]


def stood_for_by(group: GroupClaim) -> set[str]:
    """Codes of the activity's proofs that the files of the envelope replace."""
    given = set(group.evidence.values_list("kind", flat=True))
    return {code for proof in group_rules_of(group).evidence if proof.code in given for code in proof.stands_for}


def missing_of_group(group: GroupClaim) -> list[str]:
    """Names of the required proofs that the envelope itself still lacks."""
    given = set(group.evidence.values_list("kind", flat=True))
    return [proof.name for proof in group_rules_of(group).evidence if proof.required and proof.code not in given]


def certificate_kind(claim: Claim) -> str:
    """The kind of proof that each person of the claim's group brings: the one file that is matched to a name."""
    if claim.group is None:
        raise LookupError(f"{claim} is of no group")
    return group_rules_of(claim.group).certificate_of(notice_on(claim.ended_on).activities[claim.activity]).code
