"""The thirteen columns that 附件2 prints, what offices also call them, and where they stand in a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from accounts.errors import InputError
from office.sheets.header import Column, Header, find_header
from office.sheets.sheet import Workbook

# 序号 says nothing; 培训单位 and 培训班名称 are the class's own, 系列 and 职称 are blank for people without a title.
COLUMNS = (
    Column("serial", "序号", ("编号", "顺序号", "No"), required=False),
    Column(
        "organiser",
        "培训单位",
        ("培训单位名称", "培训承办单位", "承办单位", "主办单位", "举办单位", "办班单位", "培训机构", "培训机构名称"),
        required=False,
    ),
    Column(
        "class_name",
        "培训班名称",
        ("培训班", "培训名称", "培训班次", "班次名称", "班级名称", "班名", "培训项目", "培训项目名称"),
        required=False,
    ),
    Column("name", "姓名", ("学员姓名", "人员姓名", "参训人员", "参训人员姓名", "培训人员", "参加人员", "学员")),
    Column("sex", "性别", ()),
    Column(
        "employer",
        "企业名称",
        ("企业", "单位名称", "工作单位", "工作单位名称", "所在单位", "所在企业", "所属单位", "所属企业", "现工作单位")
        + ("单位", "用人单位", "公司名称", "公司"),
    ),
    Column(
        "id_number",
        "身份证号",
        ("身份证", "身份证号码", "身份证件号", "身份证件号码", "公民身份号码", "公民身份证号码", "居民身份证号")
        + ("居民身份证号码", "证件号", "证件号码"),
    ),
    Column(
        "series",
        "职称专业系列",
        ("职称系列", "专业系列", "系列", "职称专业", "专业", "专业名称", "职称系列专业", "从事专业"),
        required=False,
    ),
    Column("level", "职称级别", ("级别", "职称等级", "职称层级", "专业技术职称级别")),
    Column(
        "title",
        "职称",
        ("职称名称", "专业技术职称", "专业技术职务", "技术职称", "现有职称", "专业职称", "任职资格"),
        required=False,
    ),
    Column("hours", "认定学时", ("学时", "学时数", "认定学时数", "培训学时", "登记学时", "获得学时", "完成学时")),
    Column("phone", "手机号码", ("手机", "手机号", "联系电话", "联系方式", "移动电话", "电话", "电话号码", "联系手机")),
    Column(
        "municipal",
        "是（否）市属单位人员",
        ("是否市属单位人员", "是否为市属单位人员", "是否市属单位", "是否市属", "市属单位人员", "市属单位", "市属")
        + ("是否属市属单位人员", "是/否市属单位人员", "是否市属人员"),
    ),
)
KEYS = tuple(column.key for column in COLUMNS)
TITLES = {column.key: column.title for column in COLUMNS}
# The form calls itself by three names; a file may use any of them, and none is needed to find its header.
FORM_TITLES = ("学时登记信息汇总表", "培训班学员登记信息汇总表", "培训班学员学时登记信息汇总表")


def find(book: Workbook) -> Header:
    """The header of the roster. InputError (field `file`) as `find_header` raises it: which columns are missing.

    Where a column stands under its printed header, other names are no names of it: a file may well have 手机号码 and
    联系电话.
    """
    try:
        return find_header(book, COLUMNS)
    except InputError as error:
        if error.code != "header_twice":
            raise
        alone = [Column(column.key, column.title, required=column.required) for column in COLUMNS]
        printed = find_header(book, [replace(column, required=False) for column in alone]).columns
        wanted = [own if own.key in printed else named for own, named in zip(alone, COLUMNS, strict=True)]
        return find_header(book, wanted)


def others(book: Workbook, header: Header) -> Iterator[str]:
    """Names of further sheets that look like rosters, too: a file is read by its first."""
    for sheet in book.sheets:
        if sheet is not header.sheet and sheet.rows:
            with suppress(InputError):
                found = find_header(sheet, COLUMNS)
                if any(record.values.get("name") for record in found.records()):
                    yield sheet.name


def called(header: Header, key: str) -> str:
    """What the file calls a column, where that is not the printed header; else ""."""
    text = " ".join(header.texts.get(key, "").split())
    return "" if text == TITLES[key] else text
