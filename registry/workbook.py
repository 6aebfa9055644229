"""The list of a group claim's people as a workbook: what is read, and the form to fill in."""

from __future__ import annotations

from office.documents.workbook import Column as FormColumn
from office.documents.workbook import Form, write
from office.sheets.header import Column, find_header
from office.sheets.reading import read
from office.sheets.sheet import Flag
from registry.commands.group_list import Line

COLUMNS = (
    Column("name", "姓名", ("人员姓名", "学员姓名", "参训人员", "参加人员", "参加培训人员")),
    Column(
        "id_number", "身份证号", ("身份证号码", "身份证", "公民身份号码", "证件号码", "身份证件号码"), required=False
    ),
    Column("certificate_number", "证书编号", ("证书号", "合格证书编号", "培训证书编号", "结业证书编号", "文号"), False),
)
_FLAGS = {
    ("id_number", Flag.LOST_DIGITS): "身份证号是按数字填写的，末几位已经丢失。请把该列设为“文本”格式后重新填写。",
    (
        "certificate_number",
        Flag.LOST_DIGITS,
    ): "证书编号是按数字填写的，末几位已经丢失。请把该列设为“文本”格式后重新填写。",
}
_FORM = Form(
    title="集体申报人员名单",
    columns=(FormColumn("姓名", 14), FormColumn("身份证号", 26), FormColumn("证书编号", 26)),
    notes=("注：姓名须与平台登记的一致；本单位没有重名的，身份证号可以不填。证书没有编号的不填。",),
    sheet="名单",
    landscape=False,
)
_EMPTY_ROWS = 200


def read_list(data: bytes, *, name: str) -> list[Line]:
    """The rows of a workbook under its header; what a cell is not data for stands in `problems`.

    InputError (field `file`) says what is wrong with the workbook or its header.
    """
    header = find_header(read(data, name=name), COLUMNS)
    lines = []
    for record in header.records():
        if record.values.get("name", "").startswith("注："):  # the form's own note
            continue
        problems = tuple(
            (key, _FLAGS.get((key, flag), "单元格是公式错误或没有结果，请改为直接填写。"))
            for key, flag in record.flags.items()
        )
        lines.append(
            Line(
                row=record.row,
                name=record.values.get("name", ""),
                id_number=record.values.get("id_number", ""),
                certificate_number=record.values.get("certificate_number", ""),
                problems=problems,
            )
        )
    return lines


def empty_list() -> bytes:
    """The form to fill in, as .xlsx; its cells are text, so that ID numbers keep their digits."""
    return write(_FORM, [], empty_rows=_EMPTY_ROWS)
