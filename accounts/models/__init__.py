"""Tables of the accounts room."""

from accounts.models.appointments import Appointment, CityOffice, Role
from accounts.models.attempts import Attempt
from accounts.models.places import Business, Organisation, OrganisationKind, Region
from accounts.models.sessions import Session
from accounts.models.users import User

__all__ = [
    "Appointment",
    "Attempt",
    "Business",
    "CityOffice",
    "Organisation",
    "OrganisationKind",
    "Region",
    "Role",
    "Session",
    "User",
]
