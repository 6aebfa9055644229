"""The running number in a class application's 受理编号."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("courses", "0002_application_parts")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE courses_application_number", "DROP SEQUENCE courses_application_number"),
    ]
