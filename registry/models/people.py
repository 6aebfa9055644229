"""Practitioner: a person in one of the specialties of §一, with or without an account."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Collate, Replace

from accounts.masks import mask_id, mask_phone
from accounts.models import Organisation, Region
from accounts.sealed import SealedModel, SealedTextField


class Sex(models.TextChoices):
    """Sex as 附件2 prints it."""

    MALE = "male", "男"
    FEMALE = "female", "女"


class TitleLevel(models.TextChoices):
    """职称级别; 副高 and 正高 are both 高级, kept apart in the title itself."""

    NONE = "none", "无职称"
    ASSISTANT = "assistant", "员级"
    JUNIOR = "junior", "初级"
    MIDDLE = "middle", "中级"
    SENIOR = "senior", "高级"


class Specialty(models.TextChoices):
    """The 17 specialties of §一; the list ends in 等, so there is also 其他 (written in)."""

    MANAGEMENT = "management", "建筑工程管理"
    CONSTRUCTION = "construction", "建筑施工"
    ARCHITECTURE = "architecture", "建筑设计"
    STRUCTURE = "structure", "建筑结构"
    INSTALLATION = "installation", "建筑安装"
    DECORATION = "decoration", "建筑装饰"
    MACHINERY = "machinery", "建筑机械"
    GEOTECHNICAL = "geotechnical", "岩土工程"
    WATER = "water", "给排水"
    HVAC = "hvac", "暖通工程"
    ELECTRICAL = "electrical", "建筑电气（含建筑智能化）"
    MUNICIPAL_ROADS = "municipal_roads", "市政道路（桥梁）"
    LANDSCAPE = "landscape", "风景园林（含景观设计）"
    COST = "cost", "工程造价"
    SURVEY = "survey", "工程勘察"
    GAS = "gas", "燃气工程"
    TERMITE = "termite", "白蚁防治"
    OTHER = "other", "其他"


class LinkState(models.TextChoices):
    """Whether the unit a person named has been accepted by the unit or the office (**D**, domain.md)."""

    NONE = "none", "无单位"
    PENDING = "pending", "待确认"
    CONFIRMED = "confirmed", "已确认"


def joined_name(person: str = "") -> Collate:
    """The pinyin of a name without its spaces, as it is typed into a search box; `person` is the path to the person.

    Compared byte by byte, so that its index serves beginnings whatever collation the database was made with.
    """
    return Collate(Replace(F(f"{person}name_sort"), Value(" "), Value("")), "C")


class PractitionerQuerySet(models.QuerySet["Practitioner"]):
    """Sets of people; what a user may see comes from `registry.queries.people.visible_to`."""


@pghistory.track(exclude=["data_key", "id_number", "phone"])
class Practitioner(SealedModel):
    """A practitioner. `region` is the office's region: the unit's, or the one a person without a unit picked."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="practitioner",
    )
    name = models.CharField("姓名", max_length=50)
    name_sort = models.CharField(max_length=200, editable=False, help_text="pinyin key: the database has no ICU")
    id_number = SealedTextField(aad="registry.practitioner.id_number")
    id_hash = models.BinaryField(max_length=40, unique=True, editable=False)
    id_last4 = models.CharField(max_length=4, editable=False)
    phone = SealedTextField(aad="registry.practitioner.phone", blank=True)
    phone_hash = models.BinaryField(max_length=40, null=True, editable=False, db_index=True)
    sex = models.CharField("性别", max_length=6, choices=Sex.choices)
    specialty = models.CharField("专业", max_length=20, choices=Specialty.choices)
    specialty_other = models.CharField("其他专业", max_length=30, blank=True)
    title = models.CharField("职称", max_length=30, blank=True)
    title_level = models.CharField("职称级别", max_length=10, choices=TitleLevel.choices, default=TitleLevel.NONE)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="practitioners",
        verbose_name="单位",
    )
    link_state = models.CharField("单位确认", max_length=10, choices=LinkState.choices, default=LinkState.NONE)
    region = models.ForeignKey(Region, models.PROTECT, related_name="practitioners", verbose_name="属地")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PractitionerQuerySet.as_manager()

    class Meta:
        verbose_name = "专业技术人员"
        indexes = [
            models.Index(fields=["region", "name_sort", "id"], name="practitioner_region_name"),
            models.Index(fields=["name_sort", "id"], name="practitioner_name"),
            models.Index(fields=["id_last4"], name="practitioner_last4"),
            # Beginnings of names, whatever collation the database was made with.
            models.Index(fields=["name"], name="practitioner_called", opclasses=["varchar_pattern_ops"]),
            models.Index(joined_name(), name="practitioner_pinyin"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=True, link_state="none")
                | models.Q(organisation__isnull=False) & ~models.Q(link_state="none"),
                name="practitioner_link_has_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def id_masked(self) -> str:
        """ID number as every page shows it: 前6后4."""
        return mask_id(self.id_number)

    @property
    def phone_masked(self) -> str:
        """Phone as every page shows it: 前3后4."""
        return mask_phone(self.phone) if self.phone else ""

    @property
    def specialty_name(self) -> str:
        """The specialty in words, the written-in one included."""
        if self.specialty == Specialty.OTHER and self.specialty_other:
            return self.specialty_other
        return self.get_specialty_display()

    @property
    def unit_name(self) -> str:
        """Name of the unit, or 无单位."""
        return self.organisation.name if self.organisation else "无单位"


__all__ = ["LinkState", "Practitioner", "PractitionerQuerySet", "Sex", "Specialty", "TitleLevel"]
