"""What is stated of one activity and what the notice grants for it: the columns that single and group claims share."""

from __future__ import annotations

from django.db import models

from registry.models.fields import HoursField


class StatedFacts(models.Model):
    """Facts as typed in, and what `hours_rules.credit` answered for them.

    `year` is that of the day the activity ended (**D**).
    """

    year = models.SmallIntegerField("年度")
    activity = models.CharField("学时事项", max_length=40)
    tier = models.CharField("级别", max_length=20, blank=True)
    quantity = models.IntegerField("数量", null=True)
    taught_hours = HoursField("学时（课件标定、证书载明或授课）", null=True)
    days = models.IntegerField("天数", null=True)
    title = models.CharField("名称", max_length=120)
    organiser = models.CharField("主办（发证）单位", max_length=120, blank=True)
    started_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期")
    note = models.CharField("说明", max_length=500, blank=True)
    hours = HoursField("认定学时")
    category = models.CharField("科目", max_length=20)
    clause = models.CharField("依据条款", max_length=30)
    explanation = models.CharField("计算说明", max_length=300)
    notice_id = models.CharField("依据文件", max_length=60)

    class Meta:
        abstract = True
