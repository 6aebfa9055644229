"""A standing names the person and region of the row it was composed from: no second look-up per row (decision 9)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_regions'),
        ('registry', '0004_notice_versions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='annualstanding',
            name='practitioner',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='registry.practitioner'),
        ),
        migrations.AlterField(
            model_name='annualstanding',
            name='region',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.region'),
        ),
    ]
