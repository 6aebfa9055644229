"""Group claims as a unit files them (§三（三）): one envelope, one claim for each person, handed in together.

The envelope is locked first, then its claims by the commands that single claims have, too: states move there alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import Organisation, User
from office.audit.commands import record
from registry.commands.claim_input import ClaimInput, check_texts, checked_reason, claim_preview, fill, input_of
from registry.commands.claims import claim_draft, claim_submit, claim_update, claim_withdraw
from registry.models import Claim, GroupClaim, Practitioner
from registry.queries.evidence import missing_evidence, missing_of_group
from registry.queries.groups import UNASSIGNED
from registry.queries.notices import notice_on
from registry.states import CLAIM_MOVES, EDITABLE, ClaimState

MOST_PEOPLE = 200  # as many as one decision takes at once
NAMED = 10  # people whom one message names


@dataclass(frozen=True, slots=True)
class Participant:
    """One person of a group claim, with the number of the own certificate."""

    practitioner: Practitioner
    certificate_number: str = ""


@transaction.atomic
def group_draft(*, actor: User, organisation: Organisation, data: ClaimInput, token: UUID) -> GroupClaim:
    """Start an envelope with the facts that all its people share. The same `token` answers the same envelope.

    InputError: those of `claim_preview`; `activity_not_for_groups`, `no_group_rules` (field `activity`).
    """
    require(actor, "registry.group_file", organisation)
    with connection.cursor() as cursor:  # the second of two posts waits here for the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"group:{token}"])
    existing = GroupClaim.objects.filter(token=token).first()
    if existing is not None:
        require(actor, "registry.group_edit", existing)
        return existing
    group = GroupClaim(token=token, organisation=organisation, filed_by=actor)
    _fill(group, data)
    group.save(force_insert=True)
    record(actor=actor, action="group.draft", obj=group)
    return group


@transaction.atomic
def group_update(*, actor: User, group: GroupClaim, data: ClaimInput) -> GroupClaim:
    """Change the common facts, in the envelope and in every claim of it, while none of them waits or was accepted."""
    group = locked_group(actor, group)
    claims = list(group.claims.exclude(state=ClaimState.WITHDRAWN).select_related("practitioner"))
    if fixed := [claim for claim in claims if claim.state not in EDITABLE]:
        raise InputError("not_editable", f"{named(fixed)}的申报已提交或已办理，共同信息不能再修改。")
    _fill(group, data)
    group.save()
    record(actor=actor, action="group.update", obj=group)
    for claim in claims:
        own = replace(input_of(group), certificate_number=claim.certificate_number)
        claim_update(actor=actor, claim=claim, data=own)
    return group


@transaction.atomic
def group_people_add(*, actor: User, group: GroupClaim, people: Sequence[Participant]) -> int:
    """Start a claim for each person; whoever is there already keeps theirs, with the certificate's number if one is
    given. How many came new.

    InputError (field `people`): `group_submitted`, `too_many_people`, `person_not_in_unit`.
    """
    group = locked_group(actor, group)
    if group.submitted_at is not None:
        raise InputError("group_submitted", "集体申报已提交，不能再增加人员；请另建一份集体申报。", "people")
    there = {claim.practitioner_id: claim for claim in group.claims.exclude(state=ClaimState.WITHDRAWN)}
    new = [each for each in people if each.practitioner.pk not in there]
    if len(there) + len(new) > MOST_PEOPLE:
        message = f"每份集体申报最多{MOST_PEOPLE}人，加上这些人员共{len(there) + len(new)}人，请分成几份。"
        raise InputError("too_many_people", message, "people")
    common = input_of(group)
    for each in people:
        data = replace(common, certificate_number=each.certificate_number)
        if each in new:
            claim_draft(actor=actor, practitioner=each.practitioner, data=data, token=uuid4(), group=group)
        elif each.certificate_number:
            claim_update(actor=actor, claim=there[each.practitioner.pk], data=data)
    record(actor=actor, action="group.people_add", obj=group, people=len(new))
    return len(new)


@transaction.atomic
def group_number_set(*, actor: User, claim: Claim, number: str) -> Claim:
    """State the number of one person's certificate: the one fact that is not common to the group."""
    return claim_update(actor=actor, claim=claim, data=replace(input_of(claim), certificate_number=number.strip()))


@transaction.atomic
def group_submit(*, actor: User, group: GroupClaim) -> GroupClaim:
    """Hand in every claim of the envelope that waits for the unit: all of them, or none.

    The first time gives the envelope its 受理编号; later it is what came back and was mended. InputError names what is
    missing and whose: `group_empty`, `too_many_people`, `files_unassigned`, `group_evidence_missing`,
    `certificates_missing`, and whatever `claim_submit` raises.
    """
    group = locked_group(actor, group)
    waiting = list(group.claims.filter(state__in=EDITABLE).select_related("practitioner", "group").order_by("id"))
    if not waiting and group.submitted_at is not None:
        return group  # asked for twice
    _check_complete(group, waiting)
    if group.submitted_at is None:
        group.number, group.submitted_at = _next_number(), timezone.now()
        group.save()
    for claim in waiting:
        claim_submit(actor=actor, claim=claim)
    record(actor=actor, action="group.submit", obj=group, people=len(waiting))
    return group


@transaction.atomic
def group_withdraw(*, actor: User, group: GroupClaim, reason: str = "") -> int:
    """Take the envelope back: every claim that is not decided yet. How many were taken back.

    Conflict (`group_decided`) when all are decided. An envelope without people left is closed for good.
    """
    group = locked_group(actor, group)
    reason = checked_reason(reason)
    left = group.claims.exclude(state=ClaimState.WITHDRAWN)
    open_ones = [claim for claim in left.order_by("id") if ClaimState.WITHDRAWN in CLAIM_MOVES[claim.state]]
    if not open_ones and left.exists():
        raise Conflict("group_decided", "这份集体申报的人员已全部办理，不能再撤回。")
    for claim in open_ones:
        claim_withdraw(actor=actor, claim=claim, reason=reason)
    if not left.exists():
        group.withdrawn_at = timezone.now()
        group.save()
    record(actor=actor, action="group.withdraw", obj=group, people=len(open_ones), reason=reason)
    return len(open_ones)


def locked_group(actor: User, group: GroupClaim) -> GroupClaim:
    """The envelope's row as it stands now, locked. Conflict (`group_withdrawn`) when it was taken back."""
    require(actor, "registry.group_edit", group)
    rows = GroupClaim.objects.select_for_update(of=("self",)).select_related("organisation")
    group = rows.get(pk=group.pk)
    require(actor, "registry.group_edit", group)
    if group.withdrawn_at is not None:
        raise Conflict("group_withdrawn", "这份集体申报已撤回，不能再办理。")
    return group


def _fill(group: GroupClaim, data: ClaimInput) -> None:
    check_texts(data)
    fill(group, data, claim_preview(data=data))
    _check_activity(data)


def _check_activity(data: ClaimInput) -> None:
    """The notice in force then takes this activity from a unit (§三（三）)."""
    notice = notice_on(data.ended_on)
    if notice.group_claims is None:
        raise InputError("no_group_rules", f"{notice.id}没有集体申报的规定，请由本人逐件申报。", "activity")
    if data.activity not in notice.group_claims.activities:
        name = notice.activities[data.activity].name
        raise InputError("activity_not_for_groups", f"“{name}”不能集体申报，请由本人申报。", "activity")


def named(claims: Sequence[Claim]) -> str:
    """赵某、钱某等12人: whose claims these are, for a message."""
    names = "、".join(claim.practitioner.name for claim in claims[:NAMED])
    return f"{names}等{len(claims)}人" if len(claims) > NAMED else names


def _check_complete(group: GroupClaim, waiting: Sequence[Claim]) -> None:
    if not waiting:
        raise InputError("group_empty", "还没有添加人员。", "people")
    if len(waiting) > MOST_PEOPLE:
        raise InputError("too_many_people", f"每份集体申报最多{MOST_PEOPLE}人。", "people")
    if missing := missing_of_group(group):
        raise InputError("group_evidence_missing", f"还缺少整体材料：{'、'.join(missing)}。", "evidence")
    if count := group.evidence.filter(kind=UNASSIGNED).count():
        raise InputError("files_unassigned", f"还有{count}个文件没有归到人员，请逐个归入或删除。", "evidence")
    if lacking := [claim for claim in waiting if missing_evidence(claim)]:
        raise InputError("certificates_missing", f"{named(lacking)}还没有上传证书。", "evidence")


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('registry_group_number')")
        (serial,) = cursor.fetchone()
    return f"JT{timezone.localdate().year}{serial:07d}"
