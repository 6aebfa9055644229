"""What the practitioner's pages read in: every error stands on the field that caused it."""
