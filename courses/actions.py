"""The words for this room's actions in the audit trail."""

ACTIONS: dict[str, str] = {}
FIELDS: dict[str, str] = {}
