"""Names of people, obviously made: a real surname, a part of a building, and a numeral (陈桩三, 欧阳檐九)."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from registry.models import TitleLevel

# At least one for each letter that pinyin surnames begin with, the double ones and the many-voiced ones included.
SURNAMES = (
    *"艾安白包毕蔡曹陈程戴邓丁董杜鄂范方冯傅葛龚顾郭韩何洪侯胡黄贾江蒋金康孔乐李梁林刘柳卢陆吕罗马毛梅孟倪聂欧潘",
    *"彭钱秦邱任阮单沈施石史宋苏孙谭汤陶田万汪王韦魏文吴夏解谢徐许薛严杨姚叶易殷于余俞袁岳翟张章赵郑钟周朱庄邹",
    *("欧阳", "司徒", "上官", "诸葛", "慕容", "尉迟", "皇甫"),
)
PARTS = tuple("梁柱檐桩砖瓦廊阶塔桥堤墩")
NUMERALS = tuple("一二三五六七八九十百千万")

TITLES = {
    TitleLevel.NONE: ("",),
    TitleLevel.ASSISTANT: ("技术员",),
    TitleLevel.JUNIOR: ("助理工程师",),
    TitleLevel.MIDDLE: ("工程师",),
    TitleLevel.SENIOR: ("高级工程师", "高级工程师", "正高级工程师"),
}


def people_names(rng: Random) -> Iterator[str]:
    """Names without end, each once."""
    given: set[str] = set()
    while True:
        name = rng.choice(SURNAMES) + rng.choice(PARTS) + rng.choice(NUMERALS)
        if name not in given:
            given.add(name)
            yield name
