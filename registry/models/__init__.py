"""Tables of the registry room."""

from registry.models.adjustments import Adjustment
from registry.models.claims import Claim, ClaimStep, Evidence
from registry.models.fields import HoursField
from registry.models.groups import GroupClaim
from registry.models.invitations import Invitation
from registry.models.ledger import AnnualStanding, EntrySource, HourEntry
from registry.models.links import JoinRequest, UnitLink
from registry.models.notices import NoticeVersion
from registry.models.people import LinkState, Practitioner, Sex, Specialty, TitleLevel
from registry.models.platforms import ImportProfile, PlatformImport, PlatformResult, PlatformRow, RowVerdict
from registry.models.second_looks import SampleRate, SecondLook
from registry.models.spans import ActivitySpan, SpanSource
from registry.models.yearly import PrescribedCourse, RegistrationWindow, WindowReopening

__all__ = [
    "ActivitySpan",
    "Adjustment",
    "AnnualStanding",
    "Claim",
    "ClaimStep",
    "EntrySource",
    "Evidence",
    "GroupClaim",
    "HourEntry",
    "HoursField",
    "Invitation",
    "ImportProfile",
    "JoinRequest",
    "LinkState",
    "NoticeVersion",
    "PlatformImport",
    "PlatformResult",
    "PlatformRow",
    "Practitioner",
    "PrescribedCourse",
    "RegistrationWindow",
    "SampleRate",
    "SecondLook",
    "RowVerdict",
    "Sex",
    "SpanSource",
    "Specialty",
    "TitleLevel",
    "UnitLink",
    "WindowReopening",
]
