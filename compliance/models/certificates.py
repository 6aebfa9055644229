"""学时证明: what was certified of one person's passed years, frozen, with its file, its code and its history."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models

from accounts.models import Organisation, Region
from compliance.states import CertificateState
from office.jobs.models import Job
from registry.models import Practitioner

FOLDER, BUNDLES = "certificates", "certificate-bundles"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Sets of certificates; what a user may see comes from `compliance.queries.certificates.visible_to`."""


@pghistory.track(exclude=["code", "content"])
class Certificate(models.Model):
    """One certificate of one or several years of a person, all of them passed.

    `content` is everything that is certified, as data (`compliance.queries.certified`), and never changes; the signed
    PDF at `file` says the same and carries it inside. `digest` is the fingerprint of the content: the same content
    issues the same certificate. `code` (140 random bits) opens the public page that shows all of it.
    `region` and `organisation` are the office and unit of the latest year.
    """

    number = models.CharField("证明编号", max_length=20, unique=True, editable=False)
    code = models.CharField("核验码", max_length=28, unique=True, editable=False)
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="certificates")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="审核单位")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    first_year = models.SmallIntegerField("起始年度")
    last_year = models.SmallIntegerField("截止年度")
    content = models.JSONField()
    digest = models.BinaryField(max_length=32, editable=False)
    file = models.CharField(max_length=120, editable=False)
    sha256 = models.BinaryField("文件指纹（SHA-256）", max_length=32, editable=False)
    size = models.IntegerField(editable=False)
    key_name = models.CharField(max_length=40, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=CertificateState.choices, default=CertificateState.VALID, editable=False
    )
    state_at = models.DateTimeField(editable=False)
    reason = models.CharField("理由", max_length=500, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="supersedes")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("签发时间")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "学时证明"
        indexes = [
            models.Index(fields=["-issued_at", "-id"], name="certificate_list"),
            models.Index(fields=["region", "-issued_at", "-id"], name="certificate_region"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "digest"],
                condition=models.Q(state="valid"),
                name="certificate_once_per_content",
            ),
            models.CheckConstraint(
                condition=models.Q(superseded_by__isnull=False, state="superseded")
                | models.Q(superseded_by__isnull=True) & ~models.Q(state="superseded"),
                name="certificate_superseded_by_one",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="revoked") | ~models.Q(reason=""), name="certificate_revoked_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def sha256_hex(self) -> str:
        """Fingerprint of the file as people compare it."""
        return bytes(self.sha256).hex()

    @property
    def shown_code(self) -> str:
        """The code in groups, as it is printed and typed."""
        return "-".join(self.code[start : start + 4] for start in range(0, len(self.code), 4))

    @property
    def years_in_words(self) -> str:
        """2021、2022年度."""
        return f"{'、'.join(str(year['year']) for year in self.content['years'])}年度"


class CertificateYear(models.Model):
    """A year that a certificate covers: when its review falls open, the certificate is found by it."""

    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="years")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="+", db_index=False)
    year = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["year", "practitioner"], name="certificate_year")]
        constraints = [models.UniqueConstraint(fields=["certificate", "year"], name="certificate_year_once")]

    def __str__(self) -> str:
        return f"{self.year}"


class CertificateStep(models.Model):
    """One transition of one certificate: who (nobody: the system), when, from, to, why."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="steps")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=60)
    before = models.CharField(max_length=10, choices=CertificateState.choices, blank=True)
    after = models.CharField(max_length=10, choices=CertificateState.choices)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]


class CertificateBundle(models.Model):
    """One zip of a unit's certificates, made by a job; its file goes after `expires_at` (`file` empty: not there)."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    year = models.SmallIntegerField("年度")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    issued = models.IntegerField("证明份数", default=0)
    left_out = models.IntegerField("未签发人数", default=0)
    file = models.CharField(max_length=120, blank=True, editable=False)
    expires_at = models.DateTimeField("保留至", null=True)

    class Meta:
        verbose_name = "批量证明"
        indexes = [models.Index(fields=["organisation", "-requested_at", "-id"], name="bundle_list")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.year}"
