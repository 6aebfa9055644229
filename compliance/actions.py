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
    "year.close": "办结年度审核",
    "year.closing_export": "导出年度审核汇总表",
}
FIELDS = {
    "year": "年度",
    "seen": "所见学时的校验值",
}
