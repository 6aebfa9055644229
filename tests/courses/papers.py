"""The two forms filled in, half filled in and empty; made-up units and people."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from courses.documents.papers import (
    ApplicationForm,
    ClassPlan,
    Endorsement,
    LecturerLine,
    LessonLine,
    OfficeOpinion,
    RosterForm,
    RosterLine,
    RosterTemplate,
)

CONTENT = (
    "1. 装配式混凝土结构设计要点与节点构造；\n"
    "2. 《装配式混凝土建筑技术标准》条文解读；\n"
    "3. 预制构件生产、运输、吊装与灌浆质量控制；\n"
    "4. 海岛地区工程耐久性设计与施工案例。"
)
TOPICS = ("装配式结构设计要点", "《装配式混凝土建筑技术标准》解读", "构件吊装与灌浆质量控制", "海岛工程耐久性案例")
LECTURERS = (
    LecturerLine("洪砚秋", "浙海建筑科学研究院", "正高级工程师"),
    LecturerLine("桑既白", "舟山临港工程设计院有限公司", "高级工程师"),
)
OPINION = OfficeOpinion(Decimal(16), "贺知行", "市学时办", date(2021, 5, 20))


def lessons(days: int = 2) -> tuple[LessonLine, ...]:
    """Two lessons of four hours a day, from 7 June 2021."""
    found = []
    for number in range(2 * days):
        start, end = (time(8, 30), time(11, 30)) if number % 2 == 0 else (time(13, 30), time(16, 30))
        found.append(
            LessonLine(
                date(2021, 6, 7) + timedelta(days=number // 2),
                start,
                end,
                TOPICS[number % len(TOPICS)],
                LECTURERS[number % 2].name,
                Decimal(4),
            )
        )
    return tuple(found)


def plan(days: int = 2, *, endorsed: bool = False) -> ClassPlan:
    """A class plan, endorsed by the county bureau or not."""
    return ClassPlan(
        facts=(
            ("培训形式", "集中面授"),
            ("自主办班", "是" if endorsed else "否"),
            ("培训对象", "中级、高级"),
            ("专业", "建筑施工、建筑结构"),
            ("考核方式", "考勤和考试"),
        ),
        lecturers=LECTURERS,
        lessons=lessons(days),
        endorsement=Endorsement("定海区住房和城乡建设局", "闻人清", date(2021, 5, 12)) if endorsed else None,
    )


def application(**changed: object) -> ApplicationForm:
    """附件1 as an organiser hands it in."""
    fields: dict[str, object] = {
        "unit": "舟山海岸职业培训学校",
        "code": "91330900MA2A00000X",
        "address": "舟山市定海区临城街道海天大道000号",
        "contact": "陆听风\u30000580-0000000",
        "title": "装配式混凝土结构技术培训班",
        "place": "舟山海岸职业培训学校三楼报告厅",
        "content": CONTENT,
        "first_day": date(2021, 6, 7),
        "last_day": date(2021, 6, 8),
        "days": 2,
        "daily_hours": (Decimal(8), Decimal(8)),
        "hours": Decimal(16),
        "planned": 60,
        "plan": plan(),
        "number": "PX20210507-0003",
    }
    return ApplicationForm(**{**fields, **changed})  # type: ignore[arg-type]


EMPTY = ApplicationForm(unit="", code="", address="", contact="", title="", place="", content="")


def line(number: int = 1, **changed: object) -> RosterLine:
    """A person of 附件2."""
    fields: dict[str, object] = {
        "training_unit": "舟山海岸职业培训学校",
        "class_title": "装配式混凝土结构技术培训班",
        "name": ("江听澜", "欧阳叙白", "麦穗", "龙䶮")[number % 4],
        "sex": "男" if number % 2 else "女",
        "employer": "舟山千岛建筑工程有限公司",
        "id_number": "330902198506150012",
        "series": "建筑工程",
        "title_level": ("初级", "中级", "高级")[number % 3],
        "title": ("助理工程师", "工程师", "高级工程师")[number % 3],
        "hours": Decimal(16),
        "phone": f"1390000{number:04d}",
        "municipal": "否" if number % 5 else "是",
    }
    return RosterLine(**{**fields, **changed})  # type: ignore[arg-type]


def roster(people: int = 3) -> RosterForm:
    """附件2 with so many people."""
    return RosterForm(
        filled_by="陆听风",
        phone="13900000000",
        filled_on=date(2021, 6, 10),
        number="PX20210507-0003",
        lines=tuple(line(number) for number in range(1, people + 1)),
    )


TEMPLATE = RosterTemplate("舟山海岸职业培训学校", "装配式混凝土结构技术培训班", Decimal(16), 60)
