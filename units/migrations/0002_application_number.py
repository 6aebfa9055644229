"""The sequence behind 受理编号: a number is given out once, whatever happens to the transaction that took it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE units_application_number", "DROP SEQUENCE units_application_number"),
    ]
