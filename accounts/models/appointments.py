"""Appointment: a role with its region or organisation, from–to."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.places import Organisation, Region


class Role(models.TextChoices):
    """Roles by appointment; a practitioner is one by their own record, not by appointment."""

    EMPLOYER_ADMIN = "employer_admin", "单位管理员"
    ORGANISER = "organiser", "培训承办单位"
    COUNTY = "county", "县（区）住建局"
    CITY = "city", "市学时办"
    AUDITOR = "auditor", "审计员"
    SYSADMIN = "sysadmin", "系统管理员"


class CityOffice(models.TextChoices):
    """The two offices that share the role CITY (§三（一）): who decides for one of them is printed with its name."""

    HOURS = "hours", "市学时办"
    PERSONNEL = "personnel", "市住建局组织人事处"


STAFF_ROLES = frozenset({Role.COUNTY, Role.CITY, Role.AUDITOR, Role.SYSADMIN})
REGION_ROLES = [Role.COUNTY, Role.CITY]
UNIT_ROLES = [Role.EMPLOYER_ADMIN, Role.ORGANISER]


# 三员分立: nobody holds two of these powers at once.
POWERS: dict[str, str] = {
    Role.SYSADMIN: "系统管理",
    Role.AUDITOR: "审计",
    Role.COUNTY: "审核",
    Role.CITY: "审核",
}


def power_sql(column: str) -> str:
    """The power of a role in SQL, NULL for a role without one."""
    cases = " ".join(f"WHEN '{role!s}' THEN '{power}'" for role, power in POWERS.items())
    return f"CASE {column} {cases} END"


class Appointment(models.Model):
    """One user's role, with the region or unit it is for; `valid_to` is the last day.

    `office` says for which of the two city offices a holder of the role CITY acts; other roles have none.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="appointments")
    office = models.CharField("办公室", max_length=10, choices=CityOffice.choices, blank=True)
    valid_from = models.DateField("起", default=timezone.localdate)
    valid_to = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "任职"
        indexes = [models.Index(fields=["user", "valid_from"], name="appointment_user")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=REGION_ROLES, region__isnull=False, organisation__isnull=True)
                | models.Q(role__in=UNIT_ROLES, region__isnull=True, organisation__isnull=False)
                | ~models.Q(role__in=[*REGION_ROLES, *UNIT_ROLES])
                & models.Q(region__isnull=True, organisation__isnull=True),
                name="appointment_has_its_place",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.CITY) ^ models.Q(office=""), name="appointment_city_has_its_office"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="appointment_dates_in_order",
            ),
        ]

        # 三员分立 holds for whoever writes the table: administration, audit and review exclude one another at any time.
        triggers = [
            pgtrigger.Trigger(
                name="three_powers",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("mine", "text"), ("other", "text")],
                func=f"""
                    mine := {power_sql("NEW.role")};
                    IF mine IS NULL THEN RETURN NEW; END IF;
                    PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
                    SELECT {power_sql("a.role")} INTO other FROM accounts_appointment a
                    WHERE a.user_id = NEW.user_id AND a.id IS DISTINCT FROM NEW.id
                        AND {power_sql("a.role")} <> mine
                        AND daterange(a.valid_from, a.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
                    LIMIT 1;
                    IF other IS NOT NULL THEN
                        RAISE EXCEPTION 'three powers: % excludes %', other, mine USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        if self.office == CityOffice.PERSONNEL:
            return f"{self.get_office_display()}（{self.region}）"
        place = self.region or self.organisation
        return f"{self.get_role_display()}（{place}）" if place else self.get_role_display()
