"""The words for the project's own actions in the audit trail."""

ACTIONS = {
    "demo.load": "装入演示数据",
}
FIELDS = {
    "claims": "申报件数",
}
