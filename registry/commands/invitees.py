"""Who is invited: one line of a list, judged before anybody is invited, so that a list is taken whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.identity import check_phone
from accounts.models import Organisation
from accounts.texts import check_name
from registry.models import Invitation, Practitioner
from registry.queries.links import members_on
from registry.states import InvitationState

MOST = 200  # in one list


@dataclass(frozen=True, slots=True)
class Invitee:
    """One person to be invited; `row` is the line of the list or sheet, 0 where there is but one."""

    name: str
    phone: str
    email: str = ""
    row: int = 0

    @property
    def phone_hash(self) -> bytes:
        """What their phone is found by."""
        return blind_index("phone", self.phone)


def checked(invitee: Invitee) -> Invitee:
    """The same with its phone as it is kept. InputError: `name_missing`, `phone_missing`, `phone_invalid`,
    `email_invalid`, and those of `check_name`; the message names the row."""
    try:
        if not invitee.name.strip():
            raise InputError("name_missing", "请填写姓名。", "name")
        check_name(invitee.name)
        if not invitee.phone.strip():
            raise InputError("phone_missing", f"请填写{invitee.name}的手机号码。", "phone")
        phone = check_phone(invitee.phone)
        _check_email(invitee.email)
    except InputError as error:
        raise _at(invitee.row, error) from error
    return replace(invitee, phone=phone)


def problems(unit: Organisation, invitees: Sequence[Invitee]) -> list[InputError]:
    """Everything that is wrong with the list, row by row; empty when all of it can be sent.

    Besides those of `checked`: `phone_twice`, `name_twice`, `already_here`, `already_invited`; for the whole list
    `nobody` and `too_many`.
    """
    if not invitees:
        return [InputError("nobody", "请至少填写一人，每行写姓名和手机号码。", "people")]
    if len(invitees) > MOST:
        return [InputError("too_many", f"一次最多邀请{MOST}人，现有{len(invitees)}人，请分次邀请。", "people")]
    found, good = [], []
    for invitee in invitees:
        try:
            good.append(checked(invitee))
        except InputError as error:
            found.append((invitee.row, error))
    found += [(invitee.row, error) for invitee, error in (*_repeated(good), *_known(unit, good))]
    return [error for _, error in sorted(found, key=lambda pair: pair[0])]


def _check_email(email: str) -> None:
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise InputError("email_invalid", "电子邮箱格式不正确，例如name@example.com。", "email") from error


def _repeated(invitees: Sequence[Invitee]) -> list[tuple[Invitee, InputError]]:
    phones: dict[str, Invitee] = {}
    names: dict[str, Invitee] = {}
    found = []
    for invitee in invitees:
        if (first := phones.setdefault(invitee.phone, invitee)) is not invitee:
            text = f"手机号码与第{first.row}行相同，同一人只列一次。"
            found.append((invitee, _at(invitee.row, InputError("phone_twice", text, "people"))))
        elif (first := names.setdefault(invitee.name, invitee)) is not invitee:
            text = f"姓名“{invitee.name}”与第{first.row}行相同。确为同名两人的，请分两次邀请。"
            found.append((invitee, _at(invitee.row, InputError("name_twice", text, "people"))))
    return found


def _known(unit: Organisation, invitees: Sequence[Invitee]) -> list[tuple[Invitee, InputError]]:
    """Who is of the unit already or was invited; nothing is told about people of other units."""
    hashes = [invitee.phone_hash for invitee in invitees]
    members = members_on(timezone.localdate()).filter(organisation=unit)
    here = Practitioner.objects.filter(pk__in=members.values("practitioner"), phone_hash__in=hashes)
    there = {(bytes(person.phone_hash or b""), person.name) for person in here.only("phone_hash", "name")}
    waiting = Invitation.objects.filter(
        organisation=unit, state=InvitationState.SENT, expires_at__gt=timezone.now(), phone_hash__in=hashes
    )
    invited = {bytes(value) for value in waiting.values_list("phone_hash", flat=True)}
    found = []
    for invitee in invitees:
        if (invitee.phone_hash, invitee.name) in there:
            error = InputError("already_here", f"{invitee.name}已是本单位在册人员，不用邀请。", "people")
        elif invitee.phone_hash in invited:
            text = f"{invitee.name}的手机号码已有待接受的邀请，可在邀请列表中重新发出或撤回。"
            error = InputError("already_invited", text, "people")
        else:
            continue
        found.append((invitee, _at(invitee.row, error)))
    return found


def _at(row: int, error: InputError) -> InputError:
    return InputError(error.code, f"第{row}行：{error.message}", error.field) if row else error
