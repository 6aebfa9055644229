"""What people of the demo did: for each activity of the notice, titles, amounts and who held it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from registry.commands.claims import ClaimInput

CENTRE, SOCIETY, BUREAU = "演示建设人才培训中心", "演示土木建筑学会", "演示建设主管部门"
SCHOOL, PRESS, ONLINE = "演示海洋学院", "演示建设出版社", "演示专业技术人员继续教育平台"


@dataclass(frozen=True, slots=True)
class Facts:
    """The amounts of one activity, as the notice asks for them. For `training_class` the hours are taught in `days`."""

    activity: str
    tier: str = ""
    quantity: int | None = None
    hours: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Titles for each tier ("" where there is none) and the amounts that are met with."""

    organiser: str
    titles: dict[str, tuple[str, ...]]
    quantities: tuple[int, ...] = ()
    hours: tuple[str, ...] = ()
    days: tuple[int, ...] = ()


SAMPLES = {
    "general_public_course": Sample(
        ONLINE, {"": ("数字化改革与治理能力", "生态文明建设", "知识产权保护", "职业道德与创新")}, hours=("6", "9", "12")
    ),
    "industry_public_course": Sample(
        ONLINE, {"": ("建筑业法规新政", "绿色建筑与节能", "装配式建筑概论", "工程质量安全")}, hours=("4", "6", "8")
    ),
    "licence_exam": Sample(
        BUREAU,
        {
            "national": ("{year}年度一级建造师执业资格考试", "{year}年度一级造价工程师职业资格考试"),
            "provincial": ("{year}年度二级建造师执业资格考试", "{year}年度二级造价工程师职业资格考试"),
        },
        quantities=(1, 2, 3),
    ),
    "licence_cpd": Sample(
        CENTRE,
        {"": ("一级建造师继续教育", "注册监理工程师继续教育", "注册结构工程师继续教育", "二级建造师继续教育")},
        hours=("20", "30", "48", "60"),
    ),
    "advanced_seminar": Sample(
        SOCIETY,
        {
            "national": ("海岛桥隧工程新技术高级研修班",),
            "provincial": ("绿色低碳建造高级研修班", "城市更新与海绵城市高级研修班"),
            "city": ("海洋环境混凝土耐久性高级研修班",),
        },
        quantities=(1,),
    ),
    "training_class": Sample(
        CENTRE,
        {"": ("建筑信息模型应用培训班", "深基坑工程安全培训班", "消防设计审查研修班", "工程量清单计价培训班")},
        hours=("6", "7.5", "8"),  # a day
        days=(1, 2, 3, 5),
    ),
    "overseas_training": Sample(SOCIETY, {"": ("境外装配式建筑研修班", "境外港口工程培训班")}, quantities=(3, 4, 6)),
    "online_course": Sample(
        ONLINE, {"": ("既有建筑加固技术", "地下管线探测", "白蚁监测技术", "智能建造导论")}, hours=("2", "4.5", "8")
    ),
    "academic_conference": Sample(
        SOCIETY,
        {
            "national": ("全国海工结构学术年会",),
            "overseas": ("国际岩土工程学术会议",),
            "provincial": ("全省建筑节能学术交流会", "全省园林景观学术论坛"),
            "city": ("海岛供水技术讲座", "建筑电气智能化讲座"),
            "county": ("村镇建设技术讲座",),
        },
        quantities=(1, 2),
    ),
    "legislation_research_standard": Sample(
        BUREAU,
        {
            "national": ("海岛建筑防腐技术标准编制",),
            "provincial": ("海洋气候建筑外墙课题研究", "城镇燃气安全规程修订"),
            "city_county": ("渔村风貌导则编制", "物业管理办法立法调研"),
        },
        quantities=(1,),
    ),
    "paper": Sample(
        PRESS,
        {
            "core": ("跨海桥梁墩身防腐研究",),
            "national": ("海砂混凝土氯离子控制",),
            "provincial": ("软土地基处理实例分析", "老旧小区给排水改造"),
            "other": ("监理工作方法探讨",),
        },
        quantities=(1, 2),
    ),
    "book": Sample(
        PRESS,
        {
            "core": ("海岛工程勘察手册",),
            "national": ("港口建筑安装实务",),
            "provincial": ("建筑工程造价案例集",),
            "other": ("施工现场管理问答",),
        },
        quantities=(2, 3, 5),
    ),
    "degree_course": Sample(SCHOOL, {"": ("土木工程在职硕士课程", "工程管理专升本课程")}, quantities=(2, 3, 4)),
    "teaching_or_aid": Sample(
        SCHOOL, {"": ("对口支援山区建设", "海岛村镇专家服务", "兼职讲授建筑构造")}, quantities=(2, 3, 5)
    ),
    "title_foreign_language_exam": Sample(BUREAU, {"": ("{year}年度全国职称外语等级考试",)}, quantities=(1,)),
    "computer_exam": Sample(BUREAU, {"": ("{year}年度全国计算机应用能力考试",)}, quantities=(1, 2)),
}


def any_facts(activity: str, rng: Random) -> Facts:
    """Amounts for an activity, as they are met with."""
    sample = SAMPLES[activity]
    days = rng.choice(sample.days) if sample.days else None
    hours = rng.choice(sample.hours) if sample.hours else ""
    return Facts(
        activity,
        tier=rng.choice(sorted(sample.titles)),
        quantity=rng.choice(sample.quantities) if sample.quantities else None,
        hours=str(Decimal(hours) * days) if days else hours,
        days=days,
    )


def stated(facts: Facts, ended: date, rng: Random) -> ClaimInput:
    """What the claim says of an activity with these amounts that ended on that day."""
    sample = SAMPLES[facts.activity]
    title = rng.choice(sample.titles[facts.tier]).format(year=ended.year)
    return ClaimInput(
        activity=facts.activity,
        title=f"{title}（演示）",
        started_on=ended - timedelta(days=(facts.days or facts.quantity or 1) - 1),
        ended_on=ended,
        tier=facts.tier,
        quantity=facts.quantity,
        hours=Decimal(facts.hours) if facts.hours else None,
        days=facts.days,
        organiser=sample.organiser,
        certificate_number=f"YS{ended:%Y}-{rng.randrange(1, 10_000):04d}",
    )
