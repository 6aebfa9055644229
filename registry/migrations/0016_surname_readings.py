"""People whose surname was read as a word are sorted anew."""

from django.db import migrations

from registry.commands.surnames import SURNAMES, sort_key


def read_again(apps, schema_editor):
    for model in ("Practitioner", "Invitation"):
        people = apps.get_model("registry", model).objects
        for surname in SURNAMES:
            for person in people.filter(name__startswith=surname).only("pk", "name", "name_sort").iterator():
                key = sort_key(person.name)
                if key != person.name_sort:
                    people.filter(pk=person.pk).update(name_sort=key)


class Migration(migrations.Migration):
    dependencies = [("registry", "0015_invitations")]
    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
