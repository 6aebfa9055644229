"""The words for this room's actions in the audit trail."""

ACTIONS: dict[str, str] = {
    "class.draft": "起草培训班申请",
    "class.copy": "复制培训班申请",
    "class.save": "修改培训班申请",
    "class.delete": "删除培训班申请草稿",
    "class.submit": "提交培训班申请",
    "class.resubmit": "重新提交培训班申请",
    "class.export": "导出培训班申请名单",
}
FIELDS: dict[str, str] = {
    "part": "部分",
    "source": "来源",
}
