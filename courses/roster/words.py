"""How offices write what 附件2 asks for: sex, yes and no, levels, titles and series, each as `canonical` compares it.

Levels are a closed list (§四: 初级、中级、高级, and those who have none yet). Series and titles have no official list
(**D**, domain.md): what is not among these is a warning.
"""

from __future__ import annotations

from office.sheets.header import canonical
from registry.models import Sex, Specialty, TitleLevel


def _spelt(words: dict[str, str]) -> dict[str, str]:
    """Spelling → meaning, from meaning → spellings parted by spaces."""
    return {canonical(word): meaning for meaning, spellings in words.items() for word in spellings.split()}


SEXES = _spelt({Sex.MALE: "男 男性 M male", Sex.FEMALE: "女 女性 F female"})
YES, NO = "yes", "no"
YES_OR_NO = _spelt(
    {YES: "是 市属 市属单位 Y yes TRUE √ ✓ ✔ 对", NO: "否 不是 非 非市属 非市属单位 N no FALSE × X ✗ ✘ 不"}
)
NO_EMPLOYER = frozenset(map(canonical, ("无", "无单位", "没有单位", "个人", "自由职业", "待业")))
LEVELS = _spelt(
    {
        TitleLevel.SENIOR: "高级 副高 正高 副高级 正高级 高级职称 副高职称 正高职称 高职 教授级 教授级高级",
        TitleLevel.MIDDLE: "中级 中级职称 中职",
        TitleLevel.JUNIOR: "初级 初级职称 助理级 助理 助级 初职",
        TitleLevel.ASSISTANT: "员级 技术员级",
        TitleLevel.NONE: "无职称 无 没有 暂无 无级别 未定级 未评 未评定 没有职称 暂无职称 /",
    }
)
TITLES = _spelt(
    {
        TitleLevel.SENIOR: "高级工程师 正高级工程师 副高级工程师 教授级高级工程师 研究员级高级工程师 高工 "
        "正高工 教授级高工 高级建筑师 正高级建筑师 高级经济师 正高级经济师 高级会计师 正高级会计师 高级实验师 "
        "正高级实验师 高级统计师 高级审计师 研究员 副研究员 教授 副教授 高级讲师 高级工艺美术师 高级政工师",
        TitleLevel.MIDDLE: "工程师 建筑师 经济师 会计师 实验师 统计师 审计师 讲师 助理研究员 工艺美术师 政工师",
        TitleLevel.JUNIOR: "助理工程师 助工 助理建筑师 助理经济师 助理会计师 助理实验师 助理统计师 助理审计师 助理讲师 "
        "助理工艺美术师 助理政工师 初级工程师",
        TitleLevel.ASSISTANT: "技术员 建筑技术员 经济员 会计员 实验员 统计员 审计员 政工员",
        TitleLevel.NONE: "无 无职称 暂无 没有 暂无职称 /",
    }
)
SERIES = frozenset(
    map(
        canonical,
        (
            *(label.split("（")[0] for value, label in Specialty.choices if value != Specialty.OTHER),
            *(label for value, label in Specialty.choices if value != Specialty.OTHER),
            *("工程", "工程系列", "工程技术", "工程技术系列", "工程技术人员", "建设工程", "建设工程系列", "建筑工程"),
            *("建筑工程系列", "工程建设", "工程建设系列", "土木工程", "工民建", "工业与民用建筑", "土建", "建筑"),
            *("市政工程", "市政公用工程", "市政道路", "市政桥梁", "园林", "园林绿化", "造价", "给排水工程", "给水排水"),
            *(
                "建筑电气工程",
                "电气",
                "暖通",
                "燃气",
                "岩土",
                "勘察",
                "测绘",
                "工程测量",
                "工程检测",
                "工程监理",
                "监理",
            ),
            *("装饰装修", "建筑装饰装修", "钢结构", "机电", "机电安装", "安装", "消防工程", "道路桥梁", "水利水电"),
            *(
                "监理",
                "规划",
                "城乡规划",
                "经济",
                "经济系列",
                "会计",
                "会计系列",
                "统计",
                "政工",
                "档案",
                "教师",
                "实验",
                "无",
            ),
        ),
    )
)
