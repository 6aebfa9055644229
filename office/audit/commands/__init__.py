"""The one way into the audit trail, and the sealing of what stands in it."""

from accounts.personal import PersonalDataRefused
from office.audit.commands.trail import record

__all__ = ["PersonalDataRefused", "record"]
