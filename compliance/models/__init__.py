"""Tables of the compliance room."""

from compliance.models.certificates import Certificate, CertificateBundle, CertificateStep, CertificateYear
from compliance.models.checks import CheckRange
from compliance.models.closings import YearClosing
from compliance.models.corrections import Correction
from compliance.models.reminders import Reminder, ReminderStep, UnitReminder
from compliance.models.reviews import AnnualReview, AnnualReviewStep
from compliance.models.trials import Outcome, Trial, TrialEntry, TrialLine

__all__ = [
    "AnnualReview",
    "AnnualReviewStep",
    "Certificate",
    "CertificateBundle",
    "CertificateStep",
    "CertificateYear",
    "CheckRange",
    "Correction",
    "Outcome",
    "Trial",
    "TrialEntry",
    "TrialLine",
    "Reminder",
    "ReminderStep",
    "UnitReminder",
    "YearClosing",
]
