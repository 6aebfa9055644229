"""Tables of the registry room."""

from registry.models.claims import Claim, ClaimStep, Evidence
from registry.models.fields import HoursField
from registry.models.ledger import AnnualStanding, EntrySource, HourEntry
from registry.models.notices import NoticeVersion
from registry.models.people import LinkState, Practitioner, Sex, Specialty, TitleLevel

__all__ = [
    "AnnualStanding",
    "Claim",
    "ClaimStep",
    "EntrySource",
    "Evidence",
    "HourEntry",
    "HoursField",
    "LinkState",
    "NoticeVersion",
    "Practitioner",
    "Sex",
    "Specialty",
    "TitleLevel",
]
