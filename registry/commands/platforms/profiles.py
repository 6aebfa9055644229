"""How a platform's columns are read: kept once, used again, mended, laid aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from accounts.texts import check_text
from office.audit.commands import record
from office.sheets.header import canonical
from registry.commands.platforms.columns import KEYS, REQUIRED, TITLES
from registry.models import ImportProfile
from registry.queries.yearly import ACTIVITIES

LONGEST = 40
MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class ProfileInput:
    """What the office says of a platform's columns; see `ImportProfile`. `columns` holds those that the file has."""

    name: str
    columns: Mapping[str, str]
    category: str = ""
    categories: Mapping[str, str] = field(default_factory=dict)
    passed: Sequence[str] = ()
    pass_mark: int | None = None
    only_passed: bool = False


@transaction.atomic
def profile_change(*, actor: User, profile: ImportProfile, data: ProfileInput) -> ImportProfile:
    """Mend a profile. The next file is read by it; what was imported stays. Raises Forbidden, InputError."""
    require(actor, "registry.platform_import")
    profile = ImportProfile.objects.select_for_update().get(pk=profile.pk)
    check_profile(data)
    _check_name(data.name, profile)
    fill(profile, data)
    profile.save()
    record(actor=actor, action="import_profile.change", obj=profile)
    return profile


@transaction.atomic
def profile_use(*, actor: User, profile: ImportProfile, active: bool) -> ImportProfile:
    """Lay a profile aside, or take it up again. Asked for twice, once."""
    require(actor, "registry.platform_import")
    profile = ImportProfile.objects.select_for_update().get(pk=profile.pk)
    if profile.is_active != active:
        profile.is_active = active
        profile.save()
        record(actor=actor, action="import_profile.use" if active else "import_profile.lay_aside", obj=profile)
    return profile


def profile_keep(*, actor: User, platform: str, fingerprint: str, data: ProfileInput) -> ImportProfile:
    """The profile of this name, made or brought up to date for a file's header; in the caller's transaction."""
    check_profile(data)
    profile = ImportProfile.objects.select_for_update().filter(name=data.name.strip()).first()
    if profile is not None and profile.platform != platform:
        raise InputError("name_taken", "另一平台已有同名的导入方案，请换一个名称。", "name")
    is_new = profile is None
    profile = profile or ImportProfile(platform=platform, created_by=actor)
    fill(profile, data)
    profile.fingerprint, profile.is_active = fingerprint, True
    profile.save()
    record(actor=actor, action="import_profile.add" if is_new else "import_profile.change", obj=profile)
    return profile


def fill(profile: ImportProfile, data: ProfileInput) -> None:
    """Put what was said into the row."""
    profile.name = data.name.strip()
    profile.columns = {key: data.columns[key].strip() for key in KEYS if data.columns.get(key, "").strip()}
    profile.category = data.category
    profile.categories = {} if data.category else dict(data.categories)
    profile.passed = list(data.passed)
    profile.pass_mark, profile.only_passed = data.pass_mark, data.only_passed


def check_profile(data: ProfileInput) -> None:
    """InputError naming the field: what is missing, what stands twice, what cannot be kept."""
    if not data.name.strip():
        raise InputError("name_missing", "请填写方案名称。", "name")
    check_text(data.name, "name", "方案名称", 60)
    _check_columns(data.columns)
    if data.category and data.category not in ACTIVITIES:
        raise InputError("category_wrong", "请选择科目。", "category")
    if data.pass_mark is not None and not 0 < data.pass_mark <= 1000:
        raise InputError("pass_mark_wrong", "合格分数应在1至1000之间。", "pass_mark")
    _check_words([*data.passed], "passed_words", "表示合格的文字")
    _check_words([*data.categories], "categories", "科目列的文字")
    if "passed" not in data.columns and not data.only_passed and data.category != "professional":
        said = "文件没有考试结果列的，请确认文件只含考试合格的记录（二（一）：经考试合格方可认定）。"
        raise InputError("result_unknown", said, "only_passed")


def _check_columns(columns: Mapping[str, Any]) -> None:
    seen: dict[str, str] = {}
    for key in KEYS:
        heading = columns.get(key, "")
        check_text(heading, key, f"“{TITLES[key]}”的列名", LONGEST)
        if not heading.strip():
            if key in REQUIRED:
                raise InputError("column_missing", f"请指明哪一列是“{TITLES[key]}”。", key)
        elif (other := seen.setdefault(canonical(heading), key)) != key:
            raise InputError("column_twice", f"“{heading}”列已对应“{TITLES[other]}”，不能再对应“{TITLES[key]}”。", key)


def _check_words(words: Sequence[str], field_name: str, label: str) -> None:
    if len(words) > MOST_WORDS:
        raise InputError("too_many", f"{label}不能超过{MOST_WORDS}个。", field_name)
    for word in words:
        check_text(word, field_name, label, LONGEST)


def _check_name(name: str, profile: ImportProfile) -> None:
    if ImportProfile.objects.filter(name=name.strip()).exclude(pk=profile.pk).exists():
        raise InputError("name_taken", "已有同名的导入方案，请换一个名称。", "name")
