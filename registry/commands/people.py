"""People: self-registration, and the details a person keeps up to date."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.commands.users import user_create
from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.identity import check_id_number, check_phone
from accounts.models import Organisation, Region, User
from accounts.texts import check_name, check_text
from office.audit.commands import record
from registry.commands.standing import lock_people, refresh_people
from registry.commands.surnames import sort_key
from registry.models import LinkState, Practitioner, Sex, Specialty, TitleLevel, UnitLink

_TEXTS = (
    ("specialty_other", "其他专业名称", Practitioner._meta.get_field("specialty_other").max_length),
    ("title", "职称", Practitioner._meta.get_field("title").max_length),
)


@dataclass(frozen=True, slots=True)
class PersonInput:
    """What a person says about themselves at sign-up."""

    name: str
    id_number: str
    phone: str
    specialty: str
    specialty_other: str = ""
    title: str = ""
    title_level: str = "none"
    organisation: Organisation | None = None
    region: Region | None = None

    @property
    def home(self) -> Region | None:
        """属地: the unit's region, or the one that a person without a unit picked."""
        return self.organisation.region if self.organisation else self.region


@transaction.atomic
def practitioner_register(*, person: PersonInput, username: str, password: str | None, email: str = "") -> Practitioner:
    """Create a person and their account (自助注册); the unit chosen is 待确认 until unit or office accepts.

    Without a `password` nobody signs in before a one-time link was used.

    Raises InputError naming the field: `id_number` or `phone` taken or malformed, `region` missing without a unit,
    `organisation` no longer in use, or a name, specialty or title that cannot be kept.
    """
    check_person(person)
    user = user_create(
        actor=None,
        username=username,
        password=password,
        display_name=person.name,
        phone=person.phone,
        email=email,
    )
    practitioner = _create(person, user)
    record(actor=user, action="practitioner.register", obj=practitioner, after=practitioner.link_state)
    return practitioner


@transaction.atomic
def practitioner_create(*, actor: User, person: PersonInput) -> Practitioner:
    """Create a person without an account, as demo data and later rosters do."""
    check_person(person)
    practitioner = _create(person, None)
    record(actor=actor, action="practitioner.create", obj=practitioner)
    return practitioner


def check_person(person: PersonInput) -> None:
    """What no form may let through either; InputError names the field."""
    if not person.name.strip():
        raise InputError("name_missing", "请填写姓名。", field="name")
    check_name(person.name)
    for name, label, most in _TEXTS:
        check_text(getattr(person, name), name, label, most)
    if person.specialty not in Specialty.values:
        raise InputError("specialty_unknown", "请选择列表中的专业。", field="specialty")
    if person.specialty == Specialty.OTHER and not person.specialty_other.strip():
        raise InputError("specialty_other_missing", "选择“其他”专业的，请写明专业名称。", field="specialty_other")
    if person.title_level not in TitleLevel.values:
        raise InputError("title_level_unknown", "请选择列表中的职称级别。", field="title_level")
    _check_unit(person)
    if person.home is None:
        raise InputError("region_missing", "没有单位的，请选择所在县（区）。", field="region")


def _check_unit(person: PersonInput) -> None:
    if person.organisation is not None and not person.organisation.is_active:
        raise InputError("unit_inactive", "该单位已停用，请选择现在的工作单位。", field="organisation")


def _create(person: PersonInput, user: User | None) -> Practitioner:
    identity = check_id_number(person.id_number)
    phone = check_phone(person.phone)
    if person.organisation is not None:  # nobody moves or closes the unit while somebody signs up for it
        unit = Organisation.objects.select_for_update(no_key=True, of=("self",)).select_related("region")
        person = replace(person, organisation=unit.get(pk=person.organisation.pk))
        _check_unit(person)
    practitioner = Practitioner(
        user=user,
        name=person.name,
        name_sort=sort_key(person.name),
        id_hash=blind_index("id", identity.number),
        id_last4=identity.number[-4:],
        phone_hash=blind_index("phone", phone),
        sex=Sex.MALE if identity.sex == "male" else Sex.FEMALE,
        specialty=person.specialty,
        specialty_other=person.specialty_other,
        title=person.title,
        title_level=person.title_level,
        organisation=person.organisation,
        link_state=LinkState.PENDING if person.organisation else LinkState.NONE,
        region=person.home,
    )
    practitioner.id_number = identity.number
    practitioner.phone = phone
    try:
        with transaction.atomic():
            practitioner.save(force_insert=True)
    except IntegrityError as error:
        raise InputError(
            "id_number_taken",
            "该身份证号已登记。如非本人操作，请联系所在单位或属地建设主管部门。",
            field="id_number",
        ) from error
    if person.organisation is not None:
        asked_at = timezone.now()
        UnitLink.objects.create(practitioner=practitioner, organisation=person.organisation, asked_at=asked_at)
    lock_people([practitioner.pk])
    refresh_people([practitioner.pk], timezone.localdate().year)
    return practitioner
