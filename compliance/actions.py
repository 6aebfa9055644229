"""The words for this room's actions in the audit trail."""

ACTIONS = {
    "annual_check.request": "发起年度核算",
    "standings.export": "导出年度达标名单",
    "review.pass": "年度审核通过",
    "review.fail": "年度审核不通过",
    "review.open": "重新打开年度审核",
    "review.changed": "年度审核因学时变动重新打开",
    "review.batch": "批量通过年度审核",
    "review.progress_export": "导出年度审核进度",
    "certificate.issue": "签发学时证明",
    "certificate.revoke": "撤销学时证明",
    "certificate.lapse": "学时证明因年度审核重新打开而撤销",
    "certificate.download": "下载学时证明",
    "certificate.sheet": "下载学时情况表",
    "certificate.export": "导出学时证明列表",
    "certificate.bundle": "批量签发单位学时证明",
    "certificate.bundle_download": "下载单位学时证明压缩包",
    "signing_key.make": "生成电子签章密钥",
    "year.close": "办结年度审核",
    "year.closing_export": "导出年度审核汇总表",
    "what_if.request": "试算新标准",
    "what_if.export": "导出试算人员名单",
    "what_if.entries_export": "导出试算登记明细",
}
FIELDS = {
    "year": "年度",
    "key": "密钥名称",
    "seen": "所见学时的校验值",
    "notice": "文号",
}
