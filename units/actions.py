"""The words for this room's actions in the audit trail."""

ACTIONS = {
    "application.submit": "提交单位登记申请",
    "application.resubmit": "重新提交单位登记申请",
    "application.withdraw": "撤回单位登记申请",
    "application.accept": "准予单位登记",
    "application.return": "退回单位登记申请",
    "application.refuse": "不予单位登记",
    "qualification.file": "报送资质",
    "qualification.enter": "录入资质",
    "qualification.confirm": "核验资质",
    "qualification.decline": "资质未通过核验",
    "qualification.revoke": "作废资质",
    "filing.enter": "录入面授辅导机构备案",
    "filing.revoke": "作废面授辅导机构备案",
    "unit.change": "办理单位变更",
    "unit.close": "办理单位停用",
    "unit.reopen": "办理单位恢复",
    "unit.merge": "合并重复单位",
    "unit.export": "导出单位名单",
    "unit.people_export": "导出单位人员名单",
    "unit.year_export": "导出单位人员年度学时",
    "unit.year_reminder": "单位提醒人员所缺学时",
}

FIELDS = {
    "other": "并入的单位",
    "moved": "转入数量",
    "year": "年度",
    "form": "文件格式",
}
