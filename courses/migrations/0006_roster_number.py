"""The sequence behind a roster's 受理编号: a number is given out once, whatever happens to its transaction."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("courses", "0005_attendance")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE courses_roster_number", "DROP SEQUENCE courses_roster_number"),
    ]
