"""The words for this room's actions in the audit trail."""

ACTIONS = {
    "audit.export": "导出审计记录",
    "audit.verify": "校验审计链",
}
FIELDS = {
    "rows": "行数",
    "filters": "筛选条件",
    "ok": "完好",
    "seals": "封存次数",
    "events": "记录条数",
    "unsealed": "尚未封存",
    "oldest_unsealed": "最早未封存",
    "last": "最后一次封存",
    "problem": "问题",
}
