"""Tables of the compliance room."""

from compliance.models.certificates import Certificate, CertificateBundle, CertificateStep, CertificateYear
from compliance.models.checks import CheckRange
from compliance.models.closings import YearClosing
from compliance.models.reviews import AnnualReview, AnnualReviewStep

__all__ = [
    "AnnualReview",
    "AnnualReviewStep",
    "Certificate",
    "CertificateBundle",
    "CertificateStep",
    "CertificateYear",
    "CheckRange",
    "YearClosing",
]
