"""The words for this room's actions in the audit trail."""

ACTIONS = {
    "calendar.year_enter": "录入年度工作日",
    "calendar.day_set": "更正工作日",
}
FIELDS = {
    "days": "天数",
    "day": "日期",
}
