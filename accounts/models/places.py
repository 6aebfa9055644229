"""Regions with their offices, and organisations (单位)."""

from __future__ import annotations

import pghistory
from django.db import models


class Region(models.Model):
    """市本级 or a county, and its office as it is printed; the office reviews the people of its units."""

    code = models.SlugField(unique=True)
    name = models.CharField("地区", max_length=20)
    office_name = models.CharField("主管部门", max_length=60)
    address = models.CharField("办公地址", max_length=120, blank=True)
    phone = models.CharField("办公电话", max_length=40, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    is_city = models.BooleanField(default=False)
    order = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class OrganisationKind(models.TextChoices):
    """单位性质 (§一, 附件1 备注1)."""

    GOVERNMENT = "government", "行政机关"
    INSTITUTION = "institution", "事业单位"
    ENTERPRISE = "enterprise", "企业"
    NON_ENTERPRISE = "non_enterprise", "民办非企业单位"
    INTERMEDIARY = "intermediary", "中介机构"
    ASSOCIATION = "association", "社会团体"
    TRAINING = "training", "培训机构"


class Business(models.TextChoices):
    """What the unit does: construction and design decide route B of §三（二）."""

    CONSTRUCTION = "construction", "建筑施工"
    DESIGN = "design", "工程设计"
    OTHER = "other", "其他"


@pghistory.track(exclude=["phone"])
class Organisation(models.Model):
    """A unit: employer, training organiser, or both. Carries a USCC or the old 组织机构代码.

    `merged_into` is the record that took over its people when two turned out to be one unit; it is closed then.
    """

    name = models.CharField("单位名称", max_length=100, unique=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True, null=True, blank=True)
    old_code = models.CharField("组织机构代码", max_length=9, unique=True, null=True, blank=True)
    kind = models.CharField("单位性质", max_length=20, choices=OrganisationKind.choices)
    business = models.CharField("业务类别", max_length=20, choices=Business.choices, default=Business.OTHER)
    region = models.ForeignKey(Region, models.PROTECT, related_name="organisations", verbose_name="属地")
    address = models.CharField("单位地址", max_length=120, blank=True)
    contact_name = models.CharField("联系人", max_length=30, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")

    class Meta:
        verbose_name = "单位"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uscc__isnull=False) | models.Q(old_code__isnull=False),
                name="organisation_has_code",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(is_active=False),
                name="organisation_merged_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_municipal(self) -> bool:
        """市属单位: derived, one truth (region = 市本级)."""
        return self.region.is_city
