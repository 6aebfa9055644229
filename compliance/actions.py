"""The words for this room's actions in the audit trail."""

ACTIONS = {
    "annual_check.request": "发起年度核算",
    "standings.export": "导出年度达标名单",
}
FIELDS = {
    "year": "年度",
}
