"""Claims that were there before: the days they take, and their certificate numbers as they are compared.

What the notice of 2021 said stands here as it was that day, so that this step answers the same whatever is in force.
"""

import unicodedata

from django.db import migrations

DAY_MEASURED = ["training_class", "overseas_training", "academic_conference", "teaching_or_aid"]
BY_HOURS = ["general_public_course", "industry_public_course", "licence_cpd", "online_course"]


def key_of(number: str) -> str:
    signs = [sign for sign in unicodedata.normalize("NFKC", number).upper() if sign.isalnum()][:60]
    return "".join(signs) if len(signs) >= 4 and any(sign.isdigit() for sign in signs) else ""


def compare_certificates(apps, _schema):
    claims = apps.get_model("registry", "Claim").objects.exclude(certificate_number="")
    for pk, number in claims.values_list("pk", "certificate_number").iterator(chunk_size=2000):
        if key := key_of(number):
            claims.filter(pk=pk).update(certificate_key=key)


def nothing(_apps, _schema):
    """The columns go with the migration before this one."""


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_findings")]

    operations = [
        migrations.RunPython(compare_certificates, nothing),
        migrations.RunSQL(
            [
                (
                    """
                    INSERT INTO registry_activityspan
                        (practitioner_id, source, source_id, started_on, ended_on, days, tenths, day_measured)
                    SELECT practitioner_id, 'claim', id, started_on, ended_on,
                        CASE WHEN activity = ANY(%(measured)s) THEN coalesce(days, quantity, 1)
                            ELSE ended_on - started_on + 1 END,
                        CASE WHEN activity = ANY(%(measured)s) THEN hours ELSE taught_hours END,
                        activity = ANY(%(measured)s)
                    FROM registry_claim
                    WHERE state IN ('submitted', 'accepted') AND (
                        activity = ANY(%(measured)s)
                        OR activity = ANY(%(by_hours)s) AND taught_hours IS NOT NULL
                            AND (started_on < ended_on OR taught_hours <= 80)
                    )
                    """,
                    {"measured": DAY_MEASURED, "by_hours": BY_HOURS},
                ),
            ],
            "DELETE FROM registry_activityspan WHERE source = 'claim'",
        ),
    ]
