"""The staged rows get the key that they are listed by; the table holds only what waits, so it is made anew."""

import django.db.models.deletion
import registry.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0018_platforms'),
    ]

    operations = [
        migrations.DeleteModel(name='PlatformRow'),
        migrations.CreateModel(
            name='PlatformRow',
            fields=[
                ('pk', models.CompositePrimaryKey('platform_import_id', 'row', blank=True, editable=False, primary_key=True, serialize=False)),
                ('row', models.IntegerField(verbose_name='行号')),
                ('verdict', models.CharField(choices=[('ready', '可导入'), ('warned', '有提示'), ('known', '已登记过'), ('error', '不能导入')], max_length=6)),
                ('code', models.CharField(blank=True, help_text='of the first problem', max_length=24)),
                ('problems', models.CharField(blank=True, max_length=600)),
                ('name', models.CharField(blank=True, max_length=50, verbose_name='姓名')),
                ('id_masked', models.CharField(blank=True, max_length=20, verbose_name='身份证号')),
                ('activity', models.CharField(blank=True, max_length=40)),
                ('course_code', models.CharField(blank=True, max_length=120, verbose_name='课程编号')),
                ('course_name', models.CharField(blank=True, max_length=120, verbose_name='课程名称')),
                ('hours', registry.models.fields.HoursField(db_column='tenths', null=True, verbose_name='学时')),
                ('completed_on', models.DateField(null=True, verbose_name='完成日期')),
                ('platform_import', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='registry.platformimport')),
                ('practitioner', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.practitioner')),
            ],
            options={
                'verbose_name': '平台学时记录',
            },
        ),
    ]
