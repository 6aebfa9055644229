"""The words for this room's actions in the audit trail."""

ACTIONS: dict[str, str] = {
    "class.draft": "起草培训班申请",
    "class.copy": "复制培训班申请",
    "class.save": "修改培训班申请",
    "class.delete": "删除培训班申请草稿",
    "class.submit": "提交培训班申请",
    "class.resubmit": "重新提交培训班申请",
    "class.export": "导出培训班申请名单",
    "class.endorse": "审查同意培训班申请",
    "class.approve": "核准培训班",
    "class.return": "退回培训班申请",
    "class.refuse": "不予核准培训班",
    "class.cancel": "取消培训班",
    "class.queue_export": "导出受理的培训班申请",
    "class.register_export": "导出已核准的培训班",
    "roster.export": "导出学时登记信息汇总表",
    "check_in.open": "开始现场签到",
    "check_in.close": "结束现场签到",
    "check_in.attend": "现场签到",
    "check_in.remove": "作废签到",
    "check_in.export": "导出签到名单",
}
FIELDS: dict[str, str] = {
    "part": "部分",
    "parts": "需修改的部分",
    "source": "来源",
    "hours": "学时",
    "person": "人员",
    "rows": "行数",
    "form": "文件格式",
}
