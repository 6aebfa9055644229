"""A group claim in words: where it stands, what is still to do, its people and files as its pages list them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from hours_rules.group_rules import GroupRules
from registry.models import Claim, Evidence, GroupClaim
from registry.queries.evidence import group_rules_of
from registry.queries.groups import UNASSIGNED, evidence_visible_to, people_of
from registry.states import EDITABLE, ClaimState
from registry.views import words

_ENDED = (
    (ClaimState.ACCEPTED, "认定"),
    (ClaimState.REFUSED, "不予认定"),
    (ClaimState.REVERSED, "撤销认定"),
)


def standing(group: Any) -> tuple[str, str]:
    """Tone and words of where an envelope stands, told from its people's claims (`queries.groups` counted them)."""
    if group.withdrawn_at is not None:
        return "withdrawn", "已撤回"
    if group.submitted_at is None:
        return "draft", "草稿"
    if group.in_returned:
        return "returned", f"{group.in_returned}人待补正"
    if group.in_submitted:
        return "submitted", f"{group.in_submitted}人待审核"
    return ("done", "已办结") if group.people else ("withdrawn", "已撤回")


def outcome(group: Any) -> str:
    """认定12人，不予认定1人: what came of those decided so far."""
    counts = [(name, getattr(group, f"in_{state.value}")) for state, name in _ENDED]
    return "，".join(f"{name}{count}人" for name, count in counts if count)


def own_files(group: GroupClaim, rules: GroupRules) -> list[dict[str, Any]]:
    """The envelope's files, without the certificates that belong to nobody yet."""
    names = {proof.code: proof.name for proof in rules.evidence}
    return [file_item(group, file, names) for file in group.evidence.all() if file.kind != UNASSIGNED]


def unassigned(group: GroupClaim) -> list[dict[str, Any]]:
    """The certificates that belong to nobody yet."""
    return [file_item(group, file, {}) for file in group.evidence.all() if file.kind == UNASSIGNED]


def file_item(group: GroupClaim, file: Evidence, names: dict[str, str]) -> dict[str, Any]:
    """One file: its name, where it is fetched, its kind and size."""
    added = date_format(timezone.localtime(file.added_at), "Y-m-d H:i")
    return {
        "pk": file.pk,
        "name": file.name,
        "url": reverse("registry:group_file", args=[group.pk, file.pk]),
        "meta": f"{filesizeformat(file.size)}，{added}上传",
        "kind": names.get(file.kind, "其他材料"),
        "code": file.kind,
        "sha256": file.sha256_hex,
    }


def files_seen(user: User, claim: Claim) -> list[dict[str, Any]]:
    """The files of a claim's envelope that the user may see: a participant the notice, never the list of the others."""
    if claim.group is None:
        return []
    names = {proof.code: proof.name for proof in group_rules_of(claim.group).evidence}
    files = evidence_visible_to(user).filter(group=claim.group).exclude(kind=UNASSIGNED).order_by("id")
    return [file_item(claim.group, file, names) for file in files]


def unit_text(claim: Claim) -> str:
    """Whom to ask when a claim that the unit filed is wrong."""
    if claim.group is None:
        return ""
    unit = claim.group.organisation
    asked = "，".join(part for part in (unit.contact_name, unit.phone) if part)
    return f"{unit.name}提交，由单位修改和撤回。内容有误的，请与单位联系{f'（{asked}）' if asked else ''}。"


def people(group: GroupClaim, certificate: str) -> list[Any]:
    """The people's claims with `certificates`, how many files of that kind each has."""
    return list(counted(people_of(group), certificate))


def counted(claims: QuerySet[Claim], certificate: str) -> QuerySet[Claim]:
    """Claims with how many certificates each has."""
    return claims.annotate(certificates=Count("evidence", filter=Q(evidence__kind=certificate)))


def to_do(group: GroupClaim, rules: GroupRules, lines: list[Any]) -> list[dict[str, str]]:
    """What is still missing before the envelope can be handed in, each with the page where it is done."""
    given = {file.kind for file in group.evidence.all()}
    missing = [proof.name for proof in rules.evidence if proof.required and proof.code not in given]
    waiting = [claim for claim in lines if claim.state in EDITABLE]
    without = [claim for claim in waiting if not claim.certificates]
    found = [("registry:group_files", f"上传整体材料：{'、'.join(missing)}", bool(missing))]
    found.append(("registry:group_people", "添加参加人员", not lines and group.submitted_at is None))
    found.append(("registry:group_certificates", f"还有{len(without)}人没有证书", bool(without)))
    stray = sum(file.kind == UNASSIGNED for file in group.evidence.all())
    found.append(("registry:group_certificates", f"还有{stray}个证书文件没有归到人员", bool(stray)))
    return [{"title": text, "url": reverse(name, args=[group.pk])} for name, text, here in found if here]


def facts(group: GroupClaim, *, change_url: str = "") -> list[dict[str, Any]]:
    """The common facts as rows of a summary, the unit and who filed first."""
    head = [
        {"key": "申报单位", "value": group.organisation.name, "url": ""},
        {"key": "经办人", "value": group.filed_by.display_name, "url": ""},
    ]
    return [*head, *words.facts(group, change_url=change_url)]
