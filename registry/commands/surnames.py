"""Pinyin of a name, by which lists of people are sorted and searched: the database has no ICU.

A surname is often read otherwise than the same character in a word: 曾 zēng, not céng; 单 shàn, not dān. The dictionary
reads words, so the surnames that it gets wrong stand here (现代汉语词典 and 通用规范汉字字典 mark these readings 姓).
"""

from __future__ import annotations

from pypinyin import lazy_pinyin

SURNAMES = {
    "翟": "zhai",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "区": "ou",
    "曾": "zeng",
    "盖": "ge",
    "缪": "miao",
    "朴": "piao",
    "乐": "yue",
    "员": "yun",
    "秘": "bi",
    "折": "she",
    "黑": "he",
    "种": "chong",
    "覃": "qin",
    "薄": "bo",
    "都": "du",
    "省": "xing",
    "召": "shao",
    "卜": "bu",
    "佴": "nai",
    "乜": "nie",
    "阚": "kan",
    "郇": "xun",
    "繁": "po",
    "洗": "xian",
    "能": "nai",
    "句": "gou",
    "乐正": "yue zheng",
    "单于": "chan yu",
}
LONGEST = 200  # characters that the column holds


def sort_key(name: str) -> str:
    """Pinyin of a name without tones, a space after each character, lower case; the surname read as one.

    >>> sort_key("曾单海")
    'zeng dan hai'
    """
    for length in (2, 1):
        surname = name[:length]
        if reading := SURNAMES.get(surname):
            return " ".join([reading, *lazy_pinyin(name[length:])]).lower()[:LONGEST]
    return " ".join(lazy_pinyin(name)).lower()[:LONGEST]
