"""Results of the learning platforms: a file comes in, is checked row by row, is credited, may be undone (§二（一）)."""
