"""What is read of the year: standings, reviews, certificates."""
