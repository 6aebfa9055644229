"""市本级 and the four counties with their offices: facts of the city, not demo data."""

from django.db import migrations

REGIONS = [
    ("city", "市本级", "市住房和城乡建设行业专业技术人员继续教育学时登记管理办公室", True),
    ("dinghai", "定海区", "舟山市定海区住房和城乡建设局", False),
    ("putuo", "普陀区", "舟山市普陀区住房和城乡建设局", False),
    ("daishan", "岱山县", "岱山县住房和城乡建设局", False),
    ("shengsi", "嵊泗县", "嵊泗县住房和城乡建设局", False),
]


def seed(apps, schema_editor):
    region = apps.get_model("accounts", "Region")
    for order, (code, name, office_name, is_city) in enumerate(REGIONS):
        region.objects.update_or_create(
            code=code, defaults={"name": name, "office_name": office_name, "is_city": is_city, "order": order},
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
