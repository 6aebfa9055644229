"""What the pages of one group claim share: the envelope found among the user's own, and everything it shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from registry.models import GroupClaim
from registry.queries import groups
from registry.queries.evidence import group_rules_of
from registry.states import EDITABLE, ClaimState
from registry.views import group_words, words
from registry.views.own import user_of

WORK = "registry.group_work"


def own_group(request: HttpRequest, pk: int) -> GroupClaim:
    """One of the group claims of the user's units, with its files; 404 for any other."""
    mine = groups.filed_by_units_of(user_of(request)).prefetch_related("evidence")
    return get_object_or_404(mine, pk=pk)


def page_of_group(group: GroupClaim) -> dict[str, Any]:
    """What the pages of one envelope show."""
    rules = group_rules_of(group)
    rule = words.rule_of(group)
    lines = group_words.people(group, rules.certificate_of(rule).code)
    waiting = [claim for claim in lines if claim.state in EDITABLE]
    open_ones = [claim for claim in lines if claim.state == ClaimState.SUBMITTED or claim.state in EDITABLE]
    return {
        "group": group,
        "rules": rules,
        "activity": rule.name,
        "certificate": rules.certificate_of(rule),
        "facts": group_words.facts(group),
        "files": group_words.own_files(group, rules),
        "unassigned": group_words.unassigned(group),
        "lines": lines,
        "waiting": waiting,
        "editable": group.withdrawn_at is None
        and all(claim.state in EDITABLE for claim in open_ones)
        and not any(claim.state == ClaimState.ACCEPTED for claim in lines),
        "withdrawable": group.withdrawn_at is None and (bool(open_ones) or not lines),
        "to_do": group_words.to_do(group, rules, lines),
        "standing": group_words.standing(group),
        "outcome": group_words.outcome(group),
    }
