"""The words for this room's actions in the audit trail."""

ACTIONS = {
    "job.retry": "重新开始后台任务",
}
