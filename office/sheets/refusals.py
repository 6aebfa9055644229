"""Every way to say no to a file: a stable code and the sentence an office reads. `{…}` are filled by who refuses."""

from __future__ import annotations

from office.limited.refused import Refused

SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传"

MESSAGES = {
    # before anything is opened
    "file_empty": "文件是空的（0 字节），请重新选择文件。",
    "file_too_big": "文件有 {size} MB，超过 {limit} MB 的上限。请删去图片等无关内容，或分成几个文件上传。",
    "file_ending": "不接受扩展名为“{ending}”的文件，只接受 .xlsx、.xls、.ods 表格。" + SAVE_AS + "。",
    # what it is instead
    "file_misnamed": "文件名以 .{ending} 结尾，内容却是 .{kind} 格式。请把扩展名改为 .{kind} 后重新上传。",
    "file_not_workbook": "这个文件不是表格，而是{what}。请上传 .xlsx、.xls 或 .ods 表格。",
    "file_unknown": "认不出这个文件的格式，可能已损坏。" + SAVE_AS + "。",
    "file_html": "这个文件虽以表格命名，内容却是网页（HTML），多由业务系统导出。" + SAVE_AS + "。",
    "file_text": "这个文件虽以表格命名，内容却是纯文本（如 CSV）。" + SAVE_AS + "。",
    "file_xml_2003": "这是“XML 表格 2003”格式，不是工作簿。" + SAVE_AS + "。",
    "file_xlsb": "这是二进制工作簿（.xlsb）。" + SAVE_AS + "。",
    "file_flat_ods": "这是单一 XML 的 OpenDocument 表格（.fods）。" + SAVE_AS + "。",
    "file_old_excel": "这是 Excel 4.0 或更早版本的文件。" + SAVE_AS + "。",
    "file_old_encoding": "这个旧版 Excel（5.0/95）文件没有写明中文编码，读出来会是乱码。" + SAVE_AS + "。",
    "file_encrypted": "文件设了打开密码，无法读取。请在 Excel 或 WPS 中取消密码后另存，再重新上传。",
    "file_macro": "文件带有宏，不予接受。" + SAVE_AS + "（.xlsx 不含宏）。",
    "file_damaged": "文件已损坏或不完整，无法读取。请用 Excel 或 WPS 打开确认内容完整，另存为 .xlsx 后重新上传。",
    # hostile, or looks like it
    "archive_entries": "文件内部含 {count} 个部件，超过 {limit} 个的上限。请把需要的工作表复制到新的工作簿再上传。",
    "archive_unpacked": "文件解压后有 {size} MB，超过 {limit} MB 的上限。请把需要的数据复制到新的工作簿再上传。",
    "archive_ratio": "文件的压缩比异常（超过 {limit} 倍），不予读取。请把需要的数据复制到新的工作簿再上传。",
    "archive_names": "文件内部的部件名称不合规范，不予读取。" + SAVE_AS + "。",
    "file_hostile": "文件内含不允许的 XML 声明（DTD、实体或特殊编码），不予读取。" + SAVE_AS + "。",
    "file_memory": "读取这个文件需要的内存过多，已停止。"
    "请检查是否在很远的行或列误填了内容，把需要的数据复制到新的工作簿再上传。",
    "file_time": "读取这个文件用时过长，已停止。请把需要的数据复制到新的工作簿再上传。",
    # its sheets
    "sheet_rows": "工作表“{sheet}”有内容的行超过 {limit} 行，请分成几个文件上传。",
    "sheet_columns": "工作表“{sheet}”的 {cell} 单元格有内容，超出前 {limit} 列的范围。请删去多余的列后重新上传。",
    "sheet_far_cell": "工作表“{sheet}”的 {cell} 单元格有内容，离其他内容过远，请删去后重新上传。",
    "cell_long": "有单元格的文字超过 {limit} 字，不予读取。请删去后重新上传。",
    "sheet_none": "文件里没有可读取的工作表（隐藏的工作表不读取）。",
    "sheet_missing": "文件里没有名为“{sheet}”的工作表。",
    "sheet_empty": "工作表里没有内容。",
    # its header row
    "header_missing": "没有找到表头行。表头应有这些列：{columns}。",
    "header_incomplete": "工作表“{sheet}”第 {row} 行的表头缺少列：{columns}。",
    "header_twice": "工作表“{sheet}”的表头中，“{column}”出现在 {first} 列和 {second} 列，请只保留一列。",
}


class Refusal(Refused):
    """A file, sheet or header is refused; `code` is a key of MESSAGES, `details` fill its sentence."""

    @property
    def message(self) -> str:
        """The sentence, filled in."""
        return MESSAGES[self.code].format(**self.details)
