"""Tables of the compliance room."""

from compliance.models.reviews import AnnualReview, AnnualReviewStep

__all__ = ["AnnualReview", "AnnualReviewStep"]
