"""The words for this room's actions in the audit trail."""

ACTIONS = {
    "audit.export": "导出审计记录",
    "audit.verify": "校验审计链",
}
