"""The notice as data, and four verbs over it: `notice_for`, `credit`, `compose`, `plan`. Standard library only."""

from hours_rules.composition import compose, plan
from hours_rules.credit import credit
from hours_rules.errors import RuleError
from hours_rules.notices import notice_for
from hours_rules.types import Activity, Entry

__all__ = ["Activity", "Entry", "RuleError", "compose", "credit", "notice_for", "plan"]
