"""People who were there before the links: what their own row says becomes their first link."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_unit_links")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO registry_unitlink (practitioner_id, organisation_id, state, asked_at, started_on, reason)
            SELECT id, organisation_id, link_state, created_at,
                CASE WHEN link_state = 'confirmed' THEN (created_at AT TIME ZONE 'Asia/Shanghai')::date END, ''
            FROM registry_practitioner WHERE organisation_id IS NOT NULL
            """,
            "DELETE FROM registry_unitlink",
        ),
    ]
